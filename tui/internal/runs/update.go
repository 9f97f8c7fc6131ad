package runs

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/layout"
	"apps.local/neetbox-tui/tui/internal/pane"
)

// Update takes keys and the mouse, with its place counted from the pane's own
// corner. Other messages say nothing to it: data comes by SetSnapshot, Apply
// and SetDetail.
func (p *Pane) Update(msg tea.Msg) tea.Cmd {
	p.flush()
	switch msg := msg.(type) {
	case tea.KeyMsg:
		if p.search.typing {
			return p.typed(msg)
		}
		if cmd, _, ok := p.matcher.Match(keys.Runs, msg, p.now); ok {
			return p.Do(cmd)
		}
	case tea.MouseMsg:
		return p.mouse(msg)
	}
	return nil
}

// Do carries out a command of the scope Runs, whichever way it was given.
func (p *Pane) Do(cmd keys.Command) tea.Cmd {
	p.flush()
	switch cmd {
	case keys.CmdOpen:
		return p.open()
	case keys.CmdLeft:
		return p.left()
	case keys.CmdRight:
		p.expand(true)
	case keys.CmdSearch:
		p.beginSearch()
	case keys.CmdNextHit:
		return p.hit(1)
	case keys.CmdPrevHit:
		return p.hit(-1)
	case keys.CmdSort:
		p.order = p.order.next()
		p.changed()
	case keys.CmdReverse:
		p.rev = !p.rev
		p.changed()
	case keys.CmdDetails, keys.CmdRename, keys.CmdNote, keys.CmdTags, keys.CmdDelete, keys.CmdCopy:
		return p.ask(cmd)
	default:
		return p.move(cmd)
	}
	return nil
}

// Back takes one step back: it drops the filter. False when there is none, so
// that the key can mean something else.
func (p *Pane) Back() bool {
	if !p.search.line() {
		return false
	}
	p.flush()
	p.drop()
	return true
}

func (p *Pane) move(cmd keys.Command) tea.Cmd {
	_, page := p.body()
	page = max(page, 1)
	to := p.at
	switch cmd {
	case keys.CmdDown:
		to++
	case keys.CmdUp:
		to--
	case keys.CmdTop:
		to = 0
	case keys.CmdBottom:
		to = len(p.rows) - 1
	case keys.CmdHalfDown:
		to += max(page/2, 1)
	case keys.CmdHalfUp:
		to -= max(page/2, 1)
	case keys.CmdPageDown:
		to += page
	case keys.CmdPageUp:
		to -= page
	default:
		return nil
	}
	return p.moveTo(to)
}

func (p *Pane) moveTo(i int) tea.Cmd {
	p.at = max(min(i, len(p.rows)-1), 0)
	p.scroll()
	p.drawn = ""
	return p.adopt()
}

// hit goes to the next run, past projects and folds; never around the end.
func (p *Pane) hit(step int) tea.Cmd {
	for i := p.at + step; i >= 0 && i < len(p.rows); i += step {
		if p.rows[i].kind == runRow {
			return p.moveTo(i)
		}
	}
	return nil
}

// adopt selects the run of the cursor row: itself, or a project's first one. A
// fold line belongs to no run and changes nothing.
func (p *Pane) adopt() tea.Cmd {
	if p.at >= len(p.rows) {
		return nil
	}
	r := p.rows[p.at]
	switch {
	case r.kind == projectRow && p.at+1 < len(p.rows) && p.rows[p.at+1].kind == runRow && p.rows[p.at+1].project == r.project:
		r.run = p.rows[p.at+1].run
	case r.kind == projectRow && len(r.project.runs) > 0:
		r.run = r.project.runs[0]
	}
	if r.run == nil || r.run.place() == p.chosen {
		return nil
	}
	p.chosen = r.run.place()
	p.drawn = ""
	return send(SelectedMsg{p.chosen.project, p.chosen.run})
}

func (p *Pane) open() tea.Cmd {
	if p.at >= len(p.rows) {
		return nil
	}
	switch r := p.rows[p.at]; r.kind {
	case runRow:
		at := r.run.place()
		return send(OpenMsg{at.project, at.run})
	case foldRow:
		p.expand(!r.project.all)
	case projectRow:
		p.expand(r.project.closed)
	}
	return nil
}

// expand shows or hides what the cursor row stands for.
func (p *Pane) expand(show bool) {
	if p.at >= len(p.rows) || p.search.query != "" {
		return
	}
	switch r := p.rows[p.at]; r.kind {
	case projectRow:
		r.project.closed = !show
	case foldRow:
		opened := show && !r.project.all
		r.project.all = show
		if opened {
			p.unfolded(r)
			return
		}
	case runRow:
		return
	}
	p.relist()
}

// unfolded lists the runs of a fold and puts the cursor on the first of them,
// where the fold line was.
func (p *Pane) unfolded(fold row) {
	at := p.at
	p.relist()
	p.at = at
	if p.rows[at].project != fold.project {
		p.at = max(p.find(fold), 0)
	}
	p.top = min(p.top, p.at)
	p.scroll()
}

// left closes the group: from a run it goes to the project first.
func (p *Pane) left() tea.Cmd {
	if p.at >= len(p.rows) {
		return nil
	}
	r := p.rows[p.at]
	if r.kind == projectRow || r.kind == foldRow && r.project.all {
		p.expand(false)
		return nil
	}
	return p.moveTo(p.find(row{kind: projectRow, project: r.project}))
}

// ask sends what concerns the selected run to whoever can do it.
func (p *Pane) ask(cmd keys.Command) tea.Cmd {
	r := p.model.runs[p.chosen]
	if r == nil {
		if cmd == keys.CmdCopy && p.loaded {
			return send(CopyMsg{strings.Join(example(), "\n"), "the example"})
		}
		return nil
	}
	at := r.place()
	switch cmd {
	case keys.CmdDetails:
		return send(DetailsMsg{at.project, at.run})
	case keys.CmdRename:
		return send(RenameMsg{at.project, at.run})
	case keys.CmdNote:
		return send(NoteMsg{at.project, at.run})
	case keys.CmdTags:
		return send(TagsMsg{at.project, at.run})
	case keys.CmdDelete:
		return send(DeleteMsg{at.project, at.run})
	}
	return send(CopyMsg{r.name, "the run's name"})
}

const wheelRows = 3

func (p *Pane) mouse(msg tea.MouseMsg) tea.Cmd {
	if msg.Action != tea.MouseActionPress {
		return nil
	}
	switch msg.Button {
	case tea.MouseButtonWheelDown:
		p.scrollTo(p.top + wheelRows)
	case tea.MouseButtonWheelUp:
		p.scrollTo(p.top - wheelRows)
	case tea.MouseButtonLeft:
		return p.click(msg.Y)
	}
	return nil
}

// click goes to the row under the pointer; on the cursor row it opens it.
func (p *Pane) click(y int) tea.Cmd {
	if w, _ := pane.Inner(layout.Rect{W: p.w, H: p.h}); w != p.w {
		y-- // the frame
	}
	_, h := p.body()
	i := p.top + y
	if y < 0 || y >= h || i >= len(p.rows) {
		return nil
	}
	if i == p.at {
		return p.open()
	}
	return p.moveTo(i)
}

func send(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }

// example is the least program that shows up here.
func example() []string {
	return []string{"import neetbox.logging", "l = neetbox.logging.logger", `l.info("hello")`}
}
