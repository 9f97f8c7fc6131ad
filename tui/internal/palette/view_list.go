package palette

import (
	"strings"

	"github.com/charmbracelet/lipgloss"

	"apps.local/neetbox-tui/tui/internal/line"
	"apps.local/neetbox-tui/tui/internal/text"
)

const (
	marker  = 2  // cells for the sign of the cursor's row
	wideRow = 64 // from here on a row has room for what the entry does
	maxMark = 12 // cells of a key or badge
)

func (o *Overlay) listParts(w int) (above []part, rows int, below []part) {
	if why := o.empty(); why != "" {
		lines := o.wrapped(why, w, 6)
		return []part{blank()}, len(lines), []part{blank(), {lines: []string{o.hints(w)}, keep: 1}}
	}
	g := o.theme.Glyphs
	prompt := o.theme.Accent.Render(g.Separator) + " " + o.list.query.View(w-2, o.theme)
	above = []part{{lines: []string{prompt}, keep: 9}, blank()}
	if o.busy != "" {
		below = append(below, blank(), part{lines: []string{o.theme.Warning.Render(text.TruncateWith(o.busyText(), w, g.Ellipsis))}, keep: 2})
	}
	if w < wideRow {
		// What a row has no room for is said about the row at the cursor.
		e, _ := o.list.chosen()
		below = append(below, blank(), part{lines: []string{o.theme.Muted.Render(text.TruncateWith(e.more, w, g.Ellipsis))}, keep: 1})
	}
	below = append(below, blank(), part{lines: []string{o.hints(w)}, keep: 1})
	return above, max(min(len(o.list.all), maxRows), 3), below
}

func (o *Overlay) busyText() string {
	return o.theme.Glyphs.Warning + " waiting behind " + shown(o.busy) + "(): it blocks the run until it is done"
}

// listRows is how many rows the list shows at present.
func (o *Overlay) listRows() int {
	w, h := o.Size()
	above, rows, below := o.parts(w - 4)
	return max(min(rows, h-2-height(above)-height(below)), 1)
}

func (o *Overlay) wrapped(s string, w, limit int) []string {
	lines := text.Wrap(text.Plain(s), max(w, 1))
	if len(lines) > limit {
		lines = lines[:limit]
		lines[limit-1] = text.TruncateWith(lines[limit-1]+o.theme.Glyphs.Ellipsis, w, o.theme.Glyphs.Ellipsis)
	}
	return lines
}

// listLines are exactly rows lines.
func (o *Overlay) listLines(w, rows int) []string {
	lines := make([]string, rows)
	if why := o.empty(); why != "" {
		for i, line := range o.wrapped(why, w, rows) {
			lines[i] = o.theme.Muted.Render(line)
		}
		return lines
	}
	if rows == 0 {
		return nil
	}
	if len(o.list.found) == 0 {
		lines[0] = o.theme.Muted.Render(text.TruncateWith(o.nothingFound(), w, o.theme.Glyphs.Ellipsis))
		return lines
	}
	o.list.top = reveal(o.list.top, o.list.cursor, len(o.list.found), rows)
	c := o.columns(w)
	for i := range lines {
		if at := o.list.top + i; at < len(o.list.found) {
			lines[i] = o.row(o.list.found[at], c, at == o.list.cursor)
		}
	}
	return lines
}

func (o *Overlay) nothingFound() string {
	return "0 of " + text.Count(len(o.list.all)) + " match \"" + line.Visible(o.list.query.Text(), o.theme.Glyphs) + "\". ctrl+u clears the line."
}

// columns are the widths of a row's parts; 0 for one that is not shown.
type columns struct{ w, head, more, mark int }

// columns depend on all entries, so that nothing jumps while one types.
func (o *Overlay) columns(w int) columns {
	c := columns{w: w}
	for _, e := range o.list.all {
		c.head = max(c.head, min(text.Width(e.title)+text.Width(e.tail), w))
		c.mark = max(c.mark, min(text.Width(e.mark), maxMark))
	}
	room := w - marker
	if c.mark > 0 {
		if room < 30 {
			c.mark = 0
		} else {
			room -= c.mark + 2
		}
	}
	if w < wideRow {
		c.head = max(room, 0)
		return c
	}
	c.head = min(c.head, room*55/100)
	c.more = room - c.head - 2
	return c
}

func (o *Overlay) row(e entry, c columns, current bool) string {
	t, g := o.theme, o.theme.Glyphs
	if current {
		line := g.Cursor + " " + text.FitWith(e.title+e.tail, c.head, g.Ellipsis)
		if c.more > 0 {
			line += "  " + text.FitWith(e.more, c.more, g.Ellipsis)
		}
		if c.mark > 0 {
			line += "  " + right(e.mark, c.mark, g.Ellipsis)
		}
		return t.Selected.Render(text.FitWith(line, c.w, g.Ellipsis))
	}
	head := o.highlit(e)
	if e.tail != "" {
		head += t.Muted.Render(e.tail)
	}
	line := "  " + text.FitWith(head, c.head, g.Ellipsis)
	if c.more > 0 {
		line += "  " + t.Muted.Render(text.FitWith(e.more, c.more, g.Ellipsis))
	}
	if c.mark > 0 {
		style := t.Key
		if e.action != "" {
			style = t.Warning
		}
		line += "  " + style.Render(right(e.mark, c.mark, g.Ellipsis))
	}
	return line
}

// right is s at the right edge of w cells.
func right(s string, w int, sign string) string {
	s = text.TruncateWith(s, w, sign)
	return strings.Repeat(" ", max(w-text.Width(s), 0)) + s
}

// highlit is the title with what the query found in the accent.
func (o *Overlay) highlit(e entry) string {
	if len(e.hits) == 0 {
		return o.theme.Text.Render(e.title)
	}
	hit := map[int]bool{}
	for _, at := range e.hits {
		hit[at] = true
	}
	accent := o.theme.Accent.Bold(true)
	var b, run strings.Builder
	flush := func(s lipgloss.Style) {
		if run.Len() > 0 {
			b.WriteString(s.Render(run.String()))
			run.Reset()
		}
	}
	before := false
	for i, r := range []rune(e.title) {
		if hit[i] != before {
			if before {
				flush(accent)
			} else {
				flush(o.theme.Text)
			}
			before = hit[i]
		}
		run.WriteRune(r)
	}
	if before {
		flush(accent)
	} else {
		flush(o.theme.Text)
	}
	return b.String()
}
