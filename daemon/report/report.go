package report

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/google/uuid"

	"apps.local/neetbox-tui/protocol"
)

const (
	defaultSync   = time.Second
	defaultBuffer = 100_000
	bufferBytes   = 32 << 20

	goodbyeTime = 2 * time.Second // for everything after the end
	actionGrace = time.Second     // of it, for actions to answer

	lastSyncTime = time.Second // of it, for the last status; at the same time

	firstRetry = 100 * time.Millisecond
	lastRetry  = 2 * time.Second
	// stableAfter is how long a connection must live before the next retry is
	// quick again: two processes with one run id take each other's place for ever.
	stableAfter = 5 * time.Second
)

// Options say where and as what a [Reporter] reports.
type Options struct {
	Endpoint protocol.Endpoint
	Project  string
	Run      protocol.RunName // a UUID is made when the ID is empty

	// The run's first status. nil is filled in for this process.
	Config, Platform map[string]any
	Hyperparameters  map[string]any

	// Sampler measures the machine; it is asked every SyncInterval, and false
	// means nothing this time. nil: the run does not report its machine.
	Sampler func(context.Context) (protocol.Hardware, bool)
	// SyncInterval is the least time between two syncs of the status; 1 s when 0.
	SyncInterval time.Duration

	// Buffer is how many events are kept for sending again, 100,000 when 0. They
	// are kept within 32 MiB in any case.
	Buffer int

	Logger *slog.Logger // nil: silent
}

// Reporter is one run. Its methods may be called from any goroutine, before, in
// and after [Reporter.Run], and never block.
type Reporter struct {
	opts     Options
	log      *slog.Logger
	wake     chan struct{} // something to write, or the run is over
	dirty    chan struct{} // the status has changed
	ending   chan struct{} // closed by End
	blocking *lane
	beside   *lane

	mu      sync.Mutex // guards what follows; nothing is written to a socket under it
	running bool       // Run was called
	ended   *protocol.End
	sealed  bool // the last event is in the backlog
	plain   bool // the daemon does not speak the extensions
	backlog backlog
	status  status
	actions actions
}

// New makes a reporter that has not connected yet. What it is told before
// [Reporter.Run] is kept.
func New(opts Options) *Reporter {
	if opts.Run.ID == "" {
		opts.Run.ID = uuid.NewString()
	}
	if opts.SyncInterval <= 0 {
		opts.SyncInterval = defaultSync
	}
	if opts.Buffer <= 0 {
		opts.Buffer = defaultBuffer
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if opts.Config == nil {
		opts.Config = processConfig(opts)
	}
	if opts.Platform == nil {
		opts.Platform = processPlatform()
	}
	r := &Reporter{
		opts:     opts,
		log:      opts.Logger.With("project", opts.Project, "run", opts.Run.ID),
		wake:     make(chan struct{}, 1),
		dirty:    make(chan struct{}, 1),
		ending:   make(chan struct{}),
		blocking: &lane{limit: 1},
		beside:   &lane{limit: maxBeside},
		backlog:  newBacklog(opts.Buffer, bufferBytes),
		status:   status{},
		actions:  actions{byName: map[string]Action{}},
	}
	now := time.Now()
	r.status.set(sectionConfig, toJSON(opts.Config), now)
	r.status.set(sectionPlatform, toJSON(opts.Platform), now)
	if opts.Hyperparameters != nil {
		r.Hyperparameters(opts.Hyperparameters)
	}
	nudge(r.dirty)
	return r
}

// RunID is the id under which the daemon files the run.
func (r *Reporter) RunID() string { return r.opts.Run.ID }

// Dropped counts the events that the daemon will never have: pushed out of a
// full buffer, too large, or told after the end.
func (r *Reporter) Dropped() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.backlog.dropped
}

// ErrRunning says that a reporter was run twice.
var ErrRunning = errors.New("the reporter runs already; make a new one for another run")

// Run connects and reports, again and again whatever happens to the daemon,
// until [Reporter.End] or until ctx ends. Then it sends what is left for at most
// two seconds. The error says how many events could not be sent.
func (r *Reporter) Run(ctx context.Context) error {
	r.mu.Lock()
	twice := r.running
	r.running = true
	r.mu.Unlock()
	if twice {
		return ErrRunning
	}

	// The goodbye outlives ctx.
	alive, kill := context.WithCancel(context.WithoutCancel(ctx))
	defer kill()
	acting, stopActing := context.WithCancel(alive)
	defer stopActing()

	syncing, stopSyncing := context.WithCancel(alive)
	defer stopSyncing()

	var work, syncs sync.WaitGroup
	joined := make(chan struct{})
	over := make(chan struct{})
	work.Go(func() { defer kill(); r.stayConnected(alive, acting, over, sync.OnceFunc(func() { close(joined) })) })
	syncs.Go(func() { r.keepSynced(syncing, joined, over) })

	select {
	case <-ctx.Done():
	case <-r.ending:
	}
	defer time.AfterFunc(goodbyeTime, kill).Stop()
	defer time.AfterFunc(lastSyncTime, stopSyncing).Stop()
	stopActing()
	close(over)
	r.finishActions(alive)
	// A status that comes after the last words would be a sign of life.
	syncs.Wait()
	r.seal()
	work.Wait()

	r.mu.Lock()
	left := r.backlog.unwritten()
	r.mu.Unlock()
	if left > 0 {
		return fmt.Errorf("send the last %d events to %s: the daemon did not take them in %s; see whether it runs",
			left, r.opts.Endpoint.Address(), goodbyeTime)
	}
	return nil
}

// seal makes the last words, if there are any, the last event.
func (r *Reporter) seal() {
	r.mu.Lock()
	if r.ended != nil {
		r.backlog.push(told{protocol.EventStatus, protocol.SeriesEnd, protocol.NoEventID, toJSON(*r.ended)})
	}
	r.sealed = true
	r.mu.Unlock()
	nudge(r.wake)
}

// stayConnected holds a connection until the run is over and everything is
// written, or ctx ends.
func (r *Reporter) stayConnected(ctx, acting context.Context, over <-chan struct{}, joined func()) {
	delay := firstRetry
	for warned := false; ctx.Err() == nil; {
		began := time.Now()
		err := r.connection(ctx, acting, joined)
		if err == nil {
			return
		}
		if time.Since(began) > stableAfter {
			delay, warned = firstRetry, false
		}
		level := slog.LevelDebug
		if !warned {
			level, warned = slog.LevelWarn, true
		}
		r.log.Log(ctx, level, "not connected, trying again", "daemon", r.opts.Endpoint.Address(), "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(jitter(delay)):
		case <-over:
			// There is no time left for patience, but a daemon that is not there
			// must not be asked in a busy loop either.
			select {
			case <-ctx.Done():
			case <-time.After(firstRetry):
			}
		}
		delay = min(delay*2, lastRetry)
	}
}

// jitter spreads the retries of many runs over half to one and a half of d.
func jitter(d time.Duration) time.Duration { return d/2 + rand.N(d) }

// tell queues an event.
func (r *Reporter) tell(t told) {
	r.mu.Lock()
	if r.ended != nil || r.sealed {
		r.backlog.dropped++
	} else {
		r.backlog.push(t)
	}
	r.mu.Unlock()
	nudge(r.wake)
}

// nudge wakes whoever waits; a nudge that is not taken yet is enough.
func nudge(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// End tells the run's last words, after which it hears and says nothing more;
// [Reporter.Run] returns when they are sent. Actions that still run are told to
// stop and have a second to answer. Only the first End counts.
func (r *Reporter) End(end protocol.End) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended == nil && !r.sealed {
		r.ended = &end
		close(r.ending)
	}
}

// rawOr keeps JSON as it is and carries anything else as a string.
func rawOr(text []byte) json.RawMessage {
	if len(text) > 0 && !json.Valid(text) {
		return toJSON(string(text))
	}
	return text
}
