package runs

import (
	"strings"
	"time"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/layout"
	"apps.local/neetbox-tui/tui/internal/pane"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/internal/theme"
)

// Pane is the list of projects and their runs. It is not safe for concurrent
// use.
type Pane struct {
	theme   theme.Theme
	palette palette
	keys    keys.Map
	matcher *keys.Matcher

	w, h    int
	focused bool
	dimmed  bool
	now     time.Time

	model  model
	loaded bool // a snapshot has come
	order  order
	rev    bool

	rows     []row
	resort   bool // rows are older than the model
	matching int  // runs that the filter shows
	online   int
	at       int // row of the cursor
	top      int // first row shown
	chosen   place

	search search

	drawn string // the last view, empty when it is out of date
}

// New makes an empty pane that waits for its first snapshot.
func New(t theme.Theme, m keys.Map) *Pane {
	p := &Pane{keys: m, matcher: keys.NewMatcher(m)}
	p.SetTheme(t)
	return p
}

// SetTheme changes how the pane looks.
func (p *Pane) SetTheme(t theme.Theme) { p.theme, p.palette, p.drawn = t, paletteOf(t), "" }

// SetSize gives the pane its size in cells, frame included.
func (p *Pane) SetSize(w, h int) {
	p.w, p.h, p.drawn = w, h, ""
	p.scroll()
}

// SetFocused says whether the pane has the input.
func (p *Pane) SetFocused(focused bool) {
	p.focused, p.drawn = focused, ""
	if !focused {
		p.matcher.Reset()
	}
}

// SetNow gives the time that ages are counted to.
func (p *Pane) SetNow(now time.Time) {
	if now.Unix() != p.now.Unix() { // nothing here is told in less than seconds
		p.drawn = ""
	}
	p.now = now
}

// SetDimmed says that the list may be out of date, as while the daemon does
// not answer: it stays and is drawn faint.
func (p *Pane) SetDimmed(dimmed bool) { p.dimmed, p.drawn = dimmed, "" }

// Scope is where the pane's keys are declared: Search while a filter is typed,
// else Runs.
func (p *Pane) Scope() keys.Scope {
	if p.search.typing {
		return keys.Search
	}
	return keys.Runs
}

// Capturing reports that a filter is being typed.
func (p *Pane) Capturing() bool { return p.search.typing }

// SetSnapshot replaces everything known by what the daemon lists; runs are by
// project id. The cursor stays on its item while that is still there, and the
// selection on its run. The first snapshot selects the newest connected run,
// or else the newest.
func (p *Pane) SetSnapshot(projects []protocol.ProjectInfo, runs map[string][]protocol.RunInfo) {
	p.flush()
	p.model.replace(projects, runs)
	p.loaded = true
	p.changed()
}

// Apply takes one live event. Presence makes runs and changes their state;
// every event of a known run counts and is a sign of its life. Events that the
// snapshot had already, and those that say nothing of a run, change nothing.
func (p *Pane) Apply(ev protocol.Event) {
	seen, restructured := p.model.apply(ev)
	if restructured {
		p.loaded = true
		p.changed()
	}
	if seen {
		p.drawn = ""
	}
}

// SetDetail takes all that the daemon knows about one run of a known project.
func (p *Pane) SetDetail(info protocol.RunInfo) {
	if p.model.detail(info) {
		p.changed()
	}
}

// Selected is the run chosen by the cursor; false when there is none.
func (p *Pane) Selected() (protocol.RunInfo, bool) {
	p.flush()
	if r := p.model.runs[p.chosen]; r != nil {
		return r.handed(), true
	}
	return protocol.RunInfo{}, false
}

// Find is what is known about a run; the project may be given by id or name.
func (p *Pane) Find(project, run string) (protocol.RunInfo, bool) {
	if in := p.model.named[project]; in != nil {
		if r := p.model.runs[place{in.info.ID, run}]; r != nil {
			return r.handed(), true
		}
	}
	return protocol.RunInfo{}, false
}

// Len is how many runs there are.
func (p *Pane) Len() int { return len(p.model.runs) }

// Online is how many of them are connected.
func (p *Pane) Online() int {
	p.flush()
	return p.online
}

// Select moves the cursor to a run, and drops a filter or opens a group that
// hides it. It sends no SelectedMsg and is false for a run that is not known.
func (p *Pane) Select(project, run string) bool {
	in := p.model.named[project]
	if in == nil {
		return false
	}
	r := p.model.runs[place{in.info.ID, run}]
	if r == nil {
		return false
	}
	p.flush()
	in.closed = false
	if !strings.Contains(r.key, strings.ToLower(p.search.query)) {
		p.search = search{history: p.search.history}
	}
	p.chosen = r.place()
	p.list(r)
	if i := p.find(row{runRow, in, r}); i >= 0 {
		p.at = i
	}
	p.scroll()
	p.drawn = ""
	return true
}

// changed says that the rows have to be listed anew, which waits until they
// are needed: a batch of events is one list.
func (p *Pane) changed() { p.resort, p.drawn = true, "" }

// flush lists the rows anew when the model has changed. The cursor stays on
// its item, and the item on its line of the screen.
func (p *Pane) flush() {
	if !p.resort {
		return
	}
	p.resort = false
	p.model.sort(p.order, p.rev)
	p.online = 0
	for _, in := range p.model.projects {
		p.online += in.online
	}
	if p.chosen == (place{}) {
		p.choose()
		return
	}
	p.relist()
	if p.model.runs[p.chosen] == nil {
		p.chosen = place{}
		p.adopt()
	}
}

// relist lists the rows and puts the cursor back on its item.
func (p *Pane) relist() {
	was, on := row{}, false
	if p.at < len(p.rows) {
		was, on = p.rows[p.at], true
	}
	screen, inSight := p.at-p.top, p.inSight()
	first := row{}
	if p.top < len(p.rows) {
		first = p.rows[p.top]
	}
	p.list(was.run)
	i := -1
	if on {
		i = p.find(was)
	}
	if i < 0 && (!on || was.kind != runRow || p.search.query != "") {
		i = p.find(p.chosenRow())
	}
	if i < 0 {
		i = min(p.at, len(p.rows)-1)
	}
	p.at = max(i, 0)
	p.drawn = ""
	if !inSight {
		if i := p.find(first); i >= 0 {
			p.top = i
		}
		p.scrollTo(p.top)
		return
	}
	p.top = p.at - screen
	p.scroll()
}

func (p *Pane) list(cursor *run) { p.rows, p.matching = p.model.tree(p.search.query, cursor) }

func (p *Pane) find(r row) int {
	for i := range p.rows {
		if p.rows[i] == r {
			return i
		}
	}
	return -1
}

func (p *Pane) chosenRow() row {
	if r := p.model.runs[p.chosen]; r != nil {
		return row{runRow, r.in, r}
	}
	return row{}
}

// choose selects what a person most likely came for.
func (p *Pane) choose() {
	var best *run
	for _, r := range p.model.runs {
		if best == nil || better(r, best) {
			best = r
		}
	}
	if best == nil {
		p.relist()
		return
	}
	p.chosen = best.place()
	p.list(best)
	p.at = max(p.find(row{runRow, best.in, best}), 0)
	p.scroll()
}

func better(a, b *run) bool {
	if a.info.State.Online() != b.info.State.Online() {
		return a.info.State.Online()
	}
	return byNewest.compare(a, b) < 0
}

// body is the room inside the frame, without the line of the filter.
func (p *Pane) body() (w, h int) {
	w, h = pane.Inner(layout.Rect{W: p.w, H: p.h})
	if p.search.line() {
		h = max(h-1, 0)
	}
	return w, h
}

// scroll keeps the cursor in sight and the room filled.
func (p *Pane) scroll() {
	_, h := p.body()
	h = max(h, 1)
	p.top = min(p.top, p.at, max(len(p.rows)-h, 0))
	p.top = max(p.top, p.at-h+1, 0)
}

// scrollTo shows the rows from the given one and leaves the cursor where it
// is: the wheel looks around, it does not choose another run.
func (p *Pane) scrollTo(top int) {
	_, h := p.body()
	p.top = max(min(top, len(p.rows)-max(h, 1)), 0)
	p.drawn = ""
}

func (p *Pane) inSight() bool {
	_, h := p.body()
	return p.at >= p.top && p.at < p.top+max(h, 1)
}

// View is the pane in exactly its size.
func (p *Pane) View() string {
	p.flush()
	if p.drawn == "" {
		p.drawn = p.draw()
	}
	return p.drawn
}

func (p *Pane) draw() string {
	w, h := p.body()
	var lines []string
	switch {
	case len(p.model.projects) == 0:
		lines = p.empty(w)
	case len(p.rows) == 0:
		lines = p.nothing(w)
	default:
		lines = p.visible(w, h)
	}
	if p.search.line() {
		for len(lines) < h {
			lines = append(lines, "")
		}
		lines = append(lines[:h], p.searchLine(w))
	}
	return pane.Frame(p.theme, p.title(w), lines, layout.Rect{W: p.w, H: p.h}, p.focused)
}

func (p *Pane) title(w int) pane.Title {
	name := p.order.title(p.rev)
	if len(name) > w-12 {
		name = "Runs"
	}
	return pane.Title{Text: name, Right: p.note(w)}
}

func (p *Pane) note(w int) string {
	total := len(p.model.runs)
	switch {
	case total == 0:
		return ""
	case p.search.query != "":
		return "[" + text.Count(p.matching) + "/" + text.Count(total) + "]"
	case p.online > 0 && w >= wideFrom:
		return text.Count(p.online) + " online " + p.theme.Glyphs.Dot + " " + text.Count(total)
	}
	return text.Count(total)
}
