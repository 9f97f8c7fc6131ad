package store

import (
	"apps.local/neetbox-tui/protocol"
)

// Flags of an event's row.
const (
	// flagMade says that the event came without a frame and is spelled anew on
	// reading, so that its keys come in the order they came in live.
	flagMade = 1 << iota
)

const insertEvent = `INSERT INTO event (id, at, flags, series, x, y, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING`

// point is what the columns of a row say beside its frame.
type point struct {
	series int64 // 0: none
	value  protocol.Scalar
}

// insert writes one event and keeps the sums.
func (w *writer) insert(b *batch, rec record) error {
	r, err := w.catalog.run(runKey{rec.project, rec.run}, true, rec.at)
	if err != nil {
		return err
	}
	seq, t := int64(rec.seq), classOf(rec.typ)
	s, err := w.catalog.stream(r, t, seq)
	if err != nil {
		return err
	}
	if offset := seq - s.base; offset < 0 || offset > maxOffset {
		w.h.status.miss(1, "an event's number is out of order")
		return nil
	}
	w.note(r, rec)
	frame := b.frame(rec)
	var p point
	switch t {
	case classScalar, classImage, classProgress:
		stored, err := w.measure(r, s, t, rec, frame, &p)
		if err != nil || !stored {
			return err
		}
	case classStatus:
		w.presence(r, rec, frame)
	default:
	}
	added, err := w.insertRow(rowid(s.id, seq-s.base), rec, p, frame)
	if err != nil || !added {
		return err
	}
	s.last = max(s.last, seq)
	s.taken++
	if t == classProgress {
		return nil // counted once a bar
	}
	s.live++
	s.bytes += int64(len(frame))
	return nil
}

// note keeps what is known of the run and its project.
func (w *writer) note(r *runRow, rec record) {
	seq := int64(rec.seq)
	r.last, r.lastAt = max(r.last, seq), rec.at
	r.storedN = max(r.storedN, rec.n)
	r.project.last, r.project.lastAt = max(r.project.last, seq), rec.at
	w.catalog.mark(r)
}

func (w *writer) insertRow(id int64, rec record, p point, frame []byte) (bool, error) {
	stmt, err := w.conn.Prepare(insertEvent)
	if err != nil {
		return false, err
	}
	defer stmt.Reset() //nolint:errcheck // repeats Step's error
	stmt.BindInt64(1, id)
	stmt.BindInt64(2, rec.at)
	flags := int64(0)
	if rec.made {
		flags |= flagMade
	}
	stmt.BindInt64(3, flags)
	if p.series == 0 {
		stmt.BindNull(4)
		stmt.BindNull(5)
		stmt.BindNull(6)
	} else {
		stmt.BindInt64(4, p.series)
		bindFloat(stmt, 5, p.value.X)
		bindFloat(stmt, 6, p.value.Y)
	}
	stmt.BindBytes(7, frame)
	if _, err = stmt.Step(); err != nil {
		return false, err
	}
	return w.conn.Changes() > 0, nil
}

// measure keeps the sums of a curve, the newest event of a bar and the names of
// images; false says that the event is not to be stored.
func (w *writer) measure(r *runRow, s *streamRow, t class, rec record, frame []byte, p *point) (bool, error) {
	if t == classScalar {
		value, ok := w.scalar(frame)
		if !ok || int64(rec.seq) <= s.last && s.taken > 0 {
			return true, nil
		}
		p.value = value
	}
	row, err := w.catalog.seriesOf(r, t, rec.series)
	if err != nil {
		return false, err
	}
	if row == nil {
		return t != classProgress, nil
	}
	r.mark(row)
	row.count++
	p.series = row.id
	switch t {
	case classScalar:
		if row.count == 1 {
			row.first = p.value
		}
		row.last = p.value
		row.low, row.high = extremes(row.low, row.high, p.value.Y)
	case classProgress:
		if row.newest == 0 {
			s.live++
		} else if err := each(w.conn, "DELETE FROM event WHERE id = ?", nil, row.newest); err != nil {
			return false, err
		}
		row.newest = rowid(s.id, int64(rec.seq)-s.base)
	default:
	}
	return true, nil
}

func (w *writer) scalar(frame []byte) (protocol.Scalar, bool) {
	ev, _, err := w.decoder.Decode(frame)
	if err != nil {
		return protocol.Scalar{}, false
	}
	if value, ok := plainScalar(ev.Payload); ok {
		return value, true
	}
	var value protocol.Scalar
	return value, ev.DecodePayload(&value) == nil
}

// presence keeps a run's state, which must survive a crash that comes before
// the run itself is saved.
func (w *writer) presence(r *runRow, rec record, frame []byte) {
	if rec.series != protocol.SeriesPresence {
		return
	}
	ev, _, err := w.decoder.Decode(frame)
	if err != nil {
		return
	}
	var p protocol.Presence
	if ev.DecodePayload(&p) != nil || p.State == "" {
		return
	}
	r.state, r.reason, r.ended = p.State, p.Reason, 0
	if !p.State.Online() {
		r.ended = rec.at
	}
}
