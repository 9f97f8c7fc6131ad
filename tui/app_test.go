package tui

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/exp/golden"
	"github.com/charmbracelet/x/exp/teatest"
	"github.com/muesli/termenv"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/layout"
	"apps.local/neetbox-tui/tui/internal/theme"
	"apps.local/neetbox-tui/tui/link"
)

// at is the moment at which all tests of this package look at the screen.
func at() time.Time { return time.Date(2026, 11, 22, 14, 30, 0, 0, time.UTC) }

func ms(before time.Duration) int64 { return at().Add(-before).UnixMilli() }

// script is a daemon that says what a test tells it to.
type script struct {
	batches  chan link.BatchMsg
	pages    map[string][]protocol.Event // by run
	runs     map[string]protocol.RunInfo
	receipts map[string][]protocol.Receipt
	calls    []protocol.ActionCall
	asked    []protocol.EventQuery
	retries  int
	edits    []protocol.RunEdit
	deleted  []string // ids of runs
	refusal  error    // of Edit and Delete
	err      error    // of Trigger
	live     bool     // Next waits for batches, as it does in a program
}

func (s *script) Next() tea.Cmd {
	return func() tea.Msg {
		if !s.live {
			return nil
		}
		b, ok := <-s.batches
		if !ok {
			return link.BatchMsg{Closed: true}
		}
		return b
	}
}

func (s *script) Trigger(_, _ string, call protocol.ActionCall) (protocol.EventID, error) {
	s.calls = append(s.calls, call)
	return protocol.ID(1), s.err
}

func (s *script) History(id int, project string, q protocol.EventQuery) tea.Cmd {
	s.asked = append(s.asked, q)
	return func() tea.Msg {
		return link.HistoryMsg{ID: id, Project: project, Query: q, Events: s.pages[q.Run]}
	}
}

func (s *script) RunDetail(project, run string) tea.Cmd {
	return func() tea.Msg { return link.RunDetailMsg{Project: project, ID: run, Run: s.runs[run]} }
}

func (s *script) Receipts(project, run string) tea.Cmd {
	return func() tea.Msg { return link.ReceiptsMsg{Project: project, Run: run, Receipts: s.receipts[run]} }
}

func (s *script) Edit(project, run string, e protocol.RunEdit) tea.Cmd {
	s.edits = append(s.edits, e)
	return func() tea.Msg {
		info := s.runs[run]
		if e.Name != nil {
			info.Name = *e.Name
		}
		if e.Notes != nil {
			info.Notes = *e.Notes
		}
		if e.Tags != nil {
			info.Tags = *e.Tags
		}
		if s.refusal == nil {
			s.runs[run] = info
		}
		return link.EditMsg{Project: project, Run: run, Edit: e, Info: info, Err: s.refusal}
	}
}

func (s *script) Delete(project, run string) tea.Cmd {
	s.deleted = append(s.deleted, run)
	return func() tea.Msg { return link.DeleteMsg{Project: project, Run: run, Err: s.refusal} }
}

func (s *script) Retry() { s.retries++ }

func event(t testing.TB, frame string) protocol.Event {
	t.Helper()
	ev, _, err := protocol.Decode([]byte(frame))
	if err != nil {
		t.Fatal(err)
	}
	return ev
}

func logEvent(t testing.TB, run string, seq int, level, text string) protocol.Event {
	t.Helper()
	payload, err := json.Marshal(protocol.LogPayload{Prefix: level, Whom: "train", Msg: text})
	if err != nil {
		t.Fatal(err)
	}
	return event(t, fmt.Sprintf(`{"event-type":"log","name":"bert","payload":%s,"seq":%d,"run":%q,"at":%d}`,
		payload, seq, run, ms(time.Duration(100-seq)*time.Second)))
}

const hardware = `{"cpus":[{"id":0,"percentage":42,"frequency":[2600,0,0]},{"id":1,"percentage":61,"frequency":[2600,0,0]}],
"percentage":51.5,"ram":{"total":64000,"available":33000,"used":31000,"free":2000},
"gpus":[{"id":0,"name":"H200","load":0.92,"memoryUtil":0.8,"memoryTotal":143771,"memoryFree":28000,"memoryUsed":115771,"temperature":71,"driver":"550"}],
"machine":{"id":"m1","host":"gpu-box"},"load":[1.5,1.2,0.9],"disk":{"in":1200000,"out":3400000},"net":{"in":56000,"out":7800}}`

// world is a daemon with two projects, four runs and a log.
func world(t testing.TB) (*script, link.BatchMsg) {
	t.Helper()
	counts := map[protocol.EventType]int64{protocol.EventLog: 1204, protocol.EventScalar: 88}
	fox := protocol.RunInfo{
		ID: "r1", Project: "bert", Name: "green-fox-12", State: protocol.RunRunning, Extensions: 1, Dialect: "seed",
		Started: ms(134 * time.Minute), LastEvent: ms(time.Second), LastSeq: 60, Counts: counts, Machine: "gpu-box",
	}
	owl := protocol.RunInfo{ID: "r2", Project: "bert", Name: "red-owl-3", State: protocol.RunLost, Reason: "gone without a word", Started: ms(3 * time.Hour), Ended: ms(41 * time.Minute), LastEvent: ms(41 * time.Minute)}
	elk := protocol.RunInfo{ID: "r3", Project: "bert", Name: "blue-elk-9", State: protocol.RunFinished, Started: ms(9 * time.Hour), Ended: ms(7 * time.Hour), LastEvent: ms(7 * time.Hour)}
	mesh := protocol.RunInfo{ID: "r4", Project: "sim-cfd", Name: "mesh-7", State: protocol.RunQuiet, Started: ms(5 * time.Hour), LastEvent: ms(14 * time.Minute)}
	detailed := fox
	detailed.Sections = map[string]json.RawMessage{
		protocol.SeriesAction: json.RawMessage(`{"save_checkpoint":{"description":"Write the weights to disk.","args":{"tag":"str"}},
			"set_lr":{"description":"Change the learning rate from the next step on.","args":{"lr":"float","note":"str"}},
			"evaluate":{"description":"Evaluate on a split.","args":{"split":"str"},"blocking":true}}`),
		protocol.SeriesConfig:          json.RawMessage(`{"name":"bert","lr":0.0003}`),
		protocol.SeriesHyperparameters: json.RawMessage(`{"batch":64,"optimizer":{"name":"adamw"}}`),
	}
	s := &script{
		batches: make(chan link.BatchMsg, 16),
		runs:    map[string]protocol.RunInfo{"r1": detailed, "r2": owl, "r3": elk, "r4": mesh},
		pages:   map[string][]protocol.Event{},
		receipts: map[string][]protocol.Receipt{"r1": {
			{ID: protocol.ID(3), Run: "r1", Action: "evaluate", Args: map[string]string{"split": "'val'"}, State: protocol.ReceiptRunning, Sent: ms(42 * time.Second), Began: ms(41 * time.Second)},
			{ID: protocol.ID(2), Run: "r1", Action: "set_lr", Args: map[string]string{"lr": "3e-4"}, State: protocol.ReceiptFailed, Sent: ms(5 * time.Minute), Answered: ms(5*time.Minute - 20*time.Millisecond), Error: "the scheduler owns the rate"},
			{ID: protocol.ID(1), Run: "r1", Action: "save_checkpoint", Args: map[string]string{"tag": "'v3'"}, State: protocol.ReceiptDone, Sent: ms(9 * time.Minute), Began: ms(9 * time.Minute), Answered: ms(9*time.Minute - 1800*time.Millisecond), Result: json.RawMessage(`"ckpt/v3.pt"`)},
		}},
	}
	levels := []string{"", "info", "ok", "info", "warning", "info", "debug", "error"}
	for i := 1; i <= 60; i++ {
		text := fmt.Sprintf("step %d  loss %.3f  lr 2.9e-04", 41000+10*i, 2.4-float64(i)/100)
		if levels[i%8] == "warning" {
			text = "grad norm 41.2 (clip 1.0)"
		}
		s.pages["r1"] = append(s.pages["r1"], logEvent(t, "r1", i, levels[i%8], text))
	}
	return s, link.BatchMsg{
		State: &link.State{
			Phase: link.Online, Endpoint: protocol.Endpoint{Host: "127.0.0.1", Port: 5000, WS: 5001}, Since: at(), Epoch: "e1",
		},
		Snapshot: &link.Snapshot{
			Epoch:    "e1",
			Projects: []protocol.ProjectInfo{{ID: "bert", Name: "bert", Online: true, Runs: 3}, {ID: "sim-cfd", Name: "sim-cfd", Online: true, Runs: 1}},
			Runs:     map[string][]protocol.RunInfo{"bert": {elk, owl, fox}, "sim-cfd": {mesh}},
			Machines: []protocol.MachineInfo{{ID: "m1", Host: "gpu-box", By: "daemon", At: ms(time.Second), Hardware: json.RawMessage(hardware)}},
			Heads:    map[string]protocol.Seq{"bert": 60, "sim-cfd": 4},
		},
	}
}

func newTestApp(t testing.TB, s *script, readOnly bool) *app {
	t.Helper()
	options := theme.Options{Name: "mono", Profile: termenv.Ascii, Dark: true}
	looks, err := theme.New(options)
	if err != nil {
		t.Fatal(err)
	}
	return newApp(appOptions{
		link: s, theme: looks, themeOptions: options, keys: keyMap(readOnly), address: "127.0.0.1:5000",
		readOnly: readOnly, copy: func(string) (string, error) { return "OSC 52", nil }, title: func(string) {}, clock: at,
		tick:   func(time.Duration, func(time.Time) tea.Msg) tea.Cmd { return func() tea.Msg { return tickMsg{} } },
		logger: slog.New(slog.DiscardHandler),
	})
}

// settle sends messages and carries out the commands they give, but for those
// of the clock.
func settle(a *app, msgs ...tea.Msg) {
	queue := msgs
	for len(queue) > 0 {
		msg := queue[0]
		queue = queue[1:]
		switch msg := msg.(type) {
		case nil, tickMsg, tea.QuitMsg:
			continue
		case tea.BatchMsg:
			for _, cmd := range msg {
				queue = append(queue, finish(cmd))
			}
			continue
		}
		_, cmd := a.Update(msg)
		queue = append(queue, finish(cmd))
	}
}

func finish(cmd tea.Cmd) tea.Msg {
	if cmd == nil {
		return nil
	}
	return cmd()
}

func press(keyNames ...string) []tea.Msg {
	special := map[string]tea.KeyType{
		"enter": tea.KeyEnter, "esc": tea.KeyEsc, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown,
		"ctrl+c": tea.KeyCtrlC, "ctrl+p": tea.KeyCtrlP, "ctrl+g": tea.KeyCtrlG, "ctrl+r": tea.KeyCtrlR,
	}
	var msgs []tea.Msg
	for _, name := range keyNames {
		if kind, ok := special[name]; ok {
			msgs = append(msgs, tea.KeyMsg{Type: kind})
			continue
		}
		msgs = append(msgs, tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(name)})
	}
	return msgs
}

func typed(s string) []tea.Msg {
	var msgs []tea.Msg
	for _, r := range s {
		msgs = append(msgs, tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
	}
	return msgs
}

// opened is the dashboard over the world at a size.
func opened(t testing.TB, w, h int) (*app, *script) {
	t.Helper()
	s, first := world(t)
	a := newTestApp(t, s, false)
	settle(a, tea.WindowSizeMsg{Width: w, Height: h}, first)
	return a, s
}

var sizes = [][2]int{{60, 16}, {80, 24}, {120, 40}, {200, 60}}

func TestScreen_Snapshots(t *testing.T) {
	for name, keys := range map[string][]tea.Msg{
		"log": nil, "runs": press("1"), "machine": press("3"), "actions": press("4"), "zoom": press("z"),
		"palette": press("a"), "form": append(append(press("a"), typed("set")...), press("enter")...),
		"commands": press(":"), "help": press("?"), "details": press("1", "i"), "search": append(press("/"), typed("grad")...),
		"receipt": press("4", "i"), "messages": press("ctrl+g"),
	} {
		for _, size := range sizes {
			t.Run(fmt.Sprintf("%s/%dx%d", name, size[0], size[1]), func(t *testing.T) {
				a, _ := opened(t, size[0], size[1])
				settle(a, keys...)
				golden.RequireEqual(t, []byte(a.View()))
			})
		}
	}
}

func TestScreen_States(t *testing.T) {
	offline := link.State{Phase: link.Offline, Endpoint: protocol.Endpoint{Host: "127.0.0.1", Port: 5000}, Err: errors.New("connection refused"), Since: at().Add(-14 * time.Second), RetryAt: at().Add(3 * time.Second)}
	for name, msgs := range map[string][]tea.Msg{
		"connecting": {link.BatchMsg{State: &link.State{Phase: link.Connecting, Note: "starting the daemon", Endpoint: protocol.Endpoint{Host: "127.0.0.1", Port: 5000}}}},
		"nothing":    {link.BatchMsg{State: &link.State{Phase: link.Online, Endpoint: protocol.Endpoint{Host: "127.0.0.1", Port: 5000}}, Snapshot: &link.Snapshot{Epoch: "e"}}},
		"offline":    {link.BatchMsg{State: &offline}},
		"paused": {link.BatchMsg{Events: []protocol.Event{event(t,
			`{"event-type":"status","name":"*","payload":{"state":"paused","reason":"disk full","missed":1234},"series":"history"}`)}}},
	} {
		for _, size := range sizes {
			t.Run(fmt.Sprintf("%s/%dx%d", name, size[0], size[1]), func(t *testing.T) {
				s, first := world(t)
				a := newTestApp(t, s, false)
				settle(a, tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				if name == "offline" || name == "paused" {
					settle(a, first)
				}
				settle(a, msgs...)
				golden.RequireEqual(t, []byte(a.View()))
			})
		}
	}
}

func TestScreen_SmallerThanAnyPane(t *testing.T) {
	for _, size := range [][2]int{{40, 12}, {39, 9}, {20, 5}, {10, 2}, {1, 1}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			a, _ := opened(t, size[0], size[1])
			golden.RequireEqual(t, []byte(a.View()))
		})
	}
}

func TestScreen_IsExactlyTheTerminal(t *testing.T) {
	a, _ := opened(t, 80, 24)
	for _, keys := range [][]tea.Msg{nil, press("?"), press("esc", "a"), press("esc", ":"), press("esc", "1", "i"), press("esc", "z")} {
		settle(a, keys...)
		for w := 1; w <= 210; w += 29 {
			for h := 1; h <= 66; h += 9 {
				settle(a, tea.WindowSizeMsg{Width: w, Height: h})
				if gotW, gotH := lipgloss.Size(a.View()); gotW != w || gotH != h {
					t.Fatalf("%dx%d was drawn as %dx%d", w, h, gotW, gotH)
				}
			}
		}
	}
}

func TestIdle_NothingIsDrawnWhenNothingChanges(t *testing.T) {
	s := &script{batches: make(chan link.BatchMsg)}
	a := newTestApp(t, s, false)
	settle(a, tea.WindowSizeMsg{Width: 80, Height: 24}, link.BatchMsg{State: &link.State{Phase: link.Online}, Snapshot: &link.Snapshot{Epoch: "e"}})
	if each := a.pulse(); each != 0 || a.ticking {
		t.Errorf("an empty dashboard ticks every %v", each)
	}
}

func TestClock_TicksOnlyWhileAgesChange(t *testing.T) {
	a, _ := opened(t, 80, 24)
	if each := a.pulse(); each != time.Second {
		t.Errorf("with a run online the clock ticks every %v", each)
	}
	_, cmd := a.Update(tickMsg{})
	if cmd == nil || !a.ticking {
		t.Error("the clock was not armed again")
	}
	if _, cmd = a.Update(tea.WindowSizeMsg{Width: 80, Height: 24}); cmd != nil {
		t.Error("a second clock was armed beside the first")
	}
}

func TestBatch_EachArmsTheNextWait(t *testing.T) {
	s, first := world(t)
	s.live = true
	tm := teatest.NewTestModel(t, newTestApp(t, s, false), teatest.WithInitialTermSize(80, 24))
	s.batches <- first
	for i := range 5 {
		s.batches <- link.BatchMsg{Events: []protocol.Event{logEvent(t, "r1", 61+i, "info", fmt.Sprintf("live line %d", i))}}
	}
	teatest.WaitFor(t, tm.Output(), func(out []byte) bool { return strings.Contains(string(out), "live line 4") },
		teatest.WithDuration(10*time.Second))
	close(s.batches)
	tm.Send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{'q'}})
	tm.WaitFinished(t, teatest.WithFinalTimeout(10*time.Second))
	if rest, err := io.ReadAll(tm.FinalOutput(t)); err != nil || strings.Contains(string(rest), "panic") {
		t.Errorf("left with %q %v", rest, err)
	}
}

func TestAction_IsTypedSentAndItsReceiptShown(t *testing.T) {
	a, s := opened(t, 200, 60)
	settle(a, press("a")...)
	settle(a, typed("set_lr")...)
	settle(a, press("enter")...)
	settle(a, typed("0.001")...)
	settle(a, press("tab")...)
	settle(a, typed("after warm-up")...)
	settle(a, press("enter")...)
	if len(s.calls) != 1 || s.calls[0].Name != "set_lr" || s.calls[0].Args["lr"] != "0.001" || s.calls[0].Args["note"] != "'after warm-up'" {
		t.Fatalf("sent %+v", s.calls)
	}
	settle(a, link.BatchMsg{Receipts: []protocol.Receipt{{
		ID: protocol.ID(9), Run: "r1", Action: "set_lr", Args: s.calls[0].Args, State: protocol.ReceiptDone,
		Sent: ms(time.Second), Began: ms(time.Second), Answered: ms(0), Result: json.RawMessage(`{"lr":0.001}`),
	}}})
	if view := a.View(); !strings.Contains(view, "set_lr(lr=0.001") || !strings.Contains(view, `set_lr done → {"lr":0.001}`) {
		t.Errorf("the receipt is not on the screen:\n%s", view)
	}
}

func TestAction_ReadOnlySendsNothing(t *testing.T) {
	s, first := world(t)
	a := newTestApp(t, s, true)
	settle(a, tea.WindowSizeMsg{Width: 120, Height: 40}, first)
	settle(a, press("a", "enter", "enter", "enter")...)
	if len(s.calls) != 0 {
		t.Errorf("a read-only dashboard sent %+v", s.calls)
	}
}

func TestEpoch_AnotherOneDropsWhatWasKnown(t *testing.T) {
	a, s := opened(t, 120, 40)
	asked := len(s.asked)
	settle(a, link.BatchMsg{Snapshot: &link.Snapshot{Epoch: "e2"}})
	if view := a.View(); strings.Contains(view, "step 41") || a.run.ID != "" {
		t.Errorf("lines of the old epoch are still shown:\n%s", view)
	}
	if len(s.asked) != asked {
		t.Errorf("asked for %+v though nothing is there", s.asked[asked:])
	}
}

func TestHistory_AnAnswerForAnotherRunIsDropped(t *testing.T) {
	a, _ := opened(t, 120, 40)
	stale := link.HistoryMsg{ID: a.page - 1, Project: "bert", Query: protocol.EventQuery{Run: "r1"}, Events: []protocol.Event{logEvent(t, "r1", 99, "info", "stale line")}}
	settle(a, stale)
	if strings.Contains(a.View(), "stale line") {
		t.Error("a page of an earlier question was shown")
	}
}

func TestKeys_EscNeverLeavesAndQDoes(t *testing.T) {
	a, _ := opened(t, 80, 24)
	for range 10 {
		if _, cmd := a.Update(tea.KeyMsg{Type: tea.KeyEsc}); quits(cmd) {
			t.Fatal("esc left the dashboard")
		}
	}
	settle(a, press("z")...)
	if _, cmd := a.Update(press("q")[0]); quits(cmd) || a.args.Zoom {
		t.Error("q did not leave the zoom first")
	}
	if _, cmd := a.Update(press("q")[0]); !quits(cmd) {
		t.Error("q on the first view did not leave")
	}
	settle(a, press("/")...)
	if _, cmd := a.Update(press("q")[0]); quits(cmd) {
		t.Error("q typed into a search left the dashboard")
	}
	if _, cmd := a.Update(press("ctrl+c")[0]); !quits(cmd) {
		t.Error("ctrl+c while typing did not leave")
	}
}

func quits(cmd tea.Cmd) bool {
	switch msg := finish(cmd).(type) {
	case tea.QuitMsg:
		return true
	case tea.BatchMsg:
		if slices.ContainsFunc(msg, quits) {
			return true
		}
	}
	return false
}

func TestStart_AnErrorThatWaitingCannotCureEndsTheDashboard(t *testing.T) {
	s, first := world(t)
	a := newTestApp(t, s, false)
	taken := link.BatchMsg{State: &link.State{Phase: link.Offline, Err: codedError{}}}
	if _, cmd := a.Update(taken); !quits(cmd) || a.fatal == nil {
		t.Error("the dashboard stays though the port is taken")
	}
	b := newTestApp(t, s, false)
	settle(b, first)
	if _, cmd := b.Update(taken); quits(cmd) || b.fatal != nil {
		t.Error("a dashboard that was online gave up")
	}
}

type codedError struct{}

func (codedError) Error() string { return "port 5000 is taken" }
func (codedError) ExitCode() int { return 4 }

func TestMouse_ClickFocusesThePaneUnderIt(t *testing.T) {
	a, _ := opened(t, 120, 40)
	r, _ := a.layout.Rect(layout.Receipts)
	settle(a, tea.MouseMsg{X: r.X + 2, Y: r.Y + 1, Action: tea.MouseActionPress, Button: tea.MouseButtonLeft})
	if a.focus != layout.Receipts {
		t.Errorf("the click focused %v", a.focus)
	}
}

func TestPalette_HasEveryCommandOfTheKeyTable(t *testing.T) {
	a, _ := opened(t, 120, 40)
	listed := map[string]bool{}
	for _, c := range a.commands() {
		b, ok := c.ID.(keys.Binding)
		if !ok {
			t.Fatalf("%q carries %T", c.Title, c.ID)
		}
		listed[string(b.Scope)+"."+string(b.Command)] = true
	}
	for _, scope := range []keys.Scope{keys.Global, keys.Runs, keys.Logs, keys.Gauges, keys.Receipts} {
		for _, b := range a.keys.Bindings(scope) {
			if name := string(b.Scope) + "." + string(b.Command); !listed[name] {
				t.Errorf("%s is not in the palette", name)
			}
		}
	}
}

func BenchmarkScreen_200x60(b *testing.B) {
	a, _ := opened(b, 200, 60)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		a.Update(link.BatchMsg{Events: []protocol.Event{logEvent(b, "r1", 61+i, "info", "a live line")}})
		a.View()
	}
}

func TestStart_WhatThereIsToSayAboutTheDaemonIsSaid(t *testing.T) {
	s, first := world(t)
	a := newTestApp(t, s, false)
	notes := make(chan string, 1)
	notes <- "the daemon is of an older version"
	a.notes = notes
	settle(a, tea.WindowSizeMsg{Width: 80, Height: 24}, first)
	if view := a.View(); !strings.Contains(view, "the daemon is of an older version") {
		t.Errorf("the note is not on the screen:\n%s", view)
	}
}
