package hub_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"apps.local/neetbox-tui/daemon/internal/hub"
	"apps.local/neetbox-tui/daemon/internal/saved"
	"apps.local/neetbox-tui/protocol"
)

// memory is a recorder that keeps everything.
type memory struct {
	mu      sync.Mutex
	events  []protocol.Event
	deleted []string
	kept    map[string]saved.Run
}

func (m *memory) Record(ev protocol.Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.events = append(m.events, ev.Clone())
}

func (m *memory) SaveRun(project string, run saved.Run) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil {
		m.kept = map[string]saved.Run{}
	}
	m.kept[project+"/"+run.ID] = run
}

func (m *memory) DeleteRun(project, run string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.deleted = append(m.deleted, project+"/"+run)
}

// states are the states that history was told of, in order.
func (m *memory) states() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []string
	for _, ev := range m.events {
		var p protocol.Presence
		if ev.Series == protocol.SeriesPresence && ev.DecodePayload(&p) == nil {
			list = append(list, string(p.State))
		}
	}
	return strings.Join(list, " ")
}

func newHub(t *testing.T) (*hub.Hub, *memory) {
	t.Helper()
	m := &memory{}
	h := hub.New(hub.Options{Recorder: m, Epoch: "e", Version: "test"})
	t.Cleanup(h.Stop)
	return h, m
}

func handle(t *testing.T, p *hub.Peer, format string, args ...any) {
	t.Helper()
	ev, dialect, err := protocol.Decode(fmt.Appendf(nil, format, args...))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Handle(ev, dialect); err != nil {
		t.Fatal(err)
	}
}

func joinRun(t *testing.T, h *hub.Hub, project string) *hub.Peer {
	t.Helper()
	p := h.Connect()
	handle(t, p, `{"name":%q,"event-type":"handshake","payload":{"who":"cli"},"event-id":0}`, project)
	return p
}

// read is all that waits for a peer.
func read(p *hub.Peer) string {
	var all strings.Builder
	for {
		frames, _ := p.Next()
		if len(frames) == 0 {
			return all.String()
		}
		all.Write(frames)
	}
}

func TestRun_SilenceChangesItsStateNeverItsSocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, m := newHub(t)
		p := joinRun(t, h, "p")
		for range 10 {
			time.Sleep(time.Second)
			handle(t, p, `{"event-type":"log","payload":{"msg":"x"}}`)
		}
		time.Sleep(59 * time.Second)
		if got := h.Runs("p")[0].State; got != protocol.RunRunning {
			t.Errorf("after 59 s of silence the run is %s", got)
		}
		time.Sleep(3 * time.Second)
		if got := h.Runs("p")[0].State; got != protocol.RunQuiet {
			t.Errorf("after 62 s of silence, against a habit of one, the run is %s", got)
		}
		handle(t, p, `{"event-type":"log","payload":{"msg":"x"}}`)
		if got := m.states(); got != "running quiet running" {
			t.Errorf("history was told %q", got)
		}
		h.Stop()
	})
}

func TestRun_SlowOneIsNotQuietAtItsOwnPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, m := newHub(t)
		p := joinRun(t, h, "p")
		for range 30 {
			time.Sleep(50 * time.Second)
			handle(t, p, `{"event-type":"log","payload":{"msg":"x"}}`)
		}
		time.Sleep(3 * time.Minute)
		if got := m.states(); got != "running" {
			t.Errorf("a run of one event in 50 s went through %q", got)
		}
		h.Stop()
	})
}

func TestRun_LastWordsDecideHowItEnded(t *testing.T) {
	for words, want := range map[string]string{
		`{"exit":0}`: "running finished", `{"exit":3}`: "running failed", `{"signal":"KILL"}`: "running failed",
		`{"exit":0,"error":"boom"}`: "running failed", ``: "running lost",
	} {
		h, m := newHub(t)
		p := joinRun(t, h, "p")
		if words != "" {
			handle(t, p, `{"event-type":"status","series":"end","payload":%s}`, words)
		}
		p.Disconnect(false)
		if got := m.states(); got != want {
			t.Errorf("last words %s: %q, want %q", words, got, want)
		}
	}
}

func TestRun_ReconnectAfterHalfAMinuteIsAnotherRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := newHub(t)
		joinRun(t, h, "p").Disconnect(false)
		time.Sleep(29 * time.Second)
		again := joinRun(t, h, "p")
		if n := len(h.Runs("p")); n != 1 {
			t.Errorf("back after 29 s it is run %d", n)
		}
		again.Disconnect(false)
		time.Sleep(31 * time.Second)
		joinRun(t, h, "p")
		if n := len(h.Runs("p")); n != 2 {
			t.Errorf("back after 31 s there are %d runs", n)
		}
		h.Stop()
	})
}

func TestRun_SeveralOfOneNameSideBySide(t *testing.T) {
	h, m := newHub(t)
	a, b := joinRun(t, h, "p"), joinRun(t, h, "p")
	handle(t, a, `{"event-type":"log","payload":{"msg":"a"}}`)
	handle(t, b, `{"event-type":"log","payload":{"msg":"b"}}`)
	runs := map[string]bool{}
	for _, ev := range m.events {
		if ev.Type == protocol.EventLog {
			runs[ev.Run] = true
		}
	}
	if len(runs) != 2 {
		t.Errorf("two sockets of one name logged under %d runs", len(runs))
	}
	for i, ev := range m.events {
		if ev.Seq != protocol.Seq(i+1) {
			t.Errorf("event %d has number %d", i, ev.Seq)
		}
	}
}

func TestSync_ProgramThatNeverOpensASocketIsARun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, m := newHub(t)
		doc := `{"platform":{"value":{"os_name":"Linux"},"timestamp":1,"interval":null},
			"__action":{"value":{"add":{"description":null,"args":{"a":"int"},"blocking":false}},"timestamp":1,"interval":null}}`
		for range 5 {
			if err := h.Sync("p", "", []byte(doc), true); err != nil {
				t.Fatal(err)
			}
			time.Sleep(500 * time.Millisecond)
		}
		runs := h.Runs("p")
		if len(runs) != 1 || runs[0].State != protocol.RunRunning || runs[0].Counts[protocol.EventStatus] != 3 {
			t.Fatalf("after five equal syncs: %+v", runs)
		}
		info, _ := h.Run("p", runs[0].ID)
		if _, known := info.Actions()["add"]; !known {
			t.Errorf("its actions are %v", info.Actions())
		}
		p := joinRun(t, h, "p")
		if got := h.Runs("p"); len(got) != 1 {
			t.Errorf("its socket became another run: %+v", got)
		}
		p.Disconnect(false)
		if err := h.Sync("p", "", []byte(doc), true); err != nil {
			t.Fatal(err)
		}
		time.Sleep(12 * time.Second)
		if got := m.states(); got != "running lost running lost" {
			t.Errorf("its states were %q", got)
		}
		h.Stop()
	})
}

func TestSync_RefusesWhatIsNoObjectAndKeepsTheRest(t *testing.T) {
	h, _ := newHub(t)
	for _, doc := range []string{``, `[1]`, `"x"`, `{`} {
		if err := h.Sync("p", "", []byte(doc), false); err == nil {
			t.Errorf("%s was taken", doc)
		}
	}
	if err := h.Sync("p", "", []byte(`{"hardware":{"value":{"cpus":[],"x":NaN}},"odd":7}`), false); err != nil {
		t.Fatal(err)
	}
	doc, quoted, ok := h.StatusDoc("p")
	if !ok || quoted || !strings.Contains(string(doc), "NaN") {
		t.Errorf("kept %s %v %v", doc, quoted, ok)
	}
}

func TestAction_UnansweredTimesOutAndTheLateAnswerIsFiled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := newHub(t)
		run := joinRun(t, h, "p")
		web := h.Connect()
		handle(t, web, `{"event-type":"handshake","name":"p","payload":{"who":"web"}}`)
		handle(t, web, `{"event-type":"action","name":"p","payload":{"name":"x"},"event-id":5}`)
		time.Sleep(61 * time.Second)
		if r := h.Receipts("p", ""); len(r) != 1 || r[0].State != protocol.ReceiptTimedOut {
			t.Errorf("after 61 s: %+v", r)
		}
		handle(t, run, `{"event-type":"action","payload":{"name":"x","result":1},"event-id":5}`)
		if r := h.Receipts("p", ""); r[0].State != protocol.ReceiptDone || !r[0].Late {
			t.Errorf("after the late answer: %+v", r)
		}
		h.Stop()
	})
}

func TestAction_RunThatDoesNotReadIsAnsweredFor(t *testing.T) {
	h, _ := newHub(t)
	joinRun(t, h, "p")
	web := h.Connect()
	handle(t, web, `{"event-type":"handshake","name":"p","payload":{"who":"web"}}`)
	read(web)
	big := strings.Repeat("x", 900<<10)
	for i := range 4 {
		handle(t, web, `{"event-type":"action","name":"p","payload":{"name":"x","args":{"a":%q}},"event-id":%d}`, big, i+1)
	}
	if got := read(web); !strings.Contains(got, "does not read") {
		t.Errorf("the frontend was told %.300s", got)
	}
}

func TestNames_EveryOneIsFiledOrRefusedClearly(t *testing.T) {
	h, _ := newHub(t)
	for name, want := range map[string]string{
		"a b/c": "a b/c", "损失 📉": "损失 📉", "{'my_project'}": "my_project", "": protocol.UnnamedProject, "*": protocol.UnnamedProject,
		strings.Repeat("n", protocol.MaxName): strings.Repeat("n", protocol.MaxName), strings.Repeat("n", protocol.MaxName+1): protocol.UnnamedProject,
		"../../etc": "../../etc",
	} {
		p := joinRun(t, h, name)
		if got := read(p); !strings.Contains(got, `"result":200`) {
			t.Errorf("a run named %.20q was answered %.100s", name, got)
		}
		if _, ok := h.Resolve(want); !ok {
			t.Errorf("a run named %.20q is not filed under %.20q", name, want)
		}
	}
}

func TestDelete_OnlyWhatIsNotConnected(t *testing.T) {
	h, m := newHub(t)
	p := joinRun(t, h, "p")
	id := h.Runs("p")[0].ID
	if err := h.Delete("p", id); err != protocol.ErrRunOnline { //nolint:errorlint // the sentinel itself
		t.Errorf("deleting a connected run: %v", err)
	}
	p.Disconnect(true)
	if err := h.Delete("p", id); err != nil || len(h.Runs("p")) != 0 || len(m.deleted) != 1 {
		t.Errorf("deleting an ended run: %v, %d left", err, len(h.Runs("p")))
	}
	if err := h.Delete("p", id); err != protocol.ErrNotFound { //nolint:errorlint // the sentinel itself
		t.Errorf("deleting it twice: %v", err)
	}
}

func TestWatched_CountsExtendedFrontendsOnly(t *testing.T) {
	h, _ := newHub(t)
	joinRun(t, h, "p")
	web, own := h.Connect(), h.Connect()
	handle(t, web, `{"event-type":"handshake","name":"p","payload":{"who":"web"}}`)
	if on, _ := h.Watched(); on {
		t.Error("a plain frontend makes the daemon sample its machine")
	}
	handle(t, own, `{"event-type":"handshake","name":"*","payload":{"who":"web","extensions":1}}`)
	if on, _ := h.Watched(); !on {
		t.Error("an extended frontend is not counted")
	}
	h.SetMachine(protocol.Machine{ID: "m", Host: "box"}, []byte(`{"cpus":[]}`))
	if got := read(own); !strings.Contains(got, `"event-type":"hardware","name":"*"`) {
		t.Errorf("it got %.300s", got)
	}
	if got := read(web); strings.Contains(got, "hardware") {
		t.Errorf("a plain frontend got %s", got)
	}
	own.Disconnect(true)
	if on, _ := h.Watched(); on {
		t.Error("a frontend that left is still counted")
	}
}

func TestIdle_CountsFromTheLastConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := newHub(t)
		p := joinRun(t, h, "p")
		time.Sleep(time.Hour)
		if idle := h.Idle(); idle != 0 {
			t.Errorf("idle for %v with a peer", idle)
		}
		p.Disconnect(true)
		time.Sleep(time.Minute)
		if idle := h.Idle(); idle != time.Minute {
			t.Errorf("idle for %v", idle)
		}
		h.Stop()
	})
}

// What is appended between a frontend's answer and its first read must wake the
// writer: nothing else would.
func TestFrontend_FirstEventAfterTheAnswerIsNotSleptOver(t *testing.T) {
	h, _ := newHub(t)
	run := joinRun(t, h, "p")
	web := h.Connect()
	handle(t, web, `{"event-type":"handshake","name":"p","payload":{"who":"web"}}`)
	select {
	case <-web.Wake():
	default:
		t.Fatal("the writer was not woken after its cursor was there")
	}
	read(web)
	handle(t, run, `{"event-type":"log","payload":{"msg":"x"}}`)
	select {
	case <-web.Wake():
	case <-time.After(10 * time.Second):
		t.Fatal("an event did not wake the writer")
	}
	if got := read(web); !strings.Contains(got, `"msg":"x"`) {
		t.Errorf("read %s", got)
	}
}

func TestRestore_ANewDaemonGoesOnWhereTheLastOneEnded(t *testing.T) {
	h, m := newHub(t)
	run := h.Connect()
	handle(t, run, `{"event-type":"handshake","name":"p","payload":{"who":"cli","extensions":1,"run":{"id":"r1","name":"red-fox"}}}`)
	handle(t, run, `{"event-type":"status","series":"action","payload":{"add":{"args":{}}},"n":1}`)
	handle(t, run, `{"event-type":"log","payload":{"msg":"x"},"n":2}`)
	notes := "good one"
	if _, err := h.Edit("p", "r1", protocol.RunEdit{Notes: &notes}); err != nil {
		t.Fatal(err)
	}
	run.Disconnect(true)
	last := m.kept["p/r1"]
	if last.StoredN != 2 || !last.Given || last.State != protocol.RunFinished {
		t.Fatalf("saved %+v", last)
	}
	again := hub.New(hub.Options{
		Recorder: &memory{}, Epoch: "e",
		Restore: []saved.Project{{ID: "p", LastSeq: 40, LastAt: 7, Runs: []saved.Run{last}}},
	})
	defer again.Stop()
	info, ok := again.Run("p", "r1")
	if !ok || info.Name != "red-fox" || info.Notes != notes || info.State != protocol.RunFinished || info.Counts[protocol.EventLog] != 1 {
		t.Errorf("restored %+v", info)
	}
	if _, known := info.Actions()["add"]; !known {
		t.Errorf("its actions are %v", info.Actions())
	}
	back := again.Connect()
	handle(t, back, `{"event-type":"handshake","name":"p","payload":{"who":"cli","extensions":1,"run":{"id":"r1"}}}`)
	if got := read(back); !strings.Contains(got, `"stored":2`) {
		t.Errorf("the run was told %s", got)
	}
	if head := again.Projects()[0].LastSeq; head != 41 {
		t.Errorf("numbers go on with %d, want 41", head)
	}
}

func TestHistory_AFrontendThatJoinsWhileItIsPausedIsTold(t *testing.T) {
	h, _ := newHub(t)
	tell := func(state string) {
		h.Broadcast(protocol.Event{Type: protocol.EventStatus, Series: protocol.SeriesHistory, Payload: fmt.Appendf(nil, `{"state":%q,"missed":3}`, state)})
	}
	join := func() string {
		p := h.Connect()
		handle(t, p, `{"event-type":"handshake","name":"*","payload":{"who":"web","extensions":1}}`)
		return read(p)
	}
	if got := join(); strings.Contains(got, "history") {
		t.Errorf("told %s though all is well", got)
	}
	tell("paused")
	if got := join(); !strings.Contains(got, `"state":"paused"`) {
		t.Errorf("told only %s", got)
	}
	tell("ok")
	if got := join(); strings.Contains(got, "paused") {
		t.Errorf("told %s though it goes on", got)
	}
}

func TestFrontend_WhatItMayNotSayIsCountedAndTold(t *testing.T) {
	h, m := newHub(t)
	joinRun(t, h, "p")
	before := len(m.events)
	web := h.Connect()
	handle(t, web, `{"event-type":"handshake","name":"p","payload":{"who":"web"}}`)
	handle(t, web, `{"event-type":"log","name":"p","payload":{"msg":"in the run's name"}}`)
	handle(t, web, `{"event-type":"ack","name":"p","payload":{},"event-id":9}`)
	if got := h.Projects()[0].Ignored; got != 2 || len(m.events) != before {
		t.Errorf("%d frames told as ignored, want 2; %d events stored", got, len(m.events)-before)
	}
}
