package link

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"apps.local/neetbox-tui/protocol"
)

func call(id protocol.EventID, at int64) protocol.Event {
	return protocol.Event{
		Type: protocol.EventAction, Project: "p", Run: "r", ID: id, At: at,
		Payload: protocol.ActionCall{Name: "save"}.Payload(),
	}
}

func answer(id protocol.EventID, at int64) protocol.Event {
	return protocol.Event{
		Type: protocol.EventAck, Project: "p", Run: "r", ID: id, At: at,
		Payload: protocol.ActionResult{Name: "save"}.Payload(),
	}
}

func TestLedger_FollowsACallFromEchoToAnswer(t *testing.T) {
	l, id := newLedger(), protocol.ID(7)
	l.expect(id, "r", protocol.ActionCall{Name: "save"})
	r, changed := l.apply(call(id, 1000), true)
	if !changed || r.State != protocol.ReceiptSent || r.Sent != 1000 {
		t.Errorf("echo = %+v %v, want sent at 1000", r, changed)
	}
	r, changed = l.apply(answer(id, 2000), true)
	if !changed || r.State != protocol.ReceiptDone || r.Answered != 2000 {
		t.Errorf("answer = %+v %v, want done at 2000", r, changed)
	}
	if lost := l.lose(); len(lost) != 0 {
		t.Errorf("lost %+v, want nothing: the daemon had it", lost)
	}
}

func TestLedger_AnswerWithoutEchoCounts(t *testing.T) {
	l, id := newLedger(), protocol.ID(7)
	l.expect(id, "r", protocol.ActionCall{Name: "save"})
	e := answer(id, 1)
	e.Payload = protocol.ServerAnswer("save", "run has no such action", false)
	if r, changed := l.apply(e, true); !changed || r.State != protocol.ReceiptFailed || r.Error != "run has no such action" {
		t.Errorf("answer = %+v %v, want failed", r, changed)
	}
}

func TestLedger_LostCallComesBackWithItsEcho(t *testing.T) {
	l, id := newLedger(), protocol.ID(7)
	l.expect(id, "r", protocol.ActionCall{Name: "save"})
	lost := l.lose()
	if len(lost) != 1 || lost[0].State != protocol.ReceiptLost || lost[0].Error != lostBeforeTaken || lost[0].Action != "save" {
		t.Fatalf("lost = %+v, want the call with the reason", lost)
	}
	l.apply(call(id, 1), false)
	if r, changed := l.apply(answer(id, 2), false); !changed || r.State != protocol.ReceiptDone {
		t.Errorf("fetched answer = %+v %v, want done", r, changed)
	}
}

func TestLedger_AnotherEpochEndsOpenCalls(t *testing.T) {
	l := newLedger()
	l.apply(call(protocol.ID(1), 1), true)
	l.apply(call(protocol.ID(2), 1), true)
	l.apply(answer(protocol.ID(2), 2), true)
	lost := l.void()
	if len(lost) != 1 || lost[0].ID != protocol.ID(1) || lost[0].State != protocol.ReceiptLost || lost[0].Error != lostEpoch {
		t.Errorf("void = %+v, want the open call lost", lost)
	}
	if _, changed := l.apply(answer(protocol.ID(1), 3), true); changed {
		t.Error("an answer of the old epoch still counts")
	}
}

func TestLedger_LearnsOpenCallsFromREST(t *testing.T) {
	l := newLedger()
	now := time.Now().UnixMilli()
	l.learn([]protocol.Receipt{
		{ID: protocol.ID(1), State: protocol.ReceiptSent, Sent: now},
		{ID: protocol.ID(2), State: protocol.ReceiptDone, Sent: now},
	})
	if _, changed := l.apply(answer(protocol.ID(1), now), true); !changed {
		t.Error("answer to a call learned over REST changes nothing")
	}
	if _, changed := l.apply(answer(protocol.ID(2), now), true); changed {
		t.Error("second answer to a call that is done counts")
	}
}

func TestLink_CallsTimeOutByOneTimer(t *testing.T) {
	tests := map[string]struct {
		echo  bool
		clock time.Duration // the daemon's, ahead of ours
	}{
		"echoed":                {true, 0},
		"never echoed":          {false, 0},
		"daemon's clock ahead":  {true, time.Hour},
		"daemon's clock behind": {true, -time.Hour},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := New(Options{})
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error)
				go func() { done <- l.expireReceipts(ctx) }()
				<-time.After(time.Hour) // idle

				start, id := time.Now(), protocol.ID(7)
				at := start.Add(test.clock).UnixMilli()
				l.ledger.expect(id, "r", protocol.ActionCall{Name: "save"})
				if test.echo {
					l.ledger.apply(call(id, at), true)
				}
				batch := l.inbox.wait()
				if took := time.Since(start); took != protocol.ActionTimeout {
					t.Errorf("timed out after %v, want %v", took, protocol.ActionTimeout)
				}
				if len(batch.Receipts) != 1 || batch.Receipts[0].State != protocol.ReceiptTimedOut {
					t.Errorf("receipts = %+v, want one timed out", batch.Receipts)
				}
				r, _ := l.ledger.apply(answer(id, at+90_000), true)
				if r.State != protocol.ReceiptDone || !r.Late {
					t.Errorf("late answer = %+v, want done and late", r)
				}
				cancel()
				<-done
			})
		})
	}
}
