package text

import "strings"

// escape measures the sequence that the escape character at the start of s
// begins (ECMA-35 and ECMA-48). sgr reports a colour sequence, params its
// parameters. At least the escape character itself is used up.
func escape(s string) (size int, params string, sgr bool) {
	if len(s) < 2 {
		return len(s), "", false
	}
	switch b := s[1]; {
	case b == '[':
		n, params, sgr := controlSequence(s[2:])
		return 2 + n, params, sgr
	case strings.IndexByte("]PX^_k", b) >= 0: // k sets the title in screen and tmux
		return 2 + controlString(s[2:], b == ']'), "", false
	case b >= 0x20 && b < 0x7f:
		return 1 + shortSequence(s[1:]), "", false
	}
	return 1, "", false
}

// shortSequence measures intermediate bytes and the final byte after them.
func shortSequence(s string) int {
	i := 0
	for i < len(s) && s[i] >= 0x20 && s[i] < 0x30 {
		i++
	}
	if i < len(s) && s[i] >= 0x30 && s[i] < 0x7f {
		i++
	}
	return i
}

// controlSequence measures what follows a control sequence introducer. A byte
// that cannot belong to it ends it and is left to be read as text, so that a
// broken sequence hides nothing.
func controlSequence(s string) (size int, params string, sgr bool) {
	i := 0
	for i < len(s) && s[i] >= 0x30 && s[i] < 0x40 {
		i++
	}
	params = s[:i]
	plain := i < len(s) && s[i] == 'm'
	for i < len(s) && s[i] >= 0x20 && s[i] < 0x30 {
		i++
	}
	if i < len(s) && s[i] >= 0x40 && s[i] < 0x7f {
		i++
	}
	// With < = > ? in front, "m" sets keyboard modes and not colours.
	return i, params, plain && !strings.ContainsAny(params, "<=>?")
}

// controlString measures the body of an OSC, DCS, APC, PM or SOS and its
// terminator. Without one it lasts to the end of the line, as a terminal
// would read it; cancel and a new escape end it too.
func controlString(s string, bell bool) int {
	for i := range len(s) {
		switch b := s[i]; {
		case b == '\a' && bell, b == 0x18, b == 0x1a:
			return i + 1
		case b == 0x1b:
			if i+1 < len(s) && s[i+1] == '\\' {
				return i + 2
			}
			return i
		case b == 0xc2 && i+1 < len(s) && s[i+1] == 0x9c:
			return i + 2
		}
	}
	return len(s)
}
