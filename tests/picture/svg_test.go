package main

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
)

// emulated is the screen after a program wrote the text.
func emulated(t testing.TB, columns, rows int, text string) screen {
	t.Helper()
	e := newEmulator(columns, rows, io.Discard)
	// Anything behind it makes the last character whole.
	if _, err := io.WriteString(e, text+"\x1b[m"); err != nil {
		t.Fatal(err)
	}
	return e.screen()
}

func TestSVG_HasEverythingOnItsColumn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, text string
		want       []string
		absent     []string
	}{
		{
			name: "a run is as long as its cells", text: "ab cd  efg",
			want: []string{`<text x="0" y="14" textLength="45">ab cd</text>`, `<text x="63" y="14" textLength="27">efg</text>`},
		},
		{
			name: "a row is 19 pixels", text: "\r\n x",
			want: []string{`<text x="9" y="33">x</text>`},
		},
		{
			name: "foreign text is escaped", text: `<a href="x">&'`,
			want: []string{`>&lt;a href=&#34;x&#34;&gt;&amp;&#39;</text>`}, absent: []string{"<a "},
		},
		{
			name: "a symbol is in the middle of its cell", text: "a✓b",
			want: []string{`<text x="0" y="14">a</text>`, `<text x="13.5" y="14" text-anchor="middle">✓</text>`, `<text x="18" y="14">b</text>`},
		},
		{
			name: "a wide character has two cells", text: "語b",
			want: []string{`<text x="9" y="14" text-anchor="middle">語</text>`, `<text x="18" y="14">b</text>`},
		},
		{
			name: "a character of several runes has the cells it has", text: "e\u0301x 👩‍🚀y",
			want: []string{"text-anchor=\"middle\">e\u0301</text>", `<text x="9" y="14">x</text>`, ">👩‍🚀</text>", `<text x="45" y="14">y</text>`},
		},
		{
			name: "a symbol that could be a coloured picture is not", text: "⚠",
			want: []string{">⚠\uFE0E</text>"},
		},
		{
			name: "truecolor", text: "\x1b[38;2;1;2;3mx",
			want: []string{`<g fill="#010203">`},
		},
		{
			name: "truecolor without red and green is no palette index", text: "\x1b[1;38;2;0;0;3mx",
			want: []string{`<g fill="#000103" font-weight="bold">`},
		},
		{
			name: "the palette's cube and greys", text: "\x1b[38;5;208mx\x1b[38;5;244my",
			want: []string{`<g fill="#ff8700">`, `<g fill="#808080">`},
		},
		{
			name: "named colours, bold brightens", text: "\x1b[31mx\x1b[1my\x1b[0;96mz",
			want: []string{`<g fill="#f7768e">`, `<g fill="#ff899d" font-weight="bold">`, `<g fill="#a4daff">`},
		},
		{
			name: "reverse exchanges the colours", text: "\x1b[7mx",
			want: []string{`<g fill="#16161e">`, `<path fill="#d5d6db" d="M0 0H9V19H0z"/>`},
		},
		{
			name: "a paper is one area", text: "\x1b[48;2;42;51;64m a b ",
			want: []string{`<path fill="#2a3340" d="M0 0H45V19H0z"/>`},
		},
		{
			name: "italic and underline", text: "\x1b[3mx\x1b[0;4my z",
			want: []string{`font-style="italic"`, `text-decoration="underline"`, `textLength="27">y z</text>`},
		},
		{
			name: "lines join over cells and rows", text: "┌──┐\r\n│  │",
			want: []string{`M4 9H32V10H4zM4 9H5V38H4zM31 9H32V38H31z`}, absent: []string{"─", "│"},
		},
		{
			name: "blocks are areas", text: "██▌▄",
			want: []string{"M0 0H22.5V19H0zM27 9.5H36V19H27z"}, absent: []string{"█"},
		},
		{
			name: "a rounded corner is a curve", text: "╭",
			want: []string{`<path fill="none" stroke="#d5d6db" d="M0 0m4.5 19v-5q0-4.5 4.5-4.5"/>`},
		},
		{
			name: "Braille is dots", text: "⠉",
			want: []string{`stroke-linecap="round" d="M2.5 3h0M6.5 3h0"/>`},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text := svg(emulated(t, 20, 3, test.text))
			for _, want := range test.want {
				if !strings.Contains(text, want) {
					t.Errorf("no %s in\n%s", want, text)
				}
			}
			for _, absent := range test.absent {
				if strings.Contains(text, absent) {
					t.Errorf("%s in\n%s", absent, text)
				}
			}
		})
	}
}

func TestSVG_Golden(t *testing.T) {
	t.Parallel()
	s := emulated(t, 16, 5, "\x1b[36m╭─ \x1b[1mRuns\x1b[22m ───────╮\r\n"+
		"│\x1b[39;48;5;236m\x1b[32m ●\x1b[39m <fox> \x1b[90m3s\x1b[0;36m   │\r\n"+
		"│\x1b[33m▕██▋   ▏\x1b[36m      │\r\n"+
		"╰──────────────╯\r\n\x1b[7m q \x1b[27m leave")
	s.title = "a & b"
	golden.RequireEqual(t, svg(s))
}

func TestSVG_OfTheSameScreenIsTheSame(t *testing.T) {
	t.Parallel()
	s := emulated(t, 40, 4, "\x1b[31ma\x1b[32mb▄\x1b[33mc╭⠉\x1b[44md░▚\x1b[0m│")
	first := svg(s)
	for range 20 {
		if again := svg(s); again != first {
			t.Fatalf("differs:\n%s\n%s", first, again)
		}
	}
}

// FuzzSVG_IsXML puts text into cells as no emulator would.
func FuzzSVG_IsXML(f *testing.F) {
	for _, seed := range []string{"", "\x00", "]]>", "<&\"'>", "\xff", "\ufffe", "█", "╭", "⠿", "👩‍🚀"} {
		f.Add(seed, 1, true)
	}
	f.Fuzz(func(t *testing.T, text string, width int, underline bool) {
		c := cell{text: text, width: width % 3, style: style{underline: underline}}
		decoder := xml.NewDecoder(strings.NewReader(svg(screen{title: text, cells: [][]cell{{c, c}, {c, c}}})))
		for {
			_, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}
