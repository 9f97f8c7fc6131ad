package link

import (
	"sync"

	"apps.local/neetbox-tui/protocol"
)

// intake is between the reader and the sorter of one connection: the reader
// never waits, so a sorter that waits for REST costs the oldest events.
type intake struct {
	some chan struct{} // holds a value while there may be events

	mu    sync.Mutex
	queue queue
	// missed counts dropped events that have no number. Those that have one leave
	// a gap, and come back over REST.
	missed int
	unread int
}

func newIntake(limit int) *intake {
	return &intake{some: make(chan struct{}, 1), queue: queue{limit: limit}}
}

func (in *intake) put(e protocol.Event) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.queue.push(e, func(old protocol.Event) {
		if old.Seq == 0 {
			in.missed++
		}
	})
	in.signal()
}

// spoilt counts a frame that is no event.
func (in *intake) spoilt() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.unread++
	in.signal()
}

func (in *intake) signal() {
	select {
	case in.some <- struct{}{}:
	default:
	}
}

// recycle takes back the slice that take gave out last.
func (in *intake) recycle(events []protocol.Event) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.queue.recycle(events)
}

// take empties the intake.
func (in *intake) take() (events []protocol.Event, missed, unread int) {
	in.mu.Lock()
	defer in.mu.Unlock()
	events, missed, unread = in.queue.take(), in.missed, in.unread
	in.missed, in.unread = 0, 0
	return events, missed, unread
}
