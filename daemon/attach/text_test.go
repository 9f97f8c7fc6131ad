package attach_test

import (
	"strings"
	"testing"
	"unicode"

	"apps.local/neetbox-tui/daemon/attach"
)

func TestOlder(t *testing.T) {
	tests := []struct {
		a, b string
		want bool
	}{
		{"1.2.0", "1.2.0", false},
		{"1.2.0", "1.10.0", true},
		{"1.10.0", "1.2.0", false},
		{"v1.2", "1.2.1", true},
		{"1.2.0-rc1", "1.2.0", true},
		{"1.2.0", "1.2.0-rc1", false},
		{"1.2.0-rc1", "1.2.0-rc2", true},
		{"1.2.0+a", "1.2.0+b", false},
		{"dev", "1.2.0", false},
		{"1.2.0", "dev", false},
		{"1.2.3.4", "2.0.0", false},
		{"", "1.0.0", false},
	}
	for _, tt := range tests {
		if got := attach.Older(tt.a, tt.b); got != tt.want {
			t.Errorf("Older(%q, %q) = %v, want %v", tt.a, tt.b, got, tt.want)
		}
	}
}

func FuzzLastLines_AreFewShortAndPrintable(f *testing.F) {
	f.Add("one\r\ntwo\n\x1b[31mthree")
	f.Add(strings.Repeat("x", 2000) + "\n\n\n\u202e\xff")
	f.Fuzz(func(t *testing.T, text string) {
		lines := attach.LastLines(text)
		if len(lines) > 20 {
			t.Fatalf("%d lines", len(lines))
		}
		for _, line := range lines {
			if n := len([]rune(line)); n == 0 || n > 401 {
				t.Fatalf("line of %d characters", n)
			}
			if i := strings.IndexFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
				t.Fatalf("line %q holds what is not printable at %d", line, i)
			}
		}
	})
}
