package report

import "apps.local/neetbox-tui/protocol"

// told is one event as it waits: without what every event of the run has.
type told struct {
	kind    protocol.EventType
	series  string
	id      protocol.EventID
	payload []byte
}

func (t told) size() int {
	const overhead = 96 // the struct itself and its share of the slice
	return len(t.payload) + len(t.series) + overhead
}

// numbered is an event with its place in the run's own order.
type numbered struct {
	told
	n int64
}

// backlog keeps the events that the daemon is not known to have, oldest first:
// those that were written come before those that were not. It is a plain value
// that its owner guards.
type backlog struct {
	maxEvents, maxBytes int

	events  []told // events[head:] are held
	head    int
	first   int64 // number of events[head]
	next    int64 // number of the first event that was not written yet
	bytes   int
	dropped int64

	// Numbers of events that were written and then pushed out. Whether the daemon
	// has them is known at the next handshake only.
	unsureFrom, unsureTo int64 // unsureTo 0: none
}

func newBacklog(maxEvents, maxBytes int) backlog {
	return backlog{maxEvents: maxEvents, maxBytes: maxBytes, first: 1, next: 1}
}

func (b *backlog) held() int { return len(b.events) - b.head }

// end is the number that the next event will get.
func (b *backlog) end() int64 { return b.first + int64(b.held()) }

// unwritten is how many events wait to be written.
func (b *backlog) unwritten() int { return int(b.end() - b.next) }

// push takes an event, and room for it from the oldest.
func (b *backlog) push(t told) {
	if t.size() > b.maxBytes {
		b.dropped++
		return
	}
	b.events = append(b.events, t)
	b.bytes += t.size()
	for b.held() > b.maxEvents || b.bytes > b.maxBytes {
		b.evict()
	}
}

func (b *backlog) evict() {
	n := b.first
	b.shift()
	if n >= b.next {
		b.dropped++
		b.next = b.first
		return
	}
	if b.unsureTo == 0 {
		b.unsureFrom = n
	}
	b.unsureTo = n
}

// shift forgets the oldest event.
func (b *backlog) shift() {
	b.bytes -= b.events[b.head].size()
	b.events[b.head] = told{}
	b.head++
	b.first++
	// Moving the rest down only when as much is empty keeps a shift cheap.
	if b.head > 1024 && b.head*2 > len(b.events) {
		n := copy(b.events, b.events[b.head:])
		clear(b.events[n:])
		b.events = b.events[:n]
		b.head = 0
	}
}

// take appends to dst the next events to write, at most maxEvents and about
// maxBytes of them, and counts them as written: once bytes of an event may have
// reached the daemon, only the daemon knows whether it has it.
func (b *backlog) take(dst []numbered, maxEvents, maxBytes int) []numbered {
	for size := 0; b.next < b.end() && len(dst) < maxEvents && size < maxBytes; b.next++ {
		t := b.events[b.head+int(b.next-b.first)]
		size += t.size()
		dst = append(dst, numbered{t, b.next})
	}
	return dst
}

// resume goes on after the number that the daemon says it has: what it has is
// forgotten, the rest will be written again. A daemon that has more than was
// ever written here knows the run from an earlier process; then what waits is
// numbered after that.
func (b *backlog) resume(stored int64) {
	if written := b.next - 1; stored > written {
		b.forgetWritten()
		b.first, b.next = stored+1, stored+1
	}
	for b.held() > 0 && b.first <= stored {
		b.shift()
	}
	if b.unsureTo > stored {
		b.dropped += b.unsureTo - max(stored, b.unsureFrom-1)
	}
	b.unsureTo = 0
	b.next = b.first
}

// forgetWritten is for a daemon that never says what it has.
func (b *backlog) forgetWritten() {
	for b.first < b.next {
		b.shift()
	}
	b.unsureTo = 0
}
