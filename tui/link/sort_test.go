package link_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/link"
)

func TestLink_DuplicatesAndBadFramesDoNotReachTheScreen(t *testing.T) {
	d := newDaemon(t)
	d.record("bert", 3)
	s := start(t, link.New(link.Options{Endpoint: d.endpoint()}))
	p := d.joined()
	frames := d.record("bert", 2)
	p.send(frames[0], frames[0], "no json", `{"name":"x"}`, frames[0], frames[1])
	if err := p.conn.WriteMessage(websocket.BinaryMessage, []byte(frames[1])); err != nil {
		t.Fatal(err)
	}
	s.until("unread", func() bool { return s.unread == 3 && len(s.events) >= 2 })
	s.ordered("bert", 4, 5)
	if s.missed != 0 {
		t.Errorf("missed %d, want 0", s.missed)
	}
}

func TestLink_GapIsFilledOverREST(t *testing.T) {
	d := newDaemon(t)
	d.record("bert", 10)
	s := start(t, link.New(link.Options{Endpoint: d.endpoint()}))
	p := d.joined()
	frames := d.record("bert", 2500) // more than two pages
	p.send(frames[0], frames[2499])
	p.send(d.record("bert", 1)...)
	s.gathered(2501)
	s.ordered("bert", 11, 2511)
	if s.missed != 0 {
		t.Errorf("missed %d, want 0", s.missed)
	}
}

func TestLink_FirstEventsOfANewProjectAreFilledFromTheStart(t *testing.T) {
	d := newDaemon(t)
	s := start(t, link.New(link.Options{Endpoint: d.endpoint()}))
	p := d.joined()
	p.send(d.record("new", 3)[2])
	s.gathered(3)
	s.ordered("new", 1, 3)
}

func TestLink_WhatIsGoneIsCounted(t *testing.T) {
	d := newDaemon(t)
	d.record("bert", 10)
	s := start(t, link.New(link.Options{Endpoint: d.endpoint()}))
	p := d.joined()
	frames := d.record("bert", 10)
	d.set(func() {
		for i := 12; i < 15; i++ { // 13, 14, 15
			d.history["bert"][i] = ""
		}
	})
	p.send(frames[9])
	s.gathered(7)
	if s.missed != 3 || s.events[2].Seq != 16 {
		t.Errorf("missed %d, then seq %d; want 3, then 16", s.missed, s.events[2].Seq)
	}
}

func TestLink_RefusedGapIsCountedAndLiveGoesOn(t *testing.T) {
	d := newDaemon(t)
	d.record("bert", 10)
	d.set(func() { d.fail["/tui/v1/projects/bert/events"] = 503 })
	s := start(t, link.New(link.Options{Endpoint: d.endpoint()}))
	p := d.joined()
	p.send(d.record("bert", 5)[4])
	s.gathered(1)
	if s.missed != 4 || s.events[0].Seq != 15 {
		t.Errorf("missed %d, seq %d; want 4, 15", s.missed, s.events[0].Seq)
	}
}

func TestLink_ReconnectFillsWhatWasMissed(t *testing.T) {
	d := newDaemon(t)
	d.record("bert", 10)
	s := start(t, link.New(link.Options{Endpoint: d.endpoint()}))
	p := d.joined()
	p.send(d.record("bert", 5)...)
	s.gathered(5)
	d.record("bert", 20)
	d.record("born-meanwhile", 3)
	p.close(protocol.CloseGoingAway, "restart")
	s.phase(link.Offline)
	if s.state.Err == nil || s.state.RetryAt.Before(s.state.Since) {
		t.Errorf("offline state = %+v, want an error and a time", s.state)
	}
	p = d.joined()
	p.send(d.record("bert", 1)...)
	s.gathered(5 + 20 + 3 + 1)
	s.ordered("bert", 11, 36)
	s.ordered("born-meanwhile", 1, 3)
	if len(s.snapshots) != 2 || s.missed != 0 {
		t.Errorf("%d snapshots, missed %d; want 2, 0", len(s.snapshots), s.missed)
	}
}

func TestLink_ReconnectFillsTheNewestTenThousand(t *testing.T) {
	d := newDaemon(t)
	d.record("bert", 1)
	s := start(t, link.New(link.Options{Endpoint: d.endpoint()}))
	p := d.joined()
	s.phase(link.Online)
	d.record("bert", 12_000)
	p.close(protocol.CloseStalled, "slow")
	s.gathered(10_000)
	s.ordered("bert", 2002, 12_001)
	if s.missed != 2000 {
		t.Errorf("missed %d, want 2000", s.missed)
	}
}

func TestLink_SlowRESTNeverStopsTheSocket(t *testing.T) {
	d := newDaemon(t)
	d.record("bert", 1)
	gate := make(chan struct{})
	d.set(func() { d.gate = gate })
	const buffer = 100
	s := start(t, link.New(link.Options{Endpoint: d.endpoint(), Buffer: buffer}))
	p := d.joined()
	// Far more than the sockets' own buffers hold, while REST hangs.
	filler := strings.Repeat("x", 10_000)
	for range 3000 {
		p.send(fmt.Sprintf(`{"event-type":"log","name":"*","payload":%q,"event-id":-1}`, filler))
	}
	p.send(d.record("bert", 50)...)
	if err := p.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(patience)); err != nil {
		t.Errorf("ping: %v", err)
	}
	close(gate)
	s.until("the last event", func() bool {
		return len(s.events) > 0 && s.events[len(s.events)-1].Seq == 51
	})
	s.ordered("bert", 2, 51)
	if s.missed == 0 || s.missed+len(s.events) != 3050 {
		t.Errorf("missed %d of 3050, took %d; want every one accounted for", s.missed, len(s.events))
	}
}

func TestLink_BufferOverrunBecomesAGapThatIsFilled(t *testing.T) {
	d := newDaemon(t)
	d.record("bert", 1)
	gate := make(chan struct{})
	d.set(func() { d.gate = gate })
	s := start(t, link.New(link.Options{Endpoint: d.endpoint(), Buffer: 2000}))
	p := d.joined()
	p.send(d.record("bert", 5000)...)
	// The pong says that the socket has been read up to here.
	pong := make(chan struct{})
	p.conn.SetPongHandler(func(string) error { close(pong); return nil })
	if err := p.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	<-pong
	close(gate)
	s.until("the last event", func() bool { return len(s.events) > 0 && s.events[len(s.events)-1].Seq == 5001 })
	if s.missed+len(s.events) != 5000 {
		t.Errorf("missed %d, took %d; want 5000 together", s.missed, len(s.events))
	}
	if d.requests("/tui/v1/projects/bert/events") == 0 {
		t.Error("the gap was not asked for")
	}
}

func TestLink_GapIsAskedForAgainUntilHistoryHasIt(t *testing.T) {
	d := newDaemon(t)
	d.record("bert", 1)
	s := start(t, link.New(link.Options{Endpoint: d.endpoint()}))
	p := d.joined()
	frames := d.record("bert", 10)
	d.set(func() { d.lag = 10 })
	p.send(frames[9])
	s.gathered(10)
	s.ordered("bert", 2, 11)
	if n := d.requests("/tui/v1/projects/bert/events"); n != 2 {
		t.Errorf("asked %d times, want 2", n)
	}
}

func TestLink_LostTailIsCountedAfterASecondLook(t *testing.T) {
	d := newDaemon(t)
	d.record("bert", 1)
	s := start(t, link.New(link.Options{Endpoint: d.endpoint()}))
	p := d.joined()
	frames := d.record("bert", 10)
	d.set(func() {
		for i := 5; i < 11; i++ { // 6 to 11
			d.history["bert"][i] = ""
		}
	})
	p.send(frames[9])
	s.gathered(5)
	if last := s.events[4].Seq; s.missed != 5 || last != 11 {
		t.Errorf("missed %d, ends at %d; want 5, 11", s.missed, last)
	}
}

func TestLink_BrokenRESTEndsTheConnectionAndLosesNothing(t *testing.T) {
	breaks := map[string]struct{ begin, end func(*daemon) }{
		"no answer": {
			func(d *daemon) { d.fail["/tui/v1/projects/bert/events"] = abort },
			func(d *daemon) { clear(d.fail) },
		},
		"page of another epoch": {
			func(d *daemon) { d.pageEpoch = "e2" },
			func(d *daemon) { d.pageEpoch = "" },
		},
	}
	for name, test := range breaks {
		t.Run(name, func(t *testing.T) {
			d := newDaemon(t)
			d.record("bert", 1)
			s := start(t, link.New(link.Options{Endpoint: d.endpoint()}))
			p := d.joined()
			d.set(func() { test.begin(d) })
			p.send(d.record("bert", 10)[9])
			s.phase(link.Offline)
			d.set(func() { test.end(d) })
			s.gathered(10)
			s.ordered("bert", 2, 11)
			if s.missed != 0 {
				t.Errorf("missed %d, want 0", s.missed)
			}
		})
	}
}

func TestLink_HeavyPagesAreAskedForInSmallerParts(t *testing.T) {
	d := newDaemon(t)
	d.record("bert", 1)
	d.set(func() { d.heavy = 10_000 })
	l := link.New(link.Options{Endpoint: d.endpoint()})
	l.SetMaxAnswer(64_000)
	s := start(t, l)
	p := d.joined()
	p.send(d.record("bert", 9)[8])
	s.gathered(9)
	s.ordered("bert", 2, 10)
}

func TestLink_EventTooHeavyForAPageIsCounted(t *testing.T) {
	d := newDaemon(t)
	d.record("bert", 1)
	d.set(func() { d.heavy = 65_000 })
	l := link.New(link.Options{Endpoint: d.endpoint()})
	l.SetMaxAnswer(64_000)
	s := start(t, l)
	p := d.joined()
	p.send(d.record("bert", 2)[1])
	s.gathered(1)
	if s.missed != 1 || s.events[0].Seq != 3 {
		t.Errorf("missed %d, seq %d; want 1, 3", s.missed, s.events[0].Seq)
	}
}

func TestLink_RefusedHandshakeSaysWhy(t *testing.T) {
	d := newDaemon(t)
	d.set(func() { d.reason = "going down" })
	s := start(t, link.New(link.Options{Endpoint: d.endpoint()}))
	s.phase(link.Offline)
	if !strings.Contains(s.state.Err.Error(), "503 going down") {
		t.Errorf("err = %v, want the reason", s.state.Err)
	}
}

func TestLink_LastWordsBeforeTheEndAreTaken(t *testing.T) {
	d := newDaemon(t)
	d.record("bert", 1)
	s := start(t, link.New(link.Options{Endpoint: d.endpoint()}))
	p := d.joined()
	s.phase(link.Online)
	d.set(func() { d.mute = true }) // no reconnect to fetch them by
	p.send(d.record("bert", 500)...)
	p.close(protocol.CloseGoingAway, "")
	s.gathered(500)
	s.ordered("bert", 2, 501)
}
