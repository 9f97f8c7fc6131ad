package store

import (
	"sort"

	"apps.local/neetbox-tui/protocol"
)

// ring is a queue of events in ascending order of seq that grows as needed.
type ring struct {
	buf  []protocol.Event
	head int
	size int
}

func (r *ring) len() int { return r.size }

func (r *ring) at(i int) protocol.Event { return r.buf[(r.head+i)%len(r.buf)] }

func (r *ring) push(ev protocol.Event) {
	if r.size == len(r.buf) {
		const smallest = 16
		grown := make([]protocol.Event, max(smallest, 2*len(r.buf)))
		for i := range r.size {
			grown[i] = r.at(i)
		}
		r.buf, r.head = grown, 0
	}
	r.buf[(r.head+r.size)%len(r.buf)] = ev
	r.size++
}

func (r *ring) pop() protocol.Event {
	ev := r.buf[r.head]
	r.buf[r.head] = protocol.Event{}
	r.head = (r.head + 1) % len(r.buf)
	r.size--
	return ev
}

// after is the index of the first event above seq.
func (r *ring) after(seq protocol.Seq) int {
	return sort.Search(r.size, func(i int) bool { return r.at(i).Seq > seq })
}
