package help

import (
	"fmt"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"github.com/muesli/termenv"

	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/theme"
	"apps.local/neetbox-tui/tui/internal/theme/themetest"
)

func newOverlay(t testing.TB) *Overlay {
	t.Helper()
	o := New(themetest.New(t, termenv.Ascii, theme.Braille), keys.Default())
	o.SetSize(80, 24)
	return o
}

func press(o *Overlay, names ...string) tea.Msg {
	var msg tea.Msg
	for _, name := range names {
		k := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(name)}
		switch name {
		case "esc":
			k = tea.KeyMsg{Type: tea.KeyEsc}
		case "enter":
			k = tea.KeyMsg{Type: tea.KeyEnter}
		case "up":
			k = tea.KeyMsg{Type: tea.KeyUp}
		}
		msg = nil
		if cmd := o.Update(k); cmd != nil {
			msg = cmd()
		}
	}
	return msg
}

func TestView_Screens(t *testing.T) {
	for _, size := range [][2]int{{20, 5}, {40, 12}, {60, 16}, {80, 24}, {120, 40}, {200, 60}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			var b strings.Builder
			o := newOverlay(t)
			o.SetSize(size[0], size[1])
			for _, scope := range []keys.Scope{keys.Receipts, keys.Logs, keys.Form} {
				o.Open(scope)
				b.WriteString(o.View() + "\n\n")
			}
			o.Open(keys.Logs)
			press(o, "G")
			b.WriteString(o.View() + "\n\n")
			press(o, "/", "e", "r", "r", "o")
			b.WriteString(o.View() + "\n\n")
			press(o, "enter")
			b.WriteString(o.View() + "\n\n")
			press(o, "/", "q", "z")
			b.WriteString(o.View() + "\n")
			golden.RequireEqual(t, []byte(b.String()))
		})
	}
}

func TestView_Styled(t *testing.T) {
	o := newOverlay(t)
	o.SetTheme(themetest.New(t, termenv.TrueColor, theme.Braille))
	o.SetSize(120, 40)
	o.Open(keys.Logs)
	golden.RequireEqual(t, []byte(o.View()+"\n"))
}

func TestView_IsExactlyItsSize(t *testing.T) {
	for _, w := range []int{-1, 0, 1, 2, 3, 4, 5, 12, 20, 22, 40, 59, 60, 61, 80, 107, 108, 112, 113, 140, 200} {
		for _, h := range []int{-1, 0, 1, 2, 3, 4, 5, 8, 9, 15, 16, 40} {
			for i, scope := range []keys.Scope{keys.Logs, keys.Form, keys.Global, keys.Help} {
				o := newOverlay(t)
				o.SetSize(w, h)
				o.Open(scope)
				if i%2 == 0 {
					press(o, "G", "/", "损", "👩‍🚀", strings.Repeat("x", 30))
				}
				checkSize(t, o, w, h)
			}
		}
	}
}

func checkSize(t *testing.T, o *Overlay, screenW, screenH int) {
	t.Helper()
	w, h := o.Size()
	view := o.View()
	if screenW <= 0 || screenH <= 0 {
		if w != 0 || h != 0 || view != "" {
			t.Fatalf("%dx%d: %q", screenW, screenH, view)
		}
		return
	}
	lines := strings.Split(view, "\n")
	if len(lines) != h || w > screenW || h > screenH || w < 1 || h < 1 {
		t.Fatalf("%dx%d: size %dx%d, %d rows", screenW, screenH, w, h, len(lines))
	}
	for _, line := range lines {
		if ansi.StringWidth(line) != w || lipgloss.Width(line) != w {
			t.Fatalf("%dx%d: a row of %d cells: %q", screenW, screenH, ansi.StringWidth(line), line)
		}
	}
}

func TestHelp_ShowsEveryBoundKeyOfThePlaceAndNoOther(t *testing.T) {
	m, err := keys.Default().Rebind(map[string][]string{"logs.wrap": nil, "logs.follow": {"F"}})
	if err != nil {
		t.Fatal(err)
	}
	m = m.Without(keys.CmdActions)
	for _, scope := range keys.Scopes() {
		o := New(themetest.New(t, termenv.Ascii, theme.Braille), m)
		o.SetSize(100, 300)
		o.Open(scope)
		view := strings.Join(strings.Fields(o.View()), " ")
		shown := []keys.Scope{scope}
		if !scope.Modal() {
			shown = append(shown, keys.Global)
		}
		for _, s := range shown {
			for _, b := range m.Bindings(s) {
				if line := spelled(b.Keys) + " " + b.Help; strings.Contains(view, b.Help) != (len(b.Keys) > 0) && len(b.Help) < 50 && len(b.Help) > 8 {
					t.Errorf("%s: %q", scope, line)
				}
			}
		}
		if scope.Typed() && strings.Contains(view, "ctrl+c Q") {
			t.Errorf("%s promises a key that is text there", scope)
		}
		if strings.Contains(view, "call an action of the run") {
			t.Errorf("%s shows a command that there is not", scope)
		}
	}
}

func TestHelp_PaneBeforeEverywhere(t *testing.T) {
	o := newOverlay(t)
	for _, w := range []int{80, 140} {
		o.SetSize(w, 200)
		o.Open(keys.Logs)
		view := o.View()
		if at := strings.Index(view, "Log"); at < 0 || at > strings.Index(view, "Everywhere") {
			t.Errorf("at %d cells:\n%s", w, view)
		}
	}
}

func TestHelp_Closes(t *testing.T) {
	for _, k := range []string{"esc", "q", "?"} {
		o := newOverlay(t)
		o.Open(keys.Runs)
		if msg := press(o, k); msg != (CloseMsg{}) || o.Visible() || o.View() != "" {
			t.Errorf("%s: %v", k, msg)
		}
		if msg := press(o, k); msg != nil {
			t.Errorf("%s on a closed one: %v", k, msg)
		}
	}
}

func TestHelp_EscIsALadder(t *testing.T) {
	o := newOverlay(t)
	o.Open(keys.Runs)
	press(o, "/", "q", "?")
	if !o.Capturing() || o.Scope() != keys.Search || o.search.Value() != "q?" {
		t.Fatal("typed text was a command")
	}
	press(o, "up", "enter")
	if o.Capturing() || o.search.Value() != "q?" {
		t.Fatal("enter does not keep the filter")
	}
	if msg := press(o, "esc"); msg != nil || o.search.Value() != "" || !o.Visible() {
		t.Fatal("esc does not clear the filter first")
	}
	press(o, "/", "x", "esc")
	if o.Capturing() || o.search.Value() != "" || !o.Visible() {
		t.Fatal("esc does not drop the search")
	}
	if msg := press(o, "esc"); msg != (CloseMsg{}) {
		t.Fatal("esc does not close at last")
	}
}

func TestHelp_PasteGoesToTheSearchOnly(t *testing.T) {
	o := newOverlay(t)
	o.Open(keys.Runs)
	pasted := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("q"), Paste: true}
	if cmd := o.Update(pasted); cmd != nil || !o.Visible() {
		t.Fatal("a paste closed it")
	}
	press(o, "/")
	o.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("sort\nesc"), Paste: true})
	if got := o.search.Value(); got != "sort esc" {
		t.Errorf("the search is %q", got)
	}
}

func TestHelp_ScrollsAndStopsAtTheEnds(t *testing.T) {
	o := newOverlay(t)
	o.Open(keys.Logs)
	last := len(o.lines()) - o.rows()
	for _, step := range []struct {
		keys []string
		want int
	}{
		{[]string{"k"}, 0}, {[]string{"j", "j"}, 2}, {[]string{"G"}, last}, {[]string{"j"}, last}, {[]string{"g", "g"}, 0},
	} {
		press(o, step.keys...)
		if o.top != step.want {
			t.Errorf("%v: at %d, want %d", step.keys, o.top, step.want)
		}
	}
	o.Update(tea.MouseMsg{Button: tea.MouseButtonWheelDown})
	if o.top != 1 {
		t.Errorf("the wheel leads to %d", o.top)
	}
}
