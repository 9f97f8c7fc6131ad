package link_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/link"
)

func TestLink_FirstConnectTellsAllButHistory(t *testing.T) {
	d := newDaemon(t)
	d.record("bert", 5)
	d.record("vit", 2)
	s := start(t, link.New(link.Options{Endpoint: d.endpoint()}))
	s.phase(link.Online)
	if len(s.snapshots) != 1 {
		t.Fatalf("%d snapshots with Online, want 1", len(s.snapshots))
	}
	snap := s.snapshots[0]
	if snap.Epoch != "e1" || len(snap.Projects) != 2 || len(snap.Runs["bert"]) != 1 || len(snap.Machines) != 1 || snap.Heads["bert"] != 5 {
		t.Errorf("snapshot = %+v", snap)
	}
	if s.state.Server.Name != protocol.ServerName || s.state.Epoch != "e1" || s.state.Err != nil || s.state.Since.IsZero() {
		t.Errorf("state = %+v", s.state)
	}
	p := d.joined()
	p.send(d.record("bert", 1)...)
	p.send(`{"event-type":"hardware","name":"*","payload":{},"event-id":-1}`)
	s.gathered(2)
	s.ordered("bert", 6, 6)
	if n := d.requests("/tui/v1/projects/bert/events"); n != 0 {
		t.Errorf("asked for events %d times, want never", n)
	}
}

func TestLink_AnotherEpochStartsAnew(t *testing.T) {
	d := newDaemon(t)
	d.record("bert", 10)
	l := link.New(link.Options{Endpoint: d.endpoint()})
	s := start(t, l)
	p := d.joined()
	s.phase(link.Online)
	id, err := l.Trigger("bert", "r1", protocol.ActionCall{Name: "save"})
	if err != nil {
		t.Fatal(err)
	}
	sent := p.next()
	p.send(echo(sent, d, 11))
	s.until("echo", func() bool { return len(s.receipts[id]) == 1 })
	d.set(func() { d.epoch, d.history = "e2", map[string][]string{} })
	d.record("bert", 2)
	p.close(protocol.CloseGoingAway, "restart")
	s.until("second snapshot", func() bool { return len(s.snapshots) == 2 })
	if s.snapshots[1].Epoch != "e2" || s.state.Epoch != "e2" {
		t.Errorf("epoch = %q, %q; want e2", s.snapshots[1].Epoch, s.state.Epoch)
	}
	s.events = nil
	p = d.joined()
	p.send(d.record("bert", 1)...)
	s.gathered(1)
	s.ordered("bert", 3, 3)
	s.until("lost call", func() bool { return len(s.receipts[id]) == 2 })
	if r := s.receipts[id][1]; r.State != protocol.ReceiptLost || r.Error == "" {
		t.Errorf("receipt = %+v, want lost with the reason", r)
	}
}

// echo is the daemon's echo of a call, stored as event seq.
func echo(sent protocol.Event, d *daemon, seq int) string {
	frame := fmt.Sprintf(`{"event-type":"action","name":%q,"payload":%s,"event-id":%s,"seq":%d,"run":"r1","at":%d}`,
		sent.Project, sent.Payload, sent.ID, seq, time.Now().UnixMilli())
	d.set(func() { d.history[sent.Project] = append(d.history[sent.Project], frame) })
	return frame
}

func TestLink_TriggerAndItsReceipts(t *testing.T) {
	d := newDaemon(t)
	d.record("bert", 1)
	l := link.New(link.Options{Endpoint: d.endpoint()})
	if _, err := l.Trigger("bert", "", protocol.ActionCall{Name: "save"}); !errors.Is(err, link.ErrOffline) {
		t.Errorf("Trigger before Run = %v, want ErrOffline", err)
	}
	s := start(t, l)
	p := d.joined()
	s.phase(link.Online)
	id, err := l.Trigger("bert", "r1", protocol.ActionCall{Name: "save", Args: map[string]string{"path": "'x'"}})
	if err != nil || !id.Waits() {
		t.Fatalf("Trigger = %v, %v", id, err)
	}
	sent := p.next()
	got, err := protocol.ParseActionCall(sent)
	if err != nil || sent.Type != protocol.EventAction || sent.ID != id || sent.Run != "r1" || sent.Project != "bert" ||
		got.Name != "save" || got.Args["path"] != "'x'" {
		t.Errorf("sent %s: %v", sent.Frame, err)
	}
	p.send(echo(sent, d, 2))
	s.until("echo", func() bool { return len(s.receipts[id]) == 1 })
	p.send(fmt.Sprintf(`{"event-type":"ack","name":"bert","payload":{"name":"save","result":1},"event-id":%s,"seq":3,"run":"r1","at":1}`, id))
	s.until("answer", func() bool { return len(s.receipts[id]) == 2 })
	if a, b := s.receipts[id][0].State, s.receipts[id][1].State; a != protocol.ReceiptSent || b != protocol.ReceiptDone {
		t.Errorf("states = %s, %s; want sent, done", a, b)
	}

	lost, err := l.Trigger("bert", "r1", protocol.ActionCall{Name: "save"})
	if err != nil {
		t.Fatal(err)
	}
	p.next()
	p.close(protocol.CloseGoingAway, "")
	s.until("lost receipt", func() bool { return len(s.receipts[lost]) == 1 })
	if r := s.receipts[lost][0]; r.State != protocol.ReceiptLost || r.Error != "connection to the daemon was lost before it took the action" {
		t.Errorf("receipt = %+v", r)
	}
}

func TestLink_TriggerRefuses(t *testing.T) {
	d := newDaemon(t)
	readOnly := link.New(link.Options{Endpoint: d.endpoint(), ReadOnly: true})
	if _, err := readOnly.Trigger("p", "", protocol.ActionCall{Name: "x"}); !errors.Is(err, link.ErrReadOnly) {
		t.Errorf("read-only Trigger = %v", err)
	}
	l := link.New(link.Options{Endpoint: d.endpoint()})
	s := start(t, l)
	s.phase(link.Online)
	if _, err := l.Trigger("p", "", protocol.ActionCall{}); !errors.Is(err, link.ErrNoAction) {
		t.Errorf("nameless Trigger = %v", err)
	}
	big := map[string]string{"x": strings.Repeat("x", protocol.MaxFrontendFrame)}
	if _, err := l.Trigger("p", "", protocol.ActionCall{Name: "x", Args: big}); !errors.Is(err, link.ErrCallSize) {
		t.Errorf("huge Trigger = %v", err)
	}
}

func TestLink_CloseCodesThatSayStayAwayAreFinal(t *testing.T) {
	d := newDaemon(t)
	d.set(func() { d.refuse = &protocol.CloseError{Code: protocol.ClosePolicy, Reason: "not from here"} })
	l := link.New(link.Options{Endpoint: d.endpoint()})
	s := start(t, l)
	s.phase(link.Failed)
	if s.state.Err == nil || !strings.Contains(s.state.Err.Error(), "not from here") || !s.state.RetryAt.IsZero() {
		t.Errorf("state = %+v, want the daemon's reason and no retry", s.state)
	}
	d.set(func() { d.refuse = nil })
	l.Retry()
	s.phase(link.Online)
}

func TestLink_UpstreamDaemonIsNamedAsSuch(t *testing.T) {
	d := newDaemon(t)
	d.set(func() { d.extensions = 0 })
	s := start(t, link.New(link.Options{Endpoint: d.endpoint()}))
	s.phase(link.Failed)
	if !errors.Is(s.state.Err, link.ErrUpstream) {
		t.Errorf("err = %v, want ErrUpstream", s.state.Err)
	}
}

func TestLink_TenThousandEventsAreFewBatches(t *testing.T) {
	d := newDaemon(t)
	d.record("bert", 1)
	s := start(t, link.New(link.Options{Endpoint: d.endpoint()}))
	s.phase(link.Online)
	p := d.joined()
	frames := d.record("bert", 10_000)
	began, before := time.Now(), s.count
	p.send(frames...)
	s.gathered(10_000)
	s.ordered("bert", 2, 10_001)
	took, batches := time.Since(began), s.count-before
	if most := int(took/link.DefaultInterval) + 2; batches > most {
		t.Errorf("%d batches in %v, want at most %d", batches, took, most)
	}
}

func TestLink_NobodyReadsCountsMissed(t *testing.T) {
	d := newDaemon(t)
	d.record("bert", 1)
	l := link.New(link.Options{Endpoint: d.endpoint(), Buffer: 100})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- l.Run(ctx) }()
	p := d.joined()
	p.send(d.record("bert", 1000)...)
	const last = `{"event-type":"ack","name":"*","payload":{},"event-id":3}`
	p.send(last)
	// Only what the inbox says of itself can tell that all has arrived.
	var batch link.BatchMsg
	seen := 0
	for done := false; !done; {
		batch = l.Next()().(link.BatchMsg)
		seen += len(batch.Events) + batch.Missed
		for _, e := range batch.Events {
			done = done || e.Type == protocol.EventAck
		}
		if len(batch.Events) > 100 {
			t.Fatalf("%d events in a batch, want at most the buffer's 100", len(batch.Events))
		}
	}
	if seen != 1001 {
		t.Errorf("taken and missed = %d, want 1001", seen)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Run = %v", err)
	}
	if batch := l.Next()().(link.BatchMsg); !batch.Closed {
		t.Errorf("batch after Run = %+v, want Closed", batch)
	}
}

func TestLink_RunLeavesNoGoroutineAndClosesBatches(t *testing.T) {
	d := newDaemon(t)
	d.record("bert", 3)
	before := goleak.IgnoreCurrent()
	l := link.New(link.Options{Endpoint: d.endpoint()})
	s := start(t, l)
	s.phase(link.Online)
	p := d.joined()
	s.end()
	s.until("closed", func() bool { return s.closed })
	if _, open := <-p.frames; open {
		t.Error("the frontend's socket is still open")
	}
	d.server.CloseClientConnections()
	goleak.VerifyNone(t, before)
	if err := l.Run(t.Context()); err == nil {
		t.Error("second Run = nil, want an error")
	}
	if msg := l.History(1, "bert", protocol.EventQuery{})().(link.HistoryMsg); msg.Err == nil {
		t.Error("History after Run = nil error, want the context's")
	}
}

func TestLink_EnsureFirstAndOnlyAgainAfterARefusal(t *testing.T) {
	d := newDaemon(t)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := endpointOf(t, closed.Addr())
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	var calls atomic.Int32
	l := link.New(link.Options{Ensure: func(context.Context) (protocol.Endpoint, error) {
		switch calls.Add(1) {
		case 1:
			return protocol.Endpoint{}, errors.New("no daemon, and none could be started")
		case 2:
			return nobody, nil
		}
		return d.endpoint(), nil
	}})
	s := start(t, l)
	s.until("the error of Ensure", func() bool {
		return s.state.Err != nil && strings.Contains(s.state.Err.Error(), "none could be started")
	})
	s.until("the refusal", func() bool { return link.Refused(s.state.Err) })
	if s.state.Endpoint != nobody {
		t.Errorf("endpoint = %v, want %v", s.state.Endpoint, nobody)
	}
	s.phase(link.Online)
	d.joined().close(protocol.CloseGoingAway, "")
	s.phase(link.Offline)
	s.phase(link.Online)
	if n := calls.Load(); n != 3 || s.state.Endpoint != d.endpoint() {
		t.Errorf("Ensure called %d times, endpoint %v; want 3 and %v", n, s.state.Endpoint, d.endpoint())
	}
}

func TestLink_PanicEndsInFailed(t *testing.T) {
	d := newDaemon(t)
	var calls atomic.Int32
	l := link.New(link.Options{Ensure: func(context.Context) (protocol.Endpoint, error) {
		if calls.Add(1) == 1 {
			panic("boom")
		}
		return d.endpoint(), nil
	}})
	s := start(t, l)
	s.phase(link.Failed)
	if s.state.Err == nil || !strings.Contains(s.state.Err.Error(), "boom") {
		t.Errorf("err = %v, want the panic", s.state.Err)
	}
	l.Retry()
	s.phase(link.Online)
}

func TestLink_RetrySkipsTheBackoff(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	l := link.New(link.Options{Endpoint: endpointOf(t, closed.Addr())})
	s := start(t, l)
	began := time.Now()
	for range 8 { // 0.25 + 0.5 + 1 + 2 + 4 + 5 + 5 + 5 s if waited for
		s.until("an attempt", func() bool { return s.state.Phase == link.Offline })
		s.state = link.State{}
		l.Retry()
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("eight attempts took %v", took)
	}
}

func TestLink_OneNextAtATime(t *testing.T) {
	d := newDaemon(t)
	l := link.New(link.Options{Endpoint: d.endpoint()})
	first := make(chan any)
	go func() { first <- l.Next()() }()
	second := make(chan any)
	go func() { second <- l.Next()() }()
	// Nothing is there to give, so only the one too many returns.
	select {
	case msg := <-first:
		first = second
		if msg != nil {
			t.Errorf("second command = %v, want nil", msg)
		}
	case msg := <-second:
		if msg != nil {
			t.Errorf("second command = %v, want nil", msg)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.Run(ctx); err != nil {
		t.Errorf("Run = %v", err)
	}
	if msg, ok := (<-first).(link.BatchMsg); !ok || (msg.State == nil && !msg.Closed) {
		t.Errorf("first command = %+v, want a batch", msg)
	}
}

func TestLink_Commands(t *testing.T) {
	d := newDaemon(t)
	d.record("bert", 5)
	l := link.New(link.Options{Endpoint: d.endpoint()})
	q := protocol.EventQuery{After: 2, Limit: 2}
	history := l.History(42, "bert", q)().(link.HistoryMsg)
	if history.Err != nil || history.ID != 42 || history.Query != q || len(history.Events) != 2 ||
		history.Events[0].Seq != 3 || history.First != 1 || history.Last != 5 || history.Epoch != "e1" {
		t.Errorf("history = %+v", history)
	}
	detail := l.RunDetail("bert", "r1")().(link.RunDetailMsg)
	if detail.Err != nil || detail.Run.Name != "green-fox" {
		t.Errorf("detail = %+v", detail)
	}
	receipts := l.Receipts("bert", "r1")().(link.ReceiptsMsg)
	if receipts.Err != nil || len(receipts.Receipts) != 1 {
		t.Errorf("receipts = %+v", receipts)
	}
	l.Client().Close()
}
