package main

import (
	"encoding/xml"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Sizes of the window around the screen, in pixels.
const (
	margin   = 12 // between the window's edge and the screen
	barSize  = 32 // height of the title bar
	radius   = 10 // of the window's corners
	baseline = 14 // of the text, from the top of its row
)

// fonts are asked for in this order; every advance is given with the text, so
// another font changes the letters but no column.
const fonts = "ui-monospace,'JetBrains Mono','SF Mono',Menlo,'Cascadia Mono',Consolas,'DejaVu Sans Mono','Liberation Mono',monospace"

// svg writes the screen as a picture of a terminal's window. The same screen
// makes the same bytes.
func svg(s screen) string {
	draw, words := newDrawing(), &wording{}
	for y, row := range s.cells {
		words.row(row, y, draw)
	}
	width := s.columns()*cellWidth/2 + 2*margin
	height := len(s.cells)*cellHeight/2 + barSize + 2*margin
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" role="img">`+"\n", width, height)
	fmt.Fprintf(&out, "<title>%s</title>\n", escape(s.title))
	fmt.Fprintf(&out, `<rect x=".5" y=".5" width="%d" height="%d" rx="%d" fill="%s" stroke="%s"/>`+"\n",
		width-1, height-1, radius, defaultPaper, frameInk)
	fmt.Fprintf(&out, `<path fill="%s" d="M1 %dV%dq0-%d %[4]d-%[4]dH%dq%[4]d 0 %[4]d %[4]dV%[2]dz"/>`+"\n",
		barPaper, barSize, radius+1, radius, width-1-radius)
	for i, light := range []colour{0xff5f57, 0xfebc2e, 0x28c840} {
		fmt.Fprintf(&out, `<circle cx="%d" cy="%d" r="5.5" fill="%s"/>`, 20+20*i, barSize/2, light)
	}
	fmt.Fprintf(&out, "\n"+`<text x="%d" y="%d" text-anchor="middle" font-family="system-ui,sans-serif" font-size="13" fill="%s">%s</text>`+"\n",
		width/2, barSize/2+5, barInk, escape(s.title))
	fmt.Fprintf(&out, `<g transform="translate(%d %d)">`+"\n", margin, barSize+margin)
	draw.write(&out)
	fmt.Fprintf(&out, `<g font-family="%s" font-size="15" xml:space="preserve">`+"\n", fonts)
	words.write(&out)
	out.WriteString("</g>\n</g>\n</svg>\n")
	return out.String()
}

// wording is the text of a screen, by its look in the order in which the looks
// came up.
type wording struct {
	looks []*look
}

// look is the text of one style.
type look struct {
	style
	texts strings.Builder
}

func (w *wording) of(s style) *look {
	for _, l := range w.looks {
		if l.style == s {
			return l
		}
	}
	l := &look{style: s}
	w.looks = append(w.looks, l)
	return l
}

// run is text of one style that stands in cells side by side.
type run struct {
	style
	text  strings.Builder
	x     int // first cell
	cells int
	blank int // spaces at its end
}

// row draws a row's cells and writes the rest: letters in runs, and every symbol
// alone in the middle of its place, because a font may lack it and its
// substitute be of any width.
func (w *wording) row(row []cell, y int, draw *drawing) {
	var now *run
	flush := func() {
		if now != nil {
			w.of(now.style).run(now, y)
			now = nil
		}
	}
	for x, c := range row {
		switch drawn := draw.add(c, x, y); {
		case c.width == 0: // its character is written
		case c.text == " " && !c.underline:
			// One space is cheaper inside a run, two are a gap between runs.
			if now != nil && now.blank == 0 && !now.underline {
				now.space()
				break
			}
			flush()
		case drawn:
			flush()
		case symbol(c):
			flush()
			w.of(c.style).symbol(c, x, y)
		default:
			if now != nil && now.style != c.style {
				flush()
			}
			if now == nil {
				now = &run{style: c.style, x: x}
			}
			now.text.WriteString(c.text)
			now.cells++
			now.blank = 0
		}
	}
	flush()
}

func (r *run) space() {
	r.text.WriteByte(' ')
	r.cells++
	r.blank++
}

func (l *look) run(r *run, y int) {
	text, cells := r.text.String(), r.cells
	if r.blank > 0 {
		text, cells = text[:len(text)-r.blank], cells-r.blank
	}
	fmt.Fprintf(&l.texts, `<text x="%s" y="%s"`, half(r.x*cellWidth), half(y*cellHeight+2*baseline))
	if cells > 1 {
		fmt.Fprintf(&l.texts, ` textLength="%s"`, half(cells*cellWidth))
	}
	l.texts.WriteString(">" + escape(text) + "</text>\n")
}

func (l *look) symbol(c cell, x, y int) {
	fmt.Fprintf(&l.texts, `<text x="%s" y="%s" text-anchor="middle">%s</text>`+"\n",
		half(x*cellWidth+c.width*cellWidth/2), half(y*cellHeight+2*baseline), escape(plain(c.text)))
}

func (w *wording) write(out *strings.Builder) {
	for _, l := range w.looks {
		fmt.Fprintf(out, `<g fill="%s"`, l.ink)
		if l.bold {
			out.WriteString(` font-weight="bold"`)
		}
		if l.italic {
			out.WriteString(` font-style="italic"`)
		}
		if l.underline {
			out.WriteString(` text-decoration="underline"`)
		}
		out.WriteString(">\n" + l.texts.String() + "</g>\n")
	}
}

// symbol reports whether the cell needs a text of its own: monospaced fonts have
// letters and punctuation, and not surely what comes from the arrows on.
func symbol(c cell) bool {
	const arrows = '←'
	r, size := utf8.DecodeRuneInString(c.text)
	return c.width != 1 || size != len(c.text) || r >= arrows
}

// plain asks for the monochrome form of a symbol that a browser may otherwise
// show as a coloured picture.
func plain(text string) string {
	const textForm = "\uFE0E"
	const coloured = "↔↕↖↗↘↙↩↪⏎☀☁☑☠♀♂♠♣♥♦♻⚒⚔⚙⚛⚠⚡✂✈✉✏✔✖✳✴❄❇❤➡⬅⬆⬇"
	if utf8.RuneCountInString(text) == 1 && strings.Contains(coloured, text) {
		return text + textForm
	}
	return text
}

// escape is foreign text as XML: what no document may hold becomes U+FFFD.
func escape(text string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(text)) // a Builder takes everything
	return out.String()
}
