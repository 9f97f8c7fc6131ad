package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"apps.local/neetbox-tui/daemon/internal/saved"
	"apps.local/neetbox-tui/protocol"
)

// transactionRows bounds one transaction, so that a reader sees what was
// recorded soon even while a full queue is written.
const transactionRows = 4096

// writer owns the connection that writes. All of it runs on one goroutine.
type writer struct {
	h         *History
	conn      *sqlite.Conn
	catalog   *catalog
	decoder   *protocol.Decoder
	blocks    *blockEncoder
	spare     *batch
	idle      bool // nothing is left to tidy until the next look
	shrunk    bool // pages were freed that the file still has
	shrinking bool // a connected run is being archived down to what it keeps
}

func newWriter(h *History, conn *sqlite.Conn) *writer {
	return &writer{
		h: h, conn: conn, catalog: newCatalog(conn), decoder: protocol.NewDecoder(),
		blocks: newBlockEncoder(), spare: newBatch(),
	}
}

// loop writes what is queued, and tidies when nothing is.
func (w *writer) loop() {
	defer w.close()
	look := time.NewTicker(w.h.limits.tidyEvery)
	defer look.Stop()
	for {
		var ready bool
		if w.idle {
			ready = w.await(look.C)
		} else {
			// One slice of tidying, and then what has come meanwhile: under load the
			// slice is the window, so that neither starves the other.
			w.tidy()
			ready = w.poll()
		}
		if ready {
			w.drain()
		}
		select {
		case <-w.h.stop:
			w.drain()
			return
		default:
		}
	}
}

// poll reports whether something waits.
func (w *writer) poll() bool {
	select {
	case <-w.h.queue.now:
	case <-w.h.queue.first:
	default:
		return false
	}
	return true
}

// await waits for something, and then for as much as a batch has or the window
// lasts. false says that it is time to look for what can be tidied.
func (w *writer) await(look <-chan time.Time) bool {
	q := w.h.queue
	select {
	case <-w.h.stop:
		return true
	case <-q.now:
		return true
	case <-look:
		w.idle = false
		return false
	case <-q.first:
	}
	window := time.NewTimer(w.h.limits.window)
	defer window.Stop()
	select {
	case <-window.C:
	case <-q.now:
	case <-w.h.stop:
	}
	return true
}

func (w *writer) drain() {
	b := w.h.queue.swap(w.spare)
	if !b.empty() {
		w.write(b)
	}
	w.h.queue.written()
	b.reset()
	w.spare = b
	w.catalog.trim()
}

// write stores a batch, however long the disk refuses it: what comes meanwhile
// fills the other batch and is counted when that is full.
func (w *writer) write(b *batch) {
	done, delay := 0, w.h.limits.retryFirst
	var err error
	for {
		if done, err = w.transactions(b, done); err == nil {
			w.h.status.resume()
			break
		}
		w.h.logger.Warn("history is not stored", "err", err)
		if w.hopeless(err) {
			w.h.status.miss(int64(len(b.records)-done), reasonOf(err))
			break
		}
		w.h.status.pause(reasonOf(err))
		retry := time.NewTimer(delay)
		select {
		case <-retry.C:
			delay = min(2*delay, w.h.limits.retryMost)
			w.relieve()
			continue
		case <-w.h.stop:
			retry.Stop()
		}
		if done, err = w.transactions(b, done); err != nil {
			w.h.status.miss(int64(len(b.records)-done), reasonOf(err))
			w.h.status.fail(fmt.Errorf("store what was left: %w", err))
		}
		break
	}
	for _, waiter := range b.waiters {
		waiter <- err
	}
}

// relieve makes room while the disk is full, as far as that can be done: runs
// that somebody deletes now, and what is deleted already.
func (w *writer) relieve() {
	for _, key := range w.h.queue.deletes() {
		err := w.atomically(func() error { return w.operate(operation{project: key.project, run: key.run}) })
		if err != nil {
			w.h.logger.Warn("a run is not deleted", "run", key.run, "err", err)
			w.h.queue.delete(key.project, key.run)
			return
		}
	}
	const slices = 20
	for range slices {
		worked, err := w.retain()
		if err == nil && !worked {
			worked, err = w.purge()
		}
		if err != nil || !worked {
			return
		}
	}
}

// hopeless reports whether trying again can't help.
func (w *writer) hopeless(err error) bool {
	if damaged(err) {
		w.h.markDamage()
		return true
	}
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultTooBig, sqlite.ResultConstraint, sqlite.ResultMismatch, sqlite.ResultError, sqlite.ResultMisuse, sqlite.ResultRange:
		return true
	default:
		return false
	}
}

// reasonOf says for people why history is paused.
func reasonOf(err error) string {
	switch code := sqlite.ErrCode(err).ToPrimary(); code {
	case sqlite.ResultFull:
		return "disk full"
	case sqlite.ResultIOErr, sqlite.ResultCantOpen:
		return "the disk refuses: " + code.Message()
	case sqlite.ResultReadOnly, sqlite.ResultPerm:
		return "the history file can't be written"
	case sqlite.ResultBusy, sqlite.ResultLocked:
		return "another program holds the history file"
	case sqlite.ResultCorrupt, sqlite.ResultNotADB:
		return "the history file is damaged; the next start of the daemon sets it aside"
	default:
		return code.Message()
	}
}

// transactions writes the batch from record number done on, and returns how many
// are stored now.
func (w *writer) transactions(b *batch, done int) (int, error) {
	for {
		to := min(done+transactionRows, len(b.records))
		err := w.atomically(func() error { return w.apply(b, done, to) })
		if err != nil {
			return done, err
		}
		// Operations before the records written are done; they aren't again.
		for i := range b.ops {
			if b.ops[i].before < to || to == len(b.records) {
				b.ops[i].void = true
			}
		}
		done = to
		if done == len(b.records) {
			return done, nil
		}
	}
}

// atomically runs f in a transaction. When it does not come to its end, the
// catalog is read anew: it may know of what was rolled back.
func (w *writer) atomically(f func() error) error {
	if err := each(w.conn, "BEGIN IMMEDIATE", nil); err != nil {
		return err
	}
	err := f()
	if err == nil {
		err = w.catalog.flush()
	}
	if err == nil {
		err = each(w.conn, "COMMIT", nil)
	}
	if err == nil {
		return nil
	}
	w.catalog.reset()
	if w.conn.AutocommitEnabled() {
		return err // SQLite has rolled back by itself
	}
	return errors.Join(err, sqlitex.ExecuteTransient(w.conn, "ROLLBACK", nil))
}

func (w *writer) apply(b *batch, from, to int) error {
	op := 0
	for i := from; i < to; i++ {
		for ; op < len(b.ops) && b.ops[op].before <= i; op++ {
			if err := w.operate(b.ops[op]); err != nil {
				return err
			}
		}
		if err := w.insert(b, b.records[i]); err != nil {
			return err
		}
	}
	if to < len(b.records) {
		return nil
	}
	for ; op < len(b.ops); op++ {
		if err := w.operate(b.ops[op]); err != nil {
			return err
		}
	}
	// Numbers of events that found no room must not be given again.
	for name, seq := range b.heads {
		if err := each(w.conn, `INSERT INTO project (name, last) VALUES (?1, ?2)
			ON CONFLICT (name) DO UPDATE SET last = max(last, ?2)`, nil, name, seq); err != nil {
			return err
		}
		delete(w.catalog.projects, name)
	}
	return nil
}

func (w *writer) operate(op operation) error {
	switch {
	case op.void:
		return nil
	case op.saved != nil:
		return w.save(op.project, op.saved)
	}
	r, err := w.catalog.run(runKey{op.project, op.run}, false, 0)
	if r == nil || err != nil {
		return err
	}
	return w.forget(r)
}

// save stores what the hub knows of a run.
func (w *writer) save(project string, run *saved.Run) error {
	r, err := w.catalog.run(runKey{project, run.ID}, true, run.Started)
	if err != nil {
		return err
	}
	text, err := json.Marshal(run.RunInfo)
	if err != nil {
		w.h.logger.Warn("a run is not saved", "project", project, "run", run.ID, "err", err)
		return nil
	}
	r.state, r.reason, r.started, r.ended = run.State, run.Reason, run.Started, run.Ended
	r.lastAt, r.storedN = max(r.lastAt, run.LastEvent), max(r.storedN, run.StoredN)
	w.catalog.mark(r)
	return each(w.conn, "UPDATE run SET info = ?, given = ? WHERE id = ?", nil, text, run.Given, r.id)
}

// close stores how many events retention took, and that all was stored.
func (w *writer) close() {
	err := w.atomically(func() error { return each(w.conn, "INSERT OR REPLACE INTO meta VALUES ('clean', 1)", nil) })
	if err == nil {
		err = sqlitex.ExecuteTransient(w.conn, "PRAGMA wal_checkpoint(TRUNCATE)", nil)
	}
	if err = errors.Join(err, w.blocks.close(), w.conn.Close()); err != nil && w.h.status.failure() == nil {
		w.h.status.fail(fmt.Errorf("close history: %w", err))
	}
}
