package attach

import (
	"context"
	"fmt"
	"time"

	"apps.local/neetbox-tui/protocol"
)

// Kind is how a daemon was found.
type Kind int

// The ways to a daemon.
const (
	// Attached: it was there already.
	Attached Kind = iota
	// Spawned: it was started just now.
	Spawned
	// AttachedOlder: it was there, of an older version that speaks the same
	// protocol.
	AttachedOlder
)

// String is the kind in one or two words.
func (k Kind) String() string {
	switch k {
	case Attached:
		return "attached"
	case Spawned:
		return "spawned"
	case AttachedOlder:
		return "attached to an older daemon"
	default:
		return fmt.Sprintf("Kind(%d)", int(k))
	}
}

// Verdict is what [Ensure] found or did.
type Verdict struct {
	Kind Kind
	// Hello is the daemon's own account of itself, its texts without control
	// characters.
	Hello protocol.Hello
	// Note is one sentence for the status line, or empty.
	Note string
}

// Options say which daemon is wanted and how to start it.
type Options struct {
	// Endpoint is where the daemon answers or, once started, will: Args must make
	// it listen there. One is started only on a loopback host.
	Endpoint protocol.Endpoint
	// NoDaemon forbids to start one, and with that to replace an older one.
	NoDaemon bool

	// Executable is started as "Executable --server-only Args…"; empty means this
	// very program.
	Executable string
	Args       []string
	// Dir is the daemon's working directory; empty means this process's. A daemon
	// keeps its working directory busy for as long as it lives; whoever sets Dir
	// must give every path in Args and in the environment as an absolute one.
	Dir string

	// StateDir holds start.lock and daemon.log. While it can't be written, a
	// private directory among the temporary files stands in.
	StateDir string

	// Version and Build of this program, to compare with the daemon's.
	Version, Build string

	// Progress is told, in a few words, what takes time. May be nil. It is called
	// on the goroutine of Ensure.
	Progress func(string)

	limits *limits // nil means the default; tests shorten them
}

// limits are the deadlines of everything that waits.
type limits struct {
	probes    []time.Duration // one probe each, until something answers
	poll      time.Duration   // between two looks at a daemon that starts or ends
	ready     time.Duration   // until a started daemon answers
	standDown time.Duration   // until an older one has freed its ports
	lock      time.Duration   // until another starter is done
}

// defaultLimits give a daemon 0.3 s to say hello and, where something took the
// connection and stayed silent, two longer chances: a machine under load must
// not look like a port taken by a stranger. The lock outlasts what its holder
// may wait for.
func defaultLimits() limits {
	return limits{
		probes:    []time.Duration{300 * time.Millisecond, time.Second, 3 * time.Second},
		poll:      50 * time.Millisecond,
		ready:     10 * time.Second,
		standDown: 10 * time.Second,
		lock:      30 * time.Second,
	}
}

// Ensure returns where a usable daemon answers, starting one when nothing does.
// The returned endpoint carries the WebSocket port that the daemon itself names.
//
// The error is one of [*NoDaemonError], [*PortTakenError], [*IncompatibleError]
// and [*StartError], each with a next step and the exit code of the command; or
// it wraps the cause of ctx, in which case a daemon just started goes on.
func Ensure(ctx context.Context, o Options) (protocol.Endpoint, Verdict, error) {
	e := newEnsurer(o)
	verdict, next, err := e.look(ctx)
	if err == nil && next != useIt {
		verdict, err = e.bring(ctx)
	}
	if err != nil {
		return protocol.Endpoint{}, Verdict{}, err
	}
	return e.endpointOf(verdict.Hello), verdict, nil
}

// next is what an answer at the endpoint asks for.
type next int

const (
	useIt   next = iota // attach
	startIt             // nothing answers, and one may be started
	replace             // an older daemon, which may be asked to stand down
)

// ensurer is one call of Ensure.
type ensurer struct {
	Options
	limits limits
}

func newEnsurer(o Options) *ensurer {
	e := &ensurer{Options: o, limits: defaultLimits()}
	if o.limits != nil {
		e.limits = *o.limits
	}
	if o.Progress == nil {
		e.Progress = func(string) {}
	}
	return e
}

// look probes the endpoint and judges what answers.
func (e *ensurer) look(ctx context.Context) (Verdict, next, error) {
	var a answer
	for _, limit := range e.limits.probes {
		a = hello(ctx, e.Endpoint, limit)
		if a.kind != silent {
			break
		}
	}
	if ctx.Err() != nil {
		return Verdict{}, useIt, fmt.Errorf("look for a daemon at %s: %w", e.Endpoint.Address(), context.Cause(ctx))
	}
	return e.judge(ctx, a)
}

// judge decides what an answer asks for, or why there is nothing to be done.
func (e *ensurer) judge(ctx context.Context, a answer) (Verdict, next, error) {
	mayStart := e.Endpoint.Loopback() && !e.NoDaemon
	switch a.kind {
	case absent:
		if mayStart {
			return Verdict{}, startIt, nil
		}
		return Verdict{}, useIt, &NoDaemonError{Endpoint: e.Endpoint, Cause: a.err}
	case silent:
		if !e.Endpoint.Loopback() {
			return Verdict{}, useIt, &NoDaemonError{Endpoint: e.Endpoint, Cause: a.err}
		}
		return Verdict{}, useIt, e.portTaken(ctx, a)
	case ours:
		return e.judgeOurs(a.hello, mayStart)
	case upstream, foreign:
		return Verdict{}, useIt, e.portTaken(ctx, a)
	}
	return Verdict{}, useIt, fmt.Errorf("unknown answer at %s", e.Endpoint.Address())
}

// judgeOurs compares protocols, which decide, and versions, which are only told.
// A build alone never replaces a daemon: in development each build is another.
func (e *ensurer) judgeOurs(h protocol.Hello, mayStart bool) (Verdict, next, error) {
	v := Verdict{Kind: Attached, Hello: h}
	switch {
	case h.Protocol < protocol.ProtocolVersion && mayStart:
		return v, replace, nil
	case h.Protocol != protocol.ProtocolVersion:
		return v, useIt, e.incompatible(h, "")
	case h.Version != e.Version && older(h.Version, e.Version):
		v.Kind = AttachedOlder
		v.Note = fmt.Sprintf("the daemon is the older version %s, this is %s; `%s` renews it",
			h.Version, e.Version, e.stopCommand())
	case h.Version != e.Version:
		v.Note = fmt.Sprintf("the daemon is version %s, this is %s", h.Version, e.Version)
	case h.Build != e.Build && h.Build != "" && e.Build != "":
		v.Note = fmt.Sprintf("the daemon is another build (%s) than this (%s); `%s` renews it",
			h.Build, e.Build, e.stopCommand())
	}
	return v, useIt, nil
}

// endpointOf is where the daemon that said h answers.
func (e *ensurer) endpointOf(h protocol.Hello) protocol.Endpoint {
	at := e.Endpoint
	if validPort(h.WS) {
		at.WS = h.WS
	}
	return at
}

// stopCommand is what a person types to end the daemon at the endpoint.
func (e *ensurer) stopCommand() string { return "neetbox-tui stop" + whereFlags(e.Endpoint) }

func validPort(p int) bool { return p >= 1 && p <= 65535 }
