package line

import (
	"strings"
	"testing"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/internal/theme"
	"apps.local/neetbox-tui/tui/internal/theme/themetest"
)

func looks(t testing.TB) theme.Theme {
	t.Helper()
	return themetest.New(t, termenv.Ascii, theme.Braille)
}

func keyOf(s string) tea.KeyMsg {
	for t := tea.KeyType(-80); t < 128; t++ {
		if t != tea.KeyRunes && t.String() == s {
			return tea.KeyMsg{Type: t}
		}
	}
	if s == "space" {
		return tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{' '}}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s)}
}

func TestInput_MovesByWhatAPersonSees(t *testing.T) {
	var l Input
	l.Insert("ab 👨‍👩‍👧 e\u0301")
	for _, step := range []struct{ key, want string }{
		{"backspace", "ab 👨‍👩‍👧 |"},
		{"left", "ab 👨‍👩‍👧| "},
		{"left", "ab |👨‍👩‍👧 "},
		{"delete", "ab | "},
		{"home", "|ab  "},
		{"right", "a|b  "},
		{"x", "ax|b  "},
		{"ctrl+k", "ax|"},
		{"space", "ax |"},
		{"c", "ax c|"},
		{"ctrl+w", "ax |"},
		{"alt+left", "|ax "},
		{"ctrl+right", "ax| "},
		{"end", "ax |"},
		{"ctrl+u", "|"},
		{"backspace", "|"},
		{"delete", "|"},
	} {
		k := keyOf(step.key)
		if step.key == "alt+left" {
			k = keyOf("left")
			k.Alt = true
		}
		l.Edit(k)
		if got := l.text[:l.at] + "|" + l.text[l.at:]; got != step.want {
			t.Fatalf("%s gives %q, want %q", step.key, got, step.want)
		}
	}
}

func TestInput_ViewShowsTheCursorAndFits(t *testing.T) {
	th := looks(t)
	for _, s := range []string{"", "short", "a much longer line than there is room", "损失函数损失函数损失函数", "a\nb\tc\u202ed"} {
		var l Input
		l.Insert(s)
		for l.at > 0 {
			for w := range 12 {
				view := l.View(w, th)
				if got := text.Width(view); got > w || w > 3 && !strings.Contains(view, "▏") || !utf8.ValidString(view) {
					t.Fatalf("%q at %d in %d cells: %q, %d cells", s, l.at, w, view, got)
				}
			}
			l.at = l.previous()
		}
	}
}

func TestInput_HoldsNoMoreThanItsLimit(t *testing.T) {
	l := Input{Limit: 4}
	l.Set("ab損失")
	if l.Text() != "ab" || !l.Cut() {
		t.Errorf("%q, cut %v", l.Text(), l.Cut())
	}
	l.Edit(keyOf("backspace"))
	if l.Cut() {
		t.Error("still cut though there is room again")
	}
}

func TestInput_FlatIsOneLine(t *testing.T) {
	l := Input{Flat: true}
	l.Edit(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("a\r\nb\tc\x1b[2J"), Paste: true})
	if l.Text() != "a b c[2J" {
		t.Errorf("%q", l.Text())
	}
}
