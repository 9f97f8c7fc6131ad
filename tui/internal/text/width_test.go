package text

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
)

func TestFit_IsExactlyAsWideAsAsked(t *testing.T) {
	for _, tt := range []struct {
		in    string
		width int
		want  string
	}{
		{"abc", 5, "abc  "},
		{"abc", 3, "abc"},
		{"abcd", 3, "ab…"},
		{"abc", 1, "…"},
		{"abc", 0, ""},
		{"abc", -1, ""},
		{"损失函数", 8, "损失函数"},
		{"损失函数", 7, "损失函…"},
		{"损失函数", 6, "损失… "},
		{"损", 1, "…"},
		{"👨‍👩‍👧x", 2, "… "},
		{"👨‍👩‍👧x", 3, "👨‍👩‍👧x"},
		{"e\u0301e\u0301", 1, "…"},
		{"e\u0301e\u0301", 2, "e\u0301e\u0301"},
		{"\x1b[31mred\x1b[0m", 5, "\x1b[31mred\x1b[0m  "},
		{"\x1b[31mred", 5, "\x1b[31mred\x1b[0m  "},
		{"\x1b[31mreddish\x1b[0m", 4, "\x1b[31mred…\x1b[0m"},
		{"abc\x1b[31mreddish\x1b[0m", 4, "abc…"},
		{"a\tb\x1b[2J", 6, "a   b "},
		{"\u0301a", 2, "a "},
	} {
		if got := Fit(tt.in, tt.width); got != tt.want {
			t.Errorf("Fit(%q, %d) = %q, want %q", tt.in, tt.width, got, tt.want)
		}
	}
}

func TestFitWith_LeavesOutASignThatDoesNotFit(t *testing.T) {
	if got, want := FitWith("abcdef", 4, "~"), "abc~"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := FitWith("abcdef", 2, "..."), "ab"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPadLeft_EndsAtTheRightEdge(t *testing.T) {
	for _, tt := range []struct {
		in    string
		width int
		want  string
	}{{"1.71", 6, "  1.71"}, {"损", 4, "  损"}, {"123456", 4, "123…"}, {"x", 0, ""}} {
		if got := PadLeft(tt.in, tt.width); got != tt.want {
			t.Errorf("PadLeft(%q, %d) = %q, want %q", tt.in, tt.width, got, tt.want)
		}
	}
}

func TestWrap_BreaksAtSpacesAndNeverOverflows(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		width    int
		want     []string
	}{
		{"short", "abc", 5, []string{"abc"}},
		{"empty", "", 5, []string{""}},
		{"no width", "abc", 0, []string{""}},
		{"words", "the quick brown fox", 10, []string{"the quick", "brown fox"}},
		{"word at the edge", "abcde fgh", 5, []string{"abcde", "fgh"}},
		{"many spaces", "abc    def", 5, []string{"abc", "def"}},
		{"long word", "abcdefgh", 3, []string{"abc", "def", "gh"}},
		{"long word after a short", "ab cdefgh", 4, []string{"ab", "cdef", "gh"}},
		{"indentation", "    abcdef", 6, []string{"    ab", "cdef"}},
		{"wide", "损失函数", 5, []string{"损失", "函数"}},
		{"too wide", "损a", 1, []string{"…", "a"}},
		{"colour", "\x1b[31mred and green\x1b[0m", 8, []string{"\x1b[31mred and\x1b[0m", "\x1b[31mgreen\x1b[0m"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Wrap(tt.in, tt.width)); diff != "" {
				t.Errorf("Wrap(%q, %d): %s", tt.in, tt.width, diff)
			}
		})
	}
}

func FuzzFit(f *testing.F) {
	for i, s := range hostile {
		f.Add(s, i%7)
	}
	f.Fuzz(func(t *testing.T, s string, width int) {
		if width < -1 || width > 300 {
			return
		}
		for _, in := range []string{s, Clean(s)} {
			got := Fit(in, width)
			checkSafeWidth(t, "Fit", in, got, max(width, 0))
			if w := ansi.StringWidth(Truncate(in, width)); w > max(width, 0) {
				t.Errorf("Truncate(%q, %d) is %d wide", in, width, w)
			}
			checkSafeWidth(t, "PadLeft", in, PadLeft(in, width), max(width, 0))
			// A border before the text must not merge with it.
			if w := ansi.StringWidth("│" + got + "│"); w != max(width, 0)+2 {
				t.Errorf("Fit(%q, %d) = %q: %d wide in a frame", in, width, got, w)
			}
		}
	})
}

func checkSafeWidth(t *testing.T, name, in, got string, width int) {
	t.Helper()
	if w := ansi.StringWidth(got); w != width {
		t.Errorf("%s(%q, %d) = %q is %d wide", name, in, width, got, w)
	}
}

func FuzzWrap(f *testing.F) {
	for i, s := range hostile {
		f.Add(s, 1+i%7)
	}
	f.Fuzz(func(t *testing.T, s string, width int) {
		if width < 1 || width > 300 {
			return
		}
		lines := Wrap(s, width)
		for _, line := range lines {
			checkSafe(t, "Wrap", line)
			if w := ansi.StringWidth(line); w > width {
				t.Errorf("Wrap(%q, %d): line %q is %d wide", s, width, line, w)
			}
		}
		if width > 1 {
			// Nothing but spaces and marks without a place may get lost.
			got, want := letters(strings.Join(lines, "")), letters(s)
			if got != want {
				t.Errorf("Wrap(%q, %d) = %q lost text", s, width, lines)
			}
		}
	})
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || kindOf(r) != printable || Width(string(r)) == 0 {
			return -1
		}
		return r
	}, Plain(s))
}

func BenchmarkFit(b *testing.B) {
	for _, bb := range []struct {
		name, line string
		width      int
	}{
		{"ascii whole", asciiLine, len(asciiLine)},
		{"ascii cut", asciiLine, 40},
		{"colour padded", colourLine, 100},
		{"han cut", strings.Repeat("损失", 20), 40},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Fit(bb.line, bb.width)
			}
		})
	}
}
