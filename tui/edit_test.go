package tui

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/exp/golden"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/link"
)

// chose is the dashboard with the cursor on a run that has ended: red-owl-3.
func chose(t testing.TB, w, h int) (*app, *script) {
	t.Helper()
	a, s := opened(t, w, h)
	settle(a, press("1", "j")...)
	if a.run.ID != "r2" {
		t.Fatalf("the run in view is %q", a.run.ID)
	}
	return a, s
}

func TestEdit_RenamesAndShowsItEverywhere(t *testing.T) {
	a, s := chose(t, 120, 40)
	title := ""
	a.title = func(text string) { title = text }
	settle(a, press("r")...)
	settle(a, typed("-final q?D")...)
	settle(a, press("enter")...)
	const name = "red-owl-3-final q?D"
	if len(s.edits) != 1 || s.edits[0].Name == nil || *s.edits[0].Name != name || s.edits[0].Notes != nil || s.edits[0].Tags != nil {
		t.Fatalf("sent %+v", s.edits)
	}
	if len(s.deleted) != 0 || a.edit.Visible() || a.runName() != name || title != "neetbox-tui: bert › "+name {
		t.Errorf("deleted %v, open %v, called %q, titled %q", s.deleted, a.edit.Visible(), a.runName(), title)
	}
	if view := a.View(); strings.Count(view, name) < 2 || !strings.Contains(view, "red-owl-3 is called "+name+" now") {
		t.Errorf("the screen:\n%s", view)
	}
}

func TestEdit_NoteAndTagsAreInTheListAndTheDetails(t *testing.T) {
	a, s := chose(t, 200, 60)
	settle(a, press("e")...)
	settle(a, typed("too high")...)
	settle(a, press("enter")...)
	settle(a, typed("a rate")...)
	settle(a, tea.KeyMsg{Type: tea.KeyCtrlD})
	settle(a, press("#")...)
	settle(a, tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("#good lr"), Paste: true})
	settle(a, press("enter")...)
	if len(s.edits) != 2 || *s.edits[0].Notes != "too high\na rate" || !slices.Equal(*s.edits[1].Tags, []string{"good", "lr"}) {
		t.Fatalf("sent %+v", s.edits)
	}
	if view := a.View(); !strings.Contains(view, "red-owl-3 ✎ #good") || !strings.Contains(view, "red-owl-3 has 2 tags now") {
		t.Errorf("the list:\n%s", view)
	}
	settle(a, press("i")...)
	if view := a.View(); !strings.Contains(view, "#good #lr") || !strings.Contains(view, "too high") {
		t.Errorf("the details:\n%s", view)
	}
}

func TestEdit_ARefusalLosesNothing(t *testing.T) {
	a, s := chose(t, 80, 24)
	s.refusal = errors.New(`change run "r2": the history is paused (free some space, then try again)`)
	settle(a, press("e")...)
	settle(a, typed("a long thought")...)
	settle(a, press("tab", "enter")...)
	if view := a.View(); !strings.Contains(view, "a long thought") || !strings.Contains(view, "the history is paused") {
		t.Errorf("after the refusal:\n%s", view)
	}
	s.refusal = nil
	settle(a, press("enter")...)
	if len(s.edits) != 2 || a.edit.Visible() || s.runs["r2"].Notes != "a long thought" {
		t.Errorf("tried again: %+v, %q", s.edits, s.runs["r2"].Notes)
	}
	settle(a, press("ctrl+g")...)
	if !strings.Contains(a.View(), "free some space") {
		t.Errorf("the messages:\n%s", a.View())
	}
}

func TestDelete_AsksAndTheRunIsGone(t *testing.T) {
	a, s := chose(t, 120, 40)
	settle(a, press("D", "enter")...)
	if len(s.deleted) != 0 || a.edit.Visible() {
		t.Fatal("enter alone deleted it")
	}
	settle(a, press("D", "y")...)
	if !slices.Equal(s.deleted, []string{"r2"}) {
		t.Fatalf("deleted %v", s.deleted)
	}
	if a.run.ID != "r3" {
		t.Errorf("the run in view is %q, not the neighbour", a.run.ID)
	}
	view := a.View()
	if strings.Count(view, "red-owl-3") != 1 || !strings.Contains(view, "deleted red-owl-3 and its history") {
		t.Errorf("the screen:\n%s", view)
	}
	if _, ok := a.runs.Find("bert", "r2"); ok {
		t.Error("it is still known")
	}
}

func TestDelete_TheLastRunLeavesNothingInView(t *testing.T) {
	s, first := world(t)
	first.Snapshot.Projects = first.Snapshot.Projects[:1]
	first.Snapshot.Runs = map[string][]protocol.RunInfo{"bert": {s.runs["r3"]}}
	a := newTestApp(t, s, false)
	settle(a, tea.WindowSizeMsg{Width: 80, Height: 24}, first)
	settle(a, press("1", "D", "y")...)
	if a.run.ID != "" || a.runs.Len() != 0 {
		t.Errorf("in view %q of %d", a.run.ID, a.runs.Len())
	}
	a.View()
}

func TestDelete_ARunWithAHistoryIsNamed(t *testing.T) {
	a, s := opened(t, 120, 40)
	many := s.runs["r2"]
	many.LastSeq, many.Counts = 99, map[protocol.EventType]int64{protocol.EventLog: 10_001}
	settle(a, link.RunDetailMsg{Project: "bert", ID: "r2", Run: many})
	settle(a, press("1", "j", "D", "y", "enter")...)
	if len(s.deleted) != 0 || !a.edit.Visible() {
		t.Fatal("one key deleted a long history")
	}
	settle(a, press("backspace")...)
	settle(a, tea.KeyMsg{Type: tea.KeyCtrlU})
	settle(a, typed("red-owl-3")...)
	settle(a, press("enter")...)
	if len(s.deleted) != 1 {
		t.Error("its name did not delete it")
	}
}

func TestDelete_AConnectedRunIsNotEvenAskedFor(t *testing.T) {
	a, s := opened(t, 120, 40)
	settle(a, press("1", "D")...)
	if len(s.deleted) != 0 || a.edit.Visible() || !strings.Contains(a.View(), "green-fox-12 is connected") {
		t.Errorf("deleted %v:\n%s", s.deleted, a.View())
	}
	// One that comes back while the question stands is kept as well.
	b, s := chose(t, 120, 40)
	settle(b, press("D")...)
	back := event(t, fmt.Sprintf(`{"event-type":"status","series":"presence","name":"bert","payload":{"online":true,"state":"running"},"seq":70,"run":"r2","at":%d}`, ms(time.Second)))
	settle(b, link.BatchMsg{Events: []protocol.Event{back}})
	settle(b, press("y")...)
	if len(s.deleted) != 0 || !strings.Contains(b.View(), "red-owl-3 is connected") {
		t.Errorf("deleted %v:\n%s", s.deleted, b.View())
	}
}

func TestDelete_ErrorsKeepTheRunUnlessItIsGone(t *testing.T) {
	a, s := chose(t, 120, 40)
	s.refusal = &link.APIError{Status: http.StatusConflict, ErrorDetail: protocol.ErrorDetail{Message: "run is connected"}}
	settle(a, press("D", "y")...)
	if _, ok := a.runs.Find("bert", "r2"); !ok || !strings.Contains(a.View(), "run is connected") {
		t.Errorf("after a refusal:\n%s", a.View())
	}
	s.refusal = fmt.Errorf("delete run: %w", &link.APIError{Status: http.StatusNotFound})
	settle(a, press("D", "y")...)
	if _, ok := a.runs.Find("bert", "r2"); ok || !strings.Contains(a.View(), "red-owl-3 was gone already") {
		t.Errorf("after somebody else deleted it:\n%s", a.View())
	}
}

func TestEdit_KeysTypedAheadLandInTheDialog(t *testing.T) {
	a, s := chose(t, 80, 24)
	// What is typed faster than it is read comes as one message.
	settle(a, tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("rqD#")})
	settle(a, press("enter")...)
	if len(s.edits) != 1 || *s.edits[0].Name != "red-owl-3qD#" {
		t.Errorf("sent %+v", s.edits)
	}
}

func TestEdit_PasteGoesToTheFieldOnly(t *testing.T) {
	a, s := chose(t, 80, 24)
	settle(a, press("D")...)
	settle(a, tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("y\n"), Paste: true})
	if len(s.deleted) != 0 || !a.edit.Visible() {
		t.Error("pasted text answered the question")
	}
}

func TestEdit_ReadOnlyHasNoneOfIt(t *testing.T) {
	s, first := world(t)
	a := newTestApp(t, s, true)
	settle(a, tea.WindowSizeMsg{Width: 120, Height: 40}, first)
	settle(a, press("1", "j")...)
	for _, key := range []string{"r", "e", "#", "D"} {
		settle(a, press(key)...)
		if a.edit.Visible() {
			t.Errorf("%s opened a dialog", key)
		}
	}
	for _, c := range a.commands() {
		b, _ := c.ID.(keys.Binding)
		if slices.Contains([]keys.Command{keys.CmdRename, keys.CmdNote, keys.CmdTags, keys.CmdDelete}, b.Command) {
			t.Errorf("%s is in the palette", b.Command)
		}
	}
	settle(a, press("?")...)
	if view := a.View(); strings.Contains(view, "delete the run") || strings.Contains(view, "another name") {
		t.Errorf("the help:\n%s", view)
	}
}

func TestEdit_FromThePalette(t *testing.T) {
	a, _ := opened(t, 120, 40)
	settle(a, press(":")...)
	settle(a, typed("another name")...)
	settle(a, press("enter")...)
	if !a.edit.Visible() || !strings.Contains(a.View(), "Rename") {
		t.Errorf("the palette opened nothing:\n%s", a.View())
	}
}

func TestEdit_Screens(t *testing.T) {
	for name, keys := range map[string][]tea.Msg{
		"rename": press("r"), "note": append(press("e"), typed("too high a rate")...), "tags": press("#"), "delete": press("D"),
	} {
		t.Run(name, func(t *testing.T) {
			a, _ := chose(t, 80, 24)
			settle(a, keys...)
			golden.RequireEqual(t, []byte(a.View()))
			for w := 1; w <= 210; w += 19 {
				for h := 1; h <= 66; h += 5 {
					settle(a, tea.WindowSizeMsg{Width: w, Height: h})
					if gotW, gotH := lipgloss.Size(a.View()); gotW != w || gotH != h {
						t.Fatalf("%dx%d was drawn as %dx%d", w, h, gotW, gotH)
					}
				}
			}
		})
	}
}
