package hub

import (
	"encoding/json"
	"slices"
	"sync"

	"github.com/google/uuid"

	"apps.local/neetbox-tui/daemon/internal/framelog"
	"apps.local/neetbox-tui/protocol"
)

const (
	maxRuns     = 1000 // of one project, in memory; the oldest ended one goes first
	maxReceipts = 1000
	maxCounts   = 100     // event types counted apart; a hostile run may make up more
	maxSection  = 1 << 20 // bytes of one status section
	maxSections = 64
)

// Project is where the runs and the frontends of one name meet.
type Project struct {
	hub *Hub
	id  string

	plain    *framelog.Log // frontends that did not ask for extensions
	extended *framelog.Log // frontends of this project that did

	mu       sync.Mutex
	seq      protocol.Seq
	lastAt   int64
	runs     []*Run // oldest first
	receipts *protocol.Receipts
	doc      statusDoc
	ignored  int64 // frames of frontends that were not taken
	scratch  []byte
}

func newProject(h *Hub, id string) *Project {
	return &Project{
		hub: h, id: id,
		plain: framelog.New(&h.pool), extended: framelog.New(&h.pool),
		receipts: protocol.NewReceipts(maxReceipts, protocol.ActionTimeout),
	}
}

// audience is who an event goes to.
type audience uint8

const (
	everybody    audience = iota // all frontends
	extendedOnly                 // those that asked: what a released client never sent
)

// take numbers an event of a run, stores it and sends it on. The caller holds
// p.mu; run may be nil for what belongs to no run.
func (p *Project) take(run *Run, ev protocol.Event, to audience) {
	p.seq++
	ev.Seq, ev.Project = p.seq, p.id
	if ev.At == 0 {
		ev.At = nowMilli()
	}
	p.lastAt = ev.At
	if run != nil {
		ev.Run = run.id
		run.lastSeq = ev.Seq
		if _, known := run.counts[ev.Type]; known || len(run.counts) < maxCounts {
			run.counts[ev.Type]++
		}
	}
	p.receipts.Apply(ev)
	p.hub.recorder.Record(ev)
	p.publish(ev, to)
}

// publish puts an event into the frame logs that somebody reads, encoded once
// for each spelling.
func (p *Project) publish(ev protocol.Event, to audience) {
	if to == everybody && p.plain.Active() {
		if ev.Frame != nil && !ev.NonFinite {
			p.plain.Append(ev.Frame)
		} else {
			p.scratch = ev.AppendFrame(p.scratch[:0], plain)
			p.plain.Append(p.scratch)
		}
	}
	if all, here := p.hub.all.Active(), p.extended.Active(); all || here {
		p.scratch = ev.AppendFrame(p.scratch[:0], extended)
		if all {
			p.hub.all.Append(p.scratch)
		}
		if here {
			p.extended.Append(p.scratch)
		}
	}
	const keep = 1 << 20
	if cap(p.scratch) > keep {
		p.scratch = nil
	}
}

// presence tells frontends and history the run's state.
func (p *Project) presence(run *Run, state protocol.RunState, reason string) {
	if run.state == state && run.reason == reason {
		return
	}
	run.state, run.reason = state, reason
	payload, _ := json.Marshal(protocol.Presence{Online: state.Online(), State: state, Reason: reason, Name: run.name}) //nolint:errchkjson // strings marshal
	p.take(run, protocol.Event{
		Type: protocol.EventStatus, Series: protocol.SeriesPresence, ID: protocol.NoEventID, Payload: payload,
	}, extendedOnly)
	p.save(run)
}

func (p *Project) findRun(id string) *Run {
	for _, r := range p.runs {
		if r.id == id {
			return r
		}
	}
	return nil
}

// addRun makes a run; id "" lets the daemon choose one.
func (p *Project) addRun(id, name string, now int64) *Run {
	given := id != ""
	if !given {
		id = uuid.NewString()
	}
	r := &Run{
		project: p, id: id, name: name, given: given, started: now, heard: now, dialect: protocol.DialectSeed,
		counts: map[protocol.EventType]int64{}, sections: map[string]json.RawMessage{},
	}
	p.runs = append(p.runs, r)
	if len(p.runs) > maxRuns {
		p.forgetOldest()
	}
	return r
}

func (p *Project) forgetOldest() {
	for i, r := range p.runs {
		if !r.state.Online() && r.state != "" {
			p.hub.recorder.DeleteRun(p.id, r.id)
			p.runs = append(p.runs[:i], p.runs[i+1:]...)
			return
		}
	}
}

// newestOnline is the run that an action without a run id goes to: the newest
// with a socket.
func (p *Project) newestConnected() *Run {
	for _, v := range slices.Backward(p.runs) {
		if v.connected() {
			return v
		}
	}
	return nil
}

// resumable is the run that a socket without a run id continues: the project's
// last one, when it has no socket and was there a moment ago. A program that
// said goodbye is not continued.
func (p *Project) resumable(now int64) *Run {
	if len(p.runs) == 0 || p.newestConnected() != nil {
		return nil
	}
	last := p.runs[len(p.runs)-1]
	switch {
	case last.given:
		return nil
	case last.state.Online(): // known from its status sync only
		return last
	case last.state == protocol.RunLost && now-last.ended <= resumeWithin.Milliseconds():
		return last
	}
	return nil
}

// join adds a run's socket and says what it is filed under.
func (p *Project) join(peer *Peer, hs protocol.Handshake, d protocol.Dialect) *Run {
	now := nowMilli()
	var run *Run
	switch {
	case hs.Run != nil && hs.Run.ID != "":
		if run = p.findRun(hs.Run.ID); run == nil {
			run = p.addRun(hs.Run.ID, hs.Run.Name, now)
		} else if hs.Run.Name != "" && run.name == "" {
			run.name = hs.Run.Name
		}
	default:
		if run = p.resumable(now); run == nil {
			run = p.addRun("", "", now)
		}
	}
	run.peers = append(run.peers, peer)
	run.dialect, run.extensions, run.end, run.ended = d, hs.Extensions, nil, 0
	run.hear(now)
	p.adopt(run)
	p.presence(run, protocol.RunRunning, "")
	return run
}

// leave removes a run's socket. clean says that the run closed it properly.
func (p *Project) leave(peer *Peer, run *Run, clean bool) {
	for i, other := range run.peers {
		if other == peer {
			run.peers = append(run.peers[:i:i], run.peers[i+1:]...)
			break
		}
	}
	if run.connected() {
		return
	}
	p.endRun(run, clean)
}

// endRun settles how a run ended, and answers what is still owed to frontends.
func (p *Project) endRun(run *Run, clean bool) {
	run.ended = nowMilli()
	state, reason := protocol.RunLost, "gone without a word"
	switch {
	case run.end != nil:
		state, reason = run.end.State()
	case clean:
		state, reason = protocol.RunFinished, "closed its connection"
	}
	for _, id := range p.receipts.OpenOf(run.id) {
		if r, ok := p.receipts.Find(id); ok {
			p.answer(run, id, r.Action, "the run went away before it answered", true)
		}
	}
	p.presence(run, state, reason)
}
