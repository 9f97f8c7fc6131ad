package hub

import (
	"encoding/json"
	"slices"

	"apps.local/neetbox-tui/daemon/internal/saved"
	"apps.local/neetbox-tui/protocol"
)

// restore puts back a project as history knows it. Nobody is connected yet.
func (h *Hub) restore(from saved.Project) {
	p := newProject(h, from.ID)
	p.seq, p.lastAt = from.LastSeq, from.LastAt
	for _, r := range from.Runs {
		p.runs = append(p.runs, p.restoreRun(r))
		for _, receipt := range slices.Backward(r.Receipts) {
			p.receipts.Put(receipt)
		}
	}
	h.projects[from.ID] = p
	h.order = append(h.order, p)
}

func (p *Project) restoreRun(from saved.Run) *Run {
	r := &Run{
		project: p, id: from.ID, name: from.Name, given: from.Given, machine: from.Machine,
		state: from.State, reason: from.Reason, started: from.Started, ended: from.Ended, heard: from.LastEvent,
		lastSeq: from.LastSeq, stored: from.StoredN, ignored: from.Ignored, extensions: from.Extensions,
		dialect: protocol.DialectSeed, counts: from.Counts, sections: from.Sections, tags: from.Tags, notes: from.Notes,
	}
	if r.counts == nil {
		r.counts = map[protocol.EventType]int64{}
	}
	if r.sections == nil {
		r.sections = map[string]json.RawMessage{}
	}
	r.readActions()
	return r
}

// save hands history what is known of a run.
func (p *Project) save(r *Run) {
	r.dirty = false
	p.hub.recorder.SaveRun(p.id, saved.Run{RunInfo: r.detail(), Given: r.given, StoredN: r.stored})
}
