// Package line is text as it is typed: one line, or an area of several.
//
// Whatever is put in, nothing in it reaches the terminal as anything but a
// picture: what no keyboard types is dropped, and what has no picture of its own
// is drawn as a sign. The cursor moves by what a person sees as one character.
package line

import (
	"strings"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/internal/theme"
)

// Most is how much an [Input] holds, in bytes, where its Limit says nothing
// else.
const Most = 1 << 16

// Input is a line of typed text with a cursor. Unlike the usual text input it
// keeps the line feeds of a paste, since a run may want them. The zero value is
// empty and ready.
type Input struct {
	Limit int  // bytes; 0 means Most
	Flat  bool // line feeds and tabs become spaces

	text string
	at   int  // of the cursor, in bytes
	cut  bool // something did not fit
}

// Text is what was typed.
func (l *Input) Text() string { return l.text }

// Cut reports that the newest text did not fit, until some is taken away.
func (l *Input) Cut() bool { return l.cut }

// Set replaces the text and puts the cursor at its end.
func (l *Input) Set(s string) {
	l.text, l.at, l.cut = "", 0, false
	l.Insert(s)
}

// Insert puts text in at the cursor.
func (l *Input) Insert(s string) {
	s = Typeable(s)
	if l.Flat {
		s = strings.NewReplacer("\n", " ", "\t", " ").Replace(s)
	}
	limit := l.Limit
	if limit <= 0 {
		limit = Most
	}
	if room := max(limit-len(l.text), 0); len(s) > room {
		s, l.cut = strings.ToValidUTF8(s[:room], ""), true
	}
	l.text = l.text[:l.at] + s + l.text[l.at:]
	l.at += len(s)
}

// Typeable drops what no keyboard types and a terminal would obey.
func Typeable(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
}

// Edit takes one key and reports whether it meant something to the line.
func (l *Input) Edit(msg tea.KeyMsg) bool {
	if keys.Text(msg) {
		s := string(msg.Runes)
		if s == "" && msg.Type == tea.KeySpace {
			s = " "
		}
		l.Insert(s)
		return true
	}
	switch msg.String() {
	case "left", "ctrl+b":
		l.at = l.previous()
	case "right", "ctrl+f":
		l.at = l.next()
	case "home", "ctrl+a":
		l.at = 0
	case "end", "ctrl+e":
		l.at = len(l.text)
	case "ctrl+left", "alt+left", "alt+b":
		l.at = l.wordStart()
	case "ctrl+right", "alt+right", "alt+f":
		l.at = l.wordEnd()
	default:
		return l.erase(msg.String())
	}
	return true
}

func (l *Input) erase(key string) bool {
	from, to := l.at, l.at
	switch key {
	case "backspace", "ctrl+h":
		from = l.previous()
	case "delete", "ctrl+d":
		to = l.next()
	case "ctrl+w", "alt+backspace":
		from = l.wordStart()
	case "ctrl+u":
		from = 0
	case "ctrl+k":
		to = len(l.text)
	default:
		return false
	}
	if from < to {
		l.cut = false
	}
	l.text, l.at = l.text[:from]+l.text[to:], from
	return true
}

func (l *Input) previous() int {
	last := 0
	for i := 0; i < l.at; {
		last = i
		cluster, _ := ansi.FirstGraphemeCluster(l.text[i:], ansi.GraphemeWidth)
		i += len(cluster)
	}
	return last
}

func (l *Input) next() int {
	if l.at >= len(l.text) {
		return len(l.text)
	}
	cluster, _ := ansi.FirstGraphemeCluster(l.text[l.at:], ansi.GraphemeWidth)
	return l.at + len(cluster)
}

func (l *Input) wordStart() int {
	head := strings.TrimRightFunc(l.text[:l.at], Apart)
	return len(strings.TrimRightFunc(head, func(r rune) bool { return !Apart(r) }))
}

func (l *Input) wordEnd() int {
	tail := strings.TrimLeftFunc(l.text[l.at:], Apart)
	return len(l.text) - len(strings.TrimLeftFunc(tail, func(r rune) bool { return !Apart(r) }))
}

// Apart reports a character that stands between words.
func Apart(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' }

// View is the text with the cursor in it, in at most w cells. Where it does not
// fit the part around the cursor is shown.
func (l *Input) View(w int, t theme.Theme) string {
	g := t.Glyphs
	bar := t.Accent.Render(Bar(g))
	before, after := Visible(l.text[:l.at], g), Visible(l.text[l.at:], g)
	room := w - 1
	if room <= 0 {
		return text.Truncate(bar, w)
	}
	widthBefore, widthAfter := text.Width(before), text.Width(after)
	if widthBefore+widthAfter > room {
		keep := max(room-min(widthAfter, room/3), 1)
		if widthBefore > keep {
			before = g.Ellipsis + tail(before, keep-1)
		}
		after = text.TruncateWith(after, room-text.Width(before), g.Ellipsis)
	}
	return before + bar + after
}

// Bar is the cursor, in one cell.
func Bar(g theme.Glyphs) string {
	if g.Mode == theme.ASCII {
		return "|"
	}
	return "▏"
}

// tail is the end of s in at most w cells.
func tail(s string, w int) string {
	drop := text.Width(s) - w
	for drop > 0 && s != "" {
		cluster, cells := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		drop -= cells
		s = s[len(cluster):]
	}
	return s
}

// Visible is typed text as one line in which nothing hides: what has no picture
// of its own is drawn as a sign.
func Visible(s string, g theme.Glyphs) string {
	if text.Plain(s) == s {
		return s
	}
	var b strings.Builder
	for s != "" {
		cluster, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		s = s[len(cluster):]
		b.WriteString(picture(cluster, g))
	}
	return text.Plain(b.String())
}

func picture(cluster string, g theme.Glyphs) string {
	switch plain := text.Plain(cluster); {
	case cluster == "\n" && g.Mode == theme.ASCII:
		return "\\"
	case cluster == "\n":
		return "↵"
	case cluster == "\t":
		return " "
	case text.Width(plain) > 0:
		return plain
	}
	return g.Dot
}
