//go:build unix

package tests

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
	"golang.org/x/term"
)

// Size of the terminals of these tests, in cells.
const (
	columns = 120
	rows    = 40
)

// terminal is a program on a terminal, and what it wrote there.
type terminal struct {
	*process
	tty   *os.File
	fresh *term.State // its line discipline before the program

	mu      sync.Mutex
	raw     bytes.Buffer
	screen  vt10x.Terminal // nil for a terminal that never answers
	drained chan struct{}  // closed once the program's side is closed and read
}

// onTerminal starts cmd on a terminal of its own. A mute one shows nothing and
// answers no query; the other is an emulator that does.
func onTerminal(t testing.TB, cmd *exec.Cmd, mute bool) *terminal {
	t.Helper()
	cmd.Env = append(cmd.Env, "TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8")
	tty, side, err := pty.Open()
	if err != nil {
		t.Fatalf("open a terminal: %v", err)
	}
	defer func() { _ = side.Close() }()
	if err := pty.Setsize(tty, &pty.Winsize{Cols: columns, Rows: rows}); err != nil {
		t.Fatal(err)
	}
	// Before the program can change it.
	fresh, err := term.GetState(int(side.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = side, side, side
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start on a terminal: %v", err)
	}
	tm := &terminal{
		fresh:   fresh,
		process: &process{cmd: cmd, out: &transcript{}, err: &transcript{}, ended: make(chan struct{})},
		tty:     tty, drained: make(chan struct{}),
	}
	if !mute {
		tm.screen = vt10x.New(vt10x.WithSize(columns, rows), vt10x.WithWriter(tty))
	}
	go tm.read()
	go func() {
		_ = cmd.Wait() // the state tells what is of interest
		tm.code = cmd.ProcessState.ExitCode()
		close(tm.ended)
	}()
	t.Cleanup(func() {
		tm.stop()
		_ = tty.Close()
		checkRaces(t, tm.written())
	})
	return tm
}

// read keeps what the program writes and, in the emulator, draws and answers it.
func (tm *terminal) read() {
	defer close(tm.drained)
	buf := make([]byte, 32<<10)
	for {
		n, err := tm.tty.Read(buf)
		tm.mu.Lock()
		tm.raw.Write(buf[:n])
		tm.mu.Unlock()
		if tm.screen != nil {
			_, _ = tm.screen.Write(buf[:n])
			// The emulator answers where the cursor is and which colours there are,
			// but not what it is.
			for range bytes.Count(buf[:n], []byte("\x1b[c")) {
				_, _ = io.WriteString(tm.tty, "\x1b[?62;22c")
			}
		}
		if err != nil {
			return // EIO on Linux, EOF elsewhere: the program's side is closed
		}
	}
}

// written is every byte that the program wrote.
func (tm *terminal) written() string {
	tm.mu.Lock()
	defer tm.mu.Unlock()
	return tm.raw.String()
}

// state is the terminal's line discipline: echo, line editing, signals.
func (tm *terminal) state(t testing.TB) *term.State {
	t.Helper()
	conn, err := tm.tty.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var state *term.State
	var stateErr error
	// Through the connection, since asking for the descriptor would make reads block.
	if err := conn.Control(func(fd uintptr) { state, stateErr = term.GetState(int(fd)) }); err != nil || stateErr != nil {
		t.Fatal(err, stateErr)
	}
	return state
}

// mode is what the emulator was switched to.
func (tm *terminal) mode() vt10x.ModeFlag {
	tm.screen.Lock()
	defer tm.screen.Unlock()
	return tm.screen.Mode()
}

// text is what the screen shows.
func (tm *terminal) text() string {
	return tm.screen.String()
}

// shows waits until the screen shows all of the texts.
func (tm *terminal) shows(t testing.TB, texts ...string) {
	t.Helper()
	eventually(t, fmt.Sprintf("%q on the screen", texts), func() (bool, string) {
		if !tm.running() {
			t.Fatalf("the program ended with %d; the screen was\n%s", tm.code, tm.text())
		}
		shown := tm.text()
		for _, each := range texts {
			if !strings.Contains(shown, each) {
				return false, "\n" + shown
			}
		}
		return true, ""
	})
}

// types presses keys.
func (tm *terminal) types(t testing.TB, keys string) {
	t.Helper()
	if _, err := io.WriteString(tm.tty, keys); err != nil {
		t.Fatal(err)
	}
}

// leaves waits for the program's end and returns its exit code, after all that
// it wrote was read.
func (tm *terminal) leaves(t testing.TB) int {
	t.Helper()
	ctx := patient(t)
	code, err := tm.wait(ctx)
	if err == nil {
		err = tm.drain(ctx)
	}
	if err != nil {
		t.Fatalf("%v; it wrote %q", err, tail(tm.written()))
	}
	return code
}

func (tm *terminal) drain(ctx context.Context) error {
	select {
	case <-tm.drained:
		return nil
	case <-ctx.Done():
		return errors.New("the terminal is still open")
	}
}

func tail(s string) string { return s[max(0, len(s)-4000):] }

// TestTerminal_CommandsAskItNothing runs what draws no screen on a terminal that
// never answers: a query would cost a time-out, and its late answer would be
// typed into the person's shell.
func TestTerminal_CommandsAskItNothing(t *testing.T) {
	s := newSandbox(t)
	s.daemon(t)
	for _, args := range [][]string{
		{"version"},
		{"--help"},
		{"help", "status"},
		{"completion", "bash"},
		{"--nope"},
		s.at("status"), s.at("status", "--json"),
		s.at("demo", "--duration", "200ms"),
		s.at("stop"),
	} {
		t.Run(args[0], func(t *testing.T) {
			tm := onTerminal(t, s.command(args...), true)
			want := 0
			if args[0] == "--nope" {
				want = 2
			}
			if code := tm.leaves(t); code != want {
				t.Errorf("exit code %d, not %d", code, want)
			}
			asksNothing(t, tm)
		})
	}
}

func asksNothing(t *testing.T, tm *terminal) {
	t.Helper()
	written := tm.written()
	if written == "" {
		t.Error("wrote nothing")
	}
	for _, query := range []string{"\x1b", "\u009b", "\u009d", "\x05"} {
		if strings.Contains(written, query) {
			t.Errorf("wrote %q", tail(written))
		}
	}
}

func TestTerminal_DaemonInTheForegroundAsksItNothing(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	tm := onTerminal(t, s.command(s.at("--server-only", "--debug")...), true)
	eventually(t, "a daemon", func() (bool, string) { return listening(t.Context(), s.port+1), tm.written() })
	run := s.join(t, "cli", "loud")
	if err := run.send(frameText("log", "loud", 5, map[string]any{"msg": "\x1b[2J\x1b]0;owned\a"})); err != nil {
		t.Fatal(err)
	}
	run.expect(t, "the ack of the log", func(f frame) bool { return f.Type == "ack" && f.ID == "5" })
	if err := tm.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := tm.leaves(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	asksNothing(t, tm)
}

// TestTerminal_StopAsksThePerson answers the question that is asked only there.
func TestTerminal_StopAsksThePerson(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		answer string
		code   int
		lives  bool
	}{
		{"n\r", 1, true},
		{"\r", 1, true},
		{"y\r", 0, false},
	} {
		t.Run(fmt.Sprintf("%q", test.answer), func(t *testing.T) {
			t.Parallel()
			s := newSandbox(t)
			s.daemon(t)
			s.join(t, "cli", "precious")
			tm := onTerminal(t, s.command(s.at("stop")...), false)
			tm.shows(t, "1 run is connected", "precious/", "[y/N]")
			tm.types(t, test.answer)
			if code := tm.leaves(t); code != test.code {
				t.Errorf("exit code %d, not %d:\n%s", code, test.code, tm.text())
			}
			if lives := listening(t.Context(), s.port); lives != test.lives {
				t.Errorf("the daemon lives: %v", lives)
			}
		})
	}
}
