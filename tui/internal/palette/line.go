package palette

import (
	"strings"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/internal/theme"
)

// maxLine bounds what one field holds, in bytes. More belongs into a file whose
// name is passed.
const maxLine = 1 << 16

// line is a line of typed text. Unlike the usual text input it keeps the line
// feeds of a paste, since a run may want them, and moves by what a person sees
// as one character.
type line struct {
	text string
	at   int  // of the cursor, in bytes
	cut  bool // a paste did not fit
}

func (l *line) set(s string) {
	*l = line{}
	l.insert(s)
}

func (l *line) insert(s string) {
	s = typeable(s)
	if room := maxLine - len(l.text); len(s) > room {
		s, l.cut = strings.ToValidUTF8(s[:room], ""), true
	}
	l.text = l.text[:l.at] + s + l.text[l.at:]
	l.at += len(s)
}

// typeable drops what no keyboard types and a terminal would obey.
func typeable(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
}

// edit takes one key and reports whether it meant something to the line.
func (l *line) edit(msg tea.KeyMsg) bool {
	if keys.Text(msg) {
		s := string(msg.Runes)
		if s == "" && msg.Type == tea.KeySpace {
			s = " "
		}
		l.insert(s)
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

func (l *line) erase(key string) bool {
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

func (l *line) previous() int {
	last := 0
	for i := 0; i < l.at; {
		last = i
		cluster, _ := ansi.FirstGraphemeCluster(l.text[i:], ansi.GraphemeWidth)
		i += len(cluster)
	}
	return last
}

func (l *line) next() int {
	if l.at >= len(l.text) {
		return len(l.text)
	}
	cluster, _ := ansi.FirstGraphemeCluster(l.text[l.at:], ansi.GraphemeWidth)
	return l.at + len(cluster)
}

func (l *line) wordStart() int {
	head := strings.TrimRightFunc(l.text[:l.at], apart)
	return len(strings.TrimRightFunc(head, func(r rune) bool { return !apart(r) }))
}

func (l *line) wordEnd() int {
	tail := strings.TrimLeftFunc(l.text[l.at:], apart)
	return len(l.text) - len(strings.TrimLeftFunc(tail, func(r rune) bool { return !apart(r) }))
}

func apart(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' }

// view is the text with the cursor in it, in at most w cells. Where it does not
// fit the part around the cursor is shown.
func (l *line) view(w int, t theme.Theme) string {
	g := t.Glyphs
	bar := t.Accent.Render(cursorBar(g))
	before, after := visible(l.text[:l.at], g), visible(l.text[l.at:], g)
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

func cursorBar(g theme.Glyphs) string {
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

// visible is typed text as one line in which nothing hides: what has no picture
// of its own is drawn as a sign.
func visible(s string, g theme.Glyphs) string {
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
