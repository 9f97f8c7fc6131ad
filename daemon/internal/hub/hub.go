// Package hub knows who is here, what goes to whom, and what is still owed an
// answer. It knows nothing of sockets and of no dialect: the ws package feeds it
// events and writes what [Peer.Next] gives.
//
// # Locks
//
// Taken in this order, never the other way round: Hub.mu, then one Project.mu,
// then one of the leaves (Peer.mu, an outbox, a frame log, the Recorder's own).
// No I/O and no waiting happens under any of them: the reader of a run's socket
// must never wait for a disk or a frontend, because the run's program may be
// waiting for that reader.
package hub

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"apps.local/neetbox-tui/daemon/internal/framelog"
	"apps.local/neetbox-tui/daemon/internal/saved"
	"apps.local/neetbox-tui/protocol"
)

// Recorder is what the hub writes to history. Record must not wait: what it
// can't store it counts and says itself. The event aliases a buffer that is
// reused after the call.
type Recorder interface {
	Record(ev protocol.Event)
	// SaveRun notes what is known of a run beside its events. The maps and texts
	// in it do not change afterwards.
	SaveRun(project string, run saved.Run)
	// DeleteRun forgets a run and its events.
	DeleteRun(project, run string)
}

// Options configure a hub. Recorder is required.
type Options struct {
	Recorder Recorder
	Epoch    string // identifies the sequence numbers; a new one when they start again
	Version  string
	Restore  []saved.Project                      // what history knows from before
	Logger   *slog.Logger                         // nil discards
	Trace    func(peer string, ev protocol.Event) // called for each event taken, in debug; may be nil
}

// Hub is the meeting point of runs and frontends.
type Hub struct {
	recorder Recorder
	version  string
	epoch    string
	logger   *slog.Logger
	trace    func(peer string, ev protocol.Event)
	pool     framelog.Pool
	all      *framelog.Log // extended frontends of every project
	peers    atomic.Int64  // numbers peers for debug lines
	watchers watchers

	mu       sync.Mutex
	projects map[string]*Project
	order    []*Project // oldest first
	janitor  janitor
	machine  protocol.MachineInfo // the daemon's own
	history  []byte               // the newest frame about history's state; nil while all is well
	stopping bool

	connected int // connections, shaken hands or not
	idleSince time.Time
}

// maxProjects bounds what hostile names can make the daemon keep; runs beyond
// it are filed under [protocol.UnnamedProject].
const maxProjects = 10_000

// New makes an empty hub.
func New(o Options) *Hub {
	logger := o.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	h := &Hub{
		recorder: o.Recorder, version: o.Version, epoch: o.Epoch, logger: logger, trace: o.Trace,
		projects: map[string]*Project{}, idleSince: time.Now(),
	}
	h.all = framelog.New(&h.pool)
	h.watchers.changed = make(chan struct{}, 1)
	for _, p := range o.Restore {
		h.restore(p)
	}
	return h
}

// Idle is how long no peer has been connected; 0 while one is.
func (h *Hub) Idle() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.connected > 0 {
		return 0
	}
	return time.Since(h.idleSince)
}

func (h *Hub) count(n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.connected += n
	h.idleSince = time.Now()
}

// Stop ends the timers. Peers leave by themselves.
func (h *Hub) Stop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stopping = true
	h.janitor.stop()
}

// project finds a project, and makes it when create is set.
func (h *Hub) project(name string, create bool) *Project {
	h.mu.Lock()
	defer h.mu.Unlock()
	if p := h.projects[name]; p != nil || !create {
		return p
	}
	if len(h.projects) >= maxProjects {
		name = protocol.UnnamedProject
		if p := h.projects[name]; p != nil {
			return p
		}
	}
	p := newProject(h, name)
	h.projects[name] = p
	h.order = append(h.order, p)
	return p
}

// all projects, oldest first.
func (h *Hub) list() []*Project {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]*Project(nil), h.order...)
}

func nowMilli() int64 { return time.Now().UnixMilli() }

// watchers counts the extended frontends, for whom the daemon samples its
// machine.
type watchers struct {
	count   atomic.Int64
	changed chan struct{}
}

func (w *watchers) add(n int64) {
	w.count.Add(n)
	select {
	case w.changed <- struct{}{}:
	default:
	}
}

// Watched reports whether an extended frontend listens, and gives a channel that
// receives when that may have changed. One goroutine may use it.
func (h *Hub) Watched() (listening bool, changed <-chan struct{}) {
	return h.watchers.count.Load() > 0, h.watchers.changed
}

// Broadcast sends an event of the daemon's own, not stored and without a
// sequence number, to every extended frontend: hardware of its machine, the
// state of history.
func (h *Hub) Broadcast(ev protocol.Event) {
	ev.Project, ev.ID, ev.At = protocol.AllProjects, protocol.NoEventID, nowMilli()
	frame := ev.AppendFrame(nil, extended)
	if ev.Type == protocol.EventStatus && ev.Series == protocol.SeriesHistory {
		h.noteHistory(ev, frame)
	}
	h.all.Append(frame)
	for _, p := range h.list() {
		p.extended.Append(frame)
	}
}

// noteHistory keeps the frame for frontends that join while history is paused.
func (h *Hub) noteHistory(ev protocol.Event, frame []byte) {
	var state protocol.HistoryState
	if ev.DecodePayload(&state) != nil || state.State == "ok" {
		frame = nil
	}
	h.mu.Lock()
	h.history = frame
	h.mu.Unlock()
}

// SetMachine notes the daemon's own machine for [Hub.Machines] and broadcasts it.
func (h *Hub) SetMachine(m protocol.Machine, hardware []byte) {
	h.mu.Lock()
	h.machine = protocol.MachineInfo{ID: m.ID, Host: m.Host, By: "daemon", At: nowMilli(), Hardware: hardware}
	h.mu.Unlock()
	h.Broadcast(protocol.Event{Type: protocol.EventHardware, Payload: hardware})
}

// The spellings that peers of the seed's dialect take.
var (
	plain    = protocol.Spelling{Dialect: protocol.DialectSeed}                 //nolint:gochecknoglobals // constant
	extended = protocol.Spelling{Dialect: protocol.DialectSeed, Extended: true} //nolint:gochecknoglobals // constant
)
