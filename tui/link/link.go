package link

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"apps.local/neetbox-tui/protocol"
)

// Defaults of [Options].
const (
	DefaultBuffer   = 20_000
	DefaultInterval = 66 * time.Millisecond
)

// Errors of [Link.Trigger].
var (
	ErrReadOnly = errors.New("read-only: actions are switched off here; start without read-only to send them")
	ErrOffline  = errors.New("not connected to the daemon; try again when it is online")
	ErrBusy     = errors.New("too many actions wait to be sent; try again in a moment")
	ErrCallSize = errors.New("action is over 1 MiB, the most that the daemon takes; shorten its arguments")
	ErrNoAction = errors.New("action without a name")
)

// Options say whom a [Link] talks to. Only Endpoint or Ensure is needed.
type Options struct {
	Endpoint protocol.Endpoint
	// Ensure makes sure that a daemon runs and says where. It is called before the
	// first attempt and again after the port refused a connection; a daemon that
	// is merely slow is left alone. May be nil.
	Ensure   func(context.Context) (protocol.Endpoint, error)
	ReadOnly bool // Trigger refuses
	Logger   *slog.Logger
	Buffer   int           // events kept for a screen that does not take them; 0: DefaultBuffer
	Interval time.Duration // least time between batches; 0: DefaultInterval
}

// Link is a connection to the daemon that is kept up. Its methods may be called
// from any goroutine.
type Link struct {
	options Options
	log     *slog.Logger
	dial    dialFunc
	inbox   *inbox
	ledger  *ledger
	retry   chan struct{}

	// life ends with Run: commands of Bubble Tea cannot be cancelled otherwise.
	life context.Context //nolint:containedctx // see above
	end  context.CancelFunc

	running atomic.Bool
	taking  atomic.Bool

	cursor cursor // of the goroutine that runs the connection

	mu     sync.Mutex
	state  State
	client *Client
	out    chan []byte // the writer's queue; nil while not online
}

// New makes a link. Nothing happens before [Link.Run].
func New(options Options) *Link {
	if options.Buffer <= 0 {
		options.Buffer = DefaultBuffer
	}
	if options.Interval <= 0 {
		options.Interval = DefaultInterval
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	l := &Link{
		options: options,
		log:     options.Logger.With("part", "link"),
		dial:    dialTCP,
		inbox:   newInbox(options.Buffer, options.Interval),
		ledger:  newLedger(),
		retry:   make(chan struct{}, 1),
		client:  NewClient(options.Endpoint),
	}
	l.life, l.end = context.WithCancel(context.Background())
	return l
}

// Run keeps the connection up until ctx ends, and then returns nil after the last
// of its goroutines. The last batch has Closed set. A link runs once: a second
// call returns an error.
func (l *Link) Run(ctx context.Context) error {
	if l.running.Swap(true) {
		return errors.New("run link: it was run before")
	}
	defer l.inbox.close()
	defer l.end()
	defer func() { l.Client().Close() }()

	l.setState(func(s *State) { s.Endpoint, s.Since = l.options.Endpoint, time.Now() })
	work := newCrew(ctx)
	work.run(l.expireReceipts)
	work.run(l.keepUp)
	if err := work.wait(); ctx.Err() == nil {
		// Only a fault of this package gets here: whatever a connection can meet is
		// handled in keepUp.
		l.report(err)
		return fmt.Errorf("run link: %w", err)
	}
	return nil
}

// keepUp connects, and connects again.
func (l *Link) keepUp(ctx context.Context) error {
	pause := backoff{}
	ensure := l.options.Ensure != nil
	for {
		err := guarded(ctx, func(ctx context.Context) error {
			if ensure {
				if err := l.ensure(ctx); err != nil {
					return err
				}
				ensure = false
			}
			return l.connect(ctx)
		})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if l.wentDown() >= healthy {
			pause.reset()
		}
		ensure = ensure || (l.options.Ensure != nil && Refused(err))
		if err := l.rest(ctx, err, &pause); err != nil {
			return err
		}
	}
}

func (l *Link) ensure(ctx context.Context) error {
	l.setState(func(s *State) { s.Phase, s.RetryAt, s.Note = Connecting, time.Time{}, "looking for a daemon" })
	endpoint, err := l.options.Ensure(ctx)
	if err != nil {
		return err
	}
	l.mu.Lock()
	old := l.client
	if old.Endpoint() != endpoint {
		l.client = newClient(endpoint, l.dial)
	}
	l.mu.Unlock()
	if old.Endpoint() != endpoint {
		old.Close()
	}
	l.setState(func(s *State) { s.Endpoint = endpoint })
	return nil
}

// rest waits out the pause after an attempt that ended with err.
func (l *Link) rest(ctx context.Context, err error, pause *backoff) error {
	select { // A press of the key before the loss was not meant for it.
	case <-l.retry:
	default:
	}
	if final(err) {
		l.report(err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-l.retry:
			pause.reset()
			return nil
		}
	}
	delay := pause.next()
	l.log.Debug("connection ended", "err", err, "pause", delay)
	l.setState(func(s *State) {
		s.Phase, s.Err, s.RetryAt, s.Note = Offline, err, time.Now().Add(delay), ""
	})
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
	case <-l.retry:
	}
	return nil
}

// report ends in phase Failed.
func (l *Link) report(err error) {
	if crashed, ok := errors.AsType[*panicError](err); ok {
		l.log.Error("panic", "value", crashed.value, "stack", string(crashed.stack))
	} else {
		l.log.Error("connection failed", "err", err)
	}
	l.setState(func(s *State) { s.Phase, s.Err, s.RetryAt, s.Note = Failed, err, time.Time{}, "" })
}

// setState changes the state and hands it to the next batch.
func (l *Link) setState(change func(*State)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change(&l.state)
	l.inbox.setState(l.state)
}

// wentDown closes the way for actions after a connection, and says how long it
// was online.
func (l *Link) wentDown() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.out == nil {
		return 0
	}
	l.out = nil
	now := time.Now()
	lasted := now.Sub(l.state.Since)
	l.state.Since = now
	l.inbox.put(nil, l.ledger.lose(), 0, 0)
	return lasted
}

// expireReceipts times calls out.
func (l *Link) expireReceipts(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
		case <-l.ledger.rearm:
		}
		changed, next := l.ledger.expire()
		l.inbox.put(nil, changed, 0, 0)
		timer.Stop()
		if next > 0 {
			timer.Reset(next)
		}
	}
}

// Next waits for the next batch, a [BatchMsg]. At most one of these commands may
// be outstanding, so arm it again in one place only, when a batch arrives; one
// that runs beside another returns nil at once. After a batch with Closed there
// is nothing to wait for.
func (l *Link) Next() tea.Cmd {
	return func() tea.Msg {
		if l.taking.Swap(true) {
			return nil
		}
		defer l.taking.Store(false)
		return l.inbox.wait()
	}
}

// Retry skips the pause before the next attempt, and leaves phase Failed. It does
// nothing otherwise.
func (l *Link) Retry() { offer(l.retry) }

// Client is the REST side of the daemon that the link talks to now.
func (l *Link) Client() *Client {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.client
}

// Trigger sends a call to a run of a project (run "" is the newest connected one)
// and returns the event-id under which its receipts come. It does not wait: what
// becomes of the call is told by [BatchMsg].Receipts alone, the first time when
// the daemon has taken it, or when the connection is lost before that.
//
// Errors: [ErrReadOnly], [ErrOffline], [ErrBusy], [ErrCallSize], [ErrNoAction].
func (l *Link) Trigger(project, run string, call protocol.ActionCall) (protocol.EventID, error) {
	switch {
	case l.options.ReadOnly:
		return protocol.NoEventID, ErrReadOnly
	case call.Name == "":
		return protocol.NoEventID, ErrNoAction
	}
	event := protocol.Event{
		Type: protocol.EventAction, Project: project, ID: protocol.NewEventID(),
		Payload: call.Payload(), Run: run,
	}
	frame := event.AppendFrame(nil, spelling())
	if len(frame) > protocol.MaxFrontendFrame {
		return protocol.NoEventID, ErrCallSize
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.out == nil:
		return protocol.NoEventID, ErrOffline
	case len(l.out) == cap(l.out):
		return protocol.NoEventID, ErrBusy
	}
	// Filed first: the echo may be here before this returns. The send does not
	// block, for only Trigger sends, under the lock.
	l.ledger.expect(event.ID, run, call)
	l.out <- frame
	return event.ID, nil
}

// spelling is how this frontend speaks.
func spelling() protocol.Spelling {
	return protocol.Spelling{Dialect: protocol.DialectSeed, Extended: true}
}
