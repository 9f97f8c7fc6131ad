package logs

import (
	"strings"

	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/layout"
	"apps.local/neetbox-tui/tui/internal/pane"
	"apps.local/neetbox-tui/tui/internal/text"
)

// View implements pane.Pane. When nothing changed it returns what it returned
// before.
func (p *Pane) View() string {
	if p.stale {
		p.view = p.draw()
		p.stale = false
	}
	return p.view
}

func (p *Pane) draw() string {
	if p.w <= 0 || p.h <= 0 {
		return ""
	}
	w, h := p.inner()
	body := p.body()
	if p.typing && h > 0 {
		for len(body) < h-1 {
			body = append(body, "")
		}
		body = append(body[:h-1], p.prompt(w))
	}
	r := layout.Rect{W: p.w, H: p.h}
	return pane.Frame(p.theme, p.heading(), body, r, p.focused)
}

// body are the rows in view.
func (p *Pane) body() []string {
	h := p.room()
	if p.shown.len() == 0 {
		return p.empty()
	}
	i, skip := p.start()
	rows := make([]string, 0, h+8)
	if skip < 0 {
		rows = append(rows, p.rule(p.beginning(), p.pens.faint))
		skip = 0
	}
	c, cursor := p.columns(), -1
	if !p.follow {
		cursor = p.current()
	}
	for ; i < p.shown.len() && len(rows) < h+skip; i++ {
		rows = p.rows(rows, i, c, i == cursor)
	}
	rows = rows[min(skip, len(rows)):]
	return rows[:min(h, len(rows))]
}

// beginning says what lies before the first line.
func (p *Pane) beginning() string {
	switch {
	case p.loading || p.asked:
		return "loading older lines" + p.theme.Glyphs.Ellipsis
	case p.ring.cut > 0:
		return text.Plural(p.ring.cut, "older line", "older lines") + " cut" + p.dot() + text.Count(p.ring.count()) + " kept"
	case p.reachedStart:
		return "start of the log"
	case p.ring.full():
		return "older lines are not kept" + p.dot() + text.Count(p.ring.count()) + " kept"
	}
	return "older lines are not loaded"
}

// empty says why there is no line, and what to do about it.
func (p *Pane) empty() []string {
	var words string
	floor := p.shown.floor
	switch {
	case p.run == "":
		words = "No run selected. Choose one in Runs to see its log."
	case p.shown.hidden() > 0:
		words = "0 of " + text.Plural(p.ring.count(), "line", "lines") + " at " + p.floorText(floor) + "."
		if b, ok := p.keys.Binding(keys.Logs, keys.CmdLevel); ok && b.Label() != "" {
			words += " " + b.Label() + " changes it."
		}
	case p.loading:
		words = "Loading log lines" + p.theme.Glyphs.Ellipsis
	default:
		words = "This run has sent no log lines yet."
	}
	w, _ := p.inner()
	indent := p.columns().gutter
	rows := text.Wrap(words, max(w-2*indent, 1))
	for i, row := range rows {
		rows[i] = strings.Repeat(" ", indent) + p.pens.muted.Write(row)
	}
	return rows
}

// prompt is the row in which a search is typed: the text on the left, what
// came of it on the right.
func (p *Pane) prompt(w int) string {
	note := p.hitsText()
	on := p.pens.muted
	switch {
	case p.badQuery != nil:
		note, on = p.badQuery.Error(), p.pens.failure
	case p.input.Value() == "":
		note = ""
	case p.shown.hits.len() == 0:
		note = "no hits"
	}
	indent := p.columns().gutter
	room := w - 2*indent
	note = text.TruncateWith(note, min(room*2/3, room-8), p.theme.Glyphs.Ellipsis)
	// The prompt and the cursor behind the last letter take a cell each.
	field := room - text.Width(note) - 1
	p.input.Width = max(field-3, 1)
	return strings.Repeat(" ", indent) + text.FitWith(p.input.View(), field, p.theme.Glyphs.Ellipsis) + " " + on.Write(note)
}

// hitsText counts the hits up to the cursor and all of them: [12/340].
func (p *Pane) hitsText() string {
	return "[" + text.Count(p.shown.hitsUpTo(p.current())) + "/" + text.Count(p.shown.hits.len()) + "]"
}
