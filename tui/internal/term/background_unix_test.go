//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package term_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestBackground_AsksTheTerminal(t *testing.T) {
	for _, tt := range []struct {
		name, reply string
		dark, known bool
	}{
		{"dark", darkReply, true, true},
		{"light", lightReply, false, true},
		{"no colour, only the sentinel", "", false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := newEmulator(t, answering(tt.reply, "", ""))
			before := e.settings()
			dark, known := e.open(vars{}).Background(t.Context())
			if dark != tt.dark || known != tt.known {
				t.Errorf("dark %t known %t, want %t %t", dark, known, tt.dark, tt.known)
			}
			if e.settings() != before {
				t.Error("the terminal is set differently afterwards")
			}
		})
	}
}

func TestBackground_MuteTerminalCostsABoundedTime(t *testing.T) {
	e := newEmulator(t, nil)
	leaks := goleak.IgnoreCurrent()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if _, known := e.open(vars{}).Background(ctx); known {
		t.Error("a mute terminal has a known background")
	}
	if ctx.Err() != nil {
		t.Error("it took longer than the bound")
	}
	goleak.VerifyNone(t, leaks)
	e.await("\x1b]11;?\x1b\\\x1b[c")
}

func TestBackground_CancelledBeforehandAsksNothing(t *testing.T) {
	e := newEmulator(t, answering(darkReply, "", ""))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, known := e.open(vars{}).Background(ctx); known {
		t.Error("the terminal was asked")
	}
}

func TestBackground_NotAskedWhereTheAnswerIsWorthNothing(t *testing.T) {
	for _, tt := range []struct {
		env         vars
		dark, known bool
	}{
		{vars{"TMUX": "/tmp/tmux"}, false, false},
		{vars{"STY": "1.pts"}, false, false},
		{vars{"TERM": "screen-256color"}, false, false},
		{vars{"TERM": "tmux-256color"}, false, false},
		{vars{"TERM": "dumb"}, false, false},
		{vars{"TERM": "linux"}, false, false},
		{vars{"COLORFGBG": "15;0"}, true, true},
		{vars{"COLORFGBG": "0;15"}, false, true},
	} {
		e := newEmulator(t, answering(darkReply, "", ""))
		terminal := e.open(tt.env)
		dark, known := terminal.Background(t.Context())
		if dark != tt.dark || known != tt.known {
			t.Errorf("%v: dark %t known %t, want %t %t", tt.env, dark, known, tt.dark, tt.known)
		}
		if _, err := e.tty.WriteString("end"); err != nil {
			t.Fatal(err)
		}
		if got := e.await("end"); got != "end" {
			t.Errorf("%v: wrote %q", tt.env, got)
		}
	}
}

func TestInput_KeysTypedDuringTheQuestionComeInOrder(t *testing.T) {
	e := newEmulator(t, answering(darkReply, "ab\x1b[A", "c\x03"))
	terminal := e.open(vars{})
	if _, known := terminal.Background(t.Context()); !known {
		t.Fatal("the background is not known")
	}
	e.raw()
	e.press("d")
	if got, want := readUntil(t, terminal.Input(), "d"), "ab\x1b[Ac\x03d"; got != want {
		t.Errorf("keys %q, want %q", got, want)
	}
}

func TestInput_KeysTypedAtAMuteTerminalComeWithTheNext(t *testing.T) {
	e := newEmulator(t, func(written string) string {
		if strings.Contains(written, "\x1b]11;?") {
			return "ab\x1b"
		}
		return ""
	})
	terminal := e.open(vars{})
	terminal.Background(t.Context())
	e.raw()
	e.press("c")
	if got, want := readUntil(t, terminal.Input(), "c"), "ab\x1bc"; got != want {
		t.Errorf("keys %q, want %q", got, want)
	}
}

func TestInput_EscapeTypedDuringTheQuestionDoesNotJoinTheNextKey(t *testing.T) {
	e := newEmulator(t, func(written string) string {
		if strings.Contains(written, "\x1b]11;?") {
			return "\x1b"
		}
		return ""
	})
	terminal := e.open(vars{})
	now := time.Now()
	terminal.Input().SetClock(func() time.Time { return now })
	terminal.Background(t.Context())
	now = now.Add(500 * time.Millisecond)
	e.raw()
	e.press("c")
	var chunk [8]byte
	for _, want := range []string{"\x1b", "c"} {
		if n, err := terminal.Input().Read(chunk[:]); err != nil || string(chunk[:n]) != want {
			t.Errorf("read %q, %v, want %q", chunk[:n], err, want)
		}
	}
}

func TestInput_LateReplyIsNoKey(t *testing.T) {
	reply := darkReply + sentinel
	for cut := range len(reply) {
		e := newEmulator(t, nil)
		terminal := e.open(vars{})
		// A time-out of its own, so that the table is quick.
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		terminal.Background(ctx)
		cancel()
		e.raw()
		e.press(reply[:cut])
		e.press(reply[cut:] + "x")
		if got := readUntil(t, terminal.Input(), "x"); got != "x" {
			t.Errorf("cut at %d: keys %q, want only x", cut, got)
		}
	}
}

func TestInput_ReplyThatComesBeforeRawModeIsNoKey(t *testing.T) {
	e := newEmulator(t, nil)
	terminal := e.open(vars{})
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	terminal.Background(ctx)
	e.press(darkReply + sentinel)
	e.await("62;22c") // the echo: the line discipline has it
	e.raw()
	e.press("x")
	if got := readUntil(t, terminal.Input(), "x"); got != "x" {
		t.Errorf("keys %q, want only x", got)
	}
}

func TestInput_LoneEscapeComesThroughWhileAReplyIsAwaited(t *testing.T) {
	for _, key := range []string{"\x1b", "\x1b[", "\x1b]", "a\x1b"} {
		e := newEmulator(t, nil)
		terminal := e.open(vars{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		terminal.Background(ctx)
		cancel()
		e.raw()
		e.press(key)
		if got := readUntil(t, terminal.Input(), key); got != key {
			t.Errorf("keys %q, want %q", got, key)
		}
	}
}

func TestInput_StepsAsideAfterASecond(t *testing.T) {
	e := newEmulator(t, nil)
	terminal := e.open(vars{})
	now := time.Now()
	terminal.Input().SetClock(func() time.Time { return now })
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	terminal.Background(ctx)
	e.raw()

	// What came before anybody read is still looked at, half a reply is let go.
	now = now.Add(2 * time.Second)
	e.press("a" + darkReply + "\x1b]11;rgb:12")
	if got, want := readUntil(t, terminal.Input(), "12"), "a\x1b]11;rgb:12"; got != want {
		t.Errorf("first keys %q, want %q", got, want)
	}
	e.press(darkReply + "z")
	if got, want := readUntil(t, terminal.Input(), "z"), darkReply+"z"; got != want {
		t.Errorf("later keys %q, want %q", got, want)
	}
}

func TestInput_ASmallBufferGetsEverything(t *testing.T) {
	e := newEmulator(t, answering(darkReply, "abcdef", "\x1b"))
	terminal := e.open(vars{})
	terminal.Background(t.Context())
	e.raw()
	e.press("ghi")
	var got strings.Builder
	one := make([]byte, 1)
	for !strings.HasSuffix(got.String(), "i") {
		n, err := terminal.Input().Read(one)
		if err != nil {
			t.Fatal(err)
		}
		got.Write(one[:n])
	}
	if want := "abcdef\x1bghi"; got.String() != want {
		t.Errorf("keys %q, want %q", got.String(), want)
	}
}

func TestInput_MouseAndPasteSurviveALongBurst(t *testing.T) {
	e := newEmulator(t, nil)
	terminal := e.open(vars{})
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	terminal.Background(ctx)
	e.raw()
	burst := strings.Repeat("\x1b[<35;10;20M", 60) + "\x1b[200~损失 ]11;rgb:\x1b[201~"
	e.press(burst[:300] + darkReply + burst[300:] + "$")
	if got, want := readUntil(t, terminal.Input(), "$"), burst+"$"; got != want {
		t.Errorf("keys %q, want %q", got, want)
	}
}
