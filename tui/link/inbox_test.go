package link

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"apps.local/neetbox-tui/protocol"
)

func logEvent(seq protocol.Seq) protocol.Event {
	return protocol.Event{Type: protocol.EventLog, Project: "p", ID: protocol.NoEventID, Seq: seq}
}

func TestInbox_BatchesAreAnIntervalApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newInbox(DefaultBuffer, DefaultInterval)
		go func() {
			for i := range 10_000 {
				b.put([]protocol.Event{logEvent(protocol.Seq(i + 1))}, nil, 0, 0)
				if i%100 == 0 {
					<-time.After(time.Millisecond)
				}
			}
			b.close()
		}()
		var times []time.Time
		total := 0
		for {
			batch := b.wait()
			times = append(times, time.Now())
			for _, e := range batch.Events {
				total++
				if e.Seq != protocol.Seq(total) {
					t.Fatalf("event %d has seq %d", total, e.Seq)
				}
			}
			if batch.Closed {
				break
			}
		}
		// 100 ms of events: one at once, three intervals, the end.
		if total != 10_000 || len(times) > 6 {
			t.Errorf("%d events in %d batches, want 10,000 in at most 6", total, len(times))
		}
		for i := 1; i < len(times)-1; i++ {
			if apart := times[i].Sub(times[i-1]); apart < DefaultInterval {
				t.Errorf("batch %d came %v after the last, want at least %v", i, apart, DefaultInterval)
			}
		}
	})
}

func TestInbox_NotableEndsTheWaitOnceAnInterval(t *testing.T) {
	notables := map[string]func(*inbox){
		"ack":    func(b *inbox) { b.put([]protocol.Event{{Type: protocol.EventAck}}, nil, 0, 0) },
		"action": func(b *inbox) { b.put([]protocol.Event{{Type: protocol.EventAction}}, nil, 0, 0) },
		"presence": func(b *inbox) {
			b.put([]protocol.Event{{Type: protocol.EventStatus, Series: protocol.SeriesPresence}}, nil, 0, 0)
		},
		"action-state": func(b *inbox) {
			b.put([]protocol.Event{{Type: protocol.EventStatus, Series: protocol.SeriesActionState}}, nil, 0, 0)
		},
		"receipt": func(b *inbox) { b.put(nil, []protocol.Receipt{{ID: protocol.ID(1)}}, 0, 0) },
		"state":   func(b *inbox) { b.setState(State{Phase: Offline}) },
	}
	for name, put := range notables {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newInbox(10, DefaultInterval)
				b.put([]protocol.Event{logEvent(1)}, nil, 0, 0)
				b.wait()
				start := time.Now()
				go func() {
					b.put([]protocol.Event{logEvent(2)}, nil, 0, 0)
					<-time.After(time.Millisecond)
					put(b)
				}()
				batch := b.wait()
				if took := time.Since(start); took != time.Millisecond {
					t.Errorf("notable came after %v, want 1ms", took)
				}
				if len(batch.Events) == 0 || batch.Events[0].Seq != 2 {
					t.Errorf("events = %v, want the boring one before it", batch.Events)
				}
				put(b)
				b.wait()
				if took := time.Since(start); took < DefaultInterval {
					t.Errorf("second notable came after %v, want no two within an interval", took)
				}
			})
		})
	}
}

func TestInbox_WaitsWithoutATimerWhileThereIsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newInbox(10, DefaultInterval)
		start := time.Now()
		got := make(chan BatchMsg)
		go func() { got <- b.wait() }()
		// With every goroutine blocked, a timer of the waiter would be the next
		// thing to move the clock.
		<-time.After(time.Hour)
		b.put([]protocol.Event{logEvent(1)}, nil, 0, 0)
		if batch := <-got; len(batch.Events) != 1 || time.Since(start) != time.Hour {
			t.Errorf("batch = %+v after %v, want one event at once", batch, time.Since(start))
		}
	})
}

func TestInbox_FullDropsTheOldestAndCounts(t *testing.T) {
	b := newInbox(3, time.Nanosecond)
	for i := range 10 {
		b.put([]protocol.Event{logEvent(protocol.Seq(i + 1))}, nil, 0, 0)
	}
	batch := b.wait()
	if len(batch.Events) != 3 || batch.Events[0].Seq != 8 || batch.Events[2].Seq != 10 || batch.Missed != 7 {
		t.Errorf("batch = %d events, missed %d; want 8, 9, 10 and 7 missed", len(batch.Events), batch.Missed)
	}
}

func TestInbox_KeepsEachReceiptOnceAsItIsNow(t *testing.T) {
	b := newInbox(3, time.Nanosecond)
	for _, state := range []protocol.ReceiptState{protocol.ReceiptSent, protocol.ReceiptRunning, protocol.ReceiptDone} {
		b.put(nil, []protocol.Receipt{{ID: protocol.ID(1), State: state}, {ID: protocol.ID(2), State: state}}, 0, 0)
	}
	batch := b.wait()
	if len(batch.Receipts) != 2 || batch.Receipts[0].State != protocol.ReceiptDone {
		t.Errorf("receipts = %+v, want two that are done", batch.Receipts)
	}
}

func TestQueue_BoundsBytes(t *testing.T) {
	q := queue{limit: 1000}
	dropped := 0
	heavy := protocol.Event{Payload: make([]byte, maxQueueBytes/4)}
	for range 10 {
		q.push(heavy, func(protocol.Event) { dropped++ })
	}
	if q.len() != 3 || dropped != 7 {
		t.Errorf("kept %d, dropped %d; want 3 and 7", q.len(), dropped)
	}
	q.push(protocol.Event{Payload: make([]byte, 2*maxQueueBytes)}, func(protocol.Event) { dropped++ })
	if q.len() != 1 {
		t.Errorf("kept %d, want the newest alone however heavy", q.len())
	}
}

func TestBackoff_DoublesUpToFiveSeconds(t *testing.T) {
	var b backoff
	for round := range 2 {
		for i, want := range []time.Duration{250, 500, 1000, 2000, 4000, 5000, 5000} {
			want *= time.Millisecond
			got := b.next()
			if got < want*8/10 || got > want*12/10 {
				t.Errorf("round %d pause %d = %v, want %v give or take a fifth", round, i, got, want)
			}
		}
		b.reset()
	}
}

func TestPhase_String(t *testing.T) {
	for p := Connecting; p <= Failed; p++ {
		if s := p.String(); s == "" || s[0] == 'P' {
			t.Errorf("Phase(%s) has no word", strconv.Itoa(int(p)))
		}
	}
}

func TestInbox_JoinOfAnotherEpochDropsWhatIsLeft(t *testing.T) {
	for _, fresh := range []bool{false, true} {
		b := newInbox(10, time.Nanosecond)
		b.put([]protocol.Event{logEvent(7)}, nil, 0, 0)
		b.join(State{Phase: Online}, Snapshot{Epoch: "e"}, fresh, nil)
		batch := b.wait()
		if batch.State == nil || batch.Snapshot == nil || (len(batch.Events) == 0) != fresh || batch.Missed != 0 {
			t.Errorf("fresh %v: batch = %+v", fresh, batch)
		}
	}
}

func TestConn_DrainHandsOnWhatIsInOrder(t *testing.T) {
	for _, joined := range []bool{true, false} {
		l := New(Options{})
		c := &conn{link: l, intake: newIntake(10), joined: joined}
		l.cursor.join("e", map[string]protocol.Seq{"p": 10})
		for _, seq := range []protocol.Seq{11, 11, 12, 14, 15} {
			c.intake.put(logEvent(seq))
		}
		c.drain()
		got := l.inbox.queue.take()
		switch {
		case !joined && len(got) > 0:
			t.Errorf("events of a connection that never joined: %v", got)
		case joined && (len(got) != 2 || got[0].Seq != 11 || got[1].Seq != 12 || l.cursor.seen["p"] != 12):
			t.Errorf("drained %v up to %d, want 11 and 12: the rest is fetched later", got, l.cursor.seen["p"])
		}
	}
}
