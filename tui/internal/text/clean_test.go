package text

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestClean_OnlyColoursAndTextSurvive(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"plain", "step 4,211 loss 1.71", "step 4,211 loss 1.71"},
		{"han", "损失 1.71", "损失 1.71"},
		{"colour", "\x1b[31mred\x1b[0m text", "\x1b[31mred\x1b[0m text"},
		{"colour left open is closed", "\x1b[31mred", "\x1b[31mred\x1b[0m"},
		{"empty SGR is a reset", "\x1b[1mx\x1b[my", "\x1b[1mx\x1b[0my"},
		{"unused colour is dropped", "a\x1b[31m\x1b[0mb\x1b[32m", "ab"},
		{"indexed colour", "\x1b[38;5;208mx", "\x1b[38;5;208mx\x1b[0m"},
		{"true colour and background", "\x1b[38;2;1;2;3;48;5;7mx", "\x1b[38;2;1;2;3;48;5;7mx\x1b[0m"},
		{"colon colour", "\x1b[38:2::1:2:3mx", "\x1b[38;2;1;2;3mx\x1b[0m"},
		{"colon colour without space", "\x1b[38:2:1:2:3mx", "\x1b[38;2;1;2;3mx\x1b[0m"},
		{"colour out of range", "\x1b[38;5;999mx", "x"},
		{"cut colour", "\x1b[38;2;1mx", "x"},
		{"huge parameter", "\x1b[99999999999999999999mx", "x"},
		{"bright", "\x1b[97;100mx", "\x1b[97;100mx\x1b[0m"},
		{"weights on and off", "\x1b[1;3;4mx\x1b[22;24my", "\x1b[1;3;4mx\x1b[0;3my\x1b[0m"},
		{"no underline by colon", "\x1b[4:3mx\x1b[4:0my", "\x1b[4mx\x1b[0my"},
		{"underline colour is skipped whole", "\x1b[58;5;1mx", "x"},
		{"no blinking, nothing hidden", "\x1b[5;6;8mx", "x"},
		{"keyboard mode is no colour", "\x1b[>4;1mx", "x"},
		{"cursor moves and erasing", "a\x1b[2J\x1b[1;1Hb\x1b[Kc", "abc"},
		{"unfinished sequence", "a\x1b[31", "a"},
		{"lone escape", "a\x1b", "a"},
		{"title by OSC and bell", "a\x1b]0;evil\ab", "ab"},
		{"link by OSC and ST", "\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"},
		{"OSC that never ends", "a\x1b]52;c;aGk=", "a"},
		{"DCS", "a\x1bPq#0\x1b\\b", "ab"},
		{"APC with a bell inside", "a\x1b_Gf=100\a;x\x1b\\b", "ab"},
		{"new escape ends a string", "a\x1b]0;x\x1b[31mb", "a\x1b[31mb\x1b[0m"},
		{"cancel ends a string", "a\x1b]0;x\x18b", "ab"},
		{"title of screen", "a\x1bkname\x1b\\b", "ab"},
		{"character set", "a\x1b(0b\x1bcd", "abd"},
		{"C1 introducer in UTF-8", "a\u009b31mb\u009b2Jc", "a\x1b[31mbc\x1b[0m"},
		{"C1 string in UTF-8", "a\u009d0;t\u009cb", "ab"},
		{"raw C1 byte", "a\x9b2Jb", "a\ufffd2Jb"},
		{"controls", "a\x00b\x07c\x08d\x7fe", "abcde"},
		{"line breaks", "a\nb\vc\u0085d\u2028e", "a b c d e"},
		{"tab", "a\tb\tccccc\td", "a   b   ccccc   d"},
		{"tab after wide text", "损\tx", "损  x"},
		{"tab counts no colour", "\x1b[31ma\tb", "\x1b[31ma   b\x1b[0m"},
		{"carriage return wins", " 50%\r100%", "100%"},
		{"carriage return keeps the colour", "\x1b[31m50%\r100%", "\x1b[31m100%\x1b[0m"},
		{"last carriage return erases nothing", "done\r", "done"},
		{"CRLF", "done\r\r", "done"},
		{"tab after a return", "abc\r\tx", "    x"},
		{"invalid UTF-8", "a\xffb\xc3", "a\ufffdb\ufffd"},
		{"bidi", "a\u202eb\u2066c\u2069d\u200fe", "abcde"},
		{"zero width", "a\u200bb\ufeffc\u2060d\u00ade", "abcde"},
		{"fillers", "a\u3164b\u115fc", "abc"},
		{"tags", "a\U000e0041b", "ab"},
		{"variation selector", "\u26a0\ufe0f", "\u26a0"},
		{"combining", "e\u0301", "e\u0301"},
		{"mark on nothing", "\u0301\u0301e", "e"},
		{"mark after a return", "abc\r\u0301x", "x"},
		{"vowel sign on nothing", "\u093fx", "x"},
		{"skin tone on nothing", "🏽x", "x"},
		{"skin tone", "👍🏽", "👍🏽"},
		{"tower of marks", "e" + strings.Repeat("\u0301", 50), "e" + strings.Repeat("\u0301", maxMarks)},
		{"emoji family", "👨‍👩‍👧", "👨‍👩‍👧"},
		{"joiner between ASCII", "a\u200db\u200d", "ab"},
		{"joiner in Persian", "می\u200cخواهم", "می\u200cخواهم"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Clean(tt.in); got != tt.want {
				t.Errorf("Clean(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestPlain_HasNoStyle(t *testing.T) {
	for in, want := range map[string]string{
		"\x1b[1;31mbert\x1b[0m-fine": "bert-fine",
		"a\u009b31mb":                "ab",
		"x\r\x1b[32my":               "y",
		"green-fox-12":               "green-fox-12",
	} {
		if got := Plain(in); got != want {
			t.Errorf("Plain(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLines_StyleGoesOnAndIsClosedPerLine(t *testing.T) {
	got := Lines("a\x1b[31mb\nc\r\n\nd\x1b[0me\n")
	want := []string{"a\x1b[31mb\x1b[0m", "\x1b[31mc\x1b[0m", "", "\x1b[31md\x1b[0me"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{""}, Lines("")); diff != "" {
		t.Error(diff)
	}
	// A string that never ends is the loss of its own line only.
	if diff := cmp.Diff([]string{"a", "b"}, Lines("a\x1b]0;x\nb")); diff != "" {
		t.Error(diff)
	}
}

func TestClean_OrdinaryTextIsNotCopied(t *testing.T) {
	for _, s := range []string{asciiLine, "损失函数 1.71 – ok"} {
		if n := testing.AllocsPerRun(100, func() { Clean(s) }); n != 0 {
			t.Errorf("Clean(%q) allocates %v times", s, n)
		}
	}
}

// hostile is what fuzzing starts from, here and in the other tests.
var hostile = []string{
	"", "plain", "\x1b[31mred", "a\tb", "50%\r100%", "\x1b]0;t\a", "\x1bP\x1b\\", "\u009b31mx", "\xff\xfe\x9b",
	"👨‍👩‍👧‍👦 family", "🇩🇪🇫🇷", "1️⃣ keycap", "é", "\u0301x", "损失函数", "\u202eabc\u2066",
	"한국어 ภาษาไทย ދިވެހި हिन्दी क्षि", "e" + strings.Repeat("\u0301", 30), "\x1b[38;2;1;2;3;48;5;9mx\x1b[0m y",
	"\x1b[4:3m\x1b[58:2::1:2:3mu", "\u0600123", "\u200d\u200d👩", "｡ﾟｶﾞ", "\ufe0f\ufe0e", "🏳️‍🌈 a\u200bb", "0\u0600", "ि", "🏽", "aﾞ",
}

func FuzzClean(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, got := range map[string]string{"Clean": Clean(s), "Plain": Plain(s)} {
			checkSafe(t, name, got)
			if again := Clean(got); again != got {
				t.Errorf("%s(%q) = %q, cleaned again %q", name, s, got, again)
			}
		}
		if p := Plain(s); strings.ContainsRune(p, 0x1b) {
			t.Errorf("Plain(%q) = %q", s, p)
		}
		for _, line := range Lines(s) {
			checkSafe(t, "Lines", line)
		}
	})
}

// checkSafe fails for a line that could do more than draw coloured text.
func checkSafe(t *testing.T, name, s string) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Errorf("%s left invalid UTF-8: %q", name, s)
	}
	var open style
	for i := 0; i < len(s); {
		if s[i] == 0x1b {
			n, params, sgr := escape(s[i:])
			if !sgr {
				t.Fatalf("%s left a sequence that is no colour: %q", name, s)
			}
			open.apply(params)
			i += n
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			t.Fatalf("%s left %U in %q", name, r, s)
		}
		i += n
	}
	if open != (style{}) {
		t.Errorf("%s left a style open: %q", name, s)
	}
}

const (
	asciiLine  = "2026-11-22 14:19:50 I train   step 41180  loss 1.712  lr 2.9e-04  grad norm 1.2"
	colourLine = "14:19:50 \x1b[32mI\x1b[0m train   step \x1b[1m41180\x1b[0m  loss 1.712  lr 2.9e-04"
	barLine    = " 50%|█████     | 50/100 [00:10<00:10]\r 51%|█████     | 51/100 [00:10<00:10]"
)

func BenchmarkClean(b *testing.B) {
	for _, bb := range []struct{ name, line string }{
		{"ascii", asciiLine}, {"han", strings.Repeat("损失", 20)}, {"colour", colourLine}, {"bar", barLine},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Clean(bb.line)
			}
		})
	}
}
