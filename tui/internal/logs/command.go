package logs

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/text"
)

// sidewaysBy is how far one key scrolls long lines, in cells.
const sidewaysBy = 8

// failure is the rank of errors, see protocol.LevelRank.
const failure = 3

// Do carries out one command of keys.Logs, for keys and for the palette alike.
// Commands of other scopes do nothing.
func (p *Pane) Do(cmd keys.Command) tea.Cmd {
	switch cmd {
	case keys.CmdCopy:
		return p.copyLine()
	case keys.CmdCopyAll:
		return p.copyView()
	case keys.CmdSearch:
		p.startTyping()
		return nil
	}
	if !p.move(cmd) && !p.find(cmd) {
		p.setting(cmd)
	}
	return p.older()
}

// move carries out a motion.
func (p *Pane) move(cmd keys.Command) bool {
	rows := p.room()
	switch cmd {
	case keys.CmdDown:
		p.step(1)
	case keys.CmdUp:
		p.step(-1)
	case keys.CmdHalfDown:
		p.scroll(max(rows/2, 1))
	case keys.CmdHalfUp:
		p.scroll(-max(rows/2, 1))
	case keys.CmdPageDown:
		p.scroll(max(rows-1, 1))
	case keys.CmdPageUp:
		p.scroll(-max(rows-1, 1))
	case keys.CmdTop:
		p.toStart()
	case keys.CmdBottom:
		p.resume()
	case keys.CmdLeft:
		p.sideways(-sidewaysBy)
	case keys.CmdRight:
		p.sideways(sidewaysBy)
	default:
		return false
	}
	return true
}

// find carries out a search for a line. Where there is none it does nothing:
// it does not begin again at the other end.
func (p *Pane) find(cmd keys.Command) bool {
	target, ok := -1, true
	switch cmd {
	case keys.CmdNextHit:
		target = p.hitBeside(1)
	case keys.CmdPrevHit:
		target = p.hitBeside(-1)
	case keys.CmdNextError:
		target = p.errorBeside(1)
	case keys.CmdPrevError:
		target = p.errorBeside(-1)
	default:
		ok = false
	}
	if target >= 0 {
		p.jump(target)
	}
	return ok
}

// hitBeside is the item of the next hit after the cursor or before it; -1 when
// there is none.
func (p *Pane) hitBeside(direction int) int {
	c := p.current()
	n := p.shown.hitsUpTo(c) // the next one's place in hits
	if direction < 0 {
		n--
		if n >= 0 && *p.shown.hits.at(n) == p.shown.items.at(c).first && !p.follow {
			n--
		}
	}
	if n < 0 || n >= p.shown.hits.len() {
		return -1
	}
	return p.shown.locate(p.ring.at(*p.shown.hits.at(n)).key)
}

func (p *Pane) errorBeside(direction int) int {
	i := p.current()
	if !p.follow || direction > 0 {
		i += direction
	}
	for ; i >= 0 && i < p.shown.len(); i += direction {
		if l := p.shown.line(i); l.gap == 0 && l.rank >= failure {
			return i
		}
	}
	return -1
}

// setting changes how lines are shown.
func (p *Pane) setting(cmd keys.Command) {
	switch cmd {
	case keys.CmdFollow:
		if p.follow {
			p.pause()
		} else {
			p.resume()
		}
	case keys.CmdWrap:
		p.wrap, p.left = !p.wrap, 0
		p.changed(true)
	case keys.CmdTimestamps:
		p.times = (p.times + 1) % timesCount
		p.changed(true)
	case keys.CmdLevel:
		p.shown.floor = (p.shown.floor + 1) % (failure + 1)
		p.reorder()
	case keys.CmdOpen:
		p.unfold()
	}
}

// unfold shows the line under the cursor in full, or cuts it again.
func (p *Pane) unfold() {
	c := p.current()
	if c < 0 || p.shown.line(c).gap > 0 {
		return
	}
	p.pause()
	k := p.shown.line(c).key
	p.open = !p.open || p.unfolded != k
	p.unfolded = k
	p.changed(true)
	p.reveal(c)
}

// Back undoes one thing that narrows or changes the view: the line shown in
// full, the search, the level floor. It reports whether there was one.
func (p *Pane) Back() bool {
	switch {
	case p.typing:
		p.dropSearch()
	case p.open:
		p.open = false
	case p.shown.query.active():
		p.dropSearch()
	case p.shown.floor > 0:
		p.shown.floor = 0
		p.reorder()
	default:
		return false
	}
	p.changed(true)
	return true
}

// copyLine copies the text of the line under the cursor, the newest one while
// following: what a person would search for or put in a report.
func (p *Pane) copyLine() tea.Cmd {
	c := p.current()
	if c < 0 || p.shown.line(c).gap > 0 {
		return nil
	}
	return copied(p.shown.line(c).plain(), 1)
}

// copyView copies the lines in view, each whole, with what stands before it.
func (p *Pane) copyView() tea.Cmd {
	if p.shown.len() == 0 {
		return nil
	}
	var b strings.Builder
	n := 0
	for i, last := p.inView(); i <= last; i++ {
		l := p.shown.line(i)
		if l.gap > 0 {
			continue
		}
		if at := p.timeText(l.at); at != "" {
			b.WriteString(at + " ")
		}
		if l.level != "" {
			b.WriteString(l.level + " ")
		}
		if l.whom != "" {
			b.WriteString(l.whom + " ")
		}
		b.WriteString(l.plain())
		if times := p.shown.items.at(i).n; times > 1 {
			b.WriteString(" ×" + text.Count(times))
		}
		b.WriteByte('\n')
		n++
	}
	if n == 0 {
		return nil
	}
	return copied(b.String(), n)
}

func copied(s string, lines int) tea.Cmd {
	ask := CopyMsg{Text: s, What: text.Plural(lines, "line", "lines")}
	return func() tea.Msg { return ask }
}
