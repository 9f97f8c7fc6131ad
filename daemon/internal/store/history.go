package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"apps.local/neetbox-tui/daemon/internal/saved"
	"apps.local/neetbox-tui/protocol"
)

// Defaults of [Retention].
const (
	DefaultSize = 20 << 30
	DefaultAge  = 180 * 24 * time.Hour
)

// Errors of [Open] and of calls after [History.Close].
var (
	// ErrNewerSchema says that a later version wrote the file; it is left alone.
	ErrNewerSchema = errors.New("the history was written by a newer neetbox-tui; update this one, or give it another data directory")
	// ErrForeign says that the file is some other program's.
	ErrForeign = errors.New("the file is an SQLite database of another program; move it away, or use another data directory")
	// ErrClosed says that history is closed.
	ErrClosed = errors.New("history is closed")
)

// Retention bounds what is kept. The run that ended first goes first; a
// connected one never goes.
type Retention struct {
	Size int64         // bytes of the file; 0: DefaultSize, below 0: no bound
	Age  time.Duration // since a run ended; 0: DefaultAge, below 0: no bound
}

// Options say where history lies. Dir is required and must exist.
type Options struct {
	Dir       string
	Logger    *slog.Logger     // nil discards
	Now       func() time.Time // nil: time.Now
	Retention Retention
	// OnState hears when storing pauses, when it resumes, and at most once a
	// second how much was missed meanwhile. It may take its time: nothing waits
	// for it but its own next call.
	OnState func(protocol.HistoryState)
}

// History is history on disk. It is safe for concurrent use.
type History struct {
	path    string
	epoch   string
	warning string
	limits  limits
	logger  *slog.Logger
	now     func() time.Time

	queue   *queue
	readers chan *reader
	long    chan struct{} // scans under way; one reader is left for what is quick
	status  *status
	work    sync.WaitGroup
	stop    chan struct{} // closed when no more is taken
	closing sync.Once
	closed  error
}

// Open opens the history in o.Dir, or starts one. A damaged file is set aside
// and a new one is started; [History.Warning] then says so. Runs that were
// connected when the daemon ended are lost from here on.
//
// Errors: [ErrNewerSchema], [ErrForeign], and those of the file system.
func Open(ctx context.Context, o Options) (*History, error) { return open(ctx, o, defaultLimits()) }

func open(ctx context.Context, o Options, l limits) (*History, error) {
	h := &History{limits: l, logger: o.Logger, now: o.Now, queue: newQueue(), stop: make(chan struct{})}
	if h.logger == nil {
		h.logger = slog.New(slog.DiscardHandler)
	}
	if h.now == nil {
		h.now = time.Now
	}
	h.limits.retain(o.Retention)
	db, err := openDatabase(ctx, o.Dir, h.now(), l)
	if err != nil {
		return nil, err
	}
	h.path, h.epoch, h.warning = db.path, db.epoch, db.warning
	h.readers, h.long = make(chan *reader, readerCount), make(chan struct{}, readerCount-1)
	for range readerCount {
		r, err := openReader(db.path)
		if err != nil {
			err = errors.Join(fmt.Errorf("open history for reading: %w", err), db.conn.Close(), h.closeReaders())
			return nil, err
		}
		h.readers <- r
	}
	h.status = newStatus(o.OnState)
	w := newWriter(h, db.conn)
	h.work.Go(w.loop)
	h.work.Go(func() { h.status.announce(h.stop) })
	return h, nil
}

// Epoch identifies the sequence numbers: it is another one in another store.
func (h *History) Epoch() string { return h.epoch }

// Warning says in one sentence what a person should know about how history was
// opened, and where a damaged file is now; "" when all is well.
func (h *History) Warning() string { return h.warning }

// Path is the file.
func (h *History) Path() string { return h.path }

// Record takes a copy of the event to be stored within 20 ms. It never waits:
// what there is no room for is counted as missed.
func (h *History) Record(ev protocol.Event) {
	if !h.queue.put(ev) {
		h.status.miss(1, reasonSlow)
	}
}

// SaveRun stores what is known of a run beside its events, in order with them.
// The maps and texts in r must not change afterwards.
func (h *History) SaveRun(project string, r saved.Run) { h.queue.save(project, r) }

// DeleteRun forgets a run. Readers don't see it from the next batch on; its
// space is given back in the background.
func (h *History) DeleteRun(project, run string) { h.queue.delete(project, run) }

// Flush waits until everything recorded before is stored.
func (h *History) Flush(ctx context.Context) error {
	select {
	case err := <-h.queue.wait():
		return err
	case <-ctx.Done():
		return fmt.Errorf("flush history: %w", ctx.Err())
	}
}

// Close stores what waits and closes the file. When ctx ends before, what was
// not stored is lost.
func (h *History) Close(ctx context.Context) error {
	h.closing.Do(func() {
		h.queue.close()
		close(h.stop)
		done := make(chan struct{})
		go func() {
			h.work.Wait()
			close(done)
		}()
		select {
		case <-done:
		case <-ctx.Done():
			h.closed = fmt.Errorf("close history: %w", ctx.Err())
			return
		}
		h.closed = errors.Join(h.status.failure(), h.closeReaders())
	})
	return h.closed
}

func (h *History) closeReaders() error {
	var err error
	for {
		select {
		case r := <-h.readers:
			err = errors.Join(err, r.close())
		default:
			return err
		}
	}
}
