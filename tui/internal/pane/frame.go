package pane

import (
	"cmp"
	"slices"
	"strings"

	"apps.local/neetbox-tui/tui/internal/layout"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/internal/theme"
)

// Title is what stands in the upper border: a name on the left, a number or a
// state on the right. Both may hold styles and are cut to fit, the right one
// first.
type Title struct{ Text, Right string }

// Frame draws a body in a border of exactly r.W × r.H cells; where r lies does
// not matter. The body is cropped and padded, a line that is too long ends in
// an ellipsis. Less than 4 × 3 cells have no room for a border and show the
// body alone.
func Frame(t theme.Theme, title Title, body []string, r layout.Rect, focused bool) string {
	if !framed(r) {
		return block(body, r.W, r.H, t.Glyphs.Ellipsis)
	}
	border, line := t.Glyphs.Border, t.Line(focused)
	w, h := Inner(r)
	left, right := line.Render(border.Left), line.Render(border.Right)

	var b strings.Builder
	b.WriteString(head(t, title, w, focused))
	for y := range h {
		b.WriteByte('\n')
		b.WriteString(left)
		b.WriteString(text.FitWith(at(body, y), w, t.Glyphs.Ellipsis))
		b.WriteString(right)
	}
	b.WriteByte('\n')
	b.WriteString(line.Render(border.BottomLeft + strings.Repeat(border.Bottom, w) + border.BottomRight))
	return b.String()
}

// head is the upper border over w cells of text, with the title in it:
// "╭─ Runs ─────── 5 ─╮".
func head(t theme.Theme, title Title, w int, focused bool) string {
	border, line := t.Glyphs.Border, t.Line(focused)
	// A title keeps a space on either side and a piece of border beyond it.
	const around = 4
	name := text.TruncateWith(text.Clean(title.Text), w-around, t.Glyphs.Ellipsis)
	nameWidth := text.Width(name)
	used := 0
	var b strings.Builder
	if nameWidth > 0 {
		b.WriteString(line.Render(border.TopLeft + border.Top))
		b.WriteString(" " + titled(t, name, focused) + " ")
		used = nameWidth + 3
	} else {
		b.WriteString(line.Render(border.TopLeft))
	}
	note := text.Clean(title.Right)
	noteWidth := text.Width(note)
	if noteWidth == 0 || used+noteWidth+around > w {
		b.WriteString(line.Render(strings.Repeat(border.Top, w-used) + border.TopRight))
		return b.String()
	}
	b.WriteString(line.Render(strings.Repeat(border.Top, w-used-noteWidth-3)))
	b.WriteString(" " + noted(t, note) + " ")
	b.WriteString(line.Render(border.Top + border.TopRight))
	return b.String()
}

// titled styles a name that has no style of its own.
func titled(t theme.Theme, name string, focused bool) string {
	switch {
	case strings.Contains(name, "\x1b"):
		return name
	case focused:
		return t.Accent.Bold(true).Render(name)
	}
	return t.Title.Render(name)
}

func noted(t theme.Theme, note string) string {
	if strings.Contains(note, "\x1b") {
		return note
	}
	return t.Muted.Render(note)
}

// Block is lines cropped and padded to exactly w × h cells; nothing when one of
// them is not positive.
func Block(lines []string, w, h int) string { return block(lines, w, h, "…") }

func block(lines []string, w, h int, sign string) string {
	if w <= 0 || h <= 0 {
		return ""
	}
	var b strings.Builder
	for y := range h {
		if y > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(text.FitWith(at(lines, y), w, sign))
	}
	return b.String()
}

func at(lines []string, y int) string {
	if y < len(lines) {
		return lines[y]
	}
	return ""
}

// Join puts drawn regions together to one screen of exactly l.W × l.H cells. A
// region without a view is blank, a view of another size than its rectangle is
// cropped and padded.
func Join(l layout.Layout, views map[layout.Kind]string) string {
	if l.W <= 0 || l.H <= 0 {
		return ""
	}
	type part struct {
		rect  layout.Rect
		lines []string
	}
	var parts []part
	for _, k := range l.Kinds() {
		r, _ := l.Rect(k)
		parts = append(parts, part{r, strings.Split(views[k], "\n")})
	}
	// Each row is written from left to right.
	slices.SortFunc(parts, func(a, b part) int { return cmp.Compare(a.rect.X, b.rect.X) })
	var b strings.Builder
	for y := range l.H {
		if y > 0 {
			b.WriteByte('\n')
		}
		x := 0
		for _, p := range parts {
			if p.rect.Contains(x, y) {
				b.WriteString(text.Fit(at(p.lines, y-p.rect.Y), p.rect.W))
				x += p.rect.W
			}
		}
		b.WriteString(text.Fit("", l.W-x))
	}
	return b.String()
}
