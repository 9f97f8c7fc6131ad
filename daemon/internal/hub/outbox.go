package hub

import (
	"sync"

	"apps.local/neetbox-tui/daemon/internal/framelog"
)

// outboxLimit bounds what waits for one peer, in bytes. Only what is addressed
// to that peer goes through its outbox: answers, calls, acks, pongs.
const outboxLimit = 2 << 20

// Outbox is a peer's bounded queue of frames. Put never blocks.
type Outbox struct {
	mu      sync.Mutex
	waiting []byte // encoded frames, one after another
	writing []byte // handed to the writer by the last Take
	closing bool
	wake    chan<- struct{}
}

// Text queues a text frame and reports whether there was room for it.
func (o *Outbox) Text(payload []byte) bool {
	return o.put(len(payload), func(dst []byte) []byte { return framelog.AppendText(dst, payload) })
}

// Pong queues the answer to a ping.
func (o *Outbox) Pong(data []byte) bool {
	return o.put(len(data), func(dst []byte) []byte { return framelog.AppendPong(dst, data) })
}

// Close queues a close frame, after which nothing is taken any more.
func (o *Outbox) Close(code int, reason string) {
	o.mu.Lock()
	if !o.closing {
		o.closing = true
		o.waiting = framelog.AppendClose(o.waiting, code, reason)
	}
	o.mu.Unlock()
	o.notify()
}

// Closing reports whether a close frame was queued.
func (o *Outbox) Closing() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.closing
}

func (o *Outbox) put(size int, add func([]byte) []byte) bool {
	o.mu.Lock()
	// A frame larger than the limit still goes out alone: an action's arguments
	// may be as large as a frontend's frame.
	if o.closing || (len(o.waiting) > 0 && len(o.waiting)+size > outboxLimit) {
		o.mu.Unlock()
		return false
	}
	o.waiting = add(o.waiting)
	o.mu.Unlock()
	o.notify()
	return true
}

func (o *Outbox) notify() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// take gives what waits, and whether it ends with a close frame. The bytes stand
// until the next call.
func (o *Outbox) take() (frames []byte, closing bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.waiting) == 0 {
		return nil, o.closing
	}
	const keep = 64 << 10
	if cap(o.writing) > keep {
		o.writing = nil
	}
	o.waiting, o.writing = o.writing[:0], o.waiting
	return o.writing, o.closing
}
