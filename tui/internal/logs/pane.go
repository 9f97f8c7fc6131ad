package logs

import (
	"time"

	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/pane"
	"apps.local/neetbox-tui/tui/internal/theme"
)

// Options bound the pane.
type Options struct {
	// Lines is how many lines are kept: 10,000 when it is 0, 200,000 at most.
	// Whatever it is, no more than 16 MiB of text are kept.
	Lines int
}

// OlderMsg asks for log events of a run that are older than Before; 0 asks for
// the newest. It comes once for each need; Prepend answers it.
type OlderMsg struct {
	Project, Run string
	Before       protocol.Seq
}

// CopyMsg asks for Text to be put on the clipboard. What says what it is, for
// the answer to the person: "1 line", "40 lines".
type CopyMsg struct{ Text, What string }

// times is what stands before a line.
type times uint8

const (
	clock times = iota
	age
	noTime
	timesCount
)

// Pane shows the log of one run. It must be made by New and is used by one
// goroutine.
type Pane struct {
	theme   theme.Theme
	pens    pens
	keys    keys.Map
	matcher *keys.Matcher
	now     time.Time

	project, run, title string
	intake              intake
	ring                ring
	shown               shown

	reachedStart, loading, asked bool

	follow   bool
	top      place // first row in view while paused
	cursor   key   // line that is copied and moved from while paused
	unfolded key   // line shown in full
	open     bool  // there is one
	wrap     bool
	left     int // cells scrolled sideways
	times    times

	typing   bool
	input    textinput.Model
	badQuery error
	history  []string
	recalled int // place in history, len(history) for the line being typed

	w, h    int
	focused bool
	whoms   bool // some line says where it comes from

	view  string // as drawn last; stale says that it no longer holds
	stale bool
	folds foldCache
}

var _ pane.Pane = (*Pane)(nil)

// New makes a pane without a run. It follows, cuts long lines and shows the
// clock.
func New(t theme.Theme, m keys.Map, o Options) *Pane {
	limit := o.Lines
	if limit <= 0 {
		limit = defaultLines
	}
	p := &Pane{
		theme: t, pens: newPens(t), keys: m, matcher: keys.NewMatcher(m),
		ring:   ring{maxLines: min(limit, maxLines), maxBytes: maxBytes},
		follow: true, stale: true, input: newInput(t),
	}
	p.shown.ring = &p.ring
	return p
}

// SetTheme changes how the pane looks.
func (p *Pane) SetTheme(t theme.Theme) {
	p.theme, p.pens = t, newPens(t)
	p.folds.clear()
	p.stale = true
	p.input.PromptStyle, p.input.TextStyle = t.Key, t.Text
	p.input.Cursor.Style, p.input.Cursor.TextStyle = t.Text, t.Text
}

// SetTitle changes the run's name for people.
func (p *Pane) SetTitle(title string) {
	if p.title != title {
		p.title, p.stale = title, true
	}
}

// Reset turns to another run, or to none when run is empty: all lines go and
// the newest is followed. How lines are shown stays as it is, as does the
// search. The title is the run's name for people.
func (p *Pane) Reset(project, run, title string) {
	p.project, p.run, p.title = project, run, title
	p.intake = intake{}
	p.ring.clear()
	p.shown.rebuild()
	p.reachedStart, p.loading, p.asked = false, false, false
	p.whoms, p.open, p.left = false, false, 0
	p.resume()
	p.changed(true)
}

// Append takes live events of the run, in any order; events that are not log
// events are skipped, those the pane has already are dropped. It takes time
// for what it is given, not for what the pane holds, as long as the events are
// newer.
func (p *Pane) Append(events []protocol.Event) { p.put(events) }

// Prepend takes an older page. reachedStart says that there is none before it.
// The command asks for the next one where the view has room for it.
func (p *Pane) Prepend(events []protocol.Event, reachedStart bool) tea.Cmd {
	p.asked, p.loading = false, false
	p.reachedStart = p.reachedStart || reachedStart
	p.put(events)
	p.changed(false)
	return p.older()
}

// SetGap draws that so many events were missed after the newest line. Until a
// line follows the last word counts; 0 takes all gaps away, they were filled.
func (p *Pane) SetGap(missed int) {
	if missed <= 0 {
		p.ring.dropGaps()
		p.reorder()
		return
	}
	if n := p.ring.lines.len(); n > 0 && p.ring.lines.last().gap > 0 {
		p.ring.lines.last().gap = missed
	} else {
		last := p.ring.last()
		p.push(line{key: key{last.seq, last.sub + 1}, gap: missed})
	}
	p.changed(false)
}

// Loading says whether a page is on its way. Ended without Prepend, the page
// is asked for again when it is needed again.
func (p *Pane) Loading(loading bool) {
	if p.loading == loading {
		return
	}
	p.loading = loading
	if !loading {
		p.asked = false
	}
	p.changed(false)
}

// SetNow tells the time, in the zone that times are shown in. The pane needs
// it for ages and, before each key, to tell a sequence of keys from two keys.
func (p *Pane) SetNow(now time.Time) {
	_, was := p.now.Zone()
	_, is := now.Zone()
	if was != is || p.times == age && p.now.Unix() != now.Unix() {
		p.changed(p.open)
	}
	p.now = now
}

// SetSize implements pane.Pane.
func (p *Pane) SetSize(w, h int) {
	if p.w == w && p.h == h {
		return
	}
	p.changed(p.w != w)
	p.w, p.h = w, h
}

// SetFocused implements pane.Pane.
func (p *Pane) SetFocused(focused bool) {
	if p.focused != focused {
		p.focused = focused
		p.matcher.Reset()
		p.changed(false)
	}
}

// Scope implements pane.Pane: keys.Logs, or keys.Search while a search is
// typed.
func (p *Pane) Scope() keys.Scope {
	if p.typing {
		return keys.Search
	}
	return keys.Logs
}

// Capturing implements pane.Pane.
func (p *Pane) Capturing() bool { return p.typing }

// Update implements pane.Pane. Keys and the mouse are taken to be meant for
// this pane.
func (p *Pane) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		cmd, _, ok := p.matcher.Match(p.Scope(), msg, p.now)
		if p.typing {
			p.typed(msg, cmd, ok)
			return nil
		}
		if ok {
			return p.Do(cmd)
		}
	case tea.MouseMsg:
		p.wheel(msg)
		return p.older()
	}
	return nil
}

// changed makes the next View draw. reflowed says that lines may take another
// number of rows than before, or have other indexes.
func (p *Pane) changed(reflowed bool) {
	p.stale = true
	if reflowed {
		p.folds.clear()
	}
}

func (p *Pane) put(events []protocol.Event) {
	var late []line
	for _, ev := range events {
		if ev.Type != protocol.EventLog {
			continue
		}
		last := p.ring.last()
		if ev.Seq > 0 && ev.Seq <= last.seq && p.refuses(ev.Seq) {
			continue
		}
		lines, cut := p.intake.lines(ev, p.ring.maxLines)
		p.ring.cut += cut
		p.noteWhom(lines)
		switch {
		case ev.Seq <= 0:
			// A daemon that does not number: in the order they came.
			for i := range lines {
				lines[i].key = key{last.seq, last.sub + 1 + int32(i)} //nolint:gosec // few lines
				p.push(lines[i])
			}
		case ev.Seq > last.seq:
			for _, l := range lines {
				p.push(l)
			}
		default:
			late = append(late, lines...)
		}
	}
	if len(late) > 0 {
		p.ring.merge(late)
		p.reorder()
	}
}

// refuses reports an event that is held, or lies before lines that were cut:
// put in now, it would stand beside lines that never followed it.
func (p *Pane) refuses(seq protocol.Seq) bool {
	return p.ring.holds(seq) || p.ring.cut > 0 && seq < p.ring.at(p.ring.base).key.seq
}

func (p *Pane) noteWhom(lines []line) {
	if !p.whoms && len(lines) > 0 && lines[0].whom != "" {
		p.whoms = true
		p.changed(true)
	}
}

// push adds the newest line and cuts the oldest ones.
func (p *Pane) push(l line) {
	p.ring.push(l)
	p.shown.add(p.ring.end() - 1)
	for p.ring.over() {
		p.shown.drop()
		p.ring.dropFront()
	}
	p.stale = true
}

// reorder follows a change in the middle of the ring.
func (p *Pane) reorder() {
	p.shown.rebuild()
	p.changed(true)
}
