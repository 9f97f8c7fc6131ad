package edit

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

type scene struct {
	name string
	show func(*Overlay)
}

func scenes() []scene {
	return []scene{
		{"name", func(o *Overlay) { o.OpenName(owl()) }},
		{"name too long", func(o *Overlay) { o.OpenName(owl()); paste(o, strings.Repeat("-and-more", 30)) }},
		{"name being saved", func(o *Overlay) { o.OpenName(owl()); press(o, "b", "enter") }},
		{"note", func(o *Overlay) { o.OpenNote(owl()) }},
		{"note at the button", func(o *Overlay) { o.OpenNote(owl()); press(o, "tab") }},
		{"note not taken", func(o *Overlay) {
			o.OpenNote(owl())
			press(o, "!", "ctrl+d")
			o.Failed("bert", "9e5be61b-c7ab", `change run "9e5be61b-c7ab": the history is paused, for the disk is full (free some space, then try again)`)
		}},
		{"note, none yet", func(o *Overlay) { o.OpenNote(protocol.RunInfo{ID: "r1"}) }},
		{"tags", func(o *Overlay) { o.OpenTags(owl()) }},
		{"delete", func(o *Overlay) { o.OpenDelete(owl(), false) }},
		{"delete, yes marked", func(o *Overlay) { o.OpenDelete(owl(), false); press(o, "tab") }},
		{"delete a long one", func(o *Overlay) { o.OpenDelete(long(), false); press(o, "red-ow") }},
		{"delete by another name", func(o *Overlay) { o.OpenDelete(long(), false); press(o, "red-ow", "enter") }},
	}
}

func TestView_Screens(t *testing.T) {
	for _, size := range [][2]int{{20, 5}, {40, 12}, {60, 16}, {80, 24}, {120, 40}, {200, 60}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			var b strings.Builder
			for _, s := range scenes() {
				o := newOverlay(t)
				o.SetSize(size[0], size[1])
				s.show(o)
				w, h := o.Size()
				fmt.Fprintf(&b, "%s, %dx%d\n%s\n\n", s.name, w, h, o.View())
			}
			golden.RequireEqual(t, []byte(b.String()))
		})
	}
}

func TestView_ASCII(t *testing.T) {
	var b strings.Builder
	for _, s := range scenes() {
		o := newOverlay(t)
		o.SetTheme(themetest.New(t, termenv.Ascii, theme.ASCII))
		s.show(o)
		view := o.View()
		b.WriteString(view + "\n\n")
		for _, r := range view {
			if r > 0x7e {
				t.Errorf("%s: %q is not ASCII", s.name, r)
			}
		}
	}
	golden.RequireEqual(t, []byte(b.String()))
}

func TestView_Styled(t *testing.T) {
	var b strings.Builder
	for _, s := range scenes() {
		o := newOverlay(t)
		o.SetTheme(themetest.New(t, termenv.TrueColor, theme.Braille))
		s.show(o)
		b.WriteString(o.View() + "\n\n")
	}
	golden.RequireEqual(t, []byte(b.String()))
}

func hostile() protocol.RunInfo {
	const nasty = "\x1b[2J\x1b]0;t\x07\u202e損失函数\u0301👩‍👩‍👧‍👦\xff\r\ttab"
	return protocol.RunInfo{
		ID: nasty, Project: nasty, Name: nasty + strings.Repeat("x", 1<<12), Notes: strings.Repeat(nasty+"\n", 40), Tags: []string{nasty, nasty + "2"},
		Counts: map[protocol.EventType]int64{nasty: 1 << 62},
	}
}

func TestView_IsExactlyItsSize(t *testing.T) {
	for _, s := range append(scenes(),
		scene{"hostile name", func(o *Overlay) { o.OpenName(hostile()) }},
		scene{"hostile note", func(o *Overlay) { o.OpenNote(hostile()) }},
		scene{"hostile tags", func(o *Overlay) { o.OpenTags(hostile()) }},
		scene{"hostile delete", func(o *Overlay) { o.OpenDelete(hostile(), false); paste(o, hostile().Name) }},
		scene{"hostile error", func(o *Overlay) {
			o.OpenName(owl())
			press(o, "b", "enter")
			o.Failed("bert", owl().ID, hostile().Notes)
		}},
	) {
		o := newOverlay(t)
		s.show(o)
		for _, w := range []int{-1, 0, 1, 2, 3, 4, 5, 11, 19, 20, 26, 40, 59, 60, 72, 90, 200} {
			for _, h := range []int{-1, 0, 1, 2, 3, 4, 5, 9, 15, 16, 24, 60} {
				o.SetSize(w, h)
				checkSize(t, fmt.Sprintf("%s on %dx%d", s.name, w, h), o, w, h)
			}
		}
	}
}

func checkSize(t *testing.T, what string, o *Overlay, screenW, screenH int) {
	t.Helper()
	w, h := o.Size()
	view := o.View()
	if screenW <= 0 || screenH <= 0 {
		if w != 0 || h != 0 || view != "" {
			t.Fatalf("%s: %dx%d, view %q", what, w, h, view)
		}
		return
	}
	if w > screenW || h > screenH || w < 1 || h < 1 {
		t.Fatalf("%s: the box is %dx%d", what, w, h)
	}
	lines := strings.Split(view, "\n")
	if len(lines) != h {
		t.Fatalf("%s: %d rows, size says %d", what, len(lines), h)
	}
	for _, row := range lines {
		if rw := ansi.StringWidth(row); rw != w || lipgloss.Width(row) != w {
			t.Fatalf("%s: a row of %d cells, size says %d: %q", what, rw, w, row)
		}
		if strings.ContainsAny(ansi.Strip(row), "\x1b\x07\u202e\r\t") {
			t.Fatalf("%s: foreign text is drawn as it came: %q", what, row)
		}
	}
}

func TestView_HintsAreKeysThatWork(t *testing.T) {
	for _, s := range scenes() {
		o := newOverlay(t)
		s.show(o)
		view := o.View()
		if back, _ := o.keys.Binding(o.Scope(), keys.CmdBack); !strings.Contains(view, back.Label()+" ") {
			t.Errorf("%s does not say how to leave it:\n%s", s.name, view)
		}
	}
}
