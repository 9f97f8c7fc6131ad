package hub

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"apps.local/neetbox-tui/daemon/internal/framelog"
	"apps.local/neetbox-tui/protocol"
)

// What may come before a handshake and is kept for it: released clients flush
// their queue as soon as the socket is up.
const (
	earlyFrames = 1000
	earlyBytes  = 4 << 20
	earlyTime   = 10 * time.Second
)

// Peer is one connection. The ws package calls Handle and Leave from the
// connection's reader, and Next from its writer.
type Peer struct {
	hub    *Hub
	number int64
	wake   chan struct{}
	Outbox Outbox

	// Owned by the reader.
	who      protocol.Who // "" before the handshake
	dialect  protocol.Dialect
	spelling protocol.Spelling
	project  *Project // nil for a frontend of "*", or of none yet
	run      *Run
	watchAll bool
	early    []earlyEvent
	earlySum int

	mu     sync.Mutex
	cursor *framelog.Cursor // a frontend's; changed by the reader, read by the writer
}

type earlyEvent struct {
	ev protocol.Event
	at time.Time
}

// Connect makes a peer of a new connection. Disconnect ends it.
func (h *Hub) Connect() *Peer {
	h.count(1)
	p := &Peer{hub: h, number: h.peers.Add(1), wake: make(chan struct{}, 1)}
	p.Outbox.wake = p.wake
	return p
}

// Who is the kind of peer: "" before the handshake. Only for the reader.
func (p *Peer) Who() protocol.Who { return p.who }

// Wake receives when [Peer.Next] may have something.
func (p *Peer) Wake() <-chan struct{} { return p.wake }

// Next gives whole frames to write, what is addressed to the peer before what
// goes to all; nil when there is nothing. closing says that a close frame is the
// last of them. The bytes stand until the next call.
func (p *Peer) Next() (frames []byte, closing bool) {
	if frames, closing := p.Outbox.take(); len(frames) > 0 || closing {
		return frames, closing
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cursor == nil {
		return nil, false
	}
	return p.cursor.Next(), false
}

// SkipToHead drops what waits for a frontend that is too far behind in time.
func (p *Peer) SkipToHead() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cursor != nil {
		p.cursor.Skip()
	}
}

// Limit is how large the peer's next frame may be, in bytes.
func (p *Peer) Limit() int {
	switch p.who {
	case protocol.WhoWeb:
		return protocol.MaxFrontendFrame
	case protocol.WhoCLI:
		return protocol.MaxRunFrame
	}
	return earlyBytes // more could not be kept anyway
}

// Refuse takes a frame that is no event: a run's is counted, because a run is
// never dropped for a bad message; a frontend is to be closed with the error
// returned. Nobody knows yet who a connection without a handshake is, so that
// one is treated as a run.
func (p *Peer) Refuse(code protocol.CloseCode, reason string) error {
	p.ignore(reason)
	if p.who != protocol.WhoWeb {
		return nil
	}
	return &protocol.CloseError{Code: code, Reason: reason}
}

func (p *Peer) ignore(reason string) {
	p.hub.logger.Debug("frame ignored", "peer", p.String(), "reason", reason)
	switch {
	case p.run != nil:
		p.project.mu.Lock()
		p.run.ignored++
		p.project.mu.Unlock()
	case p.project != nil:
		p.project.mu.Lock()
		p.project.ignored++
		p.project.mu.Unlock()
	}
}

// String names the peer in debug lines.
func (p *Peer) String() string {
	switch {
	case p.who == "":
		return fmt.Sprintf("peer %d", p.number)
	case p.project == nil:
		return fmt.Sprintf("%s %d", p.who, p.number)
	}
	return fmt.Sprintf("%s %d of %.64q", p.who, p.number, p.project.id)
}

// Handle takes one event. ev aliases the reader's buffer. An error is a
// *protocol.CloseError and only for frontends.
func (p *Peer) Handle(ev protocol.Event, d protocol.Dialect) error {
	if ev.Type == protocol.EventHandshake {
		return p.handshake(ev, d)
	}
	switch p.who {
	case protocol.WhoCLI:
		p.fromRun(ev)
	case protocol.WhoWeb:
		return p.fromFrontend(ev)
	default:
		p.keep(ev)
	}
	return nil
}

// keep holds what came before the handshake.
func (p *Peer) keep(ev protocol.Event) {
	if len(p.early) >= earlyFrames || p.earlySum+ev.Size() > earlyBytes {
		p.ignore("too much before the handshake")
		return
	}
	p.early = append(p.early, earlyEvent{ev.Clone(), time.Now()})
	p.earlySum += ev.Size()
}

func (p *Peer) handshake(ev protocol.Event, d protocol.Dialect) error {
	if p.hub.trace != nil {
		p.hub.trace(p.String(), ev)
	}
	hs, err := protocol.ParseHandshake(ev)
	if err != nil {
		if p.who == protocol.WhoWeb {
			return p.Refuse(protocol.CloseBadFrame, err.Error())
		}
		p.ignore(err.Error())
		const badRequest = 400
		p.reply(ev, protocol.HandshakeReply{Result: badRequest, Reason: err.Error()})
		return nil
	}
	if p.stays(ev, hs) {
		p.answerRun(ev)
		return nil
	}
	p.Leave(true)
	p.who, p.dialect = hs.Who, d
	p.spelling = protocol.Spelling{Dialect: d, Extended: hs.Extensions > 0}
	early := p.early
	p.early, p.earlySum = nil, 0
	if hs.Who == protocol.WhoWeb {
		p.joinFrontend(ev, hs)
		for range early {
			p.ignore("a frontend's frame before its handshake")
		}
		return nil
	}
	p.joinRun(ev, hs)
	for _, e := range early {
		if time.Since(e.at) > earlyTime {
			p.ignore("kept too long before the handshake")
			continue
		}
		p.fromRun(e.ev)
	}
	return nil
}

// stays reports whether a run shakes hands once more for what it is already: a
// doubled frame must not end its run.
func (p *Peer) stays(ev protocol.Event, hs protocol.Handshake) bool {
	if p.run == nil || hs.Who != protocol.WhoCLI || ev.Project == "" {
		return p.run != nil && hs.Who == protocol.WhoCLI
	}
	sameRun := hs.Run == nil || hs.Run.ID == "" || hs.Run.ID == p.run.id
	return sameRun && runProject(ev.Project) == p.project.id
}

// runProject is the project that a run is filed under by the name it gives.
func runProject(name string) string {
	name = ProjectName(name)
	if name == "" || name == protocol.AllProjects || len(name) > protocol.MaxName {
		return protocol.UnnamedProject
	}
	return name
}

// joinRun files the peer under its project and answers: always 200, because a
// released client that is refused loses its logs or hangs its program.
func (p *Peer) joinRun(ev protocol.Event, hs protocol.Handshake) {
	p.project = p.hub.project(runProject(ev.Project), true)
	p.project.mu.Lock()
	p.run = p.project.join(p, hs, p.dialect)
	p.project.mu.Unlock()
	p.hub.arm()
	p.answerRun(ev)
	p.hub.logger.Debug("run joined", "peer", p.String(), "run", p.run.id)
}

func (p *Peer) answerRun(ev protocol.Event) {
	reply := protocol.HandshakeReply{Result: protocol.ResultJoined, Reason: "join success"}
	if p.spelling.Extended {
		p.extendReply(&reply)
		p.project.mu.Lock()
		stored := p.run.stored
		p.project.mu.Unlock()
		reply.Run, reply.Stored = p.run.id, &stored
	}
	p.reply(ev, reply)
}

// joinFrontend subscribes the peer and tells it from which sequence numbers on:
// the cursor stands before the heads are read, so that nothing falls between;
// what comes twice is told by its number.
func (p *Peer) joinFrontend(ev protocol.Event, hs protocol.Handshake) {
	reply := protocol.HandshakeReply{Result: protocol.ResultJoined, Reason: "join success"}
	var cursor *framelog.Cursor
	heads := map[string]protocol.Seq{}
	if ev.Project == protocol.AllProjects && hs.Extensions > 0 {
		p.watchAll = true
		cursor = p.hub.all.Subscribe(p.wake)
		for _, project := range p.hub.list() {
			heads[project.id] = project.head()
		}
	} else {
		project, _ := p.hub.resolve(ev.Project)
		if project == nil {
			p.extendReply(&reply)
			reply.Result, reply.Reason = protocol.ResultNotFound, "name not found"
			p.reply(ev, reply)
			return
		}
		p.project = project
		frames := project.plain
		if p.spelling.Extended {
			frames = project.extended
		}
		cursor = frames.Subscribe(p.wake)
		heads[project.id] = project.head()
	}
	p.extendReply(&reply)
	if p.spelling.Extended {
		reply.Heads = heads
		p.hub.watchers.add(1)
	}
	// The answer goes before the first event, so the cursor is handed over after
	// it; what was appended in between has woken the writer in vain, so it is
	// woken once more.
	p.reply(ev, reply)
	if p.spelling.Extended {
		p.hub.mu.Lock()
		paused := p.hub.history
		p.hub.mu.Unlock()
		if paused != nil {
			p.Outbox.Text(paused)
		}
	}
	p.mu.Lock()
	p.cursor = cursor
	p.mu.Unlock()
	p.Outbox.notify()
	p.hub.logger.Debug("frontend joined", "peer", p.String(), "extended", p.spelling.Extended)
}

func (p *Project) head() protocol.Seq {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seq
}

func (p *Peer) extendReply(r *protocol.HandshakeReply) {
	if !p.spelling.Extended {
		return
	}
	r.Extensions = protocol.ExtensionsVersion
	r.Server = &protocol.ServerInfo{Name: protocol.ServerName, Version: p.hub.version}
	r.Epoch = p.hub.epoch
}

// reply answers a handshake by an event of the same event-id; whoever waits for
// an ack gets that before it.
func (p *Peer) reply(to protocol.Event, r protocol.HandshakeReply) {
	payload, _ := json.Marshal(r) //nolint:errchkjson // its types marshal
	answer := protocol.Event{Project: to.Project, ID: to.ID, Payload: payload}
	if to.ID.Waits() {
		answer.Type = protocol.EventAck
		p.Outbox.Text(answer.AppendFrame(nil, plain))
	}
	answer.Type = protocol.EventHandshake
	p.Outbox.Text(answer.AppendFrame(nil, plain))
}

// Disconnect ends the peer with its connection: Leave, once and for all.
func (p *Peer) Disconnect(clean bool) {
	p.Leave(clean)
	p.hub.count(-1)
}

// Leave takes the peer off its project. clean says that it said goodbye, by a
// close frame or by moving elsewhere. Safe to call twice.
func (p *Peer) Leave(clean bool) {
	p.mu.Lock()
	cursor := p.cursor
	p.cursor = nil
	p.mu.Unlock()
	if cursor != nil {
		if n := cursor.Skips(); n > 0 {
			p.hub.logger.Info("frontend lagged", "peer", p.String(), "moved_to_head", n)
		}
		cursor.Close()
		if p.spelling.Extended {
			p.hub.watchers.add(-1)
		}
	}
	if p.run != nil {
		p.project.mu.Lock()
		p.project.leave(p, p.run, clean)
		p.project.mu.Unlock()
		p.hub.logger.Debug("run left", "peer", p.String(), "clean", clean)
	}
	p.who, p.project, p.run, p.watchAll = "", nil, nil, false
}
