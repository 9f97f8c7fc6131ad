package store

import (
	"math"

	"zombiezen.com/go/sqlite"

	"apps.local/neetbox-tui/protocol"
)

// class is the type of a stream. Types without a meaning here share one, so that
// what a hostile run makes up can't multiply streams.
type class int64

const (
	classOther class = iota
	classHandshake
	classLog
	classAction
	classAck
	classStatus
	classScalar
	classProgress
	classImage
	classHyperparameters
	classHardware
	classes
)

func classOf(t protocol.EventType) class {
	switch t {
	case protocol.EventHandshake:
		return classHandshake
	case protocol.EventLog:
		return classLog
	case protocol.EventAction:
		return classAction
	case protocol.EventAck:
		return classAck
	case protocol.EventStatus:
		return classStatus
	case protocol.EventScalar:
		return classScalar
	case protocol.EventProgress:
		return classProgress
	case protocol.EventImage:
		return classImage
	case protocol.EventHyperparameters:
		return classHyperparameters
	case protocol.EventHardware:
		return classHardware
	default:
		return classOther
	}
}

// typeOf is the event type of a class; classOther has none.
func (c class) typeOf() protocol.EventType {
	for _, t := range protocol.EventTypes() {
		if classOf(t) == c {
			return t
		}
	}
	return ""
}

// Rowids of events and blocks: stream << offsetBits | (seq - base).
const (
	offsetBits = 40
	maxOffset  = 1<<offsetBits - 1
)

func rowid(stream int64, offset int64) int64 { return stream<<offsetBits | offset }

// maxSeries bounds the curves, bars and names of a run that are kept apart.
const maxSeries = 10_000

// catalog is what the writer knows of projects and runs: a cache of their rows,
// thrown away whole when a transaction is rolled back.
type catalog struct {
	conn     *sqlite.Conn
	projects map[string]*projectRow
	runs     map[runKey]*runRow
	// the newest lookups, because events come in stretches of one run
	lastKey runKey
	lastRun *runRow
	changed []*runRow
}

type projectRow struct {
	id           int64
	last, lastAt int64
}

type runRow struct {
	key     runKey
	id      int64
	project *projectRow
	state   protocol.RunState
	reason  string
	started int64
	ended   int64
	last    int64
	lastAt  int64
	storedN int64
	dirty   bool
	streams [classes]*streamRow
	series  map[seriesKey]*seriesRow
	loaded  bool // series holds all there are
	bars    int  // of them, those of progress
	changed []*seriesRow
}

type streamRow struct {
	id, base, first, last    int64
	taken, live, cold, bytes int64
}

type seriesKey struct {
	class class
	name  string
}

type seriesRow struct {
	id     int64
	count  int64
	newest int64
	first  protocol.Scalar
	last   protocol.Scalar
	low    protocol.Float
	high   protocol.Float
	dirty  bool
}

func newCatalog(conn *sqlite.Conn) *catalog {
	c := &catalog{conn: conn}
	c.reset()
	return c
}

func (c *catalog) reset() {
	c.projects, c.runs = map[string]*projectRow{}, map[runKey]*runRow{}
	c.lastKey, c.lastRun, c.changed = runKey{}, nil, nil
}

// trim forgets all when it has grown; nothing may be dirty.
func (c *catalog) trim() {
	const most = 2000
	series := 0
	for _, r := range c.runs {
		series += len(r.series)
	}
	if len(c.runs) > most || len(c.projects) > most || series > 20*most {
		c.reset()
	}
}

func (c *catalog) project(name string) (*projectRow, error) {
	if p := c.projects[name]; p != nil {
		return p, nil
	}
	p := &projectRow{}
	err := each(c.conn, "SELECT id, last, last_at FROM project WHERE name = ?", func(s *sqlite.Stmt) {
		p.id, p.last, p.lastAt = s.ColumnInt64(0), s.ColumnInt64(1), s.ColumnInt64(2)
	}, name)
	if err != nil {
		return nil, err
	}
	if p.id == 0 {
		if err := each(c.conn, "INSERT INTO project (name) VALUES (?)", nil, name); err != nil {
			return nil, err
		}
		p.id = c.conn.LastInsertRowID()
	}
	c.projects[name] = p
	return p, nil
}

// run looks a run up, and makes it when create is set; nil when there is none.
func (c *catalog) run(key runKey, create bool, at int64) (*runRow, error) {
	if c.lastRun != nil && c.lastKey == key {
		return c.lastRun, nil
	}
	r := c.runs[key]
	if r == nil {
		var err error
		if r, err = c.load(key, create, at); r == nil || err != nil {
			return nil, err
		}
		c.runs[key] = r
	}
	c.lastKey, c.lastRun = key, r
	return r, nil
}

func (c *catalog) load(key runKey, create bool, at int64) (*runRow, error) {
	p, err := c.project(key.project)
	if err != nil {
		return nil, err
	}
	r := &runRow{key: key, project: p}
	err = each(c.conn, `SELECT id, state, reason, started, ended, last, last_at, stored_n FROM run WHERE project = ? AND name = ?`, func(s *sqlite.Stmt) {
		r.id, r.state, r.reason = s.ColumnInt64(0), protocol.RunState(s.ColumnText(1)), s.ColumnText(2)
		r.started, r.ended, r.last, r.lastAt, r.storedN = s.ColumnInt64(3), s.ColumnInt64(4), s.ColumnInt64(5), s.ColumnInt64(6), s.ColumnInt64(7)
	}, p.id, key.run)
	if err != nil {
		return nil, err
	}
	if r.id == 0 {
		if !create {
			return nil, nil
		}
		r.state, r.started = protocol.RunRunning, at
		err := each(c.conn, "INSERT INTO run (project, name, state, online, started) VALUES (?, ?, ?, 1, ?)", nil, p.id, key.run, r.state, at)
		if err != nil {
			return nil, err
		}
		r.id = c.conn.LastInsertRowID()
		return r, nil
	}
	return r, each(c.conn, "SELECT type, id, base, first, last, taken, live, cold, bytes FROM stream WHERE run = ?", func(s *sqlite.Stmt) {
		if t := s.ColumnInt64(0); t >= 0 && t < int64(classes) {
			r.streams[t] = &streamRow{
				id: s.ColumnInt64(1), base: s.ColumnInt64(2), first: s.ColumnInt64(3), last: s.ColumnInt64(4),
				taken: s.ColumnInt64(5), live: s.ColumnInt64(6), cold: s.ColumnInt64(7), bytes: s.ColumnInt64(8),
			}
		}
	}, r.id)
}

// stream is where a run's events of a class go; it begins with seq.
func (c *catalog) stream(r *runRow, t class, seq int64) (*streamRow, error) {
	if s := r.streams[t]; s != nil {
		return s, nil
	}
	err := each(c.conn, "INSERT INTO stream (project, run, type, base, first, last) VALUES (?, ?, ?, ?, ?, ?)", nil,
		r.project.id, r.id, t, seq, seq, seq)
	if err != nil {
		return nil, err
	}
	s := &streamRow{id: c.conn.LastInsertRowID(), base: seq, first: seq, last: seq}
	r.streams[t] = s
	return s, nil
}

// seriesOf finds or makes a series; nil when the run has too many.
func (c *catalog) seriesOf(r *runRow, t class, name string) (*seriesRow, error) {
	if !r.loaded {
		if err := c.loadSeries(r); err != nil {
			return nil, err
		}
	}
	key := seriesKey{t, name}
	if s := r.series[key]; s != nil {
		return s, nil
	}
	if len(r.series) >= maxSeries || (t == classProgress && r.bars >= maxProgress) {
		return nil, nil
	}
	if err := each(c.conn, "INSERT INTO series (run, type, name) VALUES (?, ?, ?)", nil, r.id, t, name); err != nil {
		return nil, err
	}
	nan := protocol.Float(math.NaN())
	s := &seriesRow{id: c.conn.LastInsertRowID(), low: nan, high: nan}
	r.series[key] = s
	if t == classProgress {
		r.bars++
	}
	return s, nil
}

func (c *catalog) loadSeries(r *runRow) error {
	r.series, r.loaded = map[seriesKey]*seriesRow{}, true
	return each(c.conn, `SELECT type, name, id, count, newest, first_x, first_y, last_x, last_y, low, high FROM series WHERE run = ?`, func(s *sqlite.Stmt) {
		if class(s.ColumnInt64(0)) == classProgress {
			r.bars++
		}
		r.series[seriesKey{class(s.ColumnInt64(0)), s.ColumnText(1)}] = &seriesRow{
			id: s.ColumnInt64(2), count: s.ColumnInt64(3), newest: s.ColumnInt64(4),
			first: protocol.Scalar{X: columnFloat(s, 5), Y: columnFloat(s, 6)},
			last:  protocol.Scalar{X: columnFloat(s, 7), Y: columnFloat(s, 8)},
			low:   columnFloat(s, 9), high: columnFloat(s, 10),
		}
	}, r.id)
}

// mark notes that a run's rows changed.
func (c *catalog) mark(r *runRow) {
	if !r.dirty {
		r.dirty = true
		c.changed = append(c.changed, r)
	}
}

func (r *runRow) mark(s *seriesRow) {
	if !s.dirty {
		s.dirty = true
		r.changed = append(r.changed, s)
	}
}

// flush writes the rows that changed.
func (c *catalog) flush() error {
	for _, r := range c.changed {
		if !r.dirty {
			continue
		}
		p := r.project
		if err := each(c.conn, "UPDATE project SET last = max(last, ?), last_at = ? WHERE id = ?", nil, p.last, p.lastAt, p.id); err != nil {
			return err
		}
		if err := c.flushRun(r); err != nil {
			return err
		}
		r.dirty = false
	}
	c.changed = c.changed[:0]
	return nil
}

func (c *catalog) flushRun(r *runRow) error {
	err := each(c.conn, `UPDATE run SET state = ?, online = ?, reason = ?, started = ?, ended = ?, last = ?, last_at = ?, stored_n = ? WHERE id = ?`, nil,
		r.state, r.state.Online(), r.reason, r.started, r.ended, r.last, r.lastAt, r.storedN, r.id)
	if err != nil {
		return err
	}
	for _, s := range r.streams {
		if s == nil {
			continue
		}
		err := each(c.conn, "UPDATE stream SET first = ?, last = ?, taken = ?, live = ?, cold = ?, bytes = ? WHERE id = ?", nil,
			s.first, s.last, s.taken, s.live, s.cold, s.bytes, s.id)
		if err != nil {
			return err
		}
	}
	for _, s := range r.changed {
		err := each(c.conn, `UPDATE series SET count = ?, newest = ?, first_x = ?, first_y = ?, last_x = ?, last_y = ?, low = ?, high = ? WHERE id = ?`, nil,
			s.count, s.newest, s.first.X, s.first.Y, s.last.X, s.last.Y, s.low, s.high, s.id)
		if err != nil {
			return err
		}
		s.dirty = false
	}
	r.changed = r.changed[:0]
	return nil
}

// forget drops a run from the cache.
func (c *catalog) forget(r *runRow) {
	r.dirty = false
	delete(c.runs, r.key)
	c.lastKey, c.lastRun = runKey{}, nil
}
