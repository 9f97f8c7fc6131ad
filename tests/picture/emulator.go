package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/hinshun/vt10x"
	"github.com/rivo/uniseg"
)

// Runes that stand in the emulator for what it can't hold: it gives every rune
// one cell, so a character of several runes becomes one stand-in, and a wide one
// is followed by a filler. Both are from planes that no text uses.
const (
	firstStandIn = '\U000F0000'
	filler       = '\U0010FFFD'
)

// Bits of a glyph's mode, which the emulator doesn't name outside. It exchanges
// the colours for reverse itself.
const (
	modeUnderline = 1 << 1
	modeBold      = 1 << 2
	modeItalic    = 1 << 4
)

// emulator is a terminal without a window. What a program writes is put right
// before the emulation sees it: whole characters, whole sequences, and no colour
// that it would take for another.
type emulator struct {
	answers io.Writer

	mu       sync.Mutex
	vt       vt10x.Terminal
	pending  []byte // the beginning of a sequence or character
	standIns map[string]rune
	texts    []string // what the stand-ins stand for
}

// newEmulator makes one of so many cells. Its answers to queries go to answers.
func newEmulator(columns, rows int, answers io.Writer) *emulator {
	return &emulator{
		answers: answers, standIns: map[string]rune{},
		vt: vt10x.New(vt10x.WithSize(columns, rows), vt10x.WithWriter(answers)),
	}
}

// Write takes what the program wrote, cut anywhere.
func (e *emulator) Write(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.pending = append(e.pending, p...)
	rest := e.pending
	var out []byte
	for len(rest) > 0 {
		item, width, whole := first(rest)
		if !whole {
			break
		}
		rest = rest[len(item):]
		answer := answerTo(item)
		switch {
		case answer != "":
			// A program waits for the last answer only, so the emulation gives its own
			// to the queries before this one first.
			if err := e.emulate(out); err != nil {
				return 0, err
			}
			out = out[:0]
			if _, err := io.WriteString(e.answers, answer); err != nil {
				return 0, fmt.Errorf("answer the program: %w", err)
			}
		case item[0] == ansi.ESC:
			out = append(out, understood(item)...)
		case item[0] < ' ' || item[0] == ansi.DEL:
			out = append(out, item...)
		case width > 0:
			out = e.appendCharacter(out, item, width)
		}
	}
	e.pending = bytes.Clone(rest)
	return len(p), e.emulate(out)
}

// first is the first character, control or escape sequence of what is left, and
// how many cells it takes. It is not whole when it may go on in the next piece.
func first(rest []byte) (item []byte, width int, whole bool) {
	if !utf8.FullRune(rest) {
		return nil, 0, false
	}
	if rest[0] >= ' ' && rest[0] != ansi.DEL {
		cluster, after, width, _ := uniseg.FirstGraphemeCluster(rest, -1)
		return cluster, width, len(after) > 0 && utf8.FullRune(after)
	}
	item, _, _, state := ansi.DecodeSequence(rest, ansi.NormalState, nil)
	return item, 0, state == ansi.NormalState && string(item) != "\x1b"
}

// answerTo is this terminal's answer to a query that the emulation does not
// answer, or not with the colours of the picture; "" for everything else.
func answerTo(item []byte) string {
	answer := func(which int, c colour) string {
		const two = 0x101 // the answer has 16 bits a primary
		return fmt.Sprintf("\x1b]%d;rgb:%04x/%04x/%04x\a", which, uint32(c>>16*two), uint32(c>>8&0xff*two), uint32(c&0xff*two))
	}
	switch strings.TrimRight(string(item), "\a\x1b\\") {
	case "\x1b[c", "\x1b[0c":
		return "\x1b[?62;22c"
	case "\x1b]10;?":
		return answer(10, defaultInk)
	case "\x1b]11;?":
		return answer(11, defaultPaper)
	}
	return ""
}

func (e *emulator) emulate(p []byte) error {
	_, err := e.vt.Write(p)
	return err
}

func (e *emulator) appendCharacter(out, item []byte, width int) []byte {
	if utf8.RuneCount(item) == 1 {
		out = append(out, item...)
	} else {
		r, known := e.standIns[string(item)]
		if !known {
			r = firstStandIn + rune(len(e.texts))
			e.standIns[string(item)] = r
			e.texts = append(e.texts, string(item))
		}
		out = utf8.AppendRune(out, r)
	}
	for range width - 1 {
		out = utf8.AppendRune(out, filler)
	}
	return out
}

// understood is what the emulation may see of an escape sequence: nothing of a
// private one, which it would read without its prefix.
func understood(item []byte) []byte {
	if !bytes.HasPrefix(item, []byte("\x1b[")) || len(item) < len("\x1b[m") {
		return item
	}
	final := item[len(item)-1]
	switch first := item[2]; {
	case first == '<', first == '=', first == '>', first == '?' && final == 'u':
		return nil
	case final == 'm':
		return distinct(item)
	}
	return item
}

// distinct moves truecolor values below 256 by a shade of green that nobody
// sees: the emulator keeps palette indices in the same number.
func distinct(sgr []byte) []byte {
	args := strings.Split(string(sgr[2:len(sgr)-1]), ";")
	changed := false
	for i := 0; i+4 < len(args); i++ {
		if (args[i] == "38" || args[i] == "48") && args[i+1] == "2" {
			if args[i+2] == "0" && args[i+3] == "0" {
				args[i+3], changed = "1", true
			}
			i += 4
		}
	}
	if !changed {
		return sgr
	}
	return []byte("\x1b[" + strings.Join(args, ";") + "m")
}

// screen is what it shows now.
func (e *emulator) screen() screen {
	e.mu.Lock()
	defer e.mu.Unlock()
	columns, rows := e.vt.Size()
	s := screen{cells: make([][]cell, rows)}
	for y := range s.cells {
		row := make([]cell, columns)
		for x := range row {
			row[x] = e.cell(e.vt.Cell(x, y))
			// A filler that lost its character to an overwrite is a place like others.
			switch whole := x > 0 && uniseg.StringWidth(row[x-1].text) > 1; {
			case row[x].text != string(filler):
			case whole:
				row[x-1].width, row[x].width = 2, 0
			default:
				row[x].text = " "
			}
		}
		s.cells[y] = row
	}
	return s
}

func (e *emulator) cell(g vt10x.Glyph) cell {
	c := cell{text: string(g.Char), width: 1, paper: shade(g.BG), style: style{
		ink: shade(g.FG), bold: g.Mode&modeBold != 0, italic: g.Mode&modeItalic != 0, underline: g.Mode&modeUnderline != 0,
	}}
	if i := int(g.Char - firstStandIn); i >= 0 && i < len(e.texts) {
		c.text = e.texts[i]
	}
	if g.Char == 0 {
		c.text = " "
	}
	return c
}

// shade is a colour of the emulator: an index, a truecolor value or a default.
func shade(c vt10x.Color) colour {
	switch {
	case c == vt10x.DefaultFG:
		return defaultInk
	case c == vt10x.DefaultBG:
		return defaultPaper
	case c < 256:
		return indexed(int(c))
	}
	return colour(c & 0xffffff)
}

// String is the colour as "#rrggbb".
func (c colour) String() string { return fmt.Sprintf("#%06x", uint32(c)) }
