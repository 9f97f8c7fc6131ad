package gauges

import (
	"cmp"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/layout"
	"apps.local/neetbox-tui/tui/internal/pane"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/internal/theme"
)

// staleAfter is the age from which a reading says nothing about now: five
// times the interval of the slowest client.
const staleAfter = 10 * time.Second

// CopyMsg asks for Text on the clipboard. What says what it is, for the line
// that tells the user.
type CopyMsg struct{ Text, What string }

// Pane shows machines. It is not safe for concurrent use.
type Pane struct {
	theme        theme.Theme
	fresh, stale inks
	matcher      *keys.Matcher

	w, h    int
	focused bool
	now     time.Time

	machines []*machine // in the order shown
	first    []string   // ids that are shown before the others

	lines []string // the whole body, of which the frame shows a part
	bare  bool     // the only machine's name is in the frame
	built bool
	top   int
	drawn string
}

// New makes a pane without a machine.
func New(t theme.Theme, m keys.Map) *Pane {
	p := &Pane{matcher: keys.NewMatcher(m)}
	p.SetTheme(t)
	return p
}

// SetTheme changes how the pane looks.
func (p *Pane) SetTheme(t theme.Theme) {
	p.theme, p.fresh, p.stale = t, inksOf(t), staleOf(t)
	p.changed()
}

// SetSize gives the pane its size in cells, frame included.
func (p *Pane) SetSize(w, h int) {
	p.w, p.h = w, h
	p.changed()
}

// SetFocused says whether the pane has the input.
func (p *Pane) SetFocused(focused bool) {
	p.focused, p.drawn = focused, ""
	if !focused {
		p.matcher.Reset()
	}
}

// SetNow gives the time that the age of readings is counted to.
func (p *Pane) SetNow(now time.Time) {
	if now.Unix() != p.now.Unix() { // nothing here is told in less than seconds
		p.changed()
	}
	p.now = now
}

// Scope is where the pane's keys are declared.
func (p *Pane) Scope() keys.Scope { return keys.Gauges }

// Capturing is false: nothing is typed here.
func (p *Pane) Capturing() bool { return false }

// Set takes a reading of a machine. The id tells machines apart; title is the
// machine's name, or the reporting run's where the reading names its machine
// itself; own says that the daemon reports its own machine. A reading older
// than the last one is left out, and so is a run's while the daemon reports
// the same machine: its reading has more in it. The pane keeps a few dozen
// machines and forgets the one that was heard longest ago.
func (p *Pane) Set(id, title string, hw protocol.Hardware, at time.Time, own bool) {
	m := p.find(id)
	switch {
	case m == nil:
		p.forget()
		m = &machine{id: id}
		p.machines = append(p.machines, m)
	case at.Before(m.at), m.own && !own && at.Sub(m.at) < staleAfter:
		return
	}
	m.set(title, hw, at, own)
	p.sort()
	p.changed()
}

// Remove forgets a machine.
func (p *Pane) Remove(id string) {
	p.machines = slices.DeleteFunc(p.machines, func(m *machine) bool { return m.id == id })
	p.changed()
}

// Focus says which machines come first: the focused run's, then the daemon's.
// The others follow, the daemon's own before all others.
func (p *Pane) Focus(ids ...string) {
	if slices.Equal(ids, p.first) {
		return
	}
	p.first, p.top = slices.Clone(ids), 0
	p.sort()
	p.changed()
}

func (p *Pane) find(id string) *machine {
	for _, m := range p.machines {
		if m.id == id {
			return m
		}
	}
	return nil
}

func (p *Pane) forget() {
	if len(p.machines) < mostMachines {
		return
	}
	oldest := 0
	for i, m := range p.machines {
		if m.at.Before(p.machines[oldest].at) {
			oldest = i
		}
	}
	p.machines = slices.Delete(p.machines, oldest, oldest+1)
}

func (p *Pane) sort() {
	rank := func(m *machine) int {
		switch i := slices.Index(p.first, m.id); {
		case i >= 0:
			return i
		case m.own:
			return len(p.first)
		}
		return len(p.first) + 1
	}
	slices.SortStableFunc(p.machines, func(a, b *machine) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.host, b.host), cmp.Compare(a.id, b.id))
	})
}

func (p *Pane) changed() { p.built, p.drawn = false, "" }

func (p *Pane) body() (w, h int) { return pane.Inner(layout.Rect{W: p.w, H: p.h}) }

// Update takes keys and the mouse. Readings come by Set.
func (p *Pane) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		if cmd, _, ok := p.matcher.Match(keys.Gauges, msg, p.now); ok {
			return p.Do(cmd)
		}
	case tea.MouseMsg:
		const wheelRows = 3
		switch {
		case msg.Action != tea.MouseActionPress:
		case msg.Button == tea.MouseButtonWheelDown:
			p.scroll(p.top + wheelRows)
		case msg.Button == tea.MouseButtonWheelUp:
			p.scroll(p.top - wheelRows)
		}
	}
	return nil
}

// Do carries out a command of the scope Gauges, whichever way it was given.
func (p *Pane) Do(cmd keys.Command) tea.Cmd {
	_, page := p.body()
	switch cmd {
	case keys.CmdDown:
		p.scroll(p.top + 1)
	case keys.CmdUp:
		p.scroll(p.top - 1)
	case keys.CmdTop:
		p.scroll(0)
	case keys.CmdBottom:
		p.build()
		p.scroll(len(p.lines))
	case keys.CmdHalfDown:
		p.scroll(p.top + max(page/2, 1))
	case keys.CmdHalfUp:
		p.scroll(p.top - max(page/2, 1))
	case keys.CmdPageDown:
		p.scroll(p.top + page)
	case keys.CmdPageUp:
		p.scroll(p.top - page)
	case keys.CmdCopy:
		return p.copied()
	}
	return nil
}

func (p *Pane) scroll(to int) {
	p.build()
	_, h := p.body()
	p.top, p.drawn = max(min(to, len(p.lines)-h), 0), ""
}

func (p *Pane) copied() tea.Cmd {
	if len(p.machines) == 0 {
		return nil
	}
	const width = 72
	var b strings.Builder
	for _, m := range p.machines {
		for _, l := range p.machine(m, details()[1], width, true) {
			b.WriteString(strings.TrimRight(ansi.Strip(l), " "))
			b.WriteByte('\n')
		}
	}
	msg := CopyMsg{b.String(), "the values of " + text.Plural(len(p.machines), "machine", "machines")}
	return func() tea.Msg { return msg }
}

// View is the pane in exactly its size.
func (p *Pane) View() string {
	if p.drawn == "" {
		p.scroll(p.top)
		_, h := p.body()
		shown := p.lines[min(p.top, len(p.lines)):min(p.top+max(h, 0), len(p.lines))]
		p.drawn = pane.Frame(p.theme, p.title(h), shown, layout.Rect{W: p.w, H: p.h}, p.focused)
	}
	return p.drawn
}

func (p *Pane) title(h int) pane.Title {
	t := pane.Title{Text: "Machines"}
	switch {
	case len(p.machines) == 0:
		t.Text = "Machine"
	case p.bare:
		t.Text = p.name(p.machines[0])
		t.Right = p.age(p.machines[0])
	default:
		t.Right = text.Count(len(p.machines))
	}
	if over := len(p.lines) - h; over > 0 && h > 0 && t.Right == "" {
		t.Right = text.Count(p.top+1) + "-" + text.Count(p.top+h) + " of " + text.Count(len(p.lines))
	}
	return t
}

// name is the machine, and who reports it where that is not the same.
func (p *Pane) name(m *machine) string {
	if m.by == "" {
		return m.host
	}
	return m.host + " " + p.theme.Glyphs.Dot + " " + m.by
}

func (p *Pane) isStale(m *machine) bool {
	return !p.now.IsZero() && p.now.Sub(m.at) > staleAfter
}

// age is how old a stale reading is; empty for a fresh one.
func (p *Pane) age(m *machine) string {
	if !p.isStale(m) {
		return ""
	}
	return text.Age(p.now.Sub(m.at)) + " ago"
}
