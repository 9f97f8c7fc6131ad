package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

const (
	tabStop = 4

	// A few marks on one letter are writing, a tower of them is drawn over the
	// rows above and below.
	maxMarks = 8

	zwnj = '\u200c'
	zwj  = '\u200d'
)

// Clean makes one line of hostile text safe to draw. Colours and weights (SGR)
// survive, in a normal form and closed at the end; every other escape
// sequence, ended or not, is dropped, as are control characters, bidirectional
// overrides and characters without width that are not part of writing. Tabs
// become spaces up to the next column divisible by four, line breaks one
// space, invalid UTF-8 U+FFFD. Text after the last carriage return wins, as on
// a terminal; a carriage return at the end erases nothing.
//
// Clean(Clean(s)) is Clean(s), and text that needs no change is returned
// without an allocation.
func Clean(s string) string {
	if tidy(s) {
		return s
	}
	c := cleaner{styled: true}
	return c.line(s)
}

// Plain is Clean without any style, for names and titles.
func Plain(s string) string {
	if tidy(s) {
		return s
	}
	c := cleaner{}
	return c.line(s)
}

// Lines splits s at line feeds and cleans each line as Clean does. A style
// that is open at the end of a line is opened again on the next one. The last
// line feed ends the last line and does not begin another; the result has at
// least one line.
func Lines(s string) []string {
	s = strings.TrimSuffix(s, "\n")
	lines := make([]string, 0, 1+strings.Count(s, "\n"))
	c := cleaner{styled: true}
	for line := range strings.SplitSeq(s, "\n") {
		if c.want == (style{}) && tidy(line) {
			lines = append(lines, line)
			continue
		}
		lines = append(lines, c.line(line))
	}
	return lines
}

// tidy reports text that cleaning would return as it is. It may answer false
// for such text, never true for other.
func tidy(s string) bool {
	i := 0
	for i < len(s) && s[i] >= 0x20 && s[i] < 0x7f {
		i++
	}
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 || kindOf(r) != printable {
			return false
		}
		i += n
	}
	return true
}

// runeKind says what becomes of a character.
type runeKind uint8

const (
	printable runeKind = iota
	mark               // combines with what stands before it
	joiner             // writing between two letters or emoji, junk elsewhere
	blank              // becomes a space
	control            // steers the terminal
	junk               // dropped
)

func kindOf(r rune) runeKind {
	switch {
	case r < 0xa0:
		return kindOfLow(r)
	case isSettled(r):
		return printable
	case r == zwj, r == zwnj:
		return joiner
	case r == 0x2028, r == 0x2029:
		return blank
	case isJunk(r):
		return junk
	case isMark(r):
		return mark
	}
	return printable
}

func kindOfLow(r rune) runeKind {
	switch {
	case r == '\n', r == '\v', r == '\f', r == 0x85:
		return blank
	case r < 0x20, r >= 0x7f:
		return control
	}
	return printable
}

// isSettled reports Latin letters, signs, Han and Hangul: neither marks nor
// controls are among them, and the tables cost more than all the rest.
func isSettled(r rune) bool {
	switch {
	case r < 0x300:
		return r != 0xad
	case r < 0x2c00:
		return r >= 0x2100
	case r < 0xa000:
		return r >= 0x3400
	}
	return r >= 0xac00 && r < 0xd7a4
}

// isMark reports characters that are drawn with the one before them. At the
// start of a line they would join the border or the text of a neighbour.
func isMark(r rune) bool {
	switch {
	case r == 0xe33, r == 0xeb3, r == 0xff9e, r == 0xff9f: // vowels and voicing that count as letters
		return true
	case r >= 0x1f3fb && r <= 0x1f3ff: // skin tones
		return true
	}
	return unicode.In(r, unicode.M)
}

// isJunk reports characters that are drawn as nothing, change the direction of
// their neighbours, or on whose width terminals do not agree.
func isJunk(r rune) bool {
	switch r {
	// Fillers: letters without a picture. The grapheme joiner joins nothing.
	case 0x34f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x2065, 0x3164, 0xffa0:
		return true
	// Letters that precede their cluster; the signs of this kind are format
	// characters. They would take the padding after them into the cluster.
	case 0xd4e, 0x111c2, 0x111c3, 0x1193f, 0x11941, 0x11a3a, 0x11d46, 0x11f02:
		return true
	}
	if r >= 0x11a84 && r <= 0x11a89 {
		return true
	}
	return unicode.In(r, unicode.Cf, unicode.Variation_Selector)
}

// cleaner writes one line after another; only the style is carried over.
type cleaner struct {
	styled bool
	want   style // after the sequences read so far
	drawn  style // of the last character written

	out      []byte
	returned bool // a carriage return waits for the text that overwrites
	joint    rune // a joiner waits for the character it joins to
	prev     rune // last character written, 0 at the start
	marks    int  // marks written since the last other character

	// Columns are needed for tabs alone: column of out[counted].
	counted, column int
}

func (c *cleaner) line(s string) string {
	c.out = make([]byte, 0, len(s)+len(reset))
	c.restart()
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			c.write(utf8.RuneError)
			i++
			continue
		}
		kind := kindOf(r)
		if kind == control {
			i += c.control(r, n, s[i:])
			continue
		}
		c.rune(r, kind)
		i += n
	}
	c.out = appendSGR(c.out, c.drawn, style{})
	return string(c.out)
}

func (c *cleaner) restart() {
	c.out, c.drawn = c.out[:0], style{}
	c.returned, c.joint, c.prev, c.marks = false, 0, 0, 0
	c.counted, c.column = 0, 0
}

func (c *cleaner) rune(r rune, kind runeKind) {
	switch kind {
	case junk:
	case blank:
		c.write(' ')
	case joiner:
		if c.prev > 0x7f && !c.returned {
			c.joint = r
		}
	case mark:
		if c.prev == 0 || c.returned || c.marks >= maxMarks {
			return
		}
		c.joint = 0
		c.put(r)
		c.marks++
	default:
		c.write(r)
	}
}

// write puts a character that takes a place of its own.
func (c *cleaner) write(r rune) {
	if c.returned {
		c.restart()
	}
	if c.styled && c.drawn != c.want {
		c.out = appendSGR(c.out, c.drawn, c.want)
		c.drawn, c.joint = c.want, 0
	}
	if c.joint != 0 && r > 0x7f {
		c.put(c.joint)
	}
	c.joint, c.marks = 0, 0
	c.put(r)
	c.prev = r
}

func (c *cleaner) put(r rune) { c.out = utf8.AppendRune(c.out, r) }

// control handles the control character r of n bytes at the start of s and
// returns how much of s it used up.
func (c *cleaner) control(r rune, n int, s string) int {
	switch r {
	case '\t':
		c.tab()
	case '\r':
		c.returned = true
	case 0x1b:
		size, params, sgr := escape(s)
		if sgr {
			c.want.apply(params)
		}
		return size
	case 0x9b:
		size, params, sgr := controlSequence(s[n:])
		if sgr {
			c.want.apply(params)
		}
		return n + size
	case 0x90, 0x98, 0x9d, 0x9e, 0x9f:
		return n + controlString(s[n:], r == 0x9d)
	}
	return n
}

func (c *cleaner) tab() {
	if c.returned {
		c.restart()
	}
	c.column += ansi.StringWidth(string(c.out[c.counted:]))
	c.counted = len(c.out)
	for range tabStop - c.column%tabStop {
		c.write(' ')
	}
}
