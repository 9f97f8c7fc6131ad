package logs

import (
	tea "github.com/charmbracelet/bubbletea"
)

// place is a row of the view: so many rows into the item of a line. The row
// before the first line, at -1, says what lies before it.
type place struct {
	key  key
	skip int
}

// start is the first row in view: an item and how many of its rows are above.
func (p *Pane) start() (i, skip int) {
	bottomItem, bottomSkip := p.bottom()
	if p.follow || p.shown.len() == 0 {
		return bottomItem, bottomSkip
	}
	i = p.shown.locate(p.top.key)
	if p.shown.line(i).key == p.top.key || p.top.skip < 0 {
		skip = p.top.skip
	}
	i, skip = p.normal(i, skip)
	if i > bottomItem || i == bottomItem && skip > bottomSkip {
		return bottomItem, bottomSkip
	}
	return i, skip
}

// bottom is the first row in view when the last row is the newest.
func (p *Pane) bottom() (i, skip int) {
	rows := p.room()
	for i = p.shown.len() - 1; i >= 0; i-- {
		if rows -= p.height(i); rows <= 0 {
			return i, -rows
		}
	}
	return 0, -1
}

// normal moves a place whose rows lie outside its item to the item they are in.
func (p *Pane) normal(i, skip int) (int, int) {
	for skip < 0 && i > 0 {
		i--
		skip += p.height(i)
	}
	if skip < 0 {
		return i, -1
	}
	for n := p.shown.len(); skip >= p.height(i); i++ {
		if i == n-1 {
			return i, p.height(i) - 1
		}
		skip -= p.height(i)
	}
	return i, skip
}

func (p *Pane) setTop(i, skip int) {
	p.top = place{p.shown.line(i).key, skip}
	p.changed(false)
}

func (p *Pane) setCursor(i int) {
	p.cursor = p.shown.line(i).key
	p.changed(false)
}

// current is the item under the cursor, the newest one while following; -1
// when nothing is shown.
func (p *Pane) current() int {
	if p.follow {
		return p.shown.len() - 1
	}
	return p.shown.locate(p.cursor)
}

// pause stops following and leaves every row where it is.
func (p *Pane) pause() {
	if !p.follow || p.shown.len() == 0 {
		return
	}
	i, skip := p.bottom()
	p.follow = false
	p.shown.pause()
	p.setTop(i, skip)
	p.setCursor(p.shown.len() - 1)
}

func (p *Pane) resume() {
	p.follow = true
	p.shown.resume()
	p.changed(false)
}

// scroll moves the view by rows, down when positive. A way down that ends
// before it is gone leads back to following.
func (p *Pane) scroll(rows int) {
	if p.shown.len() == 0 || p.follow && rows > 0 {
		return
	}
	p.pause()
	i, skip := p.start()
	if rows > 0 && rows > p.rowsLeft(i, skip, rows) {
		p.resume()
		return
	}
	i, skip = p.normal(i, skip+rows)
	p.setTop(i, skip)
	p.dragCursor()
}

// rowsLeft is how many rows the view can go down from a place; it stops
// counting at limit.
func (p *Pane) rowsLeft(i, skip, limit int) int {
	bottomItem, bottomSkip := p.bottom()
	rows := -skip
	for ; i < bottomItem && rows <= limit; i++ {
		rows += p.height(i)
	}
	if i < bottomItem {
		return rows
	}
	return rows + bottomSkip
}

// dragCursor keeps the cursor in view.
func (p *Pane) dragCursor() {
	first, last := p.inView()
	if c := p.current(); c < first {
		p.setCursor(first)
	} else if c > last {
		p.setCursor(last)
	}
}

// inView is the range of the items of which a row is in view.
func (p *Pane) inView() (first, last int) {
	rows := p.room()
	first, skip := p.start()
	rows += skip
	last = first
	for i := first; i < p.shown.len() && rows > 0; i++ {
		last = i
		rows -= p.height(i)
	}
	return first, last
}

// step moves the cursor by one line, and the view where a line is taller.
func (p *Pane) step(down int) {
	if p.shown.len() == 0 || p.follow && down > 0 {
		return
	}
	p.pause()
	c := p.current()
	above, below := p.outside(c)
	switch {
	case down < 0 && above > 0:
		p.scroll(-1)
	case down > 0 && below > 0:
		p.scroll(1)
	case down > 0 && c == p.shown.len()-1:
		p.resume()
	case down < 0 && c == 0:
		p.setTop(0, -1)
	default:
		p.setCursor(c + down)
		p.reveal(c + down)
	}
}

// outside is how many rows of the item are above the view and below it.
func (p *Pane) outside(target int) (above, below int) {
	rows := p.room()
	first, skip := p.start()
	for i := target; i < first; i++ {
		above += p.height(i)
	}
	if target < first {
		return above, 0
	}
	used := -skip
	for i := first; i <= target; i++ {
		used += p.height(i)
		if used > rows && i < target {
			return 0, p.height(target)
		}
	}
	if target == first {
		above = max(skip, 0)
	}
	return above, max(used-rows, 0)
}

// reveal moves the view no further than needed to have the item in it. Of an
// item taller than the view it shows the end that is nearer.
func (p *Pane) reveal(target int) {
	rows := p.room()
	spare := rows - p.height(target)
	switch above, below := p.outside(target); {
	case above > 0:
		p.setTop(target, max(-spare, 0))
	case below > 0:
		i, skip := p.normal(target, min(-spare, 0))
		p.setTop(i, skip)
	}
}

// jump puts the cursor on an item and brings it into view.
func (p *Pane) jump(target int) {
	p.pause()
	p.setCursor(target)
	if above, below := p.outside(target); above > 0 || below > 0 {
		rows := p.room()
		i, skip := p.normal(target, -rows/3)
		p.setTop(i, skip)
	}
}

// toStart goes to the oldest line.
func (p *Pane) toStart() {
	if p.shown.len() == 0 {
		return
	}
	p.pause()
	p.setCursor(0)
	p.setTop(0, -1)
}

// sideways scrolls long lines, to the right when positive, as far as there is
// something to see.
func (p *Pane) sideways(cells int) {
	if p.wrap {
		return
	}
	left := max(p.left+cells, 0)
	if cells > 0 && left >= p.widest() {
		return
	}
	p.left = left
	p.changed(false)
}

// wheel scrolls by three rows a notch.
func (p *Pane) wheel(msg tea.MouseMsg) {
	const notch = 3
	if msg.Action != tea.MouseActionPress {
		return
	}
	switch msg.Button {
	case tea.MouseButtonWheelUp:
		p.scroll(-notch)
	case tea.MouseButtonWheelDown:
		p.scroll(notch)
	case tea.MouseButtonWheelLeft:
		p.sideways(-sidewaysBy)
	case tea.MouseButtonWheelRight:
		p.sideways(sidewaysBy)
	}
}

// older asks for the page before the first line when its place is in view.
func (p *Pane) older() tea.Cmd {
	if p.run == "" || p.reachedStart || p.loading || p.asked || p.ring.full() {
		return nil
	}
	if i, skip := p.start(); i > 0 || skip >= 0 {
		return nil
	}
	p.asked = true
	p.changed(false)
	ask := OlderMsg{Project: p.project, Run: p.run, Before: p.ring.firstSeq()}
	return func() tea.Msg { return ask }
}
