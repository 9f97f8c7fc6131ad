// Package framelog fans frames out to frontends: an append-only log of encoded
// WebSocket frames, into which each frontend holds a [Cursor].
//
// A frame is copied once, however many frontends read it, and a frontend writes
// everything that waits for it with one system call. That is what a raw relay of
// the same structure costs; a queue of messages per frontend costs ten to thirty
// times as much (the benchmarks of daemon/internal/ws compare them).
//
// The log never waits for a reader and never grows past its limit: a cursor that
// has fallen out of what is kept is moved to the head and told so.
package framelog

import (
	"sync"
	"sync/atomic"
	"time"
)

const (
	// Limit is how many bytes a log keeps for its slowest cursor.
	Limit = 8 << 20
	// TotalLimit is how many bytes all logs of one [Pool] keep together.
	TotalLimit = 64 << 20
	// Window is how long a frame may wait for company: it takes nearly all of
	// the gain that batching has, and is below what a person notices.
	Window = 2 * time.Millisecond

	// flushSize waiting is flushed at once: a chunk's worth, so that a flood costs
	// one system call for each chunk and frontend (go run ./tests/load, forwarding
	// alone).
	flushSize  = 256 << 10
	chunkSmall = 16 << 10
	chunkLarge = 256 << 10
)

// Pool recycles chunks among logs and counts the bytes they hold.
type Pool struct {
	held atomic.Int64
	free sync.Pool // of *[]byte with capacity chunkLarge
}

// Held is the bytes that all logs of the pool hold now.
func (p *Pool) Held() int64 { return p.held.Load() }

func (p *Pool) take(size int) []byte {
	p.held.Add(int64(size))
	if size == chunkLarge {
		if b, ok := p.free.Get().(*[]byte); ok {
			return (*b)[:0]
		}
	}
	return make([]byte, 0, size)
}

func (p *Pool) give(b []byte) {
	if cap(b) == chunkLarge {
		p.free.Put(&b)
	}
}

type chunk struct {
	buf     []byte
	frames  int64
	readers int  // cursors that write from it right now
	dropped bool // out of the log; recycled when the last reader is done
}

// Log is one stream of frames. Its methods may be called from any goroutine;
// its lock is a leaf: nothing else is locked while it is held.
type Log struct {
	pool   *Pool
	active atomic.Int32 // cursors

	mu      sync.Mutex
	chunks  []*chunk // oldest first; the last one is being filled
	first   int64    // number of chunks[0]
	size    int      // capacity of all chunks
	cursors map[*Cursor]struct{}
	waiting int // bytes appended since the last flush
	flushed time.Time
	armed   bool
	timer   *time.Timer
}

// New makes an empty log.
func New(pool *Pool) *Log {
	return &Log{pool: pool, cursors: map[*Cursor]struct{}{}}
}

// Active reports whether anybody reads: a log without readers keeps nothing, so
// a caller can skip encoding for it.
func (l *Log) Active() bool { return l.active.Load() > 0 }

// Append adds one text frame with the given payload and wakes the cursors within
// [Window].
func (l *Log) Append(payload []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.cursors) == 0 {
		return
	}
	need := len(payload) + maxHeader
	last := l.last()
	if last == nil || cap(last.buf)-len(last.buf) < need {
		last = l.grow(need)
	}
	last.buf = AppendText(last.buf, payload)
	last.frames++
	l.waiting += need
	l.schedule()
}

func (l *Log) last() *chunk {
	if len(l.chunks) == 0 {
		return nil
	}
	return l.chunks[len(l.chunks)-1]
}

// grow adds a chunk that holds need bytes: a frame never spans two, so that each
// write ends where a frame ends.
func (l *Log) grow(need int) *chunk {
	size := chunkSmall
	if len(l.chunks) > 0 {
		size = chunkLarge
	}
	size = max(size, need)
	c := &chunk{buf: l.pool.take(size)}
	l.chunks = append(l.chunks, c)
	l.size += cap(c.buf)
	l.trim()
	return c
}

// trim drops chunks that every cursor has read, then the oldest while the log is
// over its limit, or all logs together are over theirs. The chunk that is being
// filled stays.
func (l *Log) trim() {
	oldest := l.first + int64(len(l.chunks)) - 1
	for c := range l.cursors {
		oldest = min(oldest, c.chunk)
	}
	for len(l.chunks) > 1 && (l.first < oldest || l.size > Limit || l.pool.Held() > TotalLimit) {
		l.drop()
	}
}

func (l *Log) drop() {
	c := l.chunks[0]
	l.chunks[0] = nil
	l.chunks = l.chunks[1:]
	l.first++
	l.size -= cap(c.buf)
	l.pool.held.Add(-int64(cap(c.buf)))
	c.dropped = true
	if c.readers == 0 {
		l.pool.give(c.buf)
	}
}

// schedule flushes now when the last flush is a window ago or much is waiting,
// else arms the timer: at most one flush in a window, and no timer while idle.
func (l *Log) schedule() {
	if l.armed && l.waiting < flushSize {
		return // the usual case under load, without a look at the clock
	}
	now := time.Now()
	since := now.Sub(l.flushed)
	if since >= Window || l.waiting >= flushSize {
		l.flush(now)
		return
	}
	if l.armed {
		return
	}
	l.armed = true
	if l.timer == nil {
		l.timer = time.AfterFunc(Window-since, l.expired)
	} else {
		l.timer.Reset(Window - since)
	}
}

func (l *Log) expired() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.armed = false
	if l.waiting > 0 {
		l.flush(time.Now())
	}
}

func (l *Log) flush(now time.Time) {
	l.flushed, l.waiting = now, 0
	for c := range l.cursors {
		select {
		case c.wake <- struct{}{}:
		default:
		}
	}
}

// Subscribe makes a cursor at the head: it reads what is appended from now on.
// A value is sent to wake, without waiting, when there is something to read.
func (l *Log) Subscribe(wake chan<- struct{}) *Cursor {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := &Cursor{log: l, wake: wake}
	c.toHead()
	l.cursors[c] = struct{}{}
	l.active.Add(1)
	return c
}

// Cursor is one frontend's place in a log. Next and Skip belong to one
// goroutine, the writer; Close may come from another.
type Cursor struct {
	log     *Log
	wake    chan<- struct{}
	chunk   int64 // number of the chunk it reads
	off     int
	reading *chunk
	skips   int64
	closed  bool
}

func (c *Cursor) toHead() {
	l := c.log
	c.chunk, c.off = l.first+int64(len(l.chunks)), 0
	if last := l.last(); last != nil {
		c.chunk--
		c.off = len(last.buf)
	}
}

// Next returns whole frames to write, or nil when there are none. The bytes
// stand until the next call.
func (c *Cursor) Next() []byte {
	l := c.log
	l.mu.Lock()
	defer l.mu.Unlock()
	c.done()
	if c.closed {
		return nil
	}
	if c.chunk < l.first {
		c.skips++
		c.toHead()
	}
	for c.chunk-l.first < int64(len(l.chunks)) {
		at := l.chunks[c.chunk-l.first]
		if c.off < len(at.buf) {
			from := c.off
			c.off = len(at.buf)
			c.reading = at
			at.readers++
			return at.buf[from:c.off]
		}
		if at == l.last() {
			return nil
		}
		c.chunk, c.off = c.chunk+1, 0
	}
	return nil
}

// done gives back the chunk that the last Next handed out.
func (c *Cursor) done() {
	if c.reading == nil {
		return
	}
	c.reading.readers--
	if c.reading.dropped && c.reading.readers == 0 {
		c.log.pool.give(c.reading.buf)
	}
	c.reading = nil
}

// Skip moves the cursor to the head, for a frontend too far behind in time.
func (c *Cursor) Skip() {
	c.log.mu.Lock()
	defer c.log.mu.Unlock()
	c.done()
	c.skips++
	c.toHead()
}

// Skips is how often the cursor was moved to the head.
func (c *Cursor) Skips() int64 {
	c.log.mu.Lock()
	defer c.log.mu.Unlock()
	return c.skips
}

// Close ends the subscription. The last one leaves the log empty.
func (c *Cursor) Close() {
	l := c.log
	l.mu.Lock()
	defer l.mu.Unlock()
	if c.closed {
		return
	}
	// A writer may still be at the bytes that Next gave: its chunk is left to the
	// garbage collector instead of being recycled.
	c.closed = true
	delete(l.cursors, c)
	l.active.Add(-1)
	if len(l.cursors) > 0 {
		return
	}
	for len(l.chunks) > 0 {
		l.drop()
	}
	if l.timer != nil {
		l.timer.Stop()
		l.armed = false
	}
	l.waiting = 0
}
