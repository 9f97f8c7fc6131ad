package link

import "apps.local/neetbox-tui/protocol"

// maxQueueBytes bounds what a queue holds beside its number of events, because a
// single event of a run may weigh 64 MiB.
const maxQueueBytes = 128 << 20

// queue keeps the newest events, bounded in number and in bytes.
type queue struct {
	limit  int
	events []protocol.Event
	head   int // the oldest one kept
	bytes  int
	usual  int              // events of the last batch, the next one's likely size
	spare  []protocol.Event // room to fill again
}

func (q *queue) len() int { return len(q.events) - q.head }

// push appends an event and drops the oldest ones that no longer fit, telling
// dropped of each. The event just pushed always stays.
func (q *queue) push(e protocol.Event, dropped func(protocol.Event)) {
	if q.head >= q.limit {
		// Moved down only once per limit drops, which keeps a drop O(1).
		n := copy(q.events, q.events[q.head:])
		clear(q.events[n:])
		q.events, q.head = q.events[:n], 0
	}
	if cap(q.events) == 0 {
		const least = 64
		q.events = make([]protocol.Event, 0, max(least, q.usual+q.usual/4))
	}
	q.events = append(q.events, e)
	q.bytes += e.Size()
	for q.len() > 1 && (q.len() > q.limit || q.bytes > maxQueueBytes) {
		old := q.events[q.head]
		q.events[q.head] = protocol.Event{}
		q.head++
		q.bytes -= old.Size()
		dropped(old)
	}
}

// take empties the queue; the events are the caller's.
func (q *queue) take() []protocol.Event {
	taken := q.events[q.head:]
	if len(taken) == 0 {
		taken = nil
	}
	if len(taken) > 0 {
		q.usual = len(taken)
	}
	q.events, q.head, q.bytes = q.spare, 0, 0
	q.spare = nil
	return taken
}

// recycle takes a slice back that take gave out, to be filled again.
func (q *queue) recycle(events []protocol.Event) {
	if q.spare != nil || cap(events) == 0 {
		return
	}
	clear(events)
	q.spare = events[:0]
}
