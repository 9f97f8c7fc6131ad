package store

import (
	"zombiezen.com/go/sqlite"
)

const (
	// deleteRows bounds one slice of deleting: live events wait for it.
	deleteRows   = 500
	deleteBlocks = 64
	// vacuumPages are given back to the file system in one slice, when there are
	// more free ones than sparePages: a few are of use for the next rows.
	vacuumPages = "256"
	sparePages  = 512
	trashSeries = 1 // kind of trash; 0 is a stream
)

// tidy does one slice of what can wait, the most useful first.
func (w *writer) tidy() {
	for _, slice := range []func() (bool, error){w.retain, w.purge, w.archiveSlice, w.vacuum} {
		worked, err := slice()
		if err != nil {
			w.h.logger.Warn("history is not tidied", "err", err)
			if damaged(err) {
				w.h.markDamage()
			}
			break // a full disk, most likely; the next look tries again
		}
		if worked {
			return
		}
	}
	w.idle = true
}

// forget takes a run out of sight; its events are deleted slice by slice.
func (w *writer) forget(r *runRow) error {
	steps := []string{
		"INSERT OR IGNORE INTO trash SELECT 0, id FROM stream WHERE run = ?",
		"INSERT OR IGNORE INTO trash SELECT 1, id FROM series WHERE run = ?",
		"DELETE FROM stream WHERE run = ?", "DELETE FROM series WHERE run = ?", "DELETE FROM run WHERE id = ?",
	}
	for _, step := range steps {
		if err := each(w.conn, step, nil, r.id); err != nil {
			return err
		}
	}
	w.catalog.forget(r)
	w.idle = false
	return nil
}

// retain forgets the run that ended first while there is too much, or it is too
// old.
func (w *writer) retain() (bool, error) {
	var victim runKey
	ended, found := int64(0), false
	err := each(w.conn, "SELECT p.name, r.name, r.ended FROM run r JOIN project p ON p.id = r.project WHERE r.online = 0 ORDER BY r.ended LIMIT 1", func(s *sqlite.Stmt) {
		victim, ended, found = runKey{s.ColumnText(0), s.ColumnText(1)}, s.ColumnInt64(2), true
	})
	if err != nil || !found {
		return false, err
	}
	if l := w.h.limits; l.age < 0 || ended > w.h.now().Add(-l.age).UnixMilli() {
		full, err := w.full()
		if err != nil || !full {
			return false, err
		}
	}
	w.h.logger.Info("retention drops a run", "project", victim.project, "run", victim.run)
	return true, w.atomically(func() error {
		r, err := w.catalog.run(victim, false, 0)
		if err != nil || r == nil {
			return err
		}
		err = each(w.conn, `INSERT INTO meta SELECT 'trimmed', coalesce(sum(live + cold), 0) FROM stream WHERE run = ?
			ON CONFLICT (key) DO UPDATE SET value = value + excluded.value`, nil, r.id)
		if err != nil {
			return err
		}
		return w.forget(r)
	})
}

// full reports whether the file holds more than it may. What is being deleted
// does not count: it is waited for first.
func (w *writer) full() (bool, error) {
	if w.h.limits.size < 0 {
		return false, nil
	}
	pending, err := number(w.conn, "SELECT count(*) FROM (SELECT 1 FROM trash LIMIT 1)")
	if err != nil || pending > 0 {
		return false, err
	}
	bytes, err := used(w.conn)
	return bytes > w.h.limits.size, err
}

// purge deletes some of what is forgotten.
func (w *writer) purge() (bool, error) {
	kind, id, found := int64(0), int64(0), false
	err := each(w.conn, "SELECT kind, id FROM trash LIMIT 1", func(s *sqlite.Stmt) {
		kind, id, found = s.ColumnInt64(0), s.ColumnInt64(1), true
	})
	if err != nil || !found {
		return false, err
	}
	return true, w.atomically(func() error {
		gone, err := w.purgeOne(kind, id)
		if err != nil || !gone {
			return err
		}
		return each(w.conn, "DELETE FROM trash WHERE kind = ? AND id = ?", nil, kind, id)
	})
}

// purgeOne deletes a slice of a stream's events or a series' points; true says
// that nothing is left of it.
func (w *writer) purgeOne(kind, id int64) (bool, error) {
	if kind == trashSeries {
		err := each(w.conn, "DELETE FROM curve WHERE series = ?1 AND first IN (SELECT first FROM curve WHERE series = ?1 LIMIT ?2)", nil, id, deleteRows)
		return w.conn.Changes() < deleteRows, err
	}
	low, high := rowid(id, 0), rowid(id, maxOffset)
	err := each(w.conn, "DELETE FROM event WHERE id IN (SELECT id FROM event WHERE id BETWEEN ? AND ? LIMIT ?)", nil, low, high, deleteRows)
	if err != nil || w.conn.Changes() == deleteRows {
		return false, err
	}
	err = each(w.conn, "DELETE FROM block WHERE id IN (SELECT id FROM block WHERE id BETWEEN ? AND ? LIMIT ?)", nil, low, high, deleteBlocks)
	return w.conn.Changes() < deleteBlocks, err
}

// vacuum gives free pages back to the file system: the file gets shorter when
// the journal is taken over into it.
func (w *writer) vacuum() (bool, error) {
	free, err := number(w.conn, "PRAGMA freelist_count")
	switch {
	case err != nil:
		return false, err
	case free > sparePages:
		w.shrunk = true
		return true, each(w.conn, "PRAGMA incremental_vacuum("+vacuumPages+")", nil)
	case w.shrunk:
		w.shrunk = false
		return true, each(w.conn, "PRAGMA wal_checkpoint(PASSIVE)", nil)
	}
	return false, nil
}
