package runs

import (
	"time"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/ink"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/internal/theme"
)

// Columns of a run's row, and the widths from which there is room for them. A
// name keeps at least the sixteen cells that our own names need.
const (
	wordCells = 8 // "finished"
	ageCells  = 5
	logsCells = 10 // "41.2k logs"
	leastName = 6  // of a name, before the parts beside it give way

	wideFrom  = 34 // the word of the state has a column
	sparkFrom = 44
	logsFrom  = 56
)

// visible draws the rows in sight.
func (p *Pane) visible(w, h int) []string {
	h = max(h, 0)
	end := min(p.top+h, len(p.rows))
	lines := make([]string, 0, h+1)
	for i := p.top; i < end; i++ {
		lines = append(lines, p.rowLine(p.rows[i], w, i == p.at))
	}
	return lines
}

func (p *Pane) rowLine(r row, w int, cursor bool) string {
	l := ink.Row{Sign: p.theme.Glyphs.Ellipsis}
	k := p.palette.plain
	mark := " "
	switch {
	case cursor && p.focused:
		k, mark = p.palette.selected, p.theme.Glyphs.Cursor
	case cursor:
		k, mark = p.palette.blurred, p.theme.Glyphs.Cursor
	case p.dimmed:
		k = p.palette.dimmed
	}
	l.Put(k.accent, mark)
	switch r.kind {
	case projectRow:
		p.projectLine(&l, k, r.project, w)
	case runRow:
		p.runLine(&l, k, r.run, w)
	case foldRow:
		p.foldLine(&l, k, r.project, w)
	}
	return l.String()
}

func (p *Pane) projectLine(l *ink.Row, k inks, in *project, w int) {
	online, total := "", text.Count(in.info.Runs)
	switch {
	case in.info.Runs == 0:
		total = "no runs"
	case in.online > 0:
		online = p.theme.Glyphs.Running + " " + text.Count(in.online)
		if total = " of " + total; in.online == in.info.Runs {
			total = ""
		}
	case w >= wideFrom:
		total = text.Plural(in.info.Runs, "run", "runs")
	}
	name := in.name
	if in.closed {
		name = p.theme.Glyphs.Separator + " " + name
	}
	tail := text.Width(online) + text.Width(total) + 2
	if w-l.Cells()-tail < leastName {
		online, total, tail = "", "", 0
	}
	l.Fit(k.title, name, w-l.Cells()-tail)
	if tail > 0 {
		l.Put(k.text, " ")
		l.Put(k.state("running"), online)
		l.Put(k.muted, total)
		l.Put(k.text, " ")
	}
}

func (p *Pane) foldLine(l *ink.Row, k inks, in *project, w int) {
	g := p.theme.Glyphs
	what := g.Ellipsis + " " + text.Count(in.folds) + " " + p.order.folded(p.rev)
	if in.all {
		what = g.Up + " fold " + text.Count(in.folds) + " " + p.order.folded(p.rev)
	}
	l.Fit(k.muted, what, w-l.Cells())
}

func (p *Pane) runLine(l *ink.Row, k inks, r *run, w int) {
	state := string(r.info.State)
	ink := k.state(state)
	l.Put(ink, p.theme.Glyphs.State(state))
	l.Put(k.text, " ")
	age := p.age(r.info)
	if w < wideFrom {
		p.narrowTail(l, k, r, age, w)
		return
	}
	spark, logs := w >= sparkFrom, w >= logsFrom
	tail := 1 + wordCells + 1 + ageCells + 1
	if spark {
		tail += meterCells + 2
	}
	if logs {
		tail += logsCells + 2
	}
	p.named(l, k, r, w-l.Cells()-tail)
	if logs {
		l.Right(k.muted, countedLogs(r.info), logsCells+1)
		l.Put(k.text, " ")
	}
	if spark {
		l.Put(k.text, "  ")
		l.Fit(ink, r.rate.spark(p.now, p.theme.Glyphs), meterCells)
	}
	l.Put(k.text, " ")
	l.Fit(ink, word(r.info.State), wordCells)
	l.Right(k.muted, age, ageCells+1)
	l.Put(k.text, " ")
}

// named writes a run's name in exactly w cells, and behind it, as far as there
// is room, that it has a note, and its tags.
func (p *Pane) named(l *ink.Row, k inks, r *run, w int) {
	if r.info.Notes == "" && len(r.tags) == 0 {
		l.Fit(k.text, r.name, w)
		return
	}
	end, note := l.Cells()+w, ""
	if r.info.Notes != "" && w >= leastName+noteCells {
		note = " " + noteSign(p.theme.Glyphs)
	}
	l.Put(k.text, text.TruncateWith(r.name, w-text.Width(note), l.Sign))
	l.Put(k.accent, note)
	for _, chip := range r.tags {
		if l.Cells()+1+text.Width(chip) > end {
			break
		}
		l.Put(k.muted, " "+chip)
	}
	l.Fit(k.text, "", end-l.Cells())
}

// noteCells is the room that the sign of a note takes behind a name, which is cut
// for it.
const noteCells = 2

// noteSign says that a run has a note.
func noteSign(g theme.Glyphs) string {
	if g.Mode == theme.ASCII {
		return `"`
	}
	return "✎"
}

// narrowTail keeps the word of a state that is more than its age says: that a
// run is alive or done is in the age and the sign before the name.
func (p *Pane) narrowTail(l *ink.Row, k inks, r *run, age string, w int) {
	said := word(r.info.State) + " "
	if s := r.info.State; s == protocol.RunRunning || s == protocol.RunFinished {
		said = ""
	}
	room := func() int { return w - l.Cells() - text.Width(said) - text.Width(age) - 2 }
	if room() < leastName {
		said = ""
	}
	if room() < leastName {
		l.Fit(k.text, r.name, w-l.Cells())
		return
	}
	p.named(l, k, r, room())
	l.Put(k.text, " ")
	l.Put(k.state(string(r.info.State)), said)
	l.Put(k.muted, age)
	l.Put(k.text, " ")
}

// age is how long a running run runs, how long a quiet one has been silent, or
// how long ago one ended: what its state makes one ask.
func (p *Pane) age(info protocol.RunInfo) string {
	if info.State == protocol.RunRunning {
		return sinceOf(info, p.now)
	}
	return ageOf(info, p.now)
}

// ageOf is how long a connected run has been silent, or how long ago one ended.
func ageOf(info protocol.RunInfo, now time.Time) string {
	at := info.LastEvent
	if !info.State.Online() && info.Ended != 0 {
		at = info.Ended
	}
	if at == 0 {
		at = info.Started
	}
	if at == 0 || now.IsZero() {
		return ""
	}
	return text.Age(now.Sub(time.UnixMilli(at)))
}

// word is a state as it is written. The daemon passes on what it was told, so
// it may be anything.
func word(s protocol.RunState) string {
	if s == "" {
		return "unknown"
	}
	return text.Truncate(shown(string(s), "unknown"), wordCells)
}

func countedLogs(info protocol.RunInfo) string {
	switch n := info.Counts[protocol.EventLog]; n {
	case 0:
		return ""
	case 1:
		return "1 log "
	default:
		return text.SI(float64(n)) + " logs"
	}
}

func (p *Pane) empty(w int) []string {
	k := p.palette.plain
	if !p.loaded {
		return []string{paint(k.muted, "Asking for the runs"+p.theme.Glyphs.Ellipsis)}
	}
	var lines []string
	for _, s := range text.Wrap("Daemon is up, nothing has reported yet.", w) {
		lines = append(lines, paint(k.text, s))
	}
	lines = append(lines, "")
	for _, s := range text.Wrap("In a folder that has a neetbox.toml:", w) {
		lines = append(lines, paint(k.muted, s))
	}
	lines = append(lines, "")
	for _, s := range example() {
		lines = append(lines, paint(k.accent, s))
	}
	return append(lines, "", paint(k.muted, "y copies this"))
}

func paint(p ink.Pen, s string) string { return p.Write(s) }

// nothing says that the filter hides every run.
func (p *Pane) nothing(w int) []string {
	return text.Wrap("0 of "+text.Count(len(p.model.runs))+" match "+p.search.query+". esc clears", w)
}
