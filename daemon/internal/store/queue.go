package store

import (
	"sync"

	"apps.local/neetbox-tui/daemon/internal/saved"
	"apps.local/neetbox-tui/protocol"
)

// Bounds of what waits to be written. There are two batches: one is filled
// while the other is written.
const (
	maxQueued      = 16_384
	maxQueuedBytes = 8 << 20
	// batchRows wakes the writer before its window is over.
	batchRows = 1000
	// keepArena is what a batch keeps of its buffer when it was barely used.
	keepArena = 1 << 20
)

// record is one event of a batch; its frame lies in the batch's arena.
type record struct {
	project, run string
	typ          protocol.EventType
	series       string
	seq          protocol.Seq
	at, n        int64
	off, size    int
	made         bool // the frame was spelled here, the event came without one
}

// operation is what is done between two events of a batch.
type operation struct {
	before  int // index of the record that it comes before
	project string
	run     string
	saved   *saved.Run // nil deletes the run
	void    bool       // a later save of the same run took its place
}

type runKey struct{ project, run string }

// batch is what is written together.
type batch struct {
	records []record
	arena   []byte
	ops     []operation
	saves   map[runKey]int // index in ops of a run's newest save
	waiters []chan error   // told when the batch is written
	heads   map[string]protocol.Seq
	urgent  bool
}

func (b *batch) empty() bool {
	return len(b.records) == 0 && len(b.ops) == 0 && len(b.waiters) == 0 && len(b.heads) == 0
}

func (b *batch) reset() {
	clear(b.records)
	b.records = b.records[:0]
	if cap(b.arena) > maxQueuedBytes || (cap(b.arena) > keepArena && len(b.arena) < keepArena/2) {
		b.arena = nil
	}
	b.arena = b.arena[:0]
	clear(b.ops)
	b.ops = b.ops[:0]
	clear(b.saves)
	clear(b.heads)
	b.waiters = nil
	b.urgent = false
}

func (b *batch) frame(r record) []byte { return b.arena[r.off : r.off+r.size] }

// queue takes events without waiting. Its lock is a leaf.
type queue struct {
	first chan struct{} // something waits
	now   chan struct{} // it should be written at once

	mu     sync.Mutex
	fill   *batch
	busy   bool // the other batch is being written
	closed bool
}

func newBatch() *batch {
	return &batch{saves: map[runKey]int{}, heads: map[string]protocol.Seq{}}
}

func newQueue() *queue {
	return &queue{first: make(chan struct{}, 1), now: make(chan struct{}, 1), fill: newBatch()}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// put copies an event; false says that there is no room. A frame over the bound
// is taken when nothing else waits.
func (q *queue) put(ev protocol.Event) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	b := q.fill
	size := max(len(ev.Frame), len(ev.Payload))
	if q.closed || len(b.records) >= maxQueued || (len(b.arena) > 0 && len(b.arena)+size > maxQueuedBytes) {
		b.heads[ev.Project] = max(b.heads[ev.Project], ev.Seq)
		return false
	}
	r := record{
		project: ev.Project, run: ev.Run, typ: ev.Type, series: ev.Series,
		seq: ev.Seq, at: ev.At, n: ev.N, off: len(b.arena),
	}
	if ev.Frame != nil {
		b.arena = append(b.arena, ev.Frame...)
	} else {
		// The three are columns; what they were is put back on reading.
		r.made, ev.Seq, ev.Run, ev.At = true, 0, "", 0
		b.arena = ev.AppendFrame(b.arena, protocol.Spelling{Dialect: protocol.DialectSeed, Extended: true})
	}
	r.size = len(b.arena) - r.off
	b.records = append(b.records, r)
	switch {
	case len(b.records) == batchRows || lastWords(ev):
		signal(q.now)
	case len(b.records) == 1:
		signal(q.first)
	}
	return true
}

// lastWords are events after which nothing may follow for long: how a run ends
// must survive whatever comes next.
func lastWords(ev protocol.Event) bool {
	return ev.Type == protocol.EventStatus && (ev.Series == protocol.SeriesEnd || ev.Series == protocol.SeriesPresence)
}

// save queues what is known of a run; of several in one batch the last counts.
func (q *queue) save(project string, r saved.Run) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return
	}
	b, key := q.fill, runKey{project, r.ID}
	if i, known := b.saves[key]; known {
		b.ops[i].void, b.ops[i].saved = true, nil
	}
	b.saves[key] = len(b.ops)
	b.ops = append(b.ops, operation{before: len(b.records), project: project, run: r.ID, saved: &r})
	q.compact()
	signal(q.first)
}

// compact drops replaced saves, which would otherwise add up while the disk is
// full.
func (q *queue) compact() {
	b := q.fill
	if len(b.ops) < 64 || len(b.ops) < 2*len(b.saves) {
		return
	}
	kept := b.ops[:0]
	for _, op := range b.ops {
		if op.void {
			continue
		}
		if op.saved != nil {
			if _, known := b.saves[runKey{op.project, op.run}]; known {
				b.saves[runKey{op.project, op.run}] = len(kept)
			}
		}
		kept = append(kept, op)
	}
	clear(b.ops[len(kept):])
	b.ops = kept
}

func (q *queue) delete(project, run string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return
	}
	b := q.fill
	delete(b.saves, runKey{project, run})
	b.ops = append(b.ops, operation{before: len(b.records), project: project, run: run})
	signal(q.now)
}

// deletes takes the runs to be deleted out of what waits.
func (q *queue) deletes() []runKey {
	q.mu.Lock()
	defer q.mu.Unlock()
	var keys []runKey
	for i, op := range q.fill.ops {
		if !op.void && op.saved == nil {
			keys = append(keys, runKey{op.project, op.run})
			q.fill.ops[i].void = true
		}
	}
	return keys
}

// wait gives a channel that receives when all that waits now is written.
func (q *queue) wait() <-chan error {
	q.mu.Lock()
	defer q.mu.Unlock()
	done := make(chan error, 1)
	if q.closed {
		done <- ErrClosed
		return done
	}
	q.fill.waiters = append(q.fill.waiters, done)
	signal(q.now)
	return done
}

// swap takes what waits and leaves an empty batch in its place.
func (q *queue) swap(empty *batch) *batch {
	q.mu.Lock()
	defer q.mu.Unlock()
	full := q.fill
	q.fill, q.busy = empty, true
	return full
}

// written says that the batch taken last is.
func (q *queue) written() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.busy = false
}

// settled reports whether all that was put is written.
func (q *queue) settled() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return !q.busy && len(q.fill.records) == 0 && len(q.fill.ops) == 0
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	signal(q.now)
}
