package sheet_test

import (
	"fmt"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/sheet"
	"apps.local/neetbox-tui/tui/internal/theme"
	"apps.local/neetbox-tui/tui/internal/theme/themetest"
)

func newSheet(t *testing.T) *sheet.Overlay {
	t.Helper()
	return sheet.New(themetest.New(t, termenv.Ascii, theme.Braille), keys.Default())
}

func lines(n int) func(int) []string {
	return func(int) []string {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprintf("line %d", i)
		}
		return list
	}
}

func key(name string) tea.KeyMsg {
	if name == "esc" {
		return tea.KeyMsg{Type: tea.KeyEsc}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(name)}
}

func TestSheet_IsExactlyItsSize(t *testing.T) {
	s := newSheet(t)
	s.Open("A title", lines(100))
	for w := 1; w < 220; w += 7 {
		for h := 1; h < 70; h += 3 {
			s.SetSize(w, h)
			wantW, wantH := s.Size()
			if gotW, gotH := lipgloss.Size(s.View()); gotW != wantW || gotH != wantH || wantW > w || wantH > h {
				t.Fatalf("on %dx%d it is %dx%d, says %dx%d", w, h, gotW, gotH, wantW, wantH)
			}
		}
	}
}

func TestSheet_ScrollsAndStopsAtBothEnds(t *testing.T) {
	s := newSheet(t)
	s.SetSize(60, 16)
	s.Open("A title", lines(100))
	for range 200 {
		s.Update(key("j"))
	}
	if view := s.View(); !strings.Contains(view, "line 99 ") || !strings.Contains(view, "100 of 100") {
		t.Errorf("at the end:\n%s", view)
	}
	for range 200 {
		s.Update(key("k"))
	}
	if view := s.View(); !strings.Contains(view, "line 0 ") {
		t.Errorf("at the start:\n%s", view)
	}
}

func TestSheet_EscPutsItAwayAndSaysSo(t *testing.T) {
	s := newSheet(t)
	s.SetSize(60, 16)
	if s.Visible() || s.View() != "" {
		t.Error("a new sheet is open")
	}
	s.Open("A title", lines(3))
	cmd := s.Update(key("esc"))
	if cmd == nil || s.Visible() {
		t.Fatal("esc left it open")
	}
	if _, ok := cmd().(sheet.CloseMsg); !ok {
		t.Errorf("esc said %T", cmd())
	}
	if s.Update(key("esc")) != nil {
		t.Error("a closed sheet takes keys")
	}
}
