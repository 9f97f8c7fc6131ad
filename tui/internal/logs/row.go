package logs

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"apps.local/neetbox-tui/tui/internal/ink"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/internal/theme"
)

// foldCache keeps the rows of lines that take more than one, by the index of
// their line. It is emptied whenever width, search or order change.
type foldCache map[int64]fold

type fold struct {
	n    int // repeats the rows were made for
	rows []string
}

// maxFolds bounds the cache; a view has fewer rows.
const maxFolds = 2048

func (c *foldCache) clear() {
	if len(*c) > 0 {
		*c = nil
	}
}

func (c *foldCache) put(index int64, f fold) {
	if *c == nil || len(*c) >= maxFolds {
		*c = foldCache{}
	}
	(*c)[index] = f
}

// height is how many rows an item takes.
func (p *Pane) height(i int) int {
	if !p.tall(p.shown.line(i)) {
		return 1
	}
	return len(p.folded(i))
}

// tall reports a line that is shown in full and may take several rows.
func (p *Pane) tall(l *line) bool {
	return l.gap == 0 && (p.wrap || p.open && l.key == p.unfolded)
}

// folded are the texts of an item's rows, without what stands before them.
func (p *Pane) folded(i int) []string {
	it := p.shown.items.at(i)
	if kept, ok := p.folds[it.first]; ok && kept.n == it.n {
		return kept.rows
	}
	rows := p.foldText(it, p.ring.at(it.first), false)
	p.folds.put(it.first, fold{it.n, rows})
	return rows
}

// foldText wraps a line. The count of repeats goes where there is room after
// the text, else below it: it changes while someone reads, and must not change
// where the text breaks.
func (p *Pane) foldText(it *item, l *line, current bool) []string {
	width := p.columns().text
	rows := text.Wrap(p.ink(l, current), width)
	if badge := p.badge(it.n); badge != "" {
		free := width - text.Width(rows[len(rows)-1]) - text.Width(badge)
		if free < 1 {
			rows = append(rows, "")
			free = width - text.Width(badge)
		}
		rows[len(rows)-1] += strings.Repeat(" ", max(free, 0)) + badge
	}
	if p.open && l.key == p.unfolded {
		for _, row := range text.Wrap(p.details(it, l), width) {
			rows = append(rows, p.pens.faint.Write(row))
		}
	}
	return rows
}

// details says in full what the columns leave out.
func (p *Pane) details(it *item, l *line) string {
	at := "time unknown"
	if l.at > 0 {
		at = p.arrival(l.at).Format("2006-01-02 15:04:05.000 -07:00")
	}
	parts := []string{at}
	if l.level != "" {
		parts = append(parts, l.level)
	}
	if l.whom != "" {
		parts = append(parts, l.whom)
	}
	if it.n > 1 {
		parts = append(parts, text.Count(it.n)+" times")
	}
	return strings.Join(parts, p.dot())
}

func (p *Pane) dot() string { return " " + p.theme.Glyphs.Dot + " " }

// badge is the count of repeats; empty for one.
func (p *Pane) badge(n int) string {
	if n < 2 {
		return ""
	}
	count := text.Count(n)
	if n >= 10_000 {
		count = text.SI(float64(n))
	}
	return p.pens.muted.Write(p.theme.Glyphs.Times + count)
}

// rows draws an item.
func (p *Pane) rows(dst []string, i int, c columns, current bool) []string {
	l := p.shown.line(i)
	if l.gap > 0 {
		return append(dst, p.rule(text.Plural(l.gap, "event", "events")+" missed here", p.pens.warning))
	}
	texts := []string{""}
	switch {
	case !p.tall(l):
		texts[0] = p.cut(p.shown.items.at(i), l, c, current)
	case current:
		// Hits in the line under the cursor look different.
		texts = p.foldText(p.shown.items.at(i), l, true)
	default:
		texts = p.folded(i)
	}
	var b strings.Builder
	for n, t := range texts {
		b.Reset()
		p.before(&b, l, c, n == 0, current)
		b.WriteString(t)
		dst = append(dst, b.String())
	}
	return dst
}

// before writes what stands before the text of a row.
func (p *Pane) before(b *strings.Builder, l *line, c columns, first, current bool) {
	if c.gutter > 0 {
		b.WriteString(p.mark(current))
	}
	if !first {
		b.WriteString(strings.Repeat(" ", c.time+c.tag+c.whom))
		return
	}
	if c.time > 0 {
		b.WriteString(p.pens.faint.Write(p.timeText(l.at)) + " ")
	}
	if c.tag > 0 {
		b.WriteString(p.pens.tag(p.theme, l.level) + " ")
	}
	if c.whom > 0 {
		b.WriteString(p.pens.muted.Write(text.FitWith(l.whom, c.whom-2, p.theme.Glyphs.Ellipsis)) + "  ")
	}
}

// mark is the cell left of a row.
func (p *Pane) mark(current bool) string {
	switch {
	case !current:
		return " "
	case p.focused:
		return p.pens.cursor.Write(p.theme.Glyphs.Cursor)
	}
	return p.pens.cursorBlurred.Write(p.theme.Glyphs.Cursor)
}

// cut is the text of an item in one row, with the count of repeats at its end.
func (p *Pane) cut(it *item, l *line, c columns, current bool) string {
	sign := p.theme.Glyphs.Ellipsis
	width := c.text
	badge := p.badge(it.n)
	if badge != "" {
		width = max(width-text.Width(badge)-1, 0)
	}
	t := p.ink(l, current)
	if p.left > 0 && len(t) > 0 {
		t = ansi.TruncateLeft(t, p.left+1, sign)
	}
	if badge == "" {
		return text.TruncateWith(t, width, sign)
	}
	return text.FitWith(t, width, sign) + " " + badge
}

// ink is the text of a line in its colours. A line that the search found shows
// its hits instead of colours of its own.
func (p *Pane) ink(l *line, current bool) string {
	base := p.pens.line(l)
	if p.shown.query.active() && l.found == hit {
		return p.marked(l.plain(), base, current)
	}
	if !l.styled {
		return base.Write(l.text)
	}
	if !p.pens.coloured {
		return base.Write(l.plain())
	}
	return l.text
}

func (p *Pane) marked(s string, base ink.Pen, current bool) string {
	on := p.pens.match
	if current {
		on = p.pens.matchCurrent
	}
	var b strings.Builder
	end := 0
	for _, r := range p.shown.query.ranges(s) {
		b.WriteString(base.Write(s[end:r[0]]))
		b.WriteString(on.Write(s[r[0]:r[1]]))
		end = r[1]
	}
	b.WriteString(base.Write(s[end:]))
	return b.String()
}

// rule is a row that is no line of the log: words in a thin line.
func (p *Pane) rule(words string, on ink.Pen) string {
	w, _ := p.inner()
	bar := p.theme.Glyphs.Border.Top
	if p.theme.Glyphs.Mode == theme.ASCII {
		bar = "-"
	}
	c := p.columns()
	w -= 2 * c.gutter
	lead := min(2, max(w-text.Width(words)-2, 0))
	if lead == 0 {
		return strings.Repeat(" ", c.gutter) + on.Write(text.TruncateWith(words, w, p.theme.Glyphs.Ellipsis))
	}
	tail := max(w-lead-text.Width(words)-2, 0)
	return strings.Repeat(" ", c.gutter) + p.pens.faint.Write(strings.Repeat(bar, lead)) + " " +
		on.Write(words) + " " + p.pens.faint.Write(strings.Repeat(bar, tail))
}

// widest is the width of the longest line in view.
func (p *Pane) widest() int {
	widest := 0
	for i, last := p.inView(); i >= 0 && i <= last && i < p.shown.len(); i++ {
		widest = max(widest, text.Width(p.shown.line(i).text))
	}
	return widest
}
