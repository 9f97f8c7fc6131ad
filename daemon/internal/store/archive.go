package store

import (
	"cmp"
	"math"
	"slices"

	"zombiezen.com/go/sqlite"

	"apps.local/neetbox-tui/protocol"
)

// Bounds of one slice of archiving: live events wait for it.
const (
	sliceRows  = 2 * blockEvents
	sliceBytes = 2 << 20
)

// archivable streams have an index of their own; 7 is classProgress, whose few
// rows are replaced all the time.
const archivable = "s.live > 0 AND s.type <> 7"

// coldStream is a stream whose oldest rows go into blocks.
type coldStream struct {
	id, run int64
	key     runKey
	t       class
	whole   bool // the run has ended: a block may be short
}

// findCold looks for a stream to archive: of a run that has ended a while ago,
// or of a connected one with many rows.
func (w *writer) findCold() (coldStream, bool, error) {
	var found coldStream
	ok := false
	take := func(s *sqlite.Stmt) {
		found.id, found.run, found.t = s.ColumnInt64(0), s.ColumnInt64(1), class(s.ColumnInt64(2))
		found.key = runKey{s.ColumnText(3), s.ColumnText(4)}
		ok = true
	}
	const columns = "SELECT s.id, s.run, s.type, p.name, r.name FROM stream s JOIN run r ON r.id = s.run JOIN project p ON p.id = s.project "
	if w.h.limits.allCold {
		err := each(w.conn, columns+"WHERE "+archivable+" LIMIT 1", take)
		found.whole = true
		return found, ok, err
	}
	before := w.h.now().Add(-w.h.limits.coldAfter).UnixMilli()
	err := each(w.conn, columns+"WHERE "+archivable+" AND r.online = 0 AND r.ended <= ? LIMIT 1", take, before)
	if err != nil || ok {
		found.whole = true
		return found, ok, err
	}
	// The longest stream of a run that is over the bound.
	err = each(w.conn, columns+"WHERE "+archivable+` AND s.live >= ?1 AND s.run IN
		(SELECT run FROM stream WHERE live > 0 AND type <> 7 GROUP BY run HAVING sum(live) > ?2) ORDER BY s.live DESC LIMIT 1`, take,
		blockEvents, w.archiveAbove())
	return found, ok, err
}

// archiveAbove keeps archiving a connected run, once it is begun, until a good
// part of its rows is gone.
func (w *writer) archiveAbove() int64 {
	if w.shrinking {
		return w.h.limits.keepRows
	}
	return w.h.limits.hotRows
}

// archiveSlice moves some of the oldest rows of one stream into blocks; false
// says that nothing is cold.
func (w *writer) archiveSlice() (bool, error) {
	cold, ok, err := w.findCold()
	w.shrinking = ok && !cold.whole
	if err != nil || !ok {
		return false, err
	}
	return true, w.atomically(func() error { return w.archive(cold) })
}

// archiving is what one slice has read.
type archiving struct {
	events []stored
	ids    []int64
	points map[int64][]seriesValue
	bytes  int
}

type seriesValue struct {
	offset, at int64
	value      protocol.Scalar
}

func (w *writer) archive(cold coldStream) error {
	r, err := w.catalog.run(cold.key, false, 0)
	if err != nil || r == nil {
		return err
	}
	s := r.streams[cold.t]
	a, err := w.coldRows(cold, s)
	if err != nil {
		return err
	}
	if len(a.events) == 0 { // the count was wrong
		s.live = 0
		w.catalog.mark(r)
		return nil
	}
	packed, err := w.packBlocks(s, a)
	if err != nil {
		return err
	}
	if err := w.packPoints(a); err != nil {
		return err
	}
	last := a.ids[len(a.ids)-1]
	if err := each(w.conn, "DELETE FROM event WHERE id BETWEEN ? AND ?", nil, rowid(s.id, 0), last); err != nil {
		return err
	}
	n := int64(len(a.events))
	s.live, s.cold, s.bytes = max(0, s.live-n), s.cold+n, max(0, s.bytes-int64(a.bytes)+packed)
	w.catalog.mark(r)
	return nil
}

// coldRows reads the oldest rows of a stream: full blocks only, unless the run
// has ended.
func (w *writer) coldRows(cold coldStream, s *streamRow) (archiving, error) {
	a := archiving{points: map[int64][]seriesValue{}}
	err := each(w.conn, "SELECT id, at, flags, series, x, y, body FROM event WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT ?3", func(q *sqlite.Stmt) {
		if a.bytes > sliceBytes {
			return
		}
		ev := stored{
			offset: q.ColumnInt64(0) & maxOffset, at: q.ColumnInt64(1), flags: byte(q.ColumnInt64(2)),
			body: columnBytes(q, 6, nil),
		}
		if cold.t == classLog {
			ev.text = findSpan(ev.body)
		}
		if cold.t == classScalar && q.ColumnType(3) != sqlite.TypeNull {
			id := q.ColumnInt64(3)
			a.points[id] = append(a.points[id], seriesValue{ev.offset, ev.at, protocol.Scalar{X: columnFloat(q, 4), Y: columnFloat(q, 5)}})
		}
		a.bytes += len(ev.body)
		a.ids = append(a.ids, q.ColumnInt64(0))
		a.events = append(a.events, ev)
	}, rowid(s.id, 0), rowid(s.id, maxOffset), sliceRows)
	if full := len(a.events) - len(a.events)%blockEvents; !cold.whole && full > 0 {
		a.cut(full)
	}
	return a, err
}

// cut leaves the events after the first n as rows.
func (a *archiving) cut(n int) {
	if n == len(a.events) {
		return
	}
	next := a.events[n].offset
	for _, ev := range a.events[n:] {
		a.bytes -= len(ev.body)
	}
	a.events, a.ids = a.events[:n], a.ids[:n]
	for id, points := range a.points {
		kept, _ := slices.BinarySearchFunc(points, next, func(p seriesValue, offset int64) int { return cmp.Compare(p.offset, offset) })
		if a.points[id] = points[:kept]; kept == 0 {
			delete(a.points, id)
		}
	}
}

// packBlocks writes the blocks and returns the bytes they take.
func (w *writer) packBlocks(s *streamRow, a archiving) (int64, error) {
	packed := int64(0)
	for from := 0; from < len(a.events); {
		to, size := from, 0
		for to < len(a.events) && to-from < blockEvents && (to == from || size+len(a.events[to].body) <= blockBytes) {
			size += len(a.events[to].body)
			to++
		}
		part := a.events[from:to]
		low, high, rank := int64(math.MaxInt64), int64(math.MinInt64), 0
		for _, ev := range part {
			low, high = min(low, ev.at), max(high, ev.at)
			switch {
			case ev.text.ok:
				rank = max(rank, ev.text.rank)
			default:
				rank = math.MaxInt32 // not known: never passed over
			}
		}
		data := w.blocks.encode(part)
		err := each(w.conn, "INSERT INTO block (id, last, count, from_at, to_at, rank, data) VALUES (?, ?, ?, ?, ?, ?, ?)", nil,
			rowid(s.id, part[0].offset), rowid(s.id, part[len(part)-1].offset), len(part), low, high, rank, data)
		if err != nil {
			return packed, err
		}
		packed += int64(len(data))
		from = to
	}
	return packed, nil
}

func (w *writer) packPoints(a archiving) error {
	for id, points := range a.points {
		var raw []byte
		offset, at := int64(0), int64(0)
		for _, p := range points {
			raw = appendPoint(raw, p.offset-offset, p.at-at, p.value)
			offset, at = p.offset, p.at
		}
		data := w.blocks.zstd.EncodeAll(raw, nil)
		if err := each(w.conn, "INSERT INTO curve (series, first, data) VALUES (?, ?, ?)", nil, id, points[0].offset, data); err != nil {
			return err
		}
	}
	return nil
}
