package theme

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"github.com/muesli/termenv"
)

var stateWords = []string{"starting", "running", "quiet", "finished", "failed", "lost", "unknown"}

type variant struct {
	name string
	dark bool
}

func coloured() []variant {
	return []variant{{"calm", true}, {"calm", false}, {"contrast", true}, {"contrast", false}}
}

func (v variant) String() string { return v.name + " dark " + strconv.FormatBool(v.dark) }

func (v variant) theme(t *testing.T, p termenv.Profile, g GlyphMode) Theme {
	t.Helper()
	th, err := New(Options{Name: v.name, Dark: v.dark, Profile: p, Glyphs: g})
	if err != nil {
		t.Fatal(err)
	}
	return th
}

// texts are the inks that words are written in.
func texts(p palette) map[string]ink {
	return map[string]ink{
		"text": p.text, "muted": p.muted, "faint": p.faint, "accent": p.accent, "title": p.title, "success": p.success,
		"warning": p.warning, "error": p.failure, "info": p.info, "debug": p.debug, "mention": p.mention, "key": p.key,
		"keyText": p.keyText, "banner": p.banner, "critical": p.critical, "running": p.running, "quiet": p.quiet,
		"finished": p.finished, "failed": p.failed, "lost": p.lost, "unknown": p.unknown, "starting": p.starting,
		"selected": p.selected, "match": p.match, "matchCurrent": p.matchCurrent,
	}
}

func TestThemes_TextIsReadable(t *testing.T) {
	for _, v := range coloured() {
		p, _ := paletteOf(v.name, v.dark)
		// Few terminals are quite black or quite white.
		grounds, own := []string{"#ffffff", "#f7f7f7"}, "#000000"
		if v.dark {
			grounds, own = []string{"#000000", "#1c1c1c"}, "#ffffff"
		}
		inks := texts(p)
		for i, s := range p.series {
			inks["series "+strconv.Itoa(i)] = ink{fg: s}
		}
		for role, i := range inks {
			for n, depth := range []func(tone) string{trueColour, colour256} {
				fg, behind, want := depth(i.fg), grounds, 4.5
				if v.name == "contrast" && !strings.HasPrefix(role, "series") && !strings.HasPrefix(role, "match") {
					// The 256 have no dark yellow that reaches 7.
					want, behind = []float64{7, 6.5}[n], grounds[:1]
				}
				if strings.HasPrefix(role, "series") {
					behind = grounds[:1]
				}
				if fg == "" {
					fg = own
				}
				if bg := depth(i.bg); bg != "" {
					behind = []string{bg}
				}
				for _, bg := range behind {
					if c := contrast(fg, bg); c < want {
						t.Errorf("%v: %s is %s on %s, contrast %.2f, want %.1f", v, role, fg, bg, c, want)
					}
				}
			}
		}
	}
}

func trueColour(t tone) string { return t.rgb }

func colour256(t tone) string {
	if t.c256 == "" {
		return ""
	}
	return termenv.ConvertToRGB(termenv.ANSI256.Color(t.c256)).Hex()
}

// contrast is the ratio of WCAG 2.1.
func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

func luminance(hex string) float64 {
	r, g, b := termenv.ConvertToRGB(termenv.RGBColor(hex)).LinearRgb()
	return 0.2126*r + 0.7152*g + 0.0722*b
}

func TestThemes_StateColoursStayApart(t *testing.T) {
	for _, v := range coloured() {
		p, _ := paletteOf(v.name, v.dark)
		tones := map[string]tone{
			"starting": p.starting.fg, "running": p.running.fg, "quiet": p.quiet.fg, "finished": p.finished.fg,
			"failed": p.failed.fg, "lost": p.lost.fg, "unknown": p.unknown.fg,
		}
		for depth, of := range map[string]func(tone) string{
			"true colour":             trueColour,
			"256":                     func(t tone) string { return t.c256 },
			"16":                      func(t tone) string { return t.c16 },
			"true colour made to 256": func(t tone) string { return converted(termenv.ANSI256, t) },
		} {
			seen := map[string]string{}
			for state, tone := range tones {
				if other, ok := seen[of(tone)]; ok {
					t.Errorf("%v, %s: %s and %s are both %s", v, depth, state, other, of(tone))
				}
				seen[of(tone)] = state
			}
		}
	}
}

func converted(p termenv.Profile, t tone) string { return p.Color(t.rgb).Sequence(false) }

func TestThemes_StatesAreToldApartWithoutColour(t *testing.T) {
	for _, mode := range []GlyphMode{Braille, Block, ASCII} {
		th := variant{"calm", true}.theme(t, termenv.Ascii, mode)
		seen := map[string]string{}
		for _, state := range stateWords {
			g := th.StateGlyph(state)
			if other, ok := seen[g]; ok {
				t.Errorf("%v: %s and %s are both %q", mode, state, other, g)
			}
			seen[g] = state
		}
	}
}

func TestGlyphs_TakeOneCellAndASCIIIsASCII(t *testing.T) {
	for _, mode := range []GlyphMode{Braille, Block, ASCII} {
		for name, g := range all(GlyphsFor(mode)) {
			if w := ansi.StringWidth(g); w != 1 {
				t.Errorf("%v: %s %q takes %d cells", mode, name, g, w)
			}
			if mode == ASCII && (len(g) != 1 || g[0] < 0x20 || g[0] > 0x7e) {
				t.Errorf("%s %q is not ASCII", name, g)
			}
		}
	}
}

func all(g Glyphs) map[string]string {
	signs := map[string]string{
		"running": g.Running, "starting": g.Starting, "quiet": g.Quiet, "finished": g.Finished, "failed": g.Failed,
		"lost": g.Lost, "unknown": g.Unknown, "up": g.Up, "down": g.Down, "left": g.Left, "right": g.Right,
		"rising": g.Rising, "falling": g.Falling, "steady": g.Steady, "ellipsis": g.Ellipsis, "separator": g.Separator,
		"dot": g.Dot, "cursor": g.Cursor, "warning": g.Warning, "best": g.Best, "times": g.Times, "bar empty": g.BarEmpty,
		"bar left": g.BarLeft, "bar right": g.BarRight, "border top": g.Border.Top, "border left": g.Border.Left,
		"border right": g.Border.Right, "border bottom": g.Border.Bottom, "top left": g.Border.TopLeft,
		"top right": g.Border.TopRight, "bottom left": g.Border.BottomLeft, "bottom right": g.Border.BottomRight,
	}
	for list, of := range map[string][]string{"bar": g.Bar, "spark": g.Spark, "spinner": g.Spinner} {
		for i, s := range of {
			signs[list+strconv.Itoa(i)] = s
		}
	}
	return signs
}

// colourCode finds parameters that set a colour: two digits from 30, or more.
var colourCode = regexp.MustCompile(`[\[;]([3-9][0-9]|1[0-9][0-9])[;m]`)

func TestMono_HasWeightsAndNoColour(t *testing.T) {
	th := variant{"mono", true}.theme(t, termenv.ANSI, Braille)
	for name, s := range map[string]lipgloss.Style{
		"error": th.Error, "selected": th.Selected, "match": th.MatchCurrent, "banner": th.Banner, "failed": th.State("failed"),
		"series": th.Series("x"), "border": th.Border, "title": th.Title,
	} {
		if out := s.Render("x"); colourCode.MatchString(out) {
			t.Errorf("%s has a colour: %q", name, out)
		}
	}
	for name, s := range map[string]lipgloss.Style{"error": th.Error, "selected": th.Selected, "title": th.Title} {
		if s.Render("x") == "x" {
			t.Errorf("%s does not stand out", name)
		}
	}
}

func TestNew_UnknownNameListsTheThemes(t *testing.T) {
	_, err := New(Options{Name: "neon"})
	if err == nil {
		t.Fatal("no error")
	}
	for _, name := range Names() {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%q does not name %s", err, name)
		}
		if _, err := New(Options{Name: name}); err != nil {
			t.Error(err)
		}
	}
	if th, err := New(Options{}); err != nil || th.Name != "calm" {
		t.Errorf("the default is %q (%v)", th.Name, err)
	}
}

func TestNew_ASCIIProfileStylesNothing(t *testing.T) {
	th := variant{"calm", true}.theme(t, termenv.Ascii, Braille)
	for _, s := range []lipgloss.Style{th.Error, th.Selected, th.Title, th.Banner, th.Level("error")} {
		if got := s.Render("x"); got != "x" {
			t.Errorf("got %q", got)
		}
	}
}

func TestNew_SelectionIsSeenAtEveryDepth(t *testing.T) {
	for _, v := range append(coloured(), variant{"mono", true}) {
		for _, p := range []termenv.Profile{termenv.TrueColor, termenv.ANSI256, termenv.ANSI} {
			th := v.theme(t, p, Braille)
			text, sel, blurred := th.Text.Render("x"), th.Selected.Render("x"), th.SelectedBlurred.Render("x")
			if text == sel || text == blurred || sel == blurred {
				t.Errorf("%v at %v: text %q, selected %q, without focus %q", v, p, text, sel, blurred)
			}
		}
	}
}

// TestThemes_Look pins every role of every theme at every depth, so that a
// change of looks is a change somebody made.
func TestThemes_Look(t *testing.T) {
	var b strings.Builder
	for _, v := range append(coloured(), variant{"mono", true}) {
		for _, p := range []termenv.Profile{termenv.TrueColor, termenv.ANSI256, termenv.ANSI} {
			th := v.theme(t, p, Braille)
			fmt.Fprintf(&b, "%v, %s\n", v, p.Name())
			for _, role := range []struct {
				name  string
				style lipgloss.Style
			}{
				{"text", th.Text},
				{"muted", th.Muted},
				{"faint", th.Faint},
				{"accent", th.Accent},
				{"title", th.Title},
				{"border", th.Border},
				{"focus", th.BorderFocused},
				{"success", th.Success},
				{"warning", th.Warning},
				{"error", th.Error},
				{"info", th.Info},
				{"debug", th.Debug},
				{"mention", th.Level("mention")},
				{"selected", th.Selected},
				{"blurred", th.SelectedBlurred},
				{"key", th.Key},
				{"keytext", th.KeyText},
				{"match", th.Match},
				{"current", th.MatchCurrent},
				{"banner", th.Banner},
				{"idle", th.Gauge.Idle},
				{"normal", th.Gauge.Normal},
				{"high", th.Gauge.High},
				{"critical", th.Gauge.Critical},
			} {
				fmt.Fprintf(&b, "  %-9s %q\n", role.name, role.style.Render("x"))
			}
			for _, state := range stateWords {
				fmt.Fprintf(&b, "  %-9s %q\n", state, th.StateGlyph(state))
			}
		}
	}
	golden.RequireEqual(t, []byte(b.String()))
}

func TestCalm_PaintsNoBackground(t *testing.T) {
	for _, dark := range []bool{true, false} {
		p, _ := paletteOf("calm", dark)
		for role, i := range texts(p) {
			if i.bg != (tone{}) && role != "selected" && !strings.HasPrefix(role, "match") {
				t.Errorf("%s has a background", role)
			}
		}
	}
}

func TestLevelTag_IsOneCell(t *testing.T) {
	th := variant{"calm", true}.theme(t, termenv.Ascii, Braille)
	for series, want := range map[string]string{
		"": " ", "ok": "✓", "OK": "✓", "info": "I", "Debug": "D", "WARNING": "W", "error": "E", "mention": "M",
		"critical": "C", "gradient": "G", "étape": "É", "损失": "?", "\x1b[31m": "?", "\xff": "?", "\u202e": "?", "7th": "7", " x": "?",
	} {
		got := th.LevelTag(series)
		if got != want || ansi.StringWidth(got) != 1 {
			t.Errorf("LevelTag(%q) = %q, want %q", series, got, want)
		}
	}
	th = variant{"calm", true}.theme(t, termenv.Ascii, ASCII)
	for series, want := range map[string]string{"ok": "+", "étape": "?"} {
		if got := th.LevelTag(series); got != want {
			t.Errorf("ASCII LevelTag(%q) = %q, want %q", series, got, want)
		}
	}
}

func TestSeries_SameKeySameStyleAndEnoughOfThem(t *testing.T) {
	th := variant{"calm", true}.theme(t, termenv.TrueColor, Braille)
	seen := map[string]bool{}
	for i := range 500 {
		key := "run-" + strconv.Itoa(i)
		first := th.Series(key).Render("x")
		if again := th.Series(key).Render("x"); again != first {
			t.Errorf("%s has two styles", key)
		}
		seen[first] = true
	}
	if len(seen) < 10 {
		t.Errorf("%d series styles, want 10", len(seen))
	}
}
