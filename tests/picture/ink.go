package main

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Size of a cell in half pixels, the unit of everything drawn. The halves make
// the middle of a cell a line of whole pixels.
const (
	cellWidth  = 2 * 9
	cellHeight = 2 * 19
)

// half writes a number of half pixels in pixels.
func half(n int) string {
	if n%2 == 0 {
		return strconv.Itoa(n / 2)
	}
	return strconv.FormatFloat(float64(n)/2, 'f', 1, 64)
}

// box is an area in half pixels.
type box struct{ left, top, right, bottom int }

// at moves the box from the first cell to another.
func (b box) at(x, y int) box {
	dx, dy := x*cellWidth, y*cellHeight
	return box{b.left + dx, b.top + dy, b.right + dx, b.bottom + dy}
}

func (b box) path() string {
	return fmt.Sprintf("M%s %sH%sV%sH%sz", half(b.left), half(b.top), half(b.right), half(b.bottom), half(b.left))
}

// area is everything of one look.
type area struct {
	attributes string
	boxes      []box
	curves     strings.Builder // further path data
}

// add joins the box with one that it touches side by side or below.
func (a *area) add(b box) {
	for i := range a.boxes {
		before := &a.boxes[i]
		switch {
		case before.right == b.left && before.top == b.top && before.bottom == b.bottom:
			before.right = b.right
			return
		case before.bottom == b.top && before.left == b.left && before.right == b.right:
			before.bottom = b.bottom
			return
		}
	}
	a.boxes = append(a.boxes, b)
}

// areas keeps areas in the order in which their looks came up, so that the same
// screen makes the same file.
type areas []*area

func (as *areas) of(attributes string) *area {
	for _, a := range *as {
		if a.attributes == attributes {
			return a
		}
	}
	a := &area{attributes: attributes}
	*as = append(*as, a)
	return a
}

func (as areas) write(out *strings.Builder) {
	for _, a := range as {
		out.WriteString("<path " + a.attributes + ` d="`)
		for _, b := range a.boxes {
			out.WriteString(b.path())
		}
		out.WriteString(a.curves.String())
		out.WriteString("\"/>\n")
	}
}

// arms says where from its middle a line-drawing character goes, and how heavy:
// 0 not at all, 1 light, 2 heavy.
type arms struct{ left, right, up, down int }

// lines are the line-drawing characters that are drawn; the rest stay text.
func lines() map[rune]arms {
	return map[rune]arms{
		'─': {1, 1, 0, 0}, '│': {0, 0, 1, 1}, '┌': {0, 1, 0, 1}, '┐': {1, 0, 0, 1}, '└': {0, 1, 1, 0}, '┘': {1, 0, 1, 0},
		'├': {0, 1, 1, 1}, '┤': {1, 0, 1, 1}, '┬': {1, 1, 0, 1}, '┴': {1, 1, 1, 0}, '┼': {1, 1, 1, 1},
		'╴': {1, 0, 0, 0}, '╶': {0, 1, 0, 0}, '╵': {0, 0, 1, 0}, '╷': {0, 0, 0, 1},
		'━': {2, 2, 0, 0}, '┃': {0, 0, 2, 2}, '┏': {0, 2, 0, 2}, '┓': {2, 0, 0, 2}, '┗': {0, 2, 2, 0}, '┛': {2, 0, 2, 0},
		'┣': {0, 2, 2, 2}, '┫': {2, 0, 2, 2}, '┳': {2, 2, 0, 2}, '┻': {2, 2, 2, 0}, '╋': {2, 2, 2, 2},
		'╸': {2, 0, 0, 0}, '╺': {0, 2, 0, 0}, '╹': {0, 0, 2, 0}, '╻': {0, 0, 0, 2},
	}
}

// boxes are the arms as areas: a light one is a pixel wide, a heavy one three.
func (a arms) boxes() []box {
	const midX, midY = cellWidth / 2, cellHeight / 2
	var all []box
	if t := max(a.left, a.right)*2 - 1; t > 0 {
		b := box{midX - t, midY - t, midX + t, midY + t}
		if a.left > 0 {
			b.left = 0
		}
		if a.right > 0 {
			b.right = cellWidth
		}
		all = append(all, b)
	}
	if t := max(a.up, a.down)*2 - 1; t > 0 {
		b := box{midX - t, midY - t, midX + t, midY + t}
		if a.up > 0 {
			b.top = 0
		}
		if a.down > 0 {
			b.bottom = cellHeight
		}
		all = append(all, b)
	}
	return all
}

// corner is the path of a rounded corner in a cell.
func corner(r rune, x, y int) string {
	var curve string
	switch r {
	case '╭':
		curve = "m4.5 19v-5q0-4.5 4.5-4.5"
	case '╮':
		curve = "m0 9.5q4.5 0 4.5 4.5v5"
	case '╯':
		curve = "m0 9.5q4.5 0 4.5-4.5v-5"
	case '╰':
		curve = "m4.5 0v5q0 4.5 4.5 4.5"
	default:
		return ""
	}
	return "M" + half(x*cellWidth) + " " + half(y*cellHeight) + curve
}

// blocks are the areas that a block element fills, nil for other characters.
func blocks(r rune) []box {
	const midX, midY = cellWidth / 2, cellHeight / 2
	switch {
	case r >= '▁' && r <= '█': // from below, in eighths
		return []box{{0, cellHeight - (int(r-'▁'+1)*cellHeight+4)/8, cellWidth, cellHeight}}
	case r >= '▉' && r <= '▏': // from the left, in eighths
		return []box{{0, 0, (int('▏'-r+1)*cellWidth + 4) / 8, cellHeight}}
	case r >= '░' && r <= '▓':
		return []box{{0, 0, cellWidth, cellHeight}}
	case r >= '▖' && r <= '▟':
		// Quarters of each: left top 1, right top 2, left bottom 4, right bottom 8.
		quarters := [...]int{4, 8, 1, 1 | 4 | 8, 1 | 8, 1 | 2 | 4, 1 | 2 | 8, 2, 2 | 4, 2 | 4 | 8}[r-'▖']
		var all []box
		for i, b := range []box{
			{0, 0, midX, midY},
			{midX, 0, cellWidth, midY},
			{0, midY, midX, cellHeight},
			{midX, midY, cellWidth, cellHeight},
		} {
			if quarters&(1<<i) != 0 {
				all = append(all, b)
			}
		}
		return all
	}
	switch r {
	case '▀':
		return []box{{0, 0, cellWidth, midY}}
	case '▐':
		return []box{{midX, 0, cellWidth, cellHeight}}
	case '▔':
		return []box{{0, 0, cellWidth, (cellHeight + 4) / 8}}
	case '▕':
		return []box{{cellWidth - (cellWidth+4)/8, 0, cellWidth, cellHeight}}
	}
	return nil
}

// braille is the path of a Braille pattern's dots, drawn as points with round
// ends.
func braille(r rune, x, y int) string {
	if r < '⠀' || r > '⣿' {
		return ""
	}
	// Bit by bit: column of the dot, then row.
	places := [8][2]int{{0, 0}, {0, 1}, {0, 2}, {1, 0}, {1, 1}, {1, 2}, {0, 3}, {1, 3}}
	var path strings.Builder
	for bit, place := range places {
		if (r-'⠀')&(1<<bit) != 0 {
			const between = 9 // half pixels, down as well as across
			fmt.Fprintf(&path, "M%s %sh0", half(x*cellWidth+5+place[0]*(between-1)), half(y*cellHeight+6+place[1]*between))
		}
	}
	return path.String()
}

// drawing is what a screen shows besides text.
type drawing struct {
	lines  map[rune]arms
	papers areas // what is behind the characters
	filled areas // lines and blocks, along the pixels
	curved areas // rounded corners and dots
}

func newDrawing() *drawing {
	return &drawing{lines: lines()}
}

// add draws the cell at a place and reports whether nothing is left to write.
func (d *drawing) add(c cell, x, y int) bool {
	if c.paper != defaultPaper {
		d.papers.of(`fill="` + c.paper.String() + `"`).add(box{0, 0, cellWidth, cellHeight}.at(x, y))
	}
	if c.text == " " || c.width == 0 {
		return !c.underline
	}
	r, size := utf8.DecodeRuneInString(c.text)
	if size != len(c.text) {
		return false
	}
	boxes := blocks(r)
	if a, drawn := d.lines[r]; drawn {
		boxes = a.boxes()
	}
	for _, b := range boxes {
		d.filled.of(`fill="` + c.ink.String() + `"` + opacity(r)).add(b.at(x, y))
	}
	if path := corner(r, x, y); path != "" {
		d.curved.of(`fill="none" stroke="` + c.ink.String() + `"`).curves.WriteString(path)
		return true
	}
	if dots := braille(r, x, y); dots != "" {
		look := `stroke="` + c.ink.String() + `" stroke-width="2.5" stroke-linecap="round"`
		d.curved.of(look).curves.WriteString(dots)
		return true
	}
	return len(boxes) > 0 || r == '⠀'
}

// opacity is the attribute for the characters that are a shade.
func opacity(r rune) string {
	switch r {
	case '░':
		return ` fill-opacity=".25"`
	case '▒':
		return ` fill-opacity=".5"`
	case '▓':
		return ` fill-opacity=".75"`
	}
	return ""
}

func (d *drawing) write(out *strings.Builder) {
	out.WriteString("<g shape-rendering=\"crispEdges\">\n")
	d.papers.write(out)
	d.filled.write(out)
	out.WriteString("</g>\n")
	d.curved.write(out)
}
