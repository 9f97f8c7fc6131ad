package term

import (
	"bytes"
	"strings"
)

// escape starts every reply; a person can press it as a key too, which is what
// makes telling the two apart a matter of what follows.
const escape = 0x1b

// longestReply bounds what is held back. A colour reply takes about 25 bytes
// and a device-attributes reply about 60 with every known attribute; what grows
// longer is not a reply and goes on as keys.
const longestReply = 96

// sieve takes the replies to a question about colours out of a stream of keys.
//
// It knows two shapes: the reply to OSC 10 and 11 (foreground and background,
// ESC ] 11 ; text, ended by BEL or ESC \) and the reply to DA1 (primary device
// attributes, ESC [ ? digits and semicolons c), both from xterm's "Control
// Sequences". DA1 is the sentinel: a terminal answers in the order it was
// asked, so with it nothing more is to come, and the sieve steps aside.
//
// Bytes that are not a reply come out unchanged and in order. The zero value is
// open: everything passes.
type sieve struct {
	armed  bool   // a sentinel is still to come
	held   []byte // a start of what may become a reply
	colour string // what the last reply to OSC 11 said
}

// verdict says what the bytes held so far can still be.
type verdict int

const (
	foreign  verdict = iota // not a reply
	partial                 // may become a reply
	colour                  // a whole reply to OSC 10 or 11
	sentinel                // a whole reply to DA1
)

// arm makes the sieve look for replies until the sentinel has come.
func (s *sieve) arm() {
	s.armed = true
	s.colour = ""
}

// feed appends to keys what of chunk is not part of a reply. The end of chunk
// may be held back until more is known.
func (s *sieve) feed(keys, chunk []byte) []byte {
	for k, b := range chunk {
		if !s.armed {
			return append(keys, chunk[k:]...)
		}
		keys = s.step(keys, b)
	}
	return keys
}

func (s *sieve) step(keys []byte, b byte) []byte {
	s.held = append(s.held, b)
	switch judge(s.held) {
	case partial:
		return keys
	case colour:
		s.note(s.held)
		s.held = s.held[:0]
		return keys
	case sentinel:
		s.held = s.held[:0]
		s.armed = false
		return keys
	case foreign:
	}
	return s.giveUp(keys)
}

// giveUp lets go of bytes that turned out not to be a reply. An ESC among them
// may start the next one, so from there on they are looked at again.
func (s *sieve) giveUp(keys []byte) []byte {
	held := s.held
	s.held = nil
	next := bytes.IndexByte(held[1:], escape) + 1
	if next == 0 {
		return append(keys, held...)
	}
	keys = append(keys, held[:next]...)
	return s.feed(keys, held[next:])
}

// release appends what is held back: nothing more came, so it was keys.
func (s *sieve) release(keys []byte) []byte {
	keys = append(keys, s.held...)
	s.held = nil
	return keys
}

// stop opens the sieve for good.
func (s *sieve) stop(keys []byte) []byte {
	s.armed = false
	return s.release(keys)
}

// bare tells whether what is held may as well be a key on its own: ESC, or
// Alt with an opening or closing bracket, which are sent as ESC [ and ESC ].
func (s *sieve) bare() bool {
	return len(s.held) == 1 || len(s.held) == 2
}

// note keeps what a reply to OSC 11 says. OSC 10, the text's colour, is taken
// out but not needed: some terminals answer both to one question.
func (s *sieve) note(reply []byte) {
	text, isBackground := bytes.CutPrefix(reply, []byte("\x1b]11;"))
	if !isBackground {
		return
	}
	text = bytes.TrimSuffix(text, []byte{bell})
	text = bytes.TrimSuffix(text, []byte("\x1b\\"))
	s.colour = string(text)
}

func judge(held []byte) verdict {
	switch {
	case len(held) > longestReply || held[0] != escape:
		return foreign
	case len(held) == 1:
		return partial
	case held[1] == '[':
		return judgeAttributes(held[2:])
	case held[1] == ']':
		return judgeColour(held[2:])
	}
	return foreign
}

// judgeAttributes judges what follows ESC [: ? digits and semicolons c.
func judgeAttributes(rest []byte) verdict {
	for k, b := range rest {
		switch {
		case k == 0 && b == '?':
		case k > 0 && (b >= '0' && b <= '9' || b == ';'):
		case k > 0 && b == 'c':
			return sentinel
		default:
			return foreign
		}
	}
	return partial
}

// judgeColour judges what follows ESC ]: 10 or 11, a semicolon, printable text,
// BEL or ESC \.
func judgeColour(rest []byte) verdict {
	const head = len("11;")
	start := string(rest[:min(head, len(rest))])
	if !strings.HasPrefix("10;", start) && !strings.HasPrefix("11;", start) { //nolint:gocritic // is what came so far a beginning of it?
		return foreign
	}
	for k := head; k < len(rest); k++ {
		switch b := rest[k]; {
		case rest[k-1] == escape && b == '\\', b == bell && rest[k-1] != escape:
			return colour
		case rest[k-1] == escape:
			return foreign
		case b != escape && (b < ' ' || b > '~'):
			return foreign
		}
	}
	return partial
}
