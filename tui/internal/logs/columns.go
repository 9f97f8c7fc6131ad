package logs

import (
	"time"

	"apps.local/neetbox-tui/tui/internal/layout"
	"apps.local/neetbox-tui/tui/internal/pane"
	"apps.local/neetbox-tui/tui/internal/text"
)

// Widths in cells, of the inside of the pane, from which there is room.
const (
	gutterFrom = 16
	tagFrom    = 8
	ageFrom    = 28
	clockFrom  = 36
	whomFrom   = 88 // a pane of 90 with its frame
	wideFrom   = 130
)

// columns are the widths of what stands in a row, spaces between included; 0
// leaves a column out.
type columns struct{ gutter, time, tag, whom, text int }

// before is the width of everything before the text.
func (c columns) before() int { return c.gutter + c.time + c.tag + c.whom }

func (p *Pane) columns() columns {
	w, _ := p.inner()
	var c columns
	right := 0
	if w >= gutterFrom {
		// The cursor on the left and air on the right.
		c.gutter, right = 1, 1
	}
	if w >= tagFrom {
		c.tag = 2
	}
	switch {
	case p.times == clock && w >= clockFrom:
		c.time = len("15:04:05") + 1
	case p.times == age && w >= ageFrom:
		c.time = ageWidth + 1
	}
	if p.whoms && w >= whomFrom {
		c.whom = 14
		if w >= wideFrom {
			c.whom = 20
		}
	}
	c.text = max(w-c.before()-right, 1)
	return c
}

// inner is the room inside the frame.
func (p *Pane) inner() (w, h int) { return pane.Inner(layout.Rect{W: p.w, H: p.h}) }

// room is how many rows there is room for: the prompt takes the last one.
func (p *Pane) room() int {
	_, h := p.inner()
	if p.typing {
		h--
	}
	return max(h, 0)
}

// ageWidth is the width of an age up to a hundred days.
const ageWidth = 5

// timeText is the time that stands before a line, in the width of its column;
// empty when times are off. Runs stamp all their lines with the time they
// began at, so it is the time of arrival.
func (p *Pane) timeText(at int64) string {
	switch p.times {
	case noTime, timesCount:
	case clock:
		if at <= 0 {
			return "--:--:--"
		}
		return p.arrival(at).Format(time.TimeOnly)
	case age:
		if at <= 0 || p.now.IsZero() {
			return text.PadLeft("-", ageWidth)
		}
		return text.PadLeft(text.Age(p.now.Sub(time.UnixMilli(at))), ageWidth)
	}
	return ""
}

func (p *Pane) arrival(at int64) time.Time { return time.UnixMilli(at).In(p.now.Location()) }
