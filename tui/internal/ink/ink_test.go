package ink_test

import (
	"io"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"apps.local/neetbox-tui/tui/internal/ink"
	"apps.local/neetbox-tui/tui/internal/text"
)

func bold() lipgloss.Style {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.TrueColor)
	return r.NewStyle().Bold(true).Foreground(lipgloss.Color("#ff0000"))
}

func TestPen_WritesWhatTheStyleRenders(t *testing.T) {
	for _, s := range []string{"", "a", "损失 loss", "two words"} {
		if got, want := ink.Of(bold()).Write(s), bold().Render(s); got != want && s != "" {
			t.Errorf("%q is written %q, rendered %q", s, got, want)
		}
	}
}

func TestRow_CountsTheCellsItWrites(t *testing.T) {
	row := ink.Row{Sign: "…"}
	p := ink.Of(bold())
	row.Put(p, "损失")
	row.Fit(p, "a long name", 6)
	row.Right(p, "12 %", 8)
	row.Right(p, "too long for it", 5)
	if got := text.Width(row.String()); got != row.Cells() || got != 4+6+8+5 {
		t.Errorf("%q is %d cells wide, counted %d", row.String(), got, row.Cells())
	}
	if plain := text.Plain(row.String()); plain != "损失a lon…    12 %too …" {
		t.Errorf("written %q", plain)
	}
}
