package theme

import (
	"fmt"
	"hash/fnv"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// Options say which theme and for which terminal.
type Options struct {
	// Name is one of Names; empty is the default, calm.
	Name string
	// Profile is what the terminal can show. With termenv.Ascii nothing is
	// styled at all; a person who asked for no colour still wants bold and
	// reverse: that is the theme mono with termenv.ANSI. The zero value is true
	// colour, as in termenv.
	Profile termenv.Profile
	// Dark is whether the terminal's background is dark.
	Dark   bool
	Glyphs GlyphMode
}

// Gauge are the styles of a gauge by how full it is.
type Gauge struct{ Idle, Normal, High, Critical lipgloss.Style }

// Theme is a style for each role. Styles change no layout: no padding, margin,
// border or width.
type Theme struct {
	Name   string
	Glyphs Glyphs

	Text, Muted, Faint, Accent, Title    lipgloss.Style
	Border, BorderFocused                lipgloss.Style
	Success, Warning, Error, Info, Debug lipgloss.Style
	Selected, SelectedBlurred            lipgloss.Style // the cursor row with and without focus
	Key, KeyText                         lipgloss.Style // a key and what it does, as in the bottom line
	Match, MatchCurrent                  lipgloss.Style // search hits
	Banner                               lipgloss.Style
	Gauge                                Gauge

	mention lipgloss.Style
	states  states
	series  []lipgloss.Style
}

type states struct{ starting, running, quiet, finished, failed, lost, unknown lipgloss.Style }

// Names are the themes there are, the default first.
func Names() []string { return []string{"calm", "contrast", "mono"} }

// New makes a theme. It fails for a name that is not one of Names.
func New(o Options) (Theme, error) {
	if o.Name == "" {
		o.Name = Names()[0]
	}
	p, ok := paletteOf(o.Name, o.Dark)
	if !ok {
		return Theme{}, fmt.Errorf("find theme %q: choose one of %s", o.Name, strings.Join(Names(), ", "))
	}
	renderer := lipgloss.NewRenderer(io.Discard)
	renderer.SetColorProfile(o.Profile)
	renderer.SetHasDarkBackground(o.Dark)
	return build(o, p, renderer), nil
}

func paletteOf(name string, dark bool) (palette, bool) {
	switch {
	case name == "calm" && dark:
		return calmDark(), true
	case name == "calm":
		return calmLight(), true
	case name == "contrast" && dark:
		return contrastDark(), true
	case name == "contrast":
		return contrastLight(), true
	case name == "mono":
		return mono(), true
	}
	return palette{}, false
}

func build(o Options, p palette, r *lipgloss.Renderer) Theme {
	style := func(i ink) lipgloss.Style { return i.style(r) }
	t := Theme{
		Name: o.Name, Glyphs: GlyphsFor(o.Glyphs),
		Text: style(p.text), Muted: style(p.muted), Faint: style(p.faint),
		Accent: style(p.accent), Title: style(p.title),
		Border: style(p.border), BorderFocused: style(p.borderFocused),
		Success: style(p.success), Warning: style(p.warning), Error: style(p.failure),
		Info: style(p.info), Debug: style(p.debug),
		Selected: style(p.selected), SelectedBlurred: style(p.selectedBlurred),
		Key: style(p.key), KeyText: style(p.keyText),
		Match: style(p.match), MatchCurrent: style(p.matchCurrent), Banner: style(p.banner),
		Gauge:   Gauge{Idle: style(p.idle), Normal: style(p.normal), High: style(p.high), Critical: style(p.critical)},
		mention: style(p.mention),
		states: states{
			starting: style(p.starting), running: style(p.running), quiet: style(p.quiet),
			finished: style(p.finished), failed: style(p.failed), lost: style(p.lost), unknown: style(p.unknown),
		},
	}
	for _, s := range p.series {
		t.series = append(t.series, style(ink{fg: s}))
	}
	return t
}

func (i ink) style(r *lipgloss.Renderer) lipgloss.Style {
	s := r.NewStyle()
	if i.fg != (tone{}) {
		s = s.Foreground(i.fg.color())
	}
	if i.bg != (tone{}) {
		s = s.Background(i.bg.color())
	}
	if i.bg.c16 == "" && r.ColorProfile() == termenv.ANSI {
		i.emph |= i.instead
	}
	if i.emph&bold != 0 {
		s = s.Bold(true)
	}
	if i.emph&faint != 0 {
		s = s.Faint(true)
	}
	if i.emph&underline != 0 {
		s = s.Underline(true)
	}
	if i.emph&reverse != 0 {
		s = s.Reverse(true)
	}
	return s
}

func (t tone) color() lipgloss.CompleteColor {
	return lipgloss.CompleteColor{TrueColor: t.rgb, ANSI256: t.c256, ANSI: t.c16}
}

// Line is the style of a frame's border.
func (t Theme) Line(focused bool) lipgloss.Style {
	if focused {
		return t.BorderFocused
	}
	return t.Border
}

// State is the style of a run's state; see Glyphs.State for the words.
func (t Theme) State(state string) lipgloss.Style {
	switch state {
	case "starting":
		return t.states.starting
	case "running":
		return t.states.running
	case "quiet":
		return t.states.quiet
	case "finished":
		return t.states.finished
	case "failed":
		return t.states.failed
	case "lost":
		return t.states.lost
	}
	return t.states.unknown
}

// StateGlyph is the styled sign of a run's state, in one cell.
func (t Theme) StateGlyph(state string) string {
	return t.State(state).Render(t.Glyphs.State(state))
}

// Level is the style of a log line by the word it was logged under: ok, info,
// debug, warning, error, mention or critical, in any case. Plain lines and a
// user's own words are written as text.
func (t Theme) Level(series string) lipgloss.Style {
	switch strings.ToLower(series) {
	case "ok":
		return t.Success
	case "info":
		return t.Info
	case "debug":
		return t.Debug
	case "warning":
		return t.Warning
	case "error":
		return t.Error
	case "critical":
		return t.Gauge.Critical
	case "mention":
		return t.mention
	}
	return t.Text
}

// LevelTag is one styled letter for a log level: I, W, E, D, C, M, a tick for
// ok, a space for a plain line, the first letter of a user's own word.
func (t Theme) LevelTag(series string) string {
	return t.Level(series).Render(t.levelLetter(series))
}

func (t Theme) levelLetter(series string) string {
	r, _ := utf8.DecodeRuneInString(series)
	switch {
	case series == "":
		return " "
	case strings.EqualFold(series, "ok"):
		return t.Glyphs.Finished
	case !unicode.IsLetter(r) && !unicode.IsDigit(r):
		return "?"
	}
	letter := string(unicode.ToUpper(r))
	// The tag is one column of the log; a wide letter would push the others.
	if lipgloss.Width(letter) != 1 || t.Glyphs.Mode == ASCII && r >= utf8.RuneSelf {
		return "?"
	}
	return letter
}

// Series is the style of a line in a chart or of a run among others. The same
// key has the same style in every program and on every start.
func (t Theme) Series(key string) lipgloss.Style {
	if len(t.series) == 0 {
		return t.Text // the zero Theme, as in a pane's own test
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(key))
	return t.series[h.Sum32()%uint32(len(t.series))]
}
