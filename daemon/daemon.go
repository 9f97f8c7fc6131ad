package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"apps.local/neetbox-tui/daemon/internal/guard"
	"apps.local/neetbox-tui/daemon/internal/hub"
	"apps.local/neetbox-tui/daemon/internal/lockfile"
	"apps.local/neetbox-tui/daemon/internal/rest"
	"apps.local/neetbox-tui/daemon/internal/store"
	"apps.local/neetbox-tui/daemon/internal/ws"
	"apps.local/neetbox-tui/protocol"
)

// Config is what a daemon needs to know. It reads no file, flag or variable.
type Config struct {
	Host       string // the loopback address to listen on
	Port       int    // REST; 0 takes a free one, and the WebSocket port then too
	WSPort     int    // WebSocket
	CompatPort int    // where released clients look by default; 0: not there
	DataDir    string // holds the history and the lock: one daemon for each
	Retention  Retention
	Debug      bool // a line per event and request, Swagger UI
	IdleExit   time.Duration
	Version    string
	Build      string
	Logger     *slog.Logger // nil discards
	// Ready is called once, when the daemon answers; nil is fine.
	Ready func(Addresses)
}

// Retention bounds the history; zero means no bound of that kind.
type Retention struct {
	Size int64         // bytes of the file
	Age  time.Duration // since a run ended
}

// bounds is the retention as the store takes it, where zero is its default.
func (r Retention) bounds() store.Retention {
	const none = -1
	b := store.Retention{Size: r.Size, Age: r.Age}
	if b.Size == 0 {
		b.Size = none
	}
	if b.Age == 0 {
		b.Age = none
	}
	return b
}

// Addresses are where a daemon answers, each as host:port.
type Addresses struct {
	REST, WS string
	Compat   string // "" when it is off or held by another program
	Endpoint protocol.Endpoint
}

// Daemon is one daemon: New, then Run.
type Daemon struct {
	config  Config
	logger  *slog.Logger
	lock    *lockfile.Lock
	history *store.History
	hub     *hub.Hub
	sockets *ws.Server
	started time.Time

	endpoint  protocol.Endpoint
	listeners []net.Listener
	servers   []*http.Server
	told      atomic.Pointer[hub.Hub] // who hears of history's state

	stop     context.CancelCauseFunc
	stopOnce sync.Once
}

// PortError says that a port can't be listened on.
type PortError struct {
	Port int
	Flag string // the flag that chooses another
	Err  error
}

func (e *PortError) Error() string {
	return fmt.Sprintf("port %d can't be used: %v; give another with %s, or end what holds it", e.Port, e.Err, e.Flag)
}

func (e *PortError) Unwrap() error { return e.Err }

// ExitCode is the command line's "already running, or the port is taken".
func (e *PortError) ExitCode() int { return exitTaken }

// RunningError says that the data directory has a daemon already.
type RunningError struct {
	Dir string
	Err *lockfile.HeldError
}

func (e *RunningError) Error() string {
	return fmt.Sprintf("already running: %v; `neetbox-tui stop` ends it, --data-dir gives this one a place of its own", e.Err)
}

func (e *RunningError) Unwrap() error { return e.Err }

// ExitCode is the same as that of a taken port.
func (e *RunningError) ExitCode() int { return exitTaken }

const exitTaken = 4

// lockName is the file in the data directory whose lock says that a daemon
// serves it.
const lockName = "daemon.lock"

// New takes the data directory and the ports, and reads what history knows, so
// that whoever gets a Daemon has it all. Errors: *RunningError, *PortError, and
// those of the directory and of history.
func New(ctx context.Context, c Config) (*Daemon, error) {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if !protocol.LoopbackHost(c.Host) {
		return nil, fmt.Errorf("listen on %s: only this machine's loopback is served; use 127.0.0.1", c.Host)
	}
	d := &Daemon{config: c, logger: c.Logger.With("part", "daemon"), started: time.Now()}
	lock, err := lockfile.Try(filepath.Join(c.DataDir, lockName), d.owner())
	if err != nil {
		if held, ok := errors.AsType[*lockfile.HeldError](err); ok {
			return nil, &RunningError{Dir: c.DataDir, Err: held}
		}
		return nil, err
	}
	d.lock = lock
	if err := d.listen(); err != nil {
		d.release()
		return nil, err
	}
	if err := d.build(ctx); err != nil {
		d.release()
		return nil, err
	}
	return d, nil
}

func (d *Daemon) owner() lockfile.Owner {
	return lockfile.Owner{
		PID: os.Getpid(), Version: d.config.Version, Build: d.config.Build, Started: d.started, Port: d.config.Port,
	}
}

// build opens history and connects the parts.
func (d *Daemon) build(ctx context.Context) error {
	var err error
	d.history, err = store.Open(ctx, store.Options{
		Dir: d.config.DataDir, Retention: d.config.Retention.bounds(), Logger: d.config.Logger.With("part", "store"),
		OnState: d.tellHistory,
	})
	if err != nil {
		return fmt.Errorf("open history: %w", err)
	}
	if warning := d.history.Warning(); warning != "" {
		d.logger.Warn("history", "warning", warning)
	}
	known, err := d.history.Restore(ctx)
	if err != nil {
		return errors.Join(fmt.Errorf("read history: %w", err), d.history.Close(ctx))
	}
	d.hub = hub.New(hub.Options{
		Recorder: d.history, Epoch: d.history.Epoch(), Version: d.config.Version, Restore: known,
		Logger: d.config.Logger.With("part", "hub"), Trace: d.trace(),
	})
	d.told.Store(d.hub)
	d.sockets = ws.New(ws.Options{
		Hub: d.hub, CheckOrigin: guard.AllowOrigin, Logger: d.config.Logger.With("part", "ws"),
	})
	pages := rest.Handler(rest.Options{
		Hello: d.hello, Live: d.hub, Reader: d.history, Control: d, Debug: d.config.Debug,
		Logger: d.config.Logger.With("part", "rest"), WebSocket: d.sockets,
	})
	sockets := guard.Loopback(d.sockets)
	// Listeners come in pairs: REST, then WebSocket.
	for i := range d.listeners {
		handler := pages
		if i%2 == 1 {
			handler = sockets
		}
		d.servers = append(d.servers, &http.Server{
			Handler:           handler,
			ReadHeaderTimeout: headerTimeout,
			IdleTimeout:       idleTimeout,
			MaxHeaderBytes:    maxHeader,
			ErrorLog:          slog.NewLogLogger(d.logger.Handler(), slog.LevelDebug),
		})
	}
	return nil
}

// tellHistory passes on whether history stores what it hears. It may be called
// before there is a hub.
func (d *Daemon) tellHistory(s protocol.HistoryState) {
	d.logger.Warn("history", "state", s.State, "reason", s.Reason, "missed", s.Missed)
	h := d.told.Load()
	payload, err := json.Marshal(s)
	if h == nil || err != nil {
		return
	}
	h.Broadcast(protocol.Event{Type: protocol.EventStatus, Series: protocol.SeriesHistory, Payload: payload})
}

const (
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	// maxHeader leaves room for a project's name of the greatest length in a
	// request's path, each byte of it escaped.
	maxHeader = 4*protocol.MaxName + 64<<10
)

// hello is the answer of GET /hello.
func (d *Daemon) hello() protocol.Hello {
	return protocol.Hello{
		Hello: "hello", Server: protocol.ServerName, Version: d.config.Version, Build: d.config.Build,
		Protocol: protocol.ProtocolVersion, PID: os.Getpid(), Started: d.started.UnixMilli(), WS: d.endpoint.WS,
	}
}

// Endpoint is where the daemon answers.
func (d *Daemon) Endpoint() protocol.Endpoint { return d.endpoint }

// Stop begins the daemon's end and returns at once.
func (d *Daemon) Stop(reason string) {
	d.stopOnce.Do(func() {
		d.logger.Info("stopping", "reason", reason)
		if d.stop != nil {
			d.stop(nil)
		}
	})
}

// Run serves until ctx ends or Stop is called, then ends everything in order:
// nothing new is accepted, runs are dropped at TCP level so that they come back
// to the next daemon, frontends get a close frame and a second to read it, and
// the lock goes last. It returns nil after an orderly end.
func (d *Daemon) Run(ctx context.Context) error {
	ctx, d.stop = context.WithCancelCause(ctx)
	defer d.stop(nil)
	group, ctx := errgroup.WithContext(ctx)
	for i, server := range d.servers {
		group.Go(func() error {
			// Closing the listener is how the end begins.
			if err := server.Serve(d.listeners[i]); err != nil && !errors.Is(err, http.ErrServerClosed) && ctx.Err() == nil {
				return fmt.Errorf("serve %s: %w", d.listeners[i].Addr(), err)
			}
			return nil
		})
	}
	group.Go(func() error { return d.sample(ctx) })
	group.Go(func() error { return d.exitWhenIdle(ctx) })
	d.announce()
	group.Go(func() error {
		<-ctx.Done()
		d.shutdown(context.WithoutCancel(ctx))
		return nil
	})
	err := group.Wait()
	d.release()
	d.logger.Info("stopped", "uptime", time.Since(d.started).Round(time.Second))
	return err
}

func (d *Daemon) announce() {
	a := Addresses{REST: d.listeners[0].Addr().String(), WS: d.listeners[1].Addr().String(), Endpoint: d.endpoint}
	const compat = 2
	if len(d.listeners) > compat {
		a.Compat = d.listeners[compat].Addr().String()
	}
	d.logger.Info("ready", "rest", a.REST, "ws", a.WS, "compat", a.Compat, "pid", os.Getpid())
	if d.config.Ready != nil {
		d.config.Ready(a)
	}
}

// shutdownLimit bounds the end: a peer that does not go is left.
const shutdownLimit = 5 * time.Second

func (d *Daemon) shutdown(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, shutdownLimit)
	defer cancel()
	for _, l := range d.listeners {
		_ = l.Close() // it accepts nothing more either way
	}
	if err := d.sockets.Shutdown(ctx); err != nil {
		d.logger.Warn("peers did not leave in time", "error", err)
	}
	for _, server := range d.servers {
		if err := server.Shutdown(ctx); err != nil {
			_ = server.Close() // what is left is cut
		}
	}
	d.hub.Stop()
	storing, done := context.WithTimeout(context.WithoutCancel(ctx), shutdownLimit)
	defer done()
	if err := d.history.Close(storing); err != nil {
		d.logger.Error("close history", "error", err)
	}
}

func (d *Daemon) release() {
	for _, l := range d.listeners {
		_ = l.Close() // closed already after an orderly end
	}
	if err := d.lock.Release(); err != nil {
		d.logger.Warn("release lock", "error", err)
	}
}

// exitWhenIdle ends a daemon that was started in the background and that nobody
// has used for long.
func (d *Daemon) exitWhenIdle(ctx context.Context) error {
	if d.config.IdleExit <= 0 {
		return nil
	}
	timer := time.NewTimer(d.config.IdleExit)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
		idle := d.hub.Idle()
		if idle >= d.config.IdleExit {
			d.Stop(fmt.Sprintf("idle for %s", idle.Round(time.Second)))
			return nil
		}
		timer.Reset(d.config.IdleExit - idle)
	}
}
