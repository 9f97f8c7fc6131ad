package link

import (
	"sync"
	"time"

	"apps.local/neetbox-tui/protocol"
)

// inbox gathers what the screen has not yet taken and gives it out in batches.
type inbox struct {
	interval time.Duration
	some     chan struct{} // holds a value while there may be something
	now      chan struct{} // holds a value while there may be something notable

	mu       sync.Mutex
	queue    queue
	state    *State
	snapshot *Snapshot
	receipts []protocol.Receipt
	missed   int
	unread   int
	notable  bool
	closed   bool
	given    time.Time // when the last batch was taken
	early    time.Time // when the last batch was taken before its interval was over
}

func newInbox(limit int, interval time.Duration) *inbox {
	return &inbox{
		interval: interval,
		some:     make(chan struct{}, 1),
		now:      make(chan struct{}, 1),
		queue:    queue{limit: limit},
	}
}

// put files events and the receipts that they changed, together, so that one
// batch holds both.
func (b *inbox) put(events []protocol.Event, receipts []protocol.Receipt, missed, unread int) {
	if len(events)+len(receipts)+missed+unread == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range events {
		b.queue.push(e, func(protocol.Event) { b.missed++ })
		b.notable = b.notable || notable(e)
	}
	b.missed += missed
	b.unread += unread
	b.file(receipts)
	b.signal()
}

// setState files a change of the connection.
func (b *inbox) setState(s State) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.state, b.notable = &s, true
	b.signal()
}

// join files a connection that is up. fresh drops what is left of the daemon's
// last numbering, which would be taken for the new one's.
func (b *inbox) join(s State, snapshot Snapshot, fresh bool, receipts []protocol.Receipt) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if fresh {
		b.queue.take()
	}
	b.state, b.snapshot, b.notable = &s, &snapshot, true
	b.file(receipts)
	b.signal()
}

// file keeps the newest of each receipt.
func (b *inbox) file(receipts []protocol.Receipt) {
	for _, r := range receipts {
		b.notable = true
		at := 0
		for at < len(b.receipts) && b.receipts[at].ID != r.ID {
			at++
		}
		if at == len(b.receipts) {
			b.receipts = append(b.receipts, r)
			continue
		}
		b.receipts[at] = r
	}
	if excess := len(b.receipts) - maxReceipts; excess > 0 {
		b.receipts = b.receipts[excess:]
	}
}

// close files the end; batches are given out at once from now on.
func (b *inbox) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.signal()
}

func (b *inbox) signal() {
	offer(b.some)
	if b.notable || b.closed {
		offer(b.now)
	}
}

func offer(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// wait blocks until a batch is due, and takes it.
func (b *inbox) wait() BatchMsg {
	for {
		batch, due, ok := b.take()
		if ok {
			return batch
		}
		if due <= 0 {
			<-b.some
			continue
		}
		timer := time.NewTimer(due)
		select {
		case <-timer.C:
		case <-b.now:
		}
		timer.Stop()
	}
}

// take gives out a batch if one is due. If not, due is how long until then, 0
// while there is nothing.
func (b *inbox) take() (batch BatchMsg, due time.Duration, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.empty() {
		return BatchMsg{}, 0, false
	}
	now := time.Now()
	due = b.interval - now.Sub(b.given)
	if due > 0 && !b.closed {
		// One early batch per interval: a run that floods the daemon with acks
		// must not set the pace of the screen.
		if !b.notable || now.Sub(b.early) < b.interval {
			return BatchMsg{}, due, false
		}
		b.early = now
	}
	b.given = now
	batch = BatchMsg{
		State: b.state, Snapshot: b.snapshot, Events: b.queue.take(), Receipts: b.receipts,
		Missed: b.missed, Unread: b.unread, Closed: b.closed,
	}
	b.state, b.snapshot, b.receipts, b.missed, b.unread, b.notable = nil, nil, nil, 0, 0, false
	return batch, 0, true
}

func (b *inbox) empty() bool {
	return !b.closed && !b.notable && b.queue.len()+b.missed+b.unread == 0
}

// notable tells the events that a person waits for from the stream.
func notable(e protocol.Event) bool {
	switch e.Type {
	case protocol.EventAck, protocol.EventAction:
		return true
	case protocol.EventStatus:
		return e.Series == protocol.SeriesPresence || e.Series == protocol.SeriesActionState
	default:
		return false
	}
}
