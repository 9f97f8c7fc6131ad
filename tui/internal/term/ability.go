package term

import (
	"runtime"
	"strings"

	"github.com/muesli/termenv"
)

// Profile is how many colours to use. color is auto, always or never, and
// anything else counts as auto; NO_COLOR and its kin are folded into it by whoever
// reads the settings. never is plain text. auto is plain text when the output is
// no terminal, otherwise what COLORTERM and TERM say. always says the same
// without looking at the output, and never less than sixteen colours. Nothing
// is asked of the terminal.
func (t *Terminal) Profile(color string) termenv.Profile {
	switch color {
	case "never":
		return termenv.Ascii
	case "always":
		return min(profileByEnv(t.env), termenv.ANSI) // profiles count downwards
	}
	if !t.outIsTerminal {
		return termenv.Ascii
	}
	return profileByEnv(t.env)
}

func profileByEnv(env func(string) string) termenv.Profile {
	term := env("TERM")
	switch {
	case term == "dumb":
		return termenv.Ascii
	case term == "" && runtime.GOOS == "windows":
		return termenv.TrueColor // every console Go still runs on has it
	}
	switch strings.ToLower(env("COLORTERM")) {
	case "truecolor", "24bit":
		// tmux turns colours into what the terminal around it can show, GNU
		// screen passes on a variable that was not meant for it.
		if strings.HasPrefix(term, "screen") && env("TMUX") == "" {
			return termenv.ANSI256
		}
		return termenv.TrueColor
	case "yes", "true":
		return min(profileByTerm(term), termenv.ANSI256)
	}
	return profileByTerm(term)
}

func profileByTerm(term string) termenv.Profile {
	switch term {
	case "alacritty", "contour", "foot", "rio", "wezterm", "xterm-ghostty", "xterm-kitty":
		return termenv.TrueColor
	case "linux", "xterm", "screen", "tmux", "rxvt", "cygwin":
		return termenv.ANSI
	}
	switch {
	case strings.HasSuffix(term, "-direct"):
		return termenv.TrueColor
	case strings.Contains(term, "256color"):
		return termenv.ANSI256
	case strings.Contains(term, "color"), strings.Contains(term, "ansi"):
		return termenv.ANSI
	}
	return termenv.Ascii
}

// knownToAnswer tells whether a terminal of that TERM can be asked for its
// background.
func knownToAnswer(term string) bool {
	switch {
	case term == "", term == "dumb", term == "linux":
		return false
	case strings.HasPrefix(term, "screen"), strings.HasPrefix(term, "tmux"):
		return false
	}
	return true
}

// GlyphMode names the characters charts and marks are made of.
type GlyphMode string

// The glyph modes, finest first.
const (
	Braille GlyphMode = "braille" // eight dots to a cell
	Block   GlyphMode = "block"   // eighths of a cell
	ASCII   GlyphMode = "ascii"   // what every font and every encoding has
)

// Glyphs is which characters to draw with. A setting that names a mode decides;
// auto and anything else goes by the environment: ASCII on the Linux console,
// whose font has 512 glyphs at most, and where the locale names an encoding that
// is not UTF-8; Block on a Windows console that is not Windows Terminal, whose
// usual fonts lack braille; Braille everywhere else. A locale that is not set
// says nothing, as in most containers: terminals have been UTF-8 for long.
func (t *Terminal) Glyphs(setting string) GlyphMode {
	switch mode := GlyphMode(setting); mode {
	case Braille, Block, ASCII:
		return mode
	}
	switch {
	case t.env("TERM") == "linux":
		return ASCII
	case runtime.GOOS == "windows" && t.env("TERM") == "" && t.env("WT_SESSION") == "":
		return Block
	case !unicodeLocale(t.env):
		return ASCII
	}
	return Braille
}

// unicodeLocale reads the locale of characters in the order of POSIX: the first
// that is set decides.
func unicodeLocale(env func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := strings.ToLower(env(name)); value != "" {
			return strings.Contains(value, "utf-8") || strings.Contains(value, "utf8")
		}
	}
	return true
}
