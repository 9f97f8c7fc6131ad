package gauges

import (
	"strings"

	"github.com/charmbracelet/lipgloss"

	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/internal/theme"
)

// pen is a style as what it writes before and after a text. Rendering a style
// costs more than all the rest of a row, and its sequences never change.
type pen struct{ on, off string }

func penOf(s lipgloss.Style) pen {
	const ink = "x"
	on, off, _ := strings.Cut(s.Render(ink), ink)
	return pen{on, off}
}

// inks are the pens of a reading, in colour or, where it is old, all faint.
type inks struct{ text, muted, faint, title, idle, normal, high, critical pen }

func inksOf(t theme.Theme) inks {
	return inks{
		text: penOf(t.Text), muted: penOf(t.Muted), faint: penOf(t.Faint), title: penOf(t.Title),
		idle: penOf(t.Gauge.Idle), normal: penOf(t.Gauge.Normal), high: penOf(t.Gauge.High), critical: penOf(t.Gauge.Critical),
	}
}

func staleOf(t theme.Theme) inks {
	p := penOf(t.Faint)
	return inks{p, p, p, p, p, p, p, p}
}

// line writes one row and counts its cells.
type line struct {
	b     strings.Builder
	cells int
	sign  string // for a cut
}

// put writes s as it is.
func (l *line) put(p pen, s string) {
	if s == "" {
		return
	}
	l.b.WriteString(p.on)
	l.b.WriteString(s)
	l.b.WriteString(p.off)
	l.cells += text.Width(s)
}

// fit writes s in exactly w cells.
func (l *line) fit(p pen, s string, w int) { l.put(p, text.FitWith(s, w, l.sign)) }

// right writes s in exactly w cells, at their right end.
func (l *line) right(p pen, s string, w int) {
	s = text.TruncateWith(s, w, l.sign)
	l.fit(p, "", w-text.Width(s))
	l.put(p, s)
}

func (l *line) String() string { return l.b.String() }
