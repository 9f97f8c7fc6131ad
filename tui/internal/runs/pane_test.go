package runs

import (
	"fmt"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/google/go-cmp/cmp"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/pane"
)

func TestCursor_StaysOnItsItemWhenDataArrivesAbove(t *testing.T) {
	p := full(t)
	p.SetSize(40, 8)
	press(p, "j", "j")
	want, line := selected(t, p), p.at-p.top
	for i := range 30 {
		p.Apply(presence("p1", fmt.Sprint("new", i), protocol.RunRunning, int64(i)))
		if got := selected(t, p); got != want {
			t.Fatalf("after %d new runs %s is selected, want %s", i+1, got, want)
		}
		if r := p.rows[p.at].run; r == nil || r.info.ID != want {
			t.Fatalf("after %d new runs the cursor is on %+v", i+1, p.rows[p.at])
		}
	}
	if p.at-p.top != line {
		t.Errorf("the cursor moved from line %d to %d of the screen", line, p.at-p.top)
	}
	projects, runs := usual()
	p.SetSnapshot(projects, runs)
	if got := selected(t, p); got != want {
		t.Errorf("a snapshot moved the selection to %s, want %s", got, want)
	}
}

func TestCursor_NeverWraps(t *testing.T) {
	p := full(t)
	p.SetSize(40, 8)
	press(p, "g", "g", "k", "k")
	if p.at != 0 {
		t.Errorf("up from the top went to %d", p.at)
	}
	press(p, "G", "j", "j", "ctrl+d")
	if p.at != len(p.rows)-1 {
		t.Errorf("down from the end went to %d of %d", p.at, len(p.rows))
	}
}

func TestUpdate_SendsASelectionOnlyWhenItChanges(t *testing.T) {
	p := full(t)
	p.SetSize(40, 20)
	if diff := cmp.Diff([]tea.Msg{SelectedMsg{"p1", "r2"}}, press(p, "j")); diff != "" {
		t.Error(diff)
	}
	// The project's line selects its first run, on which one more step lands.
	if diff := cmp.Diff([]tea.Msg{SelectedMsg{"p1", "r1"}}, press(p, "g", "g", "j")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]tea.Msg{OpenMsg{"p1", "r1"}, DetailsMsg{"p1", "r1"}, DeleteMsg{"p1", "r1"}, CopyMsg{"green-fox-12", "the run's name"}}, press(p, "enter", "i", "D", "y")); diff != "" {
		t.Error(diff)
	}
}

func TestFilter_IsLiveCountsAndGoesAway(t *testing.T) {
	p := full(t)
	p.SetSize(40, 20)
	press(p, "/")
	if !p.Capturing() || p.Scope() != keys.Search {
		t.Fatal("the filter does not take the input")
	}
	press(p, "E", "l", "q", "backspace", "K") // q would leave, were it a command
	if v := p.View(); !strings.Contains(v, "1 of 6") || !strings.Contains(v, "[1/6]") || !strings.Contains(v, "blue-elk-9") || strings.Contains(v, "green-fox") {
		t.Errorf("got\n%s", v)
	}
	if got := selected(t, p); got != "r1" {
		t.Errorf("typing selected %s", got)
	}
	if diff := cmp.Diff([]tea.Msg{SelectedMsg{"p1", "r4"}}, press(p, "enter")); diff != "" {
		t.Error(diff)
	}
	if p.Capturing() || p.search.query != "ElK" {
		t.Errorf("enter kept %q", p.search.query)
	}
	if !p.Back() || p.Back() || len(p.rows) != 9 {
		t.Errorf("back left %d rows", len(p.rows))
	}
	if r := p.rows[p.at].run; r == nil || r.info.ID != "r4" {
		t.Error("the cursor is not on the selected run")
	}
	press(p, "/", "up")
	if p.search.query != "ElK" {
		t.Errorf("recalled %q", p.search.query)
	}
	press(p, "esc")
	if p.search.query != "" || p.Capturing() {
		t.Error("esc did not drop the filter")
	}
}

func TestFilter_PasteIsText(t *testing.T) {
	p := full(t)
	press(p, "/")
	p.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("a\x1b[31m\n" + strings.Repeat("b", 5000)), Paste: true})
	if q := p.search.query; len(q) != longestQuery || strings.Contains(q, "\x1b") {
		t.Errorf("the query is %q", q)
	}
	checkSize(t, "view", func() string { p.SetSize(30, 8); return p.View() }(), 30, 8)
}

func TestFold_HidesOlderEndedRunsAndOpens(t *testing.T) {
	p := many(t, 40)
	p.SetSize(40, 60)
	if v := p.View(); !strings.Contains(v, "… 33 older") || len(p.rows) != 1+2+recent+1 {
		t.Fatalf("%d rows:\n%s", len(p.rows), v)
	}
	press(p, "G", "enter")
	if len(p.rows) != 1+40+1 || !strings.Contains(p.View(), "↑ fold 33 older") {
		t.Errorf("%d rows:\n%s", len(p.rows), p.View())
	}
	press(p, "G", "enter")
	if len(p.rows) != 1+2+recent+1 || p.rows[p.at].kind != foldRow {
		t.Errorf("%d rows, the cursor on %d", len(p.rows), p.at)
	}
	if !p.Select("p", "id30") || selected(t, p) != "id30" || p.rows[p.at].run == nil {
		t.Error("a folded run cannot be selected")
	}
}

func TestFold_NeverTakesTheRunUnderTheCursor(t *testing.T) {
	p := many(t, 40)
	p.Select("p", "id1")
	for i := range 20 {
		p.Apply(presence("p", fmt.Sprint("later", i), protocol.RunFinished, int64(i)))
	}
	p.Apply(presence("p", "id1", protocol.RunFinished, 50))
	p.flush()
	if r := p.rows[p.at].run; r == nil || r.info.ID != "id1" {
		t.Errorf("the cursor is on %+v", p.rows[p.at])
	}
}

func TestLeftRight_CloseAndOpenTheGroup(t *testing.T) {
	p := full(t)
	p.SetSize(40, 20)
	n := len(p.rows)
	press(p, "h", "h")
	if len(p.rows) != n-5 || p.rows[p.at].kind != projectRow {
		t.Errorf("%d rows of %d", len(p.rows), n)
	}
	press(p, "l")
	if len(p.rows) != n {
		t.Errorf("%d rows of %d", len(p.rows), n)
	}
}

func TestSort_NewestNameStateAndBack(t *testing.T) {
	p := full(t)
	p.SetSize(60, 20)
	order := func() string {
		p.flush()
		var ids []string
		for _, r := range p.rows {
			if r.kind == runRow && r.project.info.ID == "p1" {
				ids = append(ids, r.run.info.ID[:2])
			}
		}
		return strings.Join(ids, " ")
	}
	for _, want := range []string{"r1 r2 r3 r4 9e", "9e r4 r1 r3 r2", "r2 r1 r3 9e r4", "r1 r2 r3 r4 9e"} {
		if got := order(); got != want {
			t.Errorf("%s: got %s, want %s", p.order.title(p.rev), got, want)
		}
		press(p, "s")
	}
	press(p, "s", "s", "S")
	if got, want := order(), "9e r4 r3 r2 r1"; got != want {
		t.Errorf("reversed: got %s, want %s", got, want)
	}
	if got := selected(t, p); got != "r1" {
		t.Errorf("sorting selected %s", got)
	}
}

func TestMouse_ClicksAndScrolls(t *testing.T) {
	p := full(t)
	p.SetSize(40, 20)
	click := tea.MouseMsg{X: 3, Y: 3, Action: tea.MouseActionPress, Button: tea.MouseButtonLeft}
	if got := p.Update(click)(); got != (SelectedMsg{"p1", "r2"}) {
		t.Errorf("got %#v", got)
	}
	if got := p.Update(click)(); got != (OpenMsg{"p1", "r2"}) {
		t.Errorf("got %#v", got)
	}
	p.SetSize(40, 6)
	if cmd := p.Update(tea.MouseMsg{Action: tea.MouseActionPress, Button: tea.MouseButtonWheelDown}); cmd != nil {
		t.Error("the wheel chose another run")
	}
	p.Apply(presence("p1", "new", protocol.RunRunning, 1))
	if v := p.View(); p.top != 4 || strings.Contains(v, "▌") || selected(t, p) != "r2" {
		t.Errorf("new data took the place that was looked at:\n%s", v)
	}
	press(p, "j")
	if !strings.Contains(p.View(), "▌○ red-owl-3") {
		t.Errorf("a key does not go on from the cursor:\n%s", p.View())
	}
}

func TestPane_IsAPane(*testing.T) { var _ pane.Pane = (*Pane)(nil) }
