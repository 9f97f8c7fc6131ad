package term_test

import (
	"os"
	"runtime"
	"testing"

	"github.com/muesli/termenv"

	"apps.local/neetbox-tui/tui/internal/term"
)

type vars map[string]string

func (v vars) get(name string) string { return v[name] }

// files returns a Terminal on two files that are no terminals.
func files(t *testing.T, env vars) *term.Terminal {
	t.Helper()
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); out.Close() })
	return term.Open(in, out, env.get)
}

func TestProfile_AlwaysGoesByTheEnvironmentAlone(t *testing.T) {
	for _, tt := range []struct {
		env  vars
		want termenv.Profile
	}{
		{vars{"TERM": "xterm-256color", "COLORTERM": "truecolor"}, termenv.TrueColor},
		{vars{"TERM": "xterm-256color", "COLORTERM": "24bit"}, termenv.TrueColor},
		{vars{"TERM": "xterm-256color"}, termenv.ANSI256},
		{vars{"TERM": "xterm-kitty"}, termenv.TrueColor},
		{vars{"TERM": "xterm-direct"}, termenv.TrueColor},
		{vars{"TERM": "xterm", "COLORTERM": "yes"}, termenv.ANSI256},
		{vars{"TERM": "xterm"}, termenv.ANSI},
		{vars{"TERM": "linux"}, termenv.ANSI},
		{vars{"TERM": "screen-256color", "COLORTERM": "truecolor", "TMUX": "/x"}, termenv.TrueColor},
		{vars{"TERM": "screen", "COLORTERM": "truecolor"}, termenv.ANSI256},
		{vars{"TERM": "vt100"}, termenv.ANSI},
		{vars{"TERM": "dumb", "COLORTERM": "truecolor"}, termenv.ANSI},
	} {
		if got := files(t, tt.env).Profile("always"); got != tt.want {
			t.Errorf("%v: %s, want %s", tt.env, got.Name(), tt.want.Name())
		}
	}
}

func TestProfile_PlainWhenTurnedOffOrNoTerminal(t *testing.T) {
	best := files(t, vars{"TERM": "xterm-kitty", "COLORTERM": "truecolor"})
	for _, color := range []string{"never", "auto", ""} {
		if got := best.Profile(color); got != termenv.Ascii {
			t.Errorf("%q: %s, want plain text", color, got.Name())
		}
	}
}

func TestGlyphs_FollowTheSettingThenTheEnvironment(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("locale variables say nothing about a console")
	}
	for _, tt := range []struct {
		setting string
		env     vars
		want    term.GlyphMode
	}{
		{"ascii", vars{"LANG": "en_US.UTF-8"}, term.ASCII},
		{"braille", vars{"TERM": "linux"}, term.Braille},
		{"block", vars{"LANG": "C"}, term.Block},
		{"auto", vars{"LANG": "en_US.UTF-8"}, term.Braille},
		{"auto", vars{"LANG": "zh_CN.utf8"}, term.Braille},
		{"auto", vars{"TERM": "linux", "LANG": "en_US.UTF-8"}, term.ASCII},
		{"auto", vars{"LANG": "C"}, term.ASCII},
		{"auto", vars{"LANG": "C.UTF-8"}, term.Braille},
		{"auto", vars{"LC_ALL": "POSIX", "LANG": "en_US.UTF-8"}, term.ASCII},
		{"auto", vars{"LC_CTYPE": "de_DE.ISO-8859-1", "LANG": "de_DE.UTF-8"}, term.ASCII},
		{"auto", vars{"LC_CTYPE": "UTF-8"}, term.Braille},
		{"auto", vars{}, term.Braille},
		{"nonsense", vars{}, term.Braille},
	} {
		if got := files(t, tt.env).Glyphs(tt.setting); got != tt.want {
			t.Errorf("%s with %v: %s, want %s", tt.setting, tt.env, got, tt.want)
		}
	}
}

func TestDarkByColour(t *testing.T) {
	for _, tt := range []struct {
		text        string
		dark, known bool
	}{
		{"rgb:0000/0000/0000", true, true},
		{"rgb:ffff/ffff/ffff", false, true},
		{"rgb:1e1e/1e1e/2e2e", true, true},
		{"rgb:fd/f6/e3", false, true},
		{"rgb:f/f/f", false, true},
		{"rgba:0000/0000/ffff/8000", true, true},
		{"#282828", true, true},
		{"#ffff00000000", false, true}, // black reads better on pure red
		{"#8b0000", true, true},
		{"", false, false},
		{"rgb:", false, false},
		{"rgb:00/00", false, false},
		{"rgb:00/00/00/00", false, false},
		{"rgb:00000/0/0", false, false},
		{"rgb:gg/00/00", false, false},
		{"rgb:-1/+1/0x", false, false},
		{"#12345", false, false},
		{"#", false, false},
		{"black", false, false},
	} {
		if dark, known := term.DarkByColour(tt.text); dark != tt.dark || known != tt.known {
			t.Errorf("%q: dark %t known %t, want %t %t", tt.text, dark, known, tt.dark, tt.known)
		}
	}
}

func TestDarkByEnv(t *testing.T) {
	for _, tt := range []struct {
		value       string
		dark, known bool
	}{
		{"15;0", true, true},
		{"0;15", false, true},
		{"15;default;0", true, true},
		{"0;default;7", false, true},
		{"15;8", true, true},
		{"0;default", false, false},
		{"", false, false},
		{"0", false, false},
		{"0;231", false, false},
		{"0;-1", false, false},
	} {
		if dark, known := term.DarkByEnv(tt.value); dark != tt.dark || known != tt.known {
			t.Errorf("%q: dark %t known %t, want %t %t", tt.value, dark, known, tt.dark, tt.known)
		}
	}
}

func FuzzDarkByColour(f *testing.F) {
	f.Add("rgb:0000/0000/0000")
	f.Add("#ffffff")
	f.Fuzz(func(t *testing.T, text string) {
		if dark, known := term.DarkByColour(text); dark && !known {
			t.Errorf("%q: dark but not known", text)
		}
	})
}

func TestTerminal_NoTerminalIsLeftAlone(t *testing.T) {
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	tt := term.Open(in, out, vars{"TERM": "xterm-256color"}.get)
	if tt.Interactive() {
		t.Error("a pipe is taken for a terminal")
	}
	if dark, known := tt.Background(t.Context()); dark || known {
		t.Error("a pipe has a background")
	}
	if _, err := tt.Copy("text"); err == nil {
		t.Error("a pipe has a clipboard")
	}
	tt.Title("title")
	tt.Restore()
	out.Close()
	if n, _ := in.Read(make([]byte, 1)); n != 0 {
		t.Error("something was written")
	}
}
