//go:build unix

package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// dashboard opens one on an emulator and returns when it shows a project.
func (s *sandbox) dashboard(t *testing.T, project string, more ...string) *terminal {
	t.Helper()
	tm := onTerminal(t, s.command(s.at(more...)...), false)
	tm.shows(t, "neetbox-tui", project)
	return tm
}

// say sends a log as a run.
func say(t *testing.T, run *peer, project, text string) {
	t.Helper()
	payload := map[string]string{"prefix": "info", "datetime": "2026-11-22-09:23:12", "whom": "main", "msg": text}
	if err := run.send(frameText("log", project, -1, payload)); err != nil {
		t.Fatal(err)
	}
}

// TestDashboard_ReleasedClientIsSeenAndObeys is the whole way: a Python training,
// the daemon, the screen, a person's keys, and back.
func TestDashboard_ReleasedClientIsSeenAndObeys(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.daemon(t)
	train(t, s, "bert")
	s.runWithActions(t, "bert")
	tm := s.dashboard(t, "bert")
	tm.shows(t, "running", "of many", "gradient norm high", "watched loss")

	tm.types(t, "a")
	tm.shows(t, "add(a: int, b: float)", "add two numbers", "greet(name: str)")
	tm.types(t, "add")
	eventually(t, "only add in the list", func() (bool, string) {
		shown := tm.text()
		return strings.Contains(shown, "add(a: int") && !strings.Contains(shown, "greet(name"), shown
	})
	tm.types(t, "\r")
	eventually(t, "the form of add", func() (bool, string) {
		shown := tm.text()
		return !strings.Contains(shown, "add(a: int") && strings.Contains(shown, "int") && strings.Contains(shown, "float"), shown
	})
	tm.types(t, "2\t3.5\r")
	tm.shows(t, "add(a=2, b=3.5)", "5.5")

	// What goes wrong in the training is shown as well.
	tm.types(t, "a")
	tm.shows(t, "boom(x)")
	tm.types(t, "boom\r7\r")
	tm.shows(t, "boom(x=7)", "boom 7")
}

// leavingTest is a way out of the dashboard.
type leavingTest struct {
	name string
	out  func(t *testing.T, tm *terminal)
	code int
}

func typed(keys string) func(*testing.T, *terminal) {
	return func(t *testing.T, tm *terminal) {
		t.Helper()
		tm.types(t, keys)
	}
}

func signalled(s syscall.Signal) func(*testing.T, *terminal) {
	return func(t *testing.T, tm *terminal) {
		t.Helper()
		if err := tm.cmd.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDashboard_LeavingRestoresTheTerminal(t *testing.T) {
	t.Parallel()
	for _, test := range []leavingTest{
		{"q", typed("q"), 0},
		{"ctrl+c", typed("\x03"), 0},
		{"SIGTERM", signalled(syscall.SIGTERM), 130},
		{"SIGHUP", signalled(syscall.SIGHUP), 130},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newSandbox(t)
			daemon := s.daemon(t)
			run := s.join(t, "cli", "bert")
			say(t, run, "bert", "the first line")
			cmd := s.command(s.at()...)
			tm := onTerminal(t, cmd, false)
			tm.shows(t, "bert", "the first line")
			if tm.mode()&vt10x.ModeAltScreen == 0 {
				t.Error("the dashboard draws over the person's shell")
			}
			test.out(t, tm)
			if code := tm.leaves(t); code != test.code {
				t.Errorf("exit code %d, not %d", code, test.code)
			}
			restored(t, tm)
			if after := tm.state(t); !reflect.DeepEqual(tm.fresh, after) {
				t.Errorf("line discipline %+v, before %+v", after, tm.fresh)
			}
			if said := tm.text(); !strings.Contains(said, "The daemon still runs") ||
				!strings.Contains(said, fmt.Sprintf("pid %d", daemon.cmd.Process.Pid)) || !strings.Contains(said, "neetbox-tui stop") {
				t.Errorf("does not tell that the daemon still runs:\n%s", said)
			}
			if _, err := s.hello(patient(t)); err != nil {
				t.Errorf("the daemon is gone: %v", err)
			}
		})
	}
}

// restored checks what the emulator was told: the shell's screen is back, the
// cursor is seen, and neither mouse nor paste is reported any more.
func restored(t *testing.T, tm *terminal) {
	t.Helper()
	if mode := tm.mode(); mode&(vt10x.ModeAltScreen|vt10x.ModeMouseMask|vt10x.ModeHide) != 0 {
		t.Errorf("mode %b is left", mode)
	}
	written := tm.written()
	for _, mode := range []string{"1000", "1002", "1003", "1006", "1049", "2004", "1004"} {
		on, off := strings.LastIndex(written, "\x1b[?"+mode+"h"), strings.LastIndex(written, "\x1b[?"+mode+"l")
		if on > off {
			t.Errorf("mode %s is left on", mode)
		}
	}
}

// TestDashboard_StartsADaemonAndLeavesIt is the program without any arguments.
func TestDashboard_StartsADaemonAndLeavesIt(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	tm := onTerminal(t, s.command(s.at()...), false)
	tm.shows(t, "neetbox-tui", fmt.Sprintf("127.0.0.1:%d", s.port))
	eventually(t, "the daemon", func() (bool, string) { return listening(t.Context(), s.port+1), tm.text() })
	run := s.join(t, "cli", "late")
	say(t, run, "late", "came after the dashboard")
	tm.shows(t, "late", "came after the dashboard")
	tm.types(t, "q")
	if code := tm.leaves(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	hello, err := s.hello(patient(t))
	if err != nil || hello.PID != s.background() {
		t.Errorf("%+v says hello, pid %d was started (%v)", hello, s.background(), err)
	}
	if run.ended() != nil {
		t.Errorf("leaving cost a run its connection: %v", run.ended())
	}
}

// TestDashboard_StartsTheDaemonAgain when it dies under it.
func TestDashboard_StartsTheDaemonAgain(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	daemon := s.daemon(t)
	run := s.join(t, "cli", "bert")
	say(t, run, "bert", "before the end")
	tm := s.dashboard(t, "bert")
	tm.shows(t, "before the end")
	if err := daemon.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := daemon.wait(patient(t)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "another daemon", func() (bool, string) {
		hello, err := s.hello(t.Context())
		return err == nil && hello.PID != daemon.cmd.Process.Pid, fmt.Sprint(err)
	})
	again := s.join(t, "cli", "bert")
	say(t, again, "bert", "after the start")
	tm.shows(t, "after the start")
}

func TestDashboard_DemoLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	tm := onTerminal(t, s.command("--demo"), false)
	tm.shows(t, "demo", "running", "loss")
	tm.types(t, "q")
	if code := tm.leaves(t); code != 0 {
		t.Errorf("exit code %d:\n%s", code, tm.text())
	}
	restored(t, tm)
	left, err := os.ReadDir(filepath.Join(s.home, "tmp"))
	if err != nil || len(left) > 0 {
		t.Errorf("temporary files: %v, %v", left, err)
	}
	for _, dir := range []string{s.dataDir(), s.stateDir()} {
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s was made", dir)
		}
	}
}

// TestDashboard_RunsCannotDriveTheTerminal whatever they report.
func TestDashboard_RunsCannotDriveTheTerminal(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.daemon(t)
	const name = "bert\x1b]0;owned\x07"
	run := s.join(t, "cli", name)
	for _, text := range []string{
		"\x1b[2Jcleared", "\x1b]0;owned\x07titled", "\x1b]52;c;b3duZWQ=\x07copied", "\x1b[?1049lleft", "\x1bcreset",
		"\u009b2Jeight bits", "\x1b[6nasked", "back\b\b\bspaced", "\u202eturned",
	} {
		say(t, run, name, text)
	}
	say(t, run, name, "the last line")
	tm := s.dashboard(t, "bert")
	tm.shows(t, "the last line", "cleared", "titled", "copied", "left", "reset", "eight bits", "asked", "turned")
	tm.types(t, "q")
	tm.leaves(t)
	written := tm.written()
	for _, bad := range []string{"]0;owned", "b3duZWQ=", "\x1bc", "\u009b", "\x1b[6n", "\b\b\b", "\u202e"} {
		if strings.Contains(written, bad) {
			t.Errorf("wrote %q", bad)
		}
	}
	if n := strings.Count(written, "\x1b[?1049l"); n != 1 {
		t.Errorf("left its screen %d times", n)
	}
}

// TestDashboard_TerminalThatNeverAnswersIsDrawnOn, and what it was asked for is
// not waited for long.
func TestDashboard_TerminalThatNeverAnswersIsDrawnOn(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.daemon(t)
	run := s.join(t, "cli", "bert")
	say(t, run, "bert", "seen at last")
	tm := onTerminal(t, s.command(s.at()...), true)
	eventually(t, "the log on a mute terminal", func() (bool, string) {
		return strings.Contains(tm.written(), "seen at last"), fmt.Sprintf("%q", tail(tm.written()))
	})
	tm.types(t, "q")
	if code := tm.leaves(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestDashboard_ReadOnlyCallsNothing(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.daemon(t)
	run := s.join(t, "cli", "bert")
	say(t, run, "bert", "only looking")
	tm := s.dashboard(t, "bert", "--read-only")
	tm.shows(t, "only looking")
	if strings.Contains(tm.text(), "a actions") {
		t.Errorf("offers actions:\n%s", tm.text())
	}
}

func TestDashboard_FollowsTheTerminalsSize(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.daemon(t)
	run := s.join(t, "cli", "bert")
	say(t, run, "bert", "first and last")
	tm := s.dashboard(t, "bert")
	tm.shows(t, "first and last")
	for _, size := range []pty.Winsize{{Cols: 60, Rows: 16}, {Cols: 200, Rows: 60}, {Cols: 80, Rows: 24}} {
		tm.screen.Resize(int(size.Cols), int(size.Rows))
		if err := pty.Setsize(tm.tty, &size); err != nil {
			t.Fatal(err)
		}
		say(t, run, "bert", fmt.Sprintf("now %d by %d", size.Cols, size.Rows))
		tm.shows(t, fmt.Sprintf("now %d by %d", size.Cols, size.Rows), "bert")
	}
}

// TestDashboard_WhatCannotBeWatchedEndsIt with the exit code and the words that
// every other command has, on the person's own screen.
func TestDashboard_WhatCannotBeWatchedEndsIt(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, as string // what holds the port; "" for nothing
		args     []string
		code     int
		says     string
	}{
		{"nothing there", "", []string{"--no-daemon"}, 3, "no daemon answers"},
		{"upstream's server", "upstream", nil, 4, "NEETBOX_TUI_PORT"},
		{"a web server", "page", nil, 4, "NEETBOX_TUI_PORT"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newSandbox(t)
			if test.as != "" {
				o, err := takePort(s.port, test.as)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(o.leave)
			}
			tm := onTerminal(t, s.command(s.at(test.args...)...), false)
			if code := tm.leaves(t); code != test.code {
				t.Errorf("exit code %d, not %d", code, test.code)
			}
			restored(t, tm)
			if shown := tm.text(); !strings.Contains(shown, test.says) || !strings.Contains(shown, "neetbox-tui: ") {
				t.Errorf("the screen is\n%s", shown)
			}
		})
	}
}

func TestDashboard_WithoutATerminalSaysWhatElseThereIs(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.daemon(t)
	p := s.run(t, s.at()...)
	if p.code == 0 || p.out.String() != "" || !strings.Contains(p.err.String(), "neetbox-tui status") {
		t.Errorf("exit code %d; %s", p.code, p.wrote())
	}
}

// TestDashboard_KeysThatArriveTogetherAllCount as they do over a slow line.
func TestDashboard_KeysThatArriveTogetherAllCount(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.daemon(t)
	run := s.join(t, "cli", "bert")
	say(t, run, "bert", "typed fast")
	tm := s.dashboard(t, "bert")
	tm.shows(t, "typed fast")
	tm.types(t, "wwq") // wrap, and not, and leave
	if code := tm.leaves(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
