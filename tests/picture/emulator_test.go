package main

import (
	"bytes"
	"io"
	"testing"
)

func TestEmulator_WritesMayBeCutAnywhere(t *testing.T) {
	t.Parallel()
	text := "\x1b[2J\x1b[H\x1b]0;title\a\x1b[38;2;0;0;9m●語\x1b[1m e\u0301\x1b[0m\x1b[3;1Hend\x1b[m"
	want := svg(emulated(t, 20, 4, text))
	for cut := range len(text) {
		e := newEmulator(20, 4, io.Discard)
		for _, piece := range []string{text[:cut], text[cut:], "\x1b[m"} {
			if _, err := io.WriteString(e, piece); err != nil {
				t.Fatal(err)
			}
		}
		if got := svg(e.screen()); got != want {
			t.Errorf("cut before %q:\n%s\ninstead of\n%s", text[cut:], got, want)
		}
	}
}

func TestEmulator_AnswersInOrder(t *testing.T) {
	t.Parallel()
	var answers bytes.Buffer
	e := newEmulator(20, 4, &answers)
	if _, err := io.WriteString(e, "\x1b]11;?\x1b\\\x1b[c\x1b[6n"); err != nil {
		t.Fatal(err)
	}
	const want = "\x1b]11;rgb:1616/1616/1e1e\a\x1b[?62;22c\x1b[1;1R"
	if got := answers.String(); got != want {
		t.Errorf("%q, not %q", got, want)
	}
}

func TestEmulator_PrivateSequencesDrawNothing(t *testing.T) {
	t.Parallel()
	want := emulated(t, 9, 3, "\x1b[2;3H\x1b[s\x1b[Hx").String()
	for _, private := range []string{"\x1b[?u", "\x1b[>1u", "\x1b[=5u", "\x1b[<u", "\x1b[>4;2m"} {
		if got := emulated(t, 9, 3, "\x1b[2;3H\x1b[s\x1b[H"+private+"x").String(); got != want {
			t.Errorf("%q:\n%s\ninstead of\n%s", private, got, want)
		}
	}
}

func TestEmulator_HalfOfAWideCharacterIsABlank(t *testing.T) {
	t.Parallel()
	if got, want := emulated(t, 9, 1, "a語b\x1b[2Gx").String(), "ax b\n"; got != want {
		t.Errorf("%q, not %q", got, want)
	}
}
