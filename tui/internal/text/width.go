package text

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

const ellipsis = "…"

// Width is the number of terminal cells that one line takes. Escape sequences
// count nothing, a grapheme cluster counts once.
func Width(s string) int {
	if printableASCII(s) {
		return len(s)
	}
	return ansi.StringWidth(s)
}

// Fit returns s in exactly width cells: padded with spaces on the right, or
// cut with "…". A style left open is closed before the padding. Text that
// holds more than printable characters and SGR is cleaned first.
func Fit(s string, width int) string { return FitWith(s, width, ellipsis) }

// FitWith is Fit with another sign for the cut, for terminals that have no
// ellipsis. The sign must be plain and is left out where it does not fit.
func FitWith(s string, width int, sign string) string {
	s, w := cut(s, width, sign)
	return pad(s, width-w)
}

// Truncate returns s in at most width cells, cut with "…" where it is longer.
func Truncate(s string, width int) string { return TruncateWith(s, width, ellipsis) }

// TruncateWith is Truncate with another sign for the cut.
func TruncateWith(s string, width int, sign string) string {
	s, _ = cut(s, width, sign)
	return s
}

// PadLeft returns s in exactly width cells with its end at the right edge, the
// way columns of numbers are read; longer text is cut as by Truncate.
func PadLeft(s string, width int) string {
	s, w := cut(s, width, ellipsis)
	return spaces(width-w) + s
}

func printableASCII(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

func pad(s string, n int) string {
	if n <= 0 {
		return s
	}
	return s + spaces(n)
}

func spaces(n int) string {
	const some = "                                                                "
	if n <= 0 {
		return ""
	}
	if n <= len(some) {
		return some[:n]
	}
	return strings.Repeat(" ", n)
}

// cut shortens s to width cells and returns the cells it takes.
func cut(s string, width int, sign string) (string, int) {
	if width <= 0 {
		return "", 0
	}
	ascii := printableASCII(s)
	switch {
	case ascii && len(s) <= width:
		return s, len(s)
	case !ascii && dirty(s):
		s = Clean(s)
	}
	signWidth := Width(sign)
	if signWidth > width {
		sign, signWidth = "", 0
	}
	if ascii {
		return s[:width-signWidth] + sign, width
	}
	return cutCells(s, width, sign, signWidth)
}

func cutCells(s string, width int, sign string, signWidth int) (string, int) {
	var (
		c            = cursor{s: s}
		column       int
		keep, kept   int // bytes and cells that leave room for the sign
		open, atKeep bool
	)
	for c.next() {
		if c.sgr {
			open = !c.resets()
			continue
		}
		if column+c.cells > width {
			return closeStyle(s[:keep]+sign, atKeep), kept + signWidth
		}
		column += c.cells
		if column <= width-signWidth {
			keep, kept, atKeep = c.end, column, open
		}
	}
	return closeStyle(s, open), column
}

func closeStyle(s string, open bool) string {
	if open {
		return s + reset
	}
	return s
}

// dirty reports text that cutting cannot measure: anything that Clean would
// drop or replace, or a mark with nothing to stand on.
func dirty(s string) bool {
	first := true
	for i := 0; i < len(s); {
		if s[i] >= 0x20 && s[i] < 0x7f {
			first = false
			i++
			continue
		}
		if s[i] == 0x1b {
			n, _, sgr := escape(s[i:])
			if !sgr {
				return true
			}
			i += n
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			return true
		}
		switch kindOf(r) {
		case printable:
		case mark, joiner:
			if first {
				return true
			}
		case blank, control, junk:
			return true
		}
		first = false
		i += n
	}
	return false
}

// cursor steps over clean text, one SGR sequence or grapheme cluster at a
// time. It reads clusters exactly as ansi.StringWidth does, so that the sum of
// cells is the width.
type cursor struct {
	s          string
	start, end int  // of the present step, in bytes
	cells      int  // 0 for a sequence
	sgr        bool // the step is a sequence
}

func (c *cursor) next() bool {
	c.start = c.end
	if c.start >= len(c.s) {
		return false
	}
	switch b := c.s[c.start]; {
	case b == 0x1b:
		n, _, _ := escape(c.s[c.start:])
		c.end, c.cells, c.sgr = c.start+n, 0, true
	case b < 0x80:
		c.end, c.cells, c.sgr = c.start+1, 1, false
	default:
		cluster, cells := ansi.FirstGraphemeCluster(c.s[c.start:], ansi.GraphemeWidth)
		c.end, c.cells, c.sgr = c.start+len(cluster), cells, false
	}
	return true
}

func (c *cursor) text() string { return c.s[c.start:c.end] }

// resets reports a sequence after which nothing is open.
func (c *cursor) resets() bool {
	params := strings.TrimLeft(c.s[c.start+2:c.end-1], "0;")
	return params == ""
}
