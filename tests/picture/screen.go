package main

import "strings"

// colour is 0xRRGGBB.
type colour uint32

// Colours of a terminal that was told none, of its sixteen named ones, and of
// the window around it.
const (
	defaultInk   colour = 0xd5d6db
	defaultPaper colour = 0x16161e
	barPaper     colour = 0x1f2029
	barInk       colour = 0x9aa0ae
	frameInk     colour = 0x34363f
)

// style is how the characters of a cell look; reverse is done already.
type style struct {
	ink                     colour
	bold, italic, underline bool
}

// cell is one place on the screen.
type cell struct {
	text  string // what a person sees as one character; " " for nothing
	width int    // in cells: 1, 2 for a wide character, 0 for the place that a wide one takes from its right
	paper colour
	style
}

// screen is what a terminal shows at one moment: rows of equally many cells.
type screen struct {
	title string // of its window
	cells [][]cell
}

// columns is the width of the screen in cells.
func (s screen) columns() int {
	if len(s.cells) == 0 {
		return 0
	}
	return len(s.cells[0])
}

// String is the text of the screen, a line a row, spaces at the ends cut.
func (s screen) String() string {
	var text strings.Builder
	for _, row := range s.cells {
		var line strings.Builder
		for _, c := range row {
			if c.width > 0 {
				line.WriteString(c.text)
			}
		}
		text.WriteString(strings.TrimRight(line.String(), " "))
		text.WriteByte('\n')
	}
	return text.String()
}

// indexed is a colour of the xterm palette: 16 named ones, a cube of 6*6*6 and
// 24 greys.
func indexed(n int) colour {
	named := [16]colour{
		0x15161e, 0xf7768e, 0x9ece6a, 0xe0af68, 0x7aa2f7, 0xbb9af7, 0x7dcfff, 0xa9b1d6,
		0x545c7e, 0xff899d, 0xb4e88d, 0xf2c68a, 0x9bbcff, 0xcdb0ff, 0xa4daff, 0xe6e8f0,
	}
	step := func(v int) colour {
		if v == 0 {
			return 0
		}
		return colour(55 + 40*v)
	}
	switch {
	case n < 16:
		return named[max(0, n)]
	case n < 232:
		n -= 16
		return step(n/36)<<16 | step(n/6%6)<<8 | step(n%6)
	}
	grey := colour(8 + 10*(min(n, 255)-232))
	return grey<<16 | grey<<8 | grey
}
