package hub

import (
	"encoding/json"
	"maps"
	"time"

	"apps.local/neetbox-tui/protocol"
)

// Run is one execution of a user's program. It is guarded by its project's lock.
type Run struct {
	project *Project
	id      string
	name    string
	given   bool // the id came from the run itself
	machine string

	peers   []*Peer // its sockets, the newest last; actions go to the newest
	state   protocol.RunState
	reason  string
	ended   int64 // Unix ms; 0 while online
	started int64
	end     *protocol.End
	synced  int64 // Unix ms of the last status sync over REST; 0 before
	heard   int64 // Unix ms of its newest event or sync
	gap     int64 // its habit: a slow mean of the ms between two events
	lastSeq protocol.Seq
	stored  int64 // highest n
	counts  map[protocol.EventType]int64
	ignored int64

	dialect    protocol.Dialect
	extensions int
	sections   map[string]json.RawMessage // status by series; newest hardware
	actions    map[string]json.RawMessage // nil until the run has said what it offers
	asked      map[protocol.EventID]int64 // events of the run that wait for a frontend's ack
	tags       []string
	notes      string
	dirty      bool // something of it is to be saved
}

const (
	// resumeWithin is how long a run without an id may be away and be continued
	// by the next socket of its project.
	resumeWithin = 30 * time.Second
	// syncAlive is how long a status sync counts as a sign of life of a run
	// without a socket: released clients sync every half second.
	syncAlive = 10 * time.Second
	// A run is quiet after quietFactor times its usual gap, but not before
	// quietMin: a training step may well take half a minute.
	quietMin    = time.Minute
	quietFactor = 10
	// askedWithin is how long a frontend may ack an event of a run.
	askedWithin = 60 * time.Second
	maxAsked    = 1000
)

// connected reports whether actions can reach the run.
func (r *Run) connected() bool { return len(r.peers) > 0 }

func (r *Run) newest() *Peer { return r.peers[len(r.peers)-1] }

// hear notes a sign of life.
func (r *Run) hear(now int64) {
	if r.heard > 0 {
		const slowness = 8
		r.gap += (now - r.heard - r.gap) / slowness
	}
	r.heard = now
}

// silent reports whether the run has been silent for long against its own habit.
func (r *Run) silent(now int64) bool {
	limit := max(quietMin.Milliseconds(), quietFactor*r.gap)
	return now-r.heard > limit
}

// ask notes an event of the run that a frontend may ack.
func (r *Run) ask(id protocol.EventID, now int64) {
	for known, at := range r.asked {
		if now-at > askedWithin.Milliseconds() {
			delete(r.asked, known)
		}
	}
	if len(r.asked) >= maxAsked {
		return
	}
	if r.asked == nil {
		r.asked = map[protocol.EventID]int64{}
	}
	r.asked[id] = now
}

func (r *Run) info() protocol.RunInfo {
	counts := make(map[protocol.EventType]int64, len(r.counts))
	maps.Copy(counts, r.counts)
	return protocol.RunInfo{
		ID: r.id, Project: r.project.id, Name: r.name, State: r.state, Reason: r.reason,
		Started: r.started, Ended: r.ended, LastEvent: r.heard, LastSeq: r.lastSeq,
		Dialect: r.dialect.String(), Extensions: r.extensions, Machine: r.machine, Tags: append([]string{}, r.tags...), Notes: r.notes,
		Counts: counts, Ignored: r.ignored,
	}
}

func (r *Run) detail() protocol.RunInfo {
	info := r.info()
	info.Sections = make(map[string]json.RawMessage, len(r.sections))
	maps.Copy(info.Sections, r.sections)
	return info
}
