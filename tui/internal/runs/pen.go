package runs

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

// inks are the pens of one kind of row.
type inks struct {
	text, muted, faint, title, accent pen
	states                            map[string]pen
	unknown                           pen
}

func inksOf(t theme.Theme, over func(lipgloss.Style) lipgloss.Style) inks {
	of := func(s lipgloss.Style) pen { return penOf(over(s)) }
	k := inks{
		text: of(t.Text), muted: of(t.Muted), faint: of(t.Faint), title: of(t.Title), accent: of(t.Accent),
		states: map[string]pen{}, unknown: of(t.State("")),
	}
	for _, s := range []string{"starting", "running", "quiet", "finished", "failed", "lost"} {
		k.states[s] = of(t.State(s))
	}
	return k
}

func (k inks) state(s string) pen {
	if p, ok := k.states[s]; ok {
		return p
	}
	return k.unknown
}

// palette are the pens for rows without and with the cursor, and for a list
// that may be out of date.
type palette struct{ plain, selected, blurred, dimmed inks }

func paletteOf(t theme.Theme) palette {
	// The cursor row keeps the colours of its parts over its own background.
	on := func(base lipgloss.Style) func(lipgloss.Style) lipgloss.Style {
		return func(s lipgloss.Style) lipgloss.Style {
			if fg := s.GetForeground(); fg != (lipgloss.NoColor{}) {
				return base.Foreground(fg)
			}
			return base
		}
	}
	return palette{
		plain:    inksOf(t, func(s lipgloss.Style) lipgloss.Style { return s }),
		selected: inksOf(t, on(t.Selected)),
		blurred:  inksOf(t, on(t.SelectedBlurred)),
		dimmed:   inksOf(t, func(lipgloss.Style) lipgloss.Style { return t.Faint }),
	}
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
