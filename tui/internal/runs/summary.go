package runs

import (
	"time"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/ink"
	"apps.local/neetbox-tui/tui/internal/pane"
	"apps.local/neetbox-tui/tui/internal/text"
)

// HeaderInfo is what the top line says beside the selected run.
type HeaderInfo struct {
	Program string // the name of this program
	Address string // host and port of the daemon
}

// Header is the top line in exactly w cells: program, project and run, state
// and since when, number of logs, and the daemon's address at the right end.
// What does not fit is left out, the last first.
func (p *Pane) Header(info HeaderInfo, w int) string {
	p.flush()
	k, g := p.palette.plain, p.theme.Glyphs
	l := ink.Row{Sign: g.Ellipsis}
	r := p.model.runs[p.chosen]
	address := shown(info.Address, " ")
	if info.Address == "" {
		address = ""
	}
	// The run is what the line is for: the program's name gives way to it.
	if info.Program != "" && (r == nil || w >= 60) {
		l.Put(k.muted, " "+text.Plain(info.Program)+" ")
	}
	if r != nil {
		l.Put(k.text, " ")
		p.headerRun(&l, k, r, w)
	}
	if l.Cells() > w {
		return text.FitWith(l.String(), w, g.Ellipsis)
	}
	if room := w - l.Cells() - text.Width(address); address != "" && room >= 3 {
		l.Fit(k.text, "", room-1)
		l.Put(k.muted, address)
	}
	return text.FitWith(l.String(), w, g.Ellipsis)
}

func (p *Pane) headerRun(l *ink.Row, k inks, r *run, w int) {
	g := p.theme.Glyphs
	state := string(r.info.State)
	said := g.State(state) + " " + word(r.info.State)
	since := sinceOf(r.info, p.now)
	logs := text.Plural(int(r.info.Counts[protocol.EventLog]), "log", "logs")
	sep := " " + g.Separator + " "

	const least = 12 // of a project's name, before it is left out
	room := w - l.Cells() - text.Width(said) - 3
	if room < leastName {
		room += text.Width(said) - 1
		said = g.State(state)
	}
	name := min(text.Width(r.name), max(room, 1))
	project := min(text.Width(r.in.name), 40)
	if room-name-text.Width(sep) < min(project, least) {
		project = 0
	}
	if project > 0 {
		project = min(project, room-name-text.Width(sep))
		l.Fit(k.text, r.in.name, project)
		l.Put(k.faint, sep)
	}
	l.Fit(k.title, r.name, name)
	if l.Cells()+text.Width(said)+2 > w {
		return
	}
	l.Put(k.text, "  ")
	l.Put(k.state(state), said)
	if since != "" && l.Cells()+text.Width(since)+1 <= w {
		l.Put(k.text, " ")
		l.Put(k.muted, since)
	}
	if l.Cells()+text.Width(logs)+3 <= w {
		l.Put(k.text, "   ")
		l.Put(k.muted, logs)
	}
}

// sinceOf is how long a connected run runs, or how long ago one ended.
func sinceOf(info protocol.RunInfo, now time.Time) string {
	if !info.State.Online() {
		if age := ageOf(info, now); age != "" {
			return age + " ago"
		}
		return ""
	}
	if info.Started == 0 || now.IsZero() {
		return ""
	}
	return text.Age(now.Sub(time.UnixMilli(info.Started)))
}

// Summary is one line for each run in exactly w × h cells, without a frame,
// for screens too small for panes. It shows the stretch around the cursor.
func (p *Pane) Summary(w, h int) string {
	p.flush()
	if len(p.model.runs) == 0 {
		return pane.Block(p.empty(max(w, 1)), w, h)
	}
	if len(p.rows) == 0 {
		return pane.Block(p.nothing(max(w, 1)), w, h)
	}
	// Projects are left out, so up to as many rows again are looked at.
	from, n := p.at, 0
	for i := p.at; i >= 0 && n < max(h, 1); i-- {
		if p.summarised(p.rows[i]) {
			from, n = i, n+1
		}
	}
	below := 0
	for i := p.at + 1; i < len(p.rows) && below < h/2; i++ {
		if p.summarised(p.rows[i]) {
			below++
		}
	}
	// The cursor is in the middle unless the list ends before.
	for skip := n - max(h-below, 1); skip > 0 && from < len(p.rows); from++ {
		if p.summarised(p.rows[from]) {
			skip--
		}
	}
	var lines []string
	for i := from; i < len(p.rows) && len(lines) < h; i++ {
		if p.summarised(p.rows[i]) {
			lines = append(lines, p.rowLine(p.rows[i], w, i == p.at))
		}
	}
	return pane.Block(lines, w, h)
}

// summarised leaves out projects whose runs follow.
func (p *Pane) summarised(r row) bool {
	return r.kind != projectRow || r.project.closed || len(r.project.runs) == 0
}

// Word is the state of the selected run in exactly w × h cells: its word, its
// sign beside it where there is room and instead of it where there is none
// for the word, then its name and its age on lines of their own.
func (p *Pane) Word(w, h int) string {
	p.flush()
	k, g := p.palette.plain, p.theme.Glyphs
	r := p.model.runs[p.chosen]
	if r == nil {
		return pane.Block([]string{paint(k.muted, "no runs")}, w, h)
	}
	state := string(r.info.State)
	said := g.State(state)
	switch whole := word(r.info.State); {
	case text.Width(whole)+2 <= w:
		said += " " + whole
	case text.Width(whole) <= w:
		said = whole
	}
	lines := []string{paint(k.state(state), said), paint(k.text, r.name)}
	if age := sinceOf(r.info, p.now); age != "" {
		lines = append(lines, paint(k.muted, age))
	}
	return pane.Block(lines, w, h)
}
