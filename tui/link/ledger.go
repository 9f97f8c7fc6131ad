package link

import (
	"sync"
	"time"

	"apps.local/neetbox-tui/protocol"
)

// maxReceipts is how many actions are followed at a time.
const maxReceipts = 500

// Errors that the link itself writes into a receipt.
const (
	lostBeforeTaken = "connection to the daemon was lost before it took the action"
	lostEpoch       = "the daemon started anew before the answer came"
)

// ledger follows actions: those that events tell of, and ours before the daemon
// has echoed them.
type ledger struct {
	rearm chan struct{} // holds a value when the next expiry may have moved

	mu       sync.Mutex
	receipts *protocol.Receipts
	pending  map[protocol.EventID]protocol.Receipt // sent by us, not echoed yet
	skew     int64                                 // the daemon's clock minus ours, ms
}

func newLedger() *ledger {
	return &ledger{
		rearm:    make(chan struct{}, 1),
		receipts: protocol.NewReceipts(maxReceipts, protocol.ActionTimeout),
		pending:  map[protocol.EventID]protocol.Receipt{},
	}
}

// expect files a call that is about to leave.
func (l *ledger) expect(id protocol.EventID, run string, call protocol.ActionCall) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending[id] = protocol.Receipt{
		ID: id, Run: run, Action: call.Name, Args: call.Args,
		State: protocol.ReceiptSent, Sent: l.now(),
	}
	offer(l.rearm)
}

// now is the time by the daemon's clock, which a receipt's times are in.
func (l *ledger) now() int64 { return time.Now().UnixMilli() + l.skew }

// apply takes an event in its order; live says that it arrived just now, so that
// its time tells how the daemon's clock differs from ours.
func (l *ledger) apply(e protocol.Event, live bool) (protocol.Receipt, bool) {
	switch e.Type {
	case protocol.EventAction, protocol.EventAck, protocol.EventStatus:
	default:
		return protocol.Receipt{}, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if live && e.At > 0 {
		l.setSkew(e.At - time.Now().UnixMilli())
	}
	if mine, waits := l.pending[e.ID]; waits && e.Type != protocol.EventStatus {
		delete(l.pending, e.ID)
		// The daemon may answer in the run's place without an echo.
		l.receipts.Put(mine)
	}
	r, changed := l.receipts.Apply(e)
	if changed {
		offer(l.rearm)
	}
	return r, changed
}

// setSkew takes the calls that wait along, or a daemon whose clock is ahead would
// time them out by its first event.
func (l *ledger) setSkew(skew int64) {
	for id, r := range l.pending {
		r.Sent += skew - l.skew
		l.pending[id] = r
	}
	l.skew = skew
}

// learn files what REST told of calls that are still open, so that their answers
// are understood.
func (l *ledger) learn(told []protocol.Receipt) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range told {
		if _, known := l.receipts.Find(r.ID); !known && r.State.Open() {
			l.receipts.Put(r)
			offer(l.rearm)
		}
	}
}

// lose ends the calls that the daemon has not echoed. Should it have taken one
// after all, the echo comes with what is fetched after the reconnect.
func (l *ledger) lose() []protocol.Receipt {
	l.mu.Lock()
	defer l.mu.Unlock()
	lost := make([]protocol.Receipt, 0, len(l.pending))
	for _, r := range l.pending {
		r.State, r.Error = protocol.ReceiptLost, lostBeforeTaken
		l.receipts.Put(r)
		lost = append(lost, r)
	}
	clear(l.pending)
	return lost
}

// void forgets everything and ends the open calls: their answers went with the
// daemon that was to bring them.
func (l *ledger) void() []protocol.Receipt {
	l.mu.Lock()
	defer l.mu.Unlock()
	var lost []protocol.Receipt
	for _, r := range l.receipts.List("") {
		if r.State.Open() {
			r.State, r.Error = protocol.ReceiptLost, lostEpoch
			lost = append(lost, r)
		}
	}
	l.receipts = protocol.NewReceipts(maxReceipts, protocol.ActionTimeout)
	l.skew = 0
	offer(l.rearm)
	return lost
}

// expire times out what has waited too long. next is how long until there will
// be something to do again; 0 when no call is open.
func (l *ledger) expire() (changed []protocol.Receipt, next time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now, timeout := l.now(), protocol.ActionTimeout.Milliseconds()
	first := int64(0)
	for id, r := range l.pending {
		if r.Sent+timeout <= now {
			delete(l.pending, id)
			l.receipts.Put(r)
		} else if first == 0 || r.Sent+timeout < first {
			first = r.Sent + timeout
		}
	}
	changed = l.receipts.Expire(now)
	if at := l.receipts.NextExpiry(); at > 0 && (first == 0 || at < first) {
		first = at
	}
	if first == 0 {
		return changed, 0
	}
	return changed, max(time.Duration(first-now), 1) * time.Millisecond //nolint:durationcheck // a count of milliseconds
}
