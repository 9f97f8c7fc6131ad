package hub

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"apps.local/neetbox-tui/protocol"
)

// statusDoc is what a program of the seed's era synced last: {"platform":
// {"value":…,"timestamp":…,"interval":…}, "__action":…, "hardware":…, "config":…}.
type statusDoc struct {
	text   []byte
	quoted bool // it came as a JSON string holding JSON
	at     int64
}

// sectionSeries maps the document's sections to status series.
func sectionSeries(section string) string {
	if section == "__action" {
		return protocol.SeriesAction
	}
	return section
}

// ErrStatus says that a status document is not an object.
var ErrStatus = errors.New("status is not a JSON object")

// Sync takes a status document that a run reported over REST. Released clients
// send no run id: theirs goes to the newest run of the project, and makes one
// where there is none, because such a client opens its socket only when it has
// something to log. Errors: [ErrStatus].
func (h *Hub) Sync(project, run string, doc []byte, quoted bool) error {
	sections, err := readSections(doc)
	if err != nil {
		return err
	}
	p := h.project(runProject(project), true)
	now := nowMilli()
	p.mu.Lock()
	p.doc = statusDoc{text: bytes.Clone(doc), quoted: quoted, at: now}
	target := p.syncTarget(run, now)
	target.synced = now
	target.hear(now)
	if !target.state.Online() {
		target.ended = 0
		p.presence(target, protocol.RunRunning, "")
	}
	p.apply(target, sections)
	p.mu.Unlock()
	h.arm()
	return nil
}

type section struct {
	Value     json.RawMessage `json:"value"`
	Timestamp json.RawMessage `json:"timestamp"`
}

func readSections(doc []byte) (map[string]section, error) {
	raw := map[string]json.RawMessage{}
	if err := json.Unmarshal(protocol.QuoteNonFinite(doc), &raw); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStatus, err)
	}
	sections := make(map[string]section, len(raw))
	for name, text := range raw {
		var s section
		if json.Unmarshal(text, &s) != nil || len(s.Value) == 0 {
			s = section{Value: text}
		}
		sections[name] = s
	}
	return sections, nil
}

// syncTarget finds the run that a document belongs to.
func (p *Project) syncTarget(id string, now int64) *Run {
	if id != "" {
		if r := p.findRun(id); r != nil {
			return r
		}
		return p.addRun(id, "", now)
	}
	if r := p.newestConnected(); r != nil {
		return r
	}
	if r := p.resumable(now); r != nil {
		return r
	}
	return p.addRun("", "", now)
}

// adopt gives a run that has just joined the document that came before it.
func (p *Project) adopt(run *Run) {
	if run.given || len(run.sections) > 0 || nowMilli()-p.doc.at > syncAlive.Milliseconds() {
		return
	}
	if sections, err := readSections(p.doc.text); err == nil {
		p.apply(run, sections)
	}
}

// apply turns changed sections into events for the frontends that asked for
// extensions; the others poll the document as they always did.
func (p *Project) apply(run *Run, sections map[string]section) {
	for name, s := range sections {
		series := sectionSeries(name)
		if bytes.Equal(run.sections[series], s.Value) {
			continue
		}
		ev := protocol.Event{Type: protocol.EventStatus, Series: series, ID: protocol.NoEventID, Payload: s.Value}
		if name == string(protocol.EventHardware) {
			ev.Type, ev.Series = protocol.EventHardware, ""
		}
		if _, err := ev.Object(); err != nil || reservedForDaemon(ev) || len(s.Value) > maxSection {
			continue
		}
		p.note(run, ev)
		p.take(run, ev, extendedOnly)
	}
}

// StatusDoc is the document synced last, and whether it came as a JSON string;
// nil while there is none, ok false for an unknown project.
func (h *Hub) StatusDoc(project string) (doc []byte, quoted, ok bool) {
	p, found := h.resolve(project)
	if !found {
		return nil, false, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.doc.text, p.doc.quoted, true
}
