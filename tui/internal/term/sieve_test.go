package term_test

import (
	"bytes"
	"regexp"
	"testing"

	"apps.local/neetbox-tui/tui/internal/term"
)

const (
	darkReply  = "\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\"
	lightReply = "\x1b]11;rgb:ffff/ffff/ffff\a"
	sentinel   = "\x1b[?62;22c"
)

func TestSieve_TakesOutRepliesAndNothingElse(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"reply ended by ST", "a" + darkReply + "b" + sentinel + "c", "abc"},
		{"reply ended by BEL", lightReply + "x" + sentinel, "x"},
		{"text colour", "\x1b]10;rgb:00/00/00\a" + sentinel, ""},
		{"sentinel alone", "a" + sentinel + "b", "ab"},
		{"short sentinel", "\x1b[?6cb", "b"},
		{"after the sentinel it steps aside", sentinel + darkReply + sentinel, darkReply + sentinel},
		{"lone ESC", "\x1b", "\x1b"},
		{"ESC before a reply", "\x1b" + darkReply + sentinel, "\x1b"},
		{"ESC twice", "\x1b\x1b", "\x1b\x1b"},
		{"Alt with brackets", "\x1b[\x1b]", "\x1b[\x1b]"},
		{"arrows", "\x1b[A\x1bOB\x1b[1;5C", "\x1b[A\x1bOB\x1b[1;5C"},
		{"paste", "\x1b[200~é]11;rgb:0/0/0\x1b[201~", "\x1b[200~é]11;rgb:0/0/0\x1b[201~"},
		{"mouse, SGR", "\x1b[<35;10;20M\x1b[<0;1;1m", "\x1b[<35;10;20M\x1b[<0;1;1m"},
		{"mouse, X10", "\x1b[M !!", "\x1b[M !!"},
		{"focus", "\x1b[I\x1b[O", "\x1b[I\x1b[O"},
		{"another report", "\x1b[?2026;1$y", "\x1b[?2026;1$y"},
		{"another OSC", "\x1b]12;rgb:0/0/0\a\x1b]4;1;rgb:0/0/0\a", "\x1b]12;rgb:0/0/0\a\x1b]4;1;rgb:0/0/0\a"},
		{"reply broken off by a key", "\x1b]11;rgb:1e\x1b[A" + sentinel, "\x1b]11;rgb:1e\x1b[A"},
		{"reply broken off by a reply", "\x1b]11;rgb:1e" + darkReply + sentinel, "\x1b]11;rgb:1e"},
		{"half a reply", "a\x1b]11;rgb:1e", "a\x1b]11;rgb:1e"},
		{
			"endless reply", "\x1b]11;" + string(bytes.Repeat([]byte("x"), 200)) + "\a",
			"\x1b]11;" + string(bytes.Repeat([]byte("x"), 200)) + "\a",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for cut := range len(tt.in) + 1 {
				s := term.NewSieve()
				got := s.Feed([]byte(tt.in[:cut]))
				got = append(got, s.Feed([]byte(tt.in[cut:]))...)
				got = append(got, s.Stop()...)
				if string(got) != tt.want {
					t.Errorf("cut at %d: passed %q, want %q", cut, got, tt.want)
				}
			}
		})
	}
}

func TestSieve_KeepsWhatTheBackgroundReplySays(t *testing.T) {
	s := term.NewSieve()
	s.Feed([]byte("\x1b]10;rgb:ff/ff/ff\a" + darkReply + sentinel))
	if got, want := s.Colour(), "rgb:1e1e/1e1e/2e2e"; got != want {
		t.Errorf("colour %q, want %q", got, want)
	}
	if s.Armed() {
		t.Error("the sieve is armed after the sentinel")
	}
}

func TestSieve_HoldsBackNoWholeKey(t *testing.T) {
	s := term.NewSieve()
	for _, key := range []string{"a", "é", "\x03", "\r", "\x1b[A", "\x1bx", "\x1b[<0;1;1M", "\x1b[200~"} {
		if got := s.Feed([]byte(key)); string(got) != key {
			t.Errorf("%q: passed %q at once", key, got)
		}
	}
}

// replies says declaratively what the sieve does byte by byte: at most 96 bytes
// to a reply.
var replies = regexp.MustCompile(`\x1b\](?:10|11);(?:[ -~]{0,90}\x07|[ -~]{0,89}\x1b\\)|\x1b\[\?[0-9;]{0,92}c`)

func withoutReplies(in []byte) []byte {
	var out []byte
	for {
		at := replies.FindIndex(in)
		if at == nil {
			return append(out, in...)
		}
		out = append(out, in[:at[0]]...)
		last := in[at[1]-1] == 'c' && in[at[0]+1] == '['
		in = in[at[1]:]
		if last {
			return append(out, in...)
		}
	}
}

func FuzzSieve(f *testing.F) {
	f.Add([]byte("a"+darkReply+"b"+sentinel+"c"), []byte{1, 2, 3})
	f.Add([]byte(lightReply+"\x1b\x1b[?\x1b]11;\x1b\x1b\\"), []byte{0})
	f.Add([]byte("\x1b]1\x1b]11;x\x1b[?6c"), []byte{5})
	f.Add(append([]byte("\x1b]11;"), bytes.Repeat([]byte("y"), 91)...), []byte{90})
	f.Fuzz(func(t *testing.T, in, cuts []byte) {
		s := term.NewSieve()
		var got []byte
		rest := in
		for _, cut := range cuts {
			n := min(int(cut), len(rest))
			got = append(got, s.Feed(rest[:n])...)
			rest = rest[n:]
		}
		got = append(got, s.Feed(rest)...)
		got = append(got, s.Stop()...)
		if want := withoutReplies(in); !bytes.Equal(got, want) {
			t.Errorf("%q cut at %v: passed %q, want %q", in, cuts, got, want)
		}
	})
}
