//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package term_test

import (
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	xterm "golang.org/x/term"

	"apps.local/neetbox-tui/tui/internal/term"
)

const patience = 20 * time.Second

// emulator is the other side of a terminal: it records what the program writes
// and answers by a rule.
type emulator struct {
	t      *testing.T
	master *os.File
	tty    *os.File

	mu      sync.Mutex
	written strings.Builder
	grown   chan struct{} // closed and replaced when written grows
}

// newEmulator opens a terminal. answer maps what the program wrote in one go to
// what is typed back; nil never answers.
func newEmulator(t *testing.T, answer func(written string) string) *emulator {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Skipf("open a terminal: %v", err)
	}
	e := &emulator{t: t, master: master, tty: tty, grown: make(chan struct{})}
	if err := pty.Setsize(tty, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		e.listen(answer)
	}()
	t.Cleanup(func() {
		tty.Close()
		// On Linux this side reads an error once the other is closed.
		select {
		case <-done:
		case <-time.After(patience):
			t.Error("the emulator still reads")
		}
		master.Close()
	})
	return e
}

func (e *emulator) listen(answer func(string) string) {
	chunk := make([]byte, 4096)
	for {
		n, err := e.master.Read(chunk)
		if err != nil {
			return
		}
		e.mu.Lock()
		e.written.Write(chunk[:n])
		close(e.grown)
		e.grown = make(chan struct{})
		e.mu.Unlock()
		if answer == nil {
			continue
		}
		if reply := answer(string(chunk[:n])); reply != "" {
			_, _ = e.master.WriteString(reply)
		}
	}
}

// await waits until the program has written part, and returns everything.
func (e *emulator) await(part string) string {
	e.t.Helper()
	late := time.After(patience)
	for {
		e.mu.Lock()
		written, grown := e.written.String(), e.grown
		e.mu.Unlock()
		if strings.Contains(written, part) {
			return written
		}
		select {
		case <-grown:
		case <-late:
			e.t.Fatalf("%q was not written, but %q", part, written)
		}
	}
}

// press types keys.
func (e *emulator) press(keys string) {
	e.t.Helper()
	if _, err := e.master.WriteString(keys); err != nil {
		e.t.Fatal(err)
	}
}

// open returns the Terminal on this emulator.
func (e *emulator) open(env vars) *term.Terminal {
	if env["TERM"] == "" {
		env["TERM"] = "xterm-256color"
	}
	return term.Open(e.tty, e.tty, env.get)
}

// raw sets raw mode as Bubble Tea does.
func (e *emulator) raw() {
	e.t.Helper()
	before, err := xterm.MakeRaw(int(e.tty.Fd()))
	if err != nil {
		e.t.Fatal(err)
	}
	e.t.Cleanup(func() { _ = xterm.Restore(int(e.tty.Fd()), before) })
}

// settings returns how the terminal is set.
func (e *emulator) settings() xterm.State {
	e.t.Helper()
	state, err := xterm.GetState(int(e.tty.Fd()))
	if err != nil {
		e.t.Fatal(err)
	}
	return *state
}

// readUntil reads keys until they end with end.
func readUntil(t *testing.T, in *term.Input, end string) string {
	t.Helper()
	var got strings.Builder
	chunk := make([]byte, 256)
	for !strings.HasSuffix(got.String(), end) {
		n, err := in.Read(chunk)
		if err != nil {
			t.Fatalf("read after %q: %v", got.String(), err)
		}
		got.Write(chunk[:n])
	}
	return got.String()
}

// answering replies to the two questions, with typed before and after.
func answering(colour, before, after string) func(string) string {
	return func(written string) string {
		if strings.Contains(written, "\x1b]11;?") {
			return before + colour + sentinel + after
		}
		if strings.Contains(written, "\x1b[c") {
			return sentinel
		}
		return ""
	}
}
