package term

import (
	"strings"
	"unicode"
)

const (
	pushTitle = "\x1b[22;2t" // XTWINOPS of xterm: save the window title
	popTitle  = "\x1b[23;2t" // and bring it back
)

// Title names the window (OSC 2). The title there was before is kept by the
// terminal, where it can, and comes back with Restore. It does nothing where
// the terminal is not interactive or is the Linux console, and writes nothing
// when the title is already text. The caller cleans text; control characters
// that are still in it, which would end the sequence early, are left out.
func (t *Terminal) Title(text string) {
	if !t.Interactive() || t.env("TERM") == "linux" {
		return
	}
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	if s := t.title.set(text); s != "" {
		_ = t.output.sequence(s)
	}
}

// set returns what to write for text.
func (s *titleState) set(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	sequence := "\x1b]2;" + text + string(rune(bell))
	switch {
	case !s.pushed:
		sequence = pushTitle + sequence
	case s.last == text:
		return ""
	}
	s.pushed, s.last = true, text
	return sequence
}

// pop returns what to write to bring the old title back.
func (s *titleState) pop() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.pushed {
		return ""
	}
	s.pushed = false
	return popTitle
}
