package store

import (
	"container/heap"
	"math"

	"zombiezen.com/go/sqlite"

	"apps.local/neetbox-tui/protocol"
)

const (
	rowsUp     = "SELECT id, at, flags, body FROM event WHERE id BETWEEN ?1 AND ?2 ORDER BY id"
	rowsDown   = rowsUp + " DESC"
	blocksUp   = "SELECT id, from_at, to_at, rank, data FROM block WHERE id BETWEEN ?1 AND ?2 ORDER BY id"
	blocksDown = blocksUp + " DESC"
	blockAt    = "SELECT max(id) FROM block WHERE id BETWEEN ?1 AND ?2"
)

// cursor walks the events of one stream between two sequence numbers, upwards or
// downwards. Its rows are always newer than its blocks.
type cursor struct {
	r     *reader
	m     matcher
	up    bool
	t     class
	run   string
	base  int64
	low   int64 // rowids, both included
	high  int64
	floor int64 // the stream's first possible rowid

	stage int // 0, 1: which of rows and blocks; 2: at the end
	query string
	stmt  *sqlite.Stmt
	block *blockDecoder
	inner []stored // of the block, still to come
	buf   []byte

	head stored
	seq  int64 // of head
}

// open gives a cursor that stands before its first event.
func (r *reader) cursor(s streamRow, t class, run string, m matcher, up bool) *cursor {
	c := &cursor{r: r, m: m, up: up, t: t, run: run, base: s.base, floor: rowid(s.id, 0)}
	from, to := int64(0), int64(maxOffset)
	if after := int64(m.q.After); after > 0 {
		from = max(0, after+1-s.base)
	}
	if before := int64(m.q.Before); before > 0 {
		to = min(to, before-1-s.base)
	}
	if to < from {
		c.stage = 2
		return c
	}
	c.low, c.high = rowid(s.id, from), rowid(s.id, to)
	return c
}

func (c *cursor) rows() bool { return (c.stage == 0) != c.up }

// next moves to the next event; false at the end.
func (c *cursor) next() (bool, error) {
	for c.stage < 2 {
		if len(c.inner) > 0 {
			c.pop()
			if id := rowid(c.floor>>offsetBits, c.head.offset); id >= c.low && id <= c.high {
				return true, nil
			}
			continue
		}
		if c.stmt == nil {
			if err := c.begin(); err != nil {
				return false, err
			}
		}
		more, err := c.stmt.Step()
		if err != nil {
			return false, err
		}
		if !more {
			c.release()
			c.stage++
			continue
		}
		if c.rows() {
			c.buf = columnBytes(c.stmt, 3, c.buf)
			c.head = stored{
				offset: c.stmt.ColumnInt64(0) & maxOffset, at: c.stmt.ColumnInt64(1), flags: byte(c.stmt.ColumnInt64(2)),
				body: c.buf,
			}
			c.seq = c.base + c.head.offset
			return true, nil
		}
		c.unpack()
	}
	return false, nil
}

func (c *cursor) pop() {
	if c.up {
		c.head, c.inner = c.inner[0], c.inner[1:]
	} else {
		last := len(c.inner) - 1
		c.head, c.inner = c.inner[last], c.inner[:last]
	}
	c.seq = c.base + c.head.offset
}

// begin starts on the rows or the blocks.
func (c *cursor) begin() error {
	low := c.low
	switch {
	case c.rows() && c.up:
		c.query = rowsUp
	case c.rows():
		c.query = rowsDown
	default:
		// A block is filed under its first event: the one that holds low may begin
		// before it.
		err := each(c.r.conn, blockAt, func(s *sqlite.Stmt) {
			if s.ColumnType(0) != sqlite.TypeNull {
				low = s.ColumnInt64(0)
			}
		}, c.floor, c.low)
		if err != nil {
			return err
		}
		c.query = blocksDown
		if c.up {
			c.query = blocksUp
		}
	}
	stmt, err := c.r.take(c.query)
	if err != nil {
		return err
	}
	stmt.BindInt64(1, low)
	stmt.BindInt64(2, c.high)
	c.stmt = stmt
	return nil
}

// unpack reads the block that the statement stands on, unless nothing in it can
// match. A block that can't be read is passed over: the events beside it are
// worth more than an error.
func (c *cursor) unpack() {
	q := c.m.q
	from, to, rank := c.stmt.ColumnInt64(1), c.stmt.ColumnInt64(2), c.stmt.ColumnInt(3)
	if (q.From != 0 && to < q.From) || (q.To != 0 && from >= q.To) || (c.t == classLog && rank < c.m.floor) {
		return
	}
	if c.block == nil {
		c.block = c.r.takeDecoder()
	}
	c.buf = columnBytes(c.stmt, 4, c.buf)
	if err := c.block.decode(c.buf); err != nil || c.m.refusesBlock(c.block) {
		return
	}
	c.inner = c.block.events
}

func (c *cursor) release() {
	if c.stmt != nil {
		c.r.give(c.query, c.stmt)
		c.stmt = nil
	}
	if c.block != nil {
		c.r.giveDecoder(c.block)
		c.block, c.inner = nil, nil
	}
}

// merge gives the events of many cursors in order.
type merge struct {
	cursors []*cursor
	up      bool
}

func (m *merge) Len() int { return len(m.cursors) }
func (m *merge) Less(i, j int) bool {
	return (m.cursors[i].seq < m.cursors[j].seq) == m.up
}
func (m *merge) Swap(i, j int) { m.cursors[i], m.cursors[j] = m.cursors[j], m.cursors[i] }
func (m *merge) Push(c any)    { m.cursors = append(m.cursors, c.(*cursor)) } //nolint:forcetypeassert // see add
func (m *merge) Pop() any {
	last := len(m.cursors) - 1
	c := m.cursors[last]
	m.cursors = m.cursors[:last]
	return c
}

// add takes a cursor that has an event.
func (m *merge) add(c *cursor) error {
	more, err := c.next()
	if err != nil || !more {
		c.release()
		return err
	}
	heap.Push(m, c)
	return nil
}

// advance moves the first cursor.
func (m *merge) advance() error {
	c := m.cursors[0]
	more, err := c.next()
	if err == nil && more {
		heap.Fix(m, 0)
		return nil
	}
	heap.Pop(m)
	c.release()
	return err
}

func (m *merge) release() {
	for _, c := range m.cursors {
		c.release()
	}
}

// head is the number that comes next; the end of all numbers when none does.
func (m *merge) head() int64 {
	switch {
	case len(m.cursors) > 0:
		return m.cursors[0].seq
	case m.up:
		return math.MaxInt64
	}
	return 0
}

// event makes the event that a cursor stands on. It aliases body.
func (r *reader) event(project, run string, base int64, ev stored, body []byte) (protocol.Event, error) {
	e, _, err := r.decoder.Decode(body)
	if err != nil {
		return e, err
	}
	e.Project, e.Run, e.Seq, e.At = project, run, protocol.Seq(base+ev.offset), ev.at
	if ev.flags&flagMade != 0 {
		e.Frame = nil
	}
	return e, nil
}
