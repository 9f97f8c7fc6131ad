package runs

import (
	"github.com/charmbracelet/lipgloss"

	"apps.local/neetbox-tui/tui/internal/ink"
	"apps.local/neetbox-tui/tui/internal/theme"
)

// inks are the pens of one kind of row.
type inks struct {
	text, muted, faint, title, accent ink.Pen
	states                            map[string]ink.Pen
	unknown                           ink.Pen
}

func inksOf(t theme.Theme, over func(lipgloss.Style) lipgloss.Style) inks {
	of := func(s lipgloss.Style) ink.Pen { return ink.Of(over(s)) }
	k := inks{
		text: of(t.Text), muted: of(t.Muted), faint: of(t.Faint), title: of(t.Title), accent: of(t.Accent),
		states: map[string]ink.Pen{}, unknown: of(t.State("")),
	}
	for _, s := range []string{"starting", "running", "quiet", "finished", "failed", "lost"} {
		k.states[s] = of(t.State(s))
	}
	return k
}

func (k inks) state(s string) ink.Pen {
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
