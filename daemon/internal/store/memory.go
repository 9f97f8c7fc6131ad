package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"apps.local/neetbox-tui/daemon/internal/saved"
	"apps.local/neetbox-tui/protocol"
)

// Bounds of [Memory].
const (
	MaxRunEvents = 10_000
	MaxRunBytes  = 8 << 20
	MaxBytes     = 64 << 20
	// maxHardware is how many hardware events of a run are kept apart: they come
	// every second and would push its log out.
	maxHardware = 150
	maxProgress = 100 // bars of a run; of each only the newest event
)

// Memory is history without a disk. It is safe for concurrent use; its lock is a
// leaf.
type Memory struct {
	epoch string

	mu       sync.Mutex
	projects map[string]*memoryProject
	bytes    int
	events   int64
	trimmed  int64
	ended    []*memoryRun // finished runs, the longest ended first
}

type memoryProject struct {
	runs map[string]*memoryRun
	last protocol.Seq
}

type memoryRun struct {
	main     ring // everything but the two below
	hardware ring
	progress map[string]protocol.Event // by series: the newest
	bytes    int
	ended    bool
}

// NewMemory makes an empty history whose sequence numbers belong to epoch.
func NewMemory(epoch string) *Memory {
	return &Memory{epoch: epoch, projects: map[string]*memoryProject{}}
}

// Record keeps a copy of the event. The oldest give way: those of the same run
// when it has too many, else those of the runs that ended first.
func (m *Memory) Record(ev protocol.Event) {
	ev = ev.Clone()
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.projects[ev.Project]
	if p == nil {
		p = &memoryProject{runs: map[string]*memoryRun{}}
		m.projects[ev.Project] = p
	}
	p.last = max(p.last, ev.Seq)
	run := p.runs[ev.Run]
	if run == nil {
		run = &memoryRun{progress: map[string]protocol.Event{}}
		p.runs[ev.Run] = run
	}
	m.add(run, ev)
	m.noteEnd(run, ev)
	m.trim(run)
}

func (m *Memory) add(run *memoryRun, ev protocol.Event) {
	size := ev.Size()
	m.events++
	m.bytes += size
	run.bytes += size
	switch ev.Type {
	case protocol.EventHardware:
		run.hardware.push(ev)
		if run.hardware.len() > maxHardware {
			m.forget(run, run.hardware.pop())
		}
	case protocol.EventProgress:
		old, known := run.progress[ev.Series]
		if !known && len(run.progress) >= maxProgress {
			m.forget(run, ev)
			return
		}
		if known {
			m.forget(run, old)
		}
		run.progress[ev.Series] = ev
	default:
		run.main.push(ev)
	}
}

func (m *Memory) forget(run *memoryRun, ev protocol.Event) {
	m.bytes -= ev.Size()
	run.bytes -= ev.Size()
	m.events--
	m.trimmed++
}

// noteEnd keeps the list of ended runs, which give way first.
func (m *Memory) noteEnd(run *memoryRun, ev protocol.Event) {
	if ev.Type != protocol.EventStatus || ev.Series != protocol.SeriesPresence {
		return
	}
	var presence protocol.Presence
	if ev.DecodePayload(&presence) != nil || run.ended != presence.Online {
		return
	}
	run.ended = !presence.Online
	if run.ended {
		m.ended = append(m.ended, run)
		return
	}
	m.ended = slices.DeleteFunc(m.ended, func(r *memoryRun) bool { return r == run })
}

func (m *Memory) trim(run *memoryRun) {
	for run.main.len() > 1 && (run.main.len() > MaxRunEvents || run.bytes > MaxRunBytes) {
		m.forget(run, run.main.pop())
	}
	for m.bytes > MaxBytes {
		victim := m.victim()
		if victim == nil {
			return
		}
		m.forget(victim, victim.main.pop())
	}
}

// victim is the run that ended first and still holds events, else the largest.
func (m *Memory) victim() *memoryRun {
	for len(m.ended) > 0 {
		if m.ended[0].main.len() > 0 {
			return m.ended[0]
		}
		m.ended = m.ended[1:]
	}
	var largest *memoryRun
	for _, p := range m.projects {
		for _, r := range p.runs {
			if r.main.len() > 1 && (largest == nil || r.bytes > largest.bytes) {
				largest = r
			}
		}
	}
	return largest
}

// SaveRun does nothing: what is known of runs the hub keeps itself, for as long
// as the daemon lives.
func (m *Memory) SaveRun(string, saved.Run) {}

// DeleteRun forgets a run's events.
func (m *Memory) DeleteRun(project, run string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.projects[project]
	if p == nil || p.runs[run] == nil {
		return
	}
	r := p.runs[run]
	m.bytes -= r.bytes
	m.events -= int64(r.main.len() + r.hardware.len() + len(r.progress))
	m.ended = slices.DeleteFunc(m.ended, func(other *memoryRun) bool { return other == r })
	delete(p.runs, run)
}

// DefaultLimit is how many events a page has when nobody says.
const DefaultLimit = 500

// Events reads a page of a project's events in ascending order of seq: the
// newest, or those next to q.After or q.Before. Errors: [protocol.ErrNotFound].
func (m *Memory) Events(ctx context.Context, project string, q protocol.EventQuery) (protocol.EventPage, error) {
	found, page, err := m.collect(project, q)
	if err != nil {
		return page, err
	}
	for _, ev := range found {
		if err := ctx.Err(); err != nil {
			return page, fmt.Errorf("read events: %w", err)
		}
		page.Events = append(page.Events, Frame(ev))
	}
	return page, nil
}

// collect finds the events under the lock; they are immutable and may be encoded
// after it.
func (m *Memory) collect(project string, q protocol.EventQuery) ([]protocol.Event, protocol.EventPage, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	page := protocol.EventPage{Epoch: m.epoch}
	p := m.projects[project]
	if p == nil {
		return nil, page, fmt.Errorf("project %.64q: %w", project, protocol.ErrNotFound)
	}
	page.Last, page.First = p.last, p.first()
	limit := q.Limit
	if limit <= 0 {
		limit = DefaultLimit
	}
	match, err := newMatcher(q)
	if err != nil {
		return nil, page, err
	}
	var found []protocol.Event
	for id, run := range p.runs {
		if q.Run == "" || q.Run == id {
			found = append(found, run.pick(q, match, limit)...)
		}
	}
	slices.SortFunc(found, func(a, b protocol.Event) int { return cmp.Compare(a.Seq, b.Seq) })
	if len(found) > limit {
		if q.After != 0 {
			found = found[:limit]
		} else {
			found = found[len(found)-limit:]
		}
	}
	return found, page, nil
}

// first is the lowest number from which on nothing was trimmed of any run's main
// events, near enough to tell a reader where history begins.
func (p *memoryProject) first() protocol.Seq {
	var first protocol.Seq
	for _, r := range p.runs {
		if r.main.len() > 0 && (first == 0 || r.main.at(0).Seq < first) {
			first = r.main.at(0).Seq
		}
	}
	return first
}

// pick takes at most limit matching events of each kind, from the end that
// the query asks for.
func (r *memoryRun) pick(q protocol.EventQuery, match matcher, limit int) []protocol.Event {
	var found []protocol.Event
	for _, kind := range []*ring{&r.main, &r.hardware} {
		taken := 0
		from, to, step := kind.len()-1, -1, -1
		if q.After != 0 {
			from, to, step = kind.after(q.After), kind.len(), 1
		}
		for i := from; i != to && taken < limit; i += step {
			if ev := kind.at(i); match.takes(ev) {
				found = append(found, ev)
				taken++
			}
		}
	}
	for _, ev := range r.progress {
		if match.takes(ev) {
			found = append(found, ev)
		}
	}
	return found
}

// Sizes are the bytes that each project takes.
func (m *Memory) Sizes(context.Context) (map[string]int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	sizes := make(map[string]int64, len(m.projects))
	for name, p := range m.projects {
		for _, r := range p.runs {
			sizes[name] += int64(r.bytes)
		}
	}
	return sizes, nil
}

// Storage says what is held.
func (m *Memory) Storage(context.Context) (protocol.StorageInfo, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return protocol.StorageInfo{
		Kind: "memory", Events: m.events, Bytes: int64(m.bytes), Limit: MaxBytes, Trimmed: m.trimmed,
		History: protocol.HistoryState{State: "ok"},
	}, nil
}

// Frame is an event as REST writes it: in the seed's spelling with the extra
// keys, non-finite numbers as strings.
func Frame(ev protocol.Event) []byte {
	frame := ev.AppendFrame(nil, protocol.Spelling{Dialect: protocol.DialectSeed, Extended: true})
	if ev.NonFinite {
		frame = protocol.QuoteNonFinite(frame)
	}
	return frame
}
