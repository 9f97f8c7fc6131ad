package runs

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"github.com/muesli/termenv"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/theme"
	"apps.local/neetbox-tui/tui/internal/theme/themetest"
)

func TestView_Goldens(t *testing.T) {
	for name, p := range scenes(t) {
		t.Run(name, func(t *testing.T) {
			out := ""
			var outSb22 strings.Builder
			for _, s := range [][2]int{{28, 20}, {40, 30}, {60, 12}, {80, 20}, {20, 5}} {
				p.SetSize(s[0], s[1])
				outSb22.WriteString(fmt.Sprintf("%dx%d\n%s\n", s[0], s[1], p.View()))
			}
			out += outSb22.String()
			golden.RequireEqual(t, []byte(out))
		})
	}
}

func TestSummaryWordHeader_Goldens(t *testing.T) {
	for name, p := range scenes(t) {
		t.Run(name, func(t *testing.T) {
			out := "summary 38x6\n" + p.Summary(38, 6) + "\nsummary 24x3\n" + p.Summary(24, 3) + "\n"
			var outSb35 strings.Builder
			for _, s := range [][2]int{{19, 3}, {9, 1}, {7, 1}, {1, 1}} {
				outSb35.WriteString(fmt.Sprintf("word %dx%d\n%s\n", s[0], s[1], p.Word(s[0], s[1])))
			}
			out += outSb35.String()
			var outSb38 strings.Builder
			for _, w := range []int{120, 100, 80, 60, 40, 24, 10} {
				outSb38.WriteString(p.Header(HeaderInfo{Program: "neetbox-tui", Address: "gpu-box:5000"}, w) + "|\n")
			}
			out += outSb38.String()
			golden.RequireEqual(t, []byte(out))
		})
	}
}

func TestView_Styled(t *testing.T) {
	p := New(themetest.New(t, termenv.TrueColor, theme.Braille), keys.Default())
	p.SetNow(noon())
	p.SetFocused(true)
	p.SetSnapshot(usual())
	p.SetSize(60, 12)
	golden.RequireEqual(t, []byte(p.View()))
}

func TestView_ASCII(t *testing.T) {
	p := New(themetest.New(t, termenv.Ascii, theme.ASCII), keys.Default())
	p.SetNow(noon())
	p.SetSnapshot(usual())
	p.SetSize(40, 14)
	golden.RequireEqual(t, []byte(p.View()))
}

func TestEveryForm_IsExactlyItsSize(t *testing.T) {
	for name, p := range scenes(t) {
		for w := -1; w <= 130; w += 1 + max(w, 0)/10 {
			for h := -1; h <= 50; h += 1 + max(h, 0)/10 {
				p.SetSize(w, h)
				checkSize(t, name, p.View(), w, h)
				checkSize(t, name+" summary", p.Summary(w, h), w, h)
				checkSize(t, name+" word", p.Word(w, h), w, h)
			}
			checkSize(t, name+" header", p.Header(HeaderInfo{"neetbox-tui", "\x1b[2Jhost:5000"}, w), w, 1)
		}
	}
}

func checkSize(t *testing.T, what, got string, w, h int) {
	t.Helper()
	if w <= 0 || h <= 0 {
		if got != "" {
			t.Fatalf("%s at %dx%d is not empty: %q", what, w, h, got)
		}
		return
	}
	if lipgloss.Width(got) != w || lipgloss.Height(got) != h {
		t.Fatalf("%s at %dx%d is %dx%d:\n%s", what, w, h, lipgloss.Width(got), lipgloss.Height(got), got)
	}
	for l := range strings.SplitSeq(got, "\n") {
		if ansi.StringWidth(l) != w {
			t.Fatalf("%s at %dx%d has a row of %d cells: %q", what, w, h, ansi.StringWidth(l), l)
		}
	}
}

func BenchmarkView(b *testing.B) {
	for _, n := range []int{60, 10_000} {
		b.Run(fmt.Sprint(n, " runs"), func(b *testing.B) {
			p := New(themetest.New(b, termenv.TrueColor, theme.Braille), keys.Default())
			p.SetNow(noon())
			p.SetSize(60, 58)
			q := many(b, n)
			p.model, p.loaded, p.resort = q.model, true, true
			p.flush()
			for _, in := range p.model.projects {
				in.all = true
			}
			p.relist()
			b.ReportAllocs()
			for b.Loop() {
				p.drawn = ""
				p.View()
			}
		})
	}
}

func BenchmarkRelist(b *testing.B) {
	p := many(b, 10_000)
	p.SetSize(60, 58)
	i := int64(0)
	b.ReportAllocs()
	for b.Loop() {
		i++
		state := protocol.RunRunning
		if i%2 == 0 {
			state = protocol.RunQuiet
		}
		p.Apply(presence("p", "id1", state, i))
		p.View()
	}
}
