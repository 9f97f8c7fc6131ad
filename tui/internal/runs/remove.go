package runs

import tea "github.com/charmbracelet/bubbletea"

// Remove forgets a run, as after it was deleted. Where it was the selected one
// its neighbour is selected, the next one before the one above and of the same
// project before any other, and the command says so. The cursor stays where it
// was on the screen.
func (p *Pane) Remove(project, run string) tea.Cmd {
	p.flush()
	in := p.model.named[project]
	if in == nil {
		return nil
	}
	r := p.model.runs[place{in.info.ID, run}]
	if r == nil {
		return nil
	}
	selected, next := p.chosen == r.place(), p.neighbour(r)
	p.model.remove(r)
	p.changed()
	if !selected {
		p.flush()
		return nil
	}
	p.chosen = place{}
	if next != nil {
		p.chosen = next.place()
		if i := p.find(row{runRow, next.in, next}); p.rows[p.at].run == r {
			p.top = max(p.top+i-p.at, 0)
			p.at = i
		}
	}
	p.flush()
	if p.chosen == (place{}) {
		return nil
	}
	return send(SelectedMsg{p.chosen.project, p.chosen.run})
}

// neighbour is the run in sight that takes over when r goes; nil when there is
// none.
func (p *Pane) neighbour(r *run) *run {
	at := p.find(row{runRow, r.in, r})
	near := func(in func(*project) bool) *run {
		for i := at + 1; i < len(p.rows); i++ {
			if other := p.rows[i]; other.kind == runRow && in(other.project) {
				return other.run
			}
		}
		for i := at - 1; i >= 0; i-- {
			if other := p.rows[i]; other.kind == runRow && in(other.project) {
				return other.run
			}
		}
		return nil
	}
	if next := near(func(in *project) bool { return in == r.in }); next != nil {
		return next
	}
	return near(func(*project) bool { return true })
}
