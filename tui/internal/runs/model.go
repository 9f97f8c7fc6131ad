package runs

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/text"
)

// project and run are what the pane knows, with the texts as they are drawn:
// foreign text is cleaned once, on arrival.
type project struct {
	info   protocol.ProjectInfo
	name   string
	runs   []*run // in the order shown
	online int

	closed bool // its runs are hidden
	all    bool // its older runs are shown
	folds  int  // how many runs its fold line stands for
}

type run struct {
	info protocol.RunInfo
	in   *project
	name string
	tags []string // as chips
	key  string   // what a filter looks in
	rate meter
}

// model finds runs by project and id.
type model struct {
	projects []*project
	named    map[string]*project // by id, and by name where no id is the same
	runs     map[place]*run
}

type place struct{ project, run string }

func (r *run) place() place { return place{r.in.info.ID, r.info.ID} }

// replace takes a snapshot. Runs that stay keep their identity, and with it
// the cursor, the rate and what only a single run's answer tells.
func (m *model) replace(projects []protocol.ProjectInfo, runs map[string][]protocol.RunInfo) {
	before, known := m.runs, map[string]*project{}
	for _, p := range m.projects {
		known[p.info.ID] = p
	}
	m.projects, m.runs = nil, make(map[place]*run, len(before))
	for _, info := range projects {
		p := known[info.ID]
		if p == nil {
			p = &project{}
		}
		p.info, p.name = info, shown(info.Name, info.ID)
		p.runs = nil
		m.projects = append(m.projects, p)
		for _, ri := range runs[info.ID] {
			at := place{info.ID, ri.ID}
			if m.runs[at] != nil {
				continue
			}
			r := before[at]
			if r == nil {
				r = &run{}
			}
			r.in = p
			if ri.Sections == nil {
				ri.Sections = r.info.Sections
			}
			r.set(ri)
			m.runs[at] = r
			p.runs = append(p.runs, r)
		}
	}
	m.index()
}

// index makes projects known by id and by name: events of the oldest dialect
// know nothing but the name.
func (m *model) index() {
	m.named = make(map[string]*project, len(m.projects))
	for _, p := range m.projects {
		m.named[p.info.ID] = p
	}
	for _, p := range m.projects {
		if m.named[p.info.Name] == nil {
			m.named[p.info.Name] = p
		}
	}
}

// set takes what the daemon says about the run. The counts are copied: events
// go on counting in them.
func (r *run) set(info protocol.RunInfo) {
	info.Counts = maps.Clone(info.Counts)
	r.info = info
	r.name = shown(info.Name, shortID(info.ID))
	r.tags = chips(info.Tags)
	r.key = strings.ToLower(r.name + "\n" + head(info.ID) + "\n" + strings.Join(r.tags, " "))
}

// remove forgets a run, and nothing of its project.
func (m *model) remove(r *run) {
	delete(m.runs, r.place())
	r.in.runs = slices.DeleteFunc(r.in.runs, func(other *run) bool { return other == r })
	r.in.info.Online, r.in.info.Runs = false, len(r.in.runs) // sort tells whether one is online
}

// detail takes the answer about one run. It may have been under way while
// events arrived; what they told is newer.
func (m *model) detail(info protocol.RunInfo) (changed bool) {
	p := m.named[info.Project]
	if p == nil {
		return false
	}
	r := m.runs[place{p.info.ID, info.ID}]
	if r == nil {
		return false
	}
	if live := r.info; info.LastSeq < live.LastSeq {
		info.State, info.Reason, info.Ended = live.State, live.Reason, live.Ended
		info.LastSeq, info.LastEvent, info.Counts = live.LastSeq, live.LastEvent, live.Counts
	}
	r.set(info)
	return true
}

// apply takes one live event and reports whether the list itself changed: a
// new run, or another state.
func (m *model) apply(ev protocol.Event) (seen, restructured bool) {
	if ev.Run == "" || ev.Project == "" || ev.Project == protocol.AllProjects {
		return false, false
	}
	presence, here := presenceOf(ev)
	p := m.named[ev.Project]
	var r *run
	if p != nil {
		r = m.runs[place{p.info.ID, ev.Run}]
	}
	if r == nil {
		if !here {
			return false, false
		}
		r, restructured = m.add(p, ev), true
	}
	// A snapshot and the stream after it overlap.
	if ev.Seq > 0 && ev.Seq <= r.info.LastSeq {
		return false, restructured
	}
	r.count(ev)
	if here && r.presence(presence, ev.At) {
		restructured = true
	}
	return true, restructured
}

func presenceOf(ev protocol.Event) (protocol.Presence, bool) {
	if ev.Type != protocol.EventStatus || ev.Series != protocol.SeriesPresence {
		return protocol.Presence{}, false
	}
	var p protocol.Presence
	err := ev.DecodePayload(&p)
	return p, err == nil
}

func (m *model) add(p *project, ev protocol.Event) *run {
	if p == nil {
		p = &project{info: protocol.ProjectInfo{ID: ev.Project, Name: ev.Project}, name: shown(ev.Project, "unnamed")}
		m.projects = append(m.projects, p)
		m.index()
	}
	r := &run{in: p}
	r.set(protocol.RunInfo{ID: ev.Run, Project: p.info.ID, Started: ev.At})
	p.runs = append(p.runs, r)
	if m.runs == nil {
		m.runs = map[place]*run{}
	}
	m.runs[r.place()] = r
	return r
}

func (r *run) count(ev protocol.Event) {
	if r.info.Counts == nil {
		r.info.Counts = map[protocol.EventType]int64{}
	}
	r.info.Counts[ev.Type]++
	r.info.LastSeq = max(r.info.LastSeq, ev.Seq)
	r.info.LastEvent = max(r.info.LastEvent, ev.At)
	r.in.info.LastSeq = max(r.in.info.LastSeq, ev.Seq)
	r.in.info.LastEvent = max(r.in.info.LastEvent, ev.At)
	r.rate.add(ev.At)
}

func (r *run) presence(p protocol.Presence, at int64) (changed bool) {
	changed = r.info.State != p.State
	r.info.State, r.info.Reason = p.State, p.Reason
	if p.Name != "" && p.Name != r.info.Name {
		info := r.info
		info.Name = p.Name
		r.set(info)
		changed = true
	}
	switch {
	case p.Online:
		r.info.Ended = 0
	case r.info.Ended == 0:
		r.info.Ended = at
	}
	return changed
}

// handed is the run's info for others, who may keep it.
func (r *run) handed() protocol.RunInfo {
	info := r.info
	info.Counts = maps.Clone(info.Counts)
	return info
}

const (
	headBytes = 1024 // of a foreign name, more than any screen shows
	nameCells = 120
	idCells   = 8
)

// shown is a foreign name fit to draw, or the other one where it is empty.
func shown(name, instead string) string {
	if s := strings.TrimSpace(text.Truncate(text.Plain(head(name)), nameCells)); s != "" {
		return s
	}
	if s := strings.TrimSpace(text.Truncate(text.Plain(head(instead)), nameCells)); s != "" {
		return s
	}
	return "unnamed"
}

// maxChips is how many tags of a run are drawn or looked in.
const maxChips = 64

// chips are tags as they are drawn: "#good".
func chips(tags []string) []string {
	var list []string
	for _, tag := range tags[:min(len(tags), maxChips)] {
		if tag = strings.TrimSpace(text.Truncate(text.Plain(head(tag)), nameCells)); tag != "" {
			list = append(list, "#"+tag)
		}
	}
	return list
}

func shortID(id string) string {
	id = text.Plain(head(id))
	if text.Width(id) <= idCells {
		return id
	}
	return text.TruncateWith(id, idCells, "")
}

// head bounds the work that a name of megabytes can cause.
func head(s string) string {
	if len(s) <= headBytes {
		return s
	}
	n := headBytes
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
