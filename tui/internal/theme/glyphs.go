package theme

import "github.com/charmbracelet/lipgloss"

// GlyphMode is which characters the terminal's font can be trusted with.
type GlyphMode uint8

// The modes. Braille has everything; Block does without braille patterns, for
// charts; ASCII is for consoles and fonts that have nothing else.
const (
	Braille GlyphMode = iota
	Block
	ASCII
)

func (m GlyphMode) String() string {
	switch m {
	case Braille:
		return "braille"
	case Block:
		return "block"
	case ASCII:
		return "ascii"
	}
	return "unknown"
}

// Glyphs are the signs the dashboard draws with. Each takes one cell.
type Glyphs struct {
	Mode GlyphMode

	Running, Starting, Quiet, Finished, Failed, Lost, Unknown string

	Up, Down, Left, Right, Rising, Falling, Steady string

	Ellipsis, Separator, Dot, Cursor, Warning, Best, Times string

	// Bar fills a cell from the left; the last one is a full cell. BarEmpty is
	// a cell without any, BarLeft and BarRight the ends of the track.
	Bar                         []string
	BarEmpty, BarLeft, BarRight string

	// Spark are the levels of a sparkline, lowest first.
	Spark []string

	// Spinner are the frames of a sign of work.
	Spinner []string

	Border lipgloss.Border
}

// GlyphsFor returns the signs of a mode.
func GlyphsFor(mode GlyphMode) Glyphs {
	if mode == ASCII {
		return asciiGlyphs()
	}
	g := Glyphs{
		Mode:    mode,
		Running: "●", Starting: "◐", Quiet: "?", Finished: "✓", Failed: "✗", Lost: "○", Unknown: "·",
		Up: "↑", Down: "↓", Left: "←", Right: "→", Rising: "↗", Falling: "↘", Steady: "→",
		Ellipsis: "…", Separator: "›", Dot: "·", Cursor: "▌", Warning: "⚠", Best: "★", Times: "×",
		Bar:      []string{"▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"},
		BarEmpty: " ", BarLeft: "▕", BarRight: "▏",
		Spark:   []string{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},
		Spinner: []string{"◐", "◓", "◑", "◒"},
		Border:  lipgloss.RoundedBorder(),
	}
	if mode == Braille {
		g.Spinner = []string{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧"}
	}
	return g
}

func asciiGlyphs() Glyphs {
	return Glyphs{
		Mode:    ASCII,
		Running: "*", Starting: "~", Quiet: "?", Finished: "+", Failed: "x", Lost: "o", Unknown: ".",
		Up: "^", Down: "v", Left: "<", Right: ">", Rising: "/", Falling: "\\", Steady: "-",
		Ellipsis: "~", Separator: ">", Dot: "-", Cursor: ">", Warning: "!", Best: "*", Times: "x",
		Bar:      []string{"#"},
		BarEmpty: "-", BarLeft: "[", BarRight: "]",
		Spark:   []string{"_", ".", "-", "=", "+", "*", "#", "@"},
		Spinner: []string{"|", "/", "-", "\\"},
		Border:  lipgloss.ASCIIBorder(),
	}
}

// State is the sign of a run's state: starting, running, quiet, finished,
// failed or lost. Any other word is unknown.
func (g Glyphs) State(state string) string {
	switch state {
	case "starting":
		return g.Starting
	case "running":
		return g.Running
	case "quiet":
		return g.Quiet
	case "finished":
		return g.Finished
	case "failed":
		return g.Failed
	case "lost":
		return g.Lost
	}
	return g.Unknown
}
