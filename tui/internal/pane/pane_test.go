package pane

import (
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"github.com/muesli/termenv"

	"apps.local/neetbox-tui/tui/internal/layout"
	"apps.local/neetbox-tui/tui/internal/theme"
	"apps.local/neetbox-tui/tui/internal/theme/themetest"
)

var corpus = []string{
	"", "plain text", "损失函数 is 1.71 and much longer than any pane that is narrow", "👨‍👩‍👧‍👦👩🏽‍🚀🏳️‍🌈🇩🇪", "e\u0301\u0301 combining",
	"\u0301leading mark", "\ufe0fleading selector", "\u200d👩 leading joiner", "tab\there", "50%\r100%", "\x1b[31mred left open",
	"\x1b[2J\x1b[Hcleared", "\x1b]0;title\x07text", "\x1b]52;c;never ended", "\xff\xfe invalid", "two\nlines", "\u202ertl עברית",
	"\x1b[1;38;5;208mcolour\x1b[0m \x1b[7mreverse\x1b[0m", "ภาษาไทย हिन्दी क्षि 한국어", strings.Repeat("█", 300),
}

func checkSize(t *testing.T, what, got string, w, h int) {
	t.Helper()
	if w <= 0 || h <= 0 {
		if got != "" {
			t.Fatalf("%s at %dx%d is not empty: %q", what, w, h, got)
		}
		return
	}
	lines := strings.Split(got, "\n")
	if len(lines) != h {
		t.Fatalf("%s at %dx%d has %d rows", what, w, h, len(lines))
	}
	for _, line := range lines {
		if lw := ansi.StringWidth(line); lw != w {
			t.Fatalf("%s at %dx%d has a row of %d cells: %q", what, w, h, lw, line)
		}
	}
	if lipgloss.Width(got) != w || lipgloss.Height(got) != h {
		t.Fatalf("%s at %dx%d is %dx%d for lipgloss", what, w, h, lipgloss.Width(got), lipgloss.Height(got))
	}
}

func TestFrame_IsExactlyItsRectangle(t *testing.T) {
	for _, th := range []theme.Theme{themetest.New(t, termenv.Ascii, theme.ASCII), themetest.New(t, termenv.TrueColor, theme.Braille)} {
		for i, w := range sizes(220) {
			for j, h := range sizes(70) {
				title := Title{Text: corpus[(i+j)%len(corpus)], Right: corpus[(i*3+j)%len(corpus)]}
				r := layout.Rect{X: 3, Y: 2, W: w, H: h}
				checkSize(t, "frame", Frame(th, title, corpus[(i*j)%len(corpus):], r, i%2 == 0), w, h)
				checkSize(t, "block", Block(corpus, w, h), w, h)
			}
		}
	}
}

func sizes(limit int) []int {
	s := []int{-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
	for n := 13; n <= limit; n += 13 {
		s = append(s, n)
	}
	return append(s, limit)
}

func TestInner_IsTheRoomInsideTheFrame(t *testing.T) {
	for _, tt := range []struct{ r, want layout.Rect }{
		{layout.Rect{W: 10, H: 5}, layout.Rect{W: 8, H: 3}},
		{layout.Rect{W: 4, H: 3}, layout.Rect{W: 2, H: 1}},
		{layout.Rect{W: 3, H: 3}, layout.Rect{W: 3, H: 3}},
		{layout.Rect{W: 9, H: 2}, layout.Rect{W: 9, H: 2}},
		{layout.Rect{W: -1, H: 0}, layout.Rect{}},
	} {
		if w, h := Inner(tt.r); w != tt.want.W || h != tt.want.H {
			t.Errorf("Inner(%v) = %d, %d", tt.r, w, h)
		}
	}
}

func TestFrame_Titles(t *testing.T) {
	th := themetest.New(t, termenv.Ascii, theme.Braille)
	ascii := themetest.New(t, termenv.Ascii, theme.ASCII)
	body := []string{"bert-finetune", "a line that is longer than the frame"}
	out := ""
	var outSb94 strings.Builder
	for _, w := range []int{30, 14, 11, 9, 6, 5, 4} {
		outSb94.WriteString(Frame(th, Title{"Runs", "5"}, body, layout.Rect{W: w, H: 4}, true) + "\n")
	}
	out += outSb94.String()
	out += Frame(ascii, Title{"Runs", "5"}, body, layout.Rect{W: 30, H: 4}, false) + "\n"
	out += Frame(th, Title{}, body, layout.Rect{W: 12, H: 4}, false) + "\n"
	out += Frame(th, Title{Right: "5"}, body, layout.Rect{W: 12, H: 4}, false) + "\n"
	golden.RequireEqual(t, []byte(out))
}

func TestFrame_FocusIsSeen(t *testing.T) {
	th := themetest.New(t, termenv.TrueColor, theme.Braille)
	r := layout.Rect{W: 20, H: 4}
	if Frame(th, Title{Text: "Log"}, nil, r, true) == Frame(th, Title{Text: "Log"}, nil, r, false) {
		t.Error("the focused frame looks like the others")
	}
}

func TestJoin_IsExactlyTheScreen(t *testing.T) {
	th := themetest.New(t, termenv.TrueColor, theme.Braille)
	for i, w := range sizes(220) {
		for j, h := range sizes(70) {
			l := layout.Compute(layout.Args{W: w, H: h, Focus: layout.Panes()[(i+j)%4], Zoom: i%3 == 0})
			views := map[layout.Kind]string{}
			for n, k := range l.Kinds() {
				r, _ := l.Rect(k)
				switch n % 3 {
				case 0:
					views[k] = Frame(th, Title{Text: k.String()}, corpus, r, false)
				case 1:
					views[k] = strings.Join(corpus, "\n") // no pane should, one might
				}
			}
			checkSize(t, "screen", Join(l, views), w, h)
		}
	}
}

func TestJoin_PutsEachPaneInItsPlace(t *testing.T) {
	th := themetest.New(t, termenv.Ascii, theme.Braille)
	l := layout.Compute(layout.Args{W: 100, H: 30})
	views := map[layout.Kind]string{layout.Header: "header", layout.Status: "status"}
	for _, k := range layout.Panes() {
		r, _ := l.Rect(k)
		views[k] = Frame(th, Title{Text: k.String()}, []string{k.String() + " body"}, r, false)
	}
	golden.RequireEqual(t, []byte(Join(l, views)))
}

func BenchmarkScreen(b *testing.B) {
	th := themetest.New(b, termenv.TrueColor, theme.Braille)
	l := layout.Compute(layout.Args{W: 200, H: 60})
	body := make([]string, 60)
	for i := range body {
		body[i] = "14:19:50 " + th.Success.Render("I") + " train   step " + th.Accent.Render("41180") + "  loss 1.712  lr 2.9e-04"
	}
	b.ReportAllocs()
	for b.Loop() {
		views := map[layout.Kind]string{}
		for _, k := range l.Kinds() {
			r, _ := l.Rect(k)
			views[k] = Frame(th, Title{Text: k.String(), Right: "5"}, body, r, false)
		}
		Join(l, views)
	}
}
