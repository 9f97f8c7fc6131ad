package term_test

import (
	"testing"

	"apps.local/neetbox-tui/tui/internal/term"
)

func TestFirstKey(t *testing.T) {
	for _, tt := range []struct {
		in    string
		n     int
		whole bool
	}{
		{"", 0, false},
		{"ab", 1, true},
		{"损失", 3, true},
		{"\xe6\x8d", 2, false},
		{"\xff\xff", 1, true},
		{"\x1b", 1, true},
		{"\x1b\x1b", 1, true},
		{"\x1bab", 2, true},
		{"\x1b损", 4, true},
		{"\x1bOAx", 3, true},
		{"\x1bO", 2, false},
		{"\x1b[Ax", 3, true},
		{"\x1b[1;5Cx", 6, true},
		{"\x1b[200~x", 6, true},
		{"\x1b[<0;1;1Mx", 9, true},
		{"\x1b[1;", 4, false},
	} {
		if n, whole := term.FirstKey([]byte(tt.in)); n != tt.n || whole != tt.whole {
			t.Errorf("%q: %d %t, want %d %t", tt.in, n, whole, tt.n, tt.whole)
		}
	}
}

func FuzzFirstKey(f *testing.F) {
	f.Add([]byte("a\x1b[A\x1bO\x1b损"))
	f.Fuzz(func(t *testing.T, in []byte) {
		for rest := in; len(rest) > 0; {
			n, whole := term.FirstKey(rest)
			if n < 1 || n > len(rest) || !whole && n != len(rest) {
				t.Fatalf("%q: %d %t", rest, n, whole)
			}
			rest = rest[n:]
		}
	})
}
