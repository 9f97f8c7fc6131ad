//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package term_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/creack/pty"

	"apps.local/neetbox-tui/tui/internal/term"
)

// screen is a model that tells the test what reaches it and ends at q.
type screen struct{ got chan string }

func (s screen) Init() tea.Cmd { return nil }

func (s screen) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		s.got <- fmt.Sprintf("size %dx%d", msg.Width, msg.Height)
	case tea.KeyMsg:
		s.got <- msg.String()
		if msg.String() == "q" {
			return s, tea.Quit
		}
	}
	return s, nil
}

func (s screen) View() string { return "frame" }

// expect waits for a key; sizes may come again at any time.
func (s screen) expect(t *testing.T, key string) {
	t.Helper()
	s.await(t, func(got string) bool {
		if !strings.HasPrefix(got, "size ") && got != key {
			t.Fatalf("the program got %q, want %q", got, key)
		}
		return got == key
	}, func() {})
}

// expectSize waits for a size, doing again what should bring it about: Bubble
// Tea gets keys before it listens for the signal.
func (s screen) expectSize(t *testing.T, size string, again func()) {
	t.Helper()
	s.await(t, func(got string) bool { return got == "size "+size }, again)
}

func (s screen) await(t *testing.T, found func(string) bool, again func()) {
	t.Helper()
	late := time.After(patience)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case got := <-s.got:
			if found(got) {
				return
			}
		case <-tick.C:
			again()
		case <-late:
			t.Fatal("the program did not get what it should")
		}
	}
}

// start runs Bubble Tea on the terminal.
func start(t *testing.T, terminal *term.Terminal) (screen, *tea.Program, <-chan error) {
	t.Helper()
	s := screen{got: make(chan string, 100)}
	p := tea.NewProgram(s, tea.WithInput(terminal.Input()), tea.WithOutput(terminal.Output()),
		tea.WithAltScreen(), tea.WithMouseCellMotion(), tea.WithContext(t.Context()))
	ended := make(chan error, 1)
	go func() {
		_, err := p.Run()
		ended <- err
	}()
	return s, p, ended
}

func end(t *testing.T, ended <-chan error) {
	t.Helper()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("run: %v", err)
		}
	case <-time.After(patience):
		t.Fatal("the program did not end")
	}
}

func TestProgram_GetsSizeAndKeysAndQuits(t *testing.T) {
	e := newEmulator(t, answering(darkReply, "", ""))
	before := e.settings()
	terminal := e.open(vars{})
	s, p, ended := start(t, terminal)
	s.expectSize(t, "80x24", func() {})
	e.press("a")
	s.expect(t, "a")
	e.press("\x1b")
	s.expect(t, "esc")

	if err := pty.Setsize(e.tty, &pty.Winsize{Rows: 10, Cols: 40}); err != nil {
		t.Fatal(err)
	}
	s.expectSize(t, "40x10", func() {
		if err := syscall.Kill(os.Getpid(), syscall.SIGWINCH); err != nil {
			t.Fatal(err)
		}
	})

	// What suspending does, without stopping the tests.
	if err := p.ReleaseTerminal(); err != nil {
		t.Fatal(err)
	}
	if e.settings() != before {
		t.Error("a released terminal is set differently")
	}
	if err := p.RestoreTerminal(); err != nil {
		t.Fatal(err)
	}
	e.press("b")
	s.expect(t, "b")

	e.press("q")
	s.expect(t, "q")
	end(t, ended)
	if e.settings() != before {
		t.Error("the terminal is set differently afterwards")
	}
}

func TestProgram_GetsKeysTypedDuringTheQuestionUnasked(t *testing.T) {
	e := newEmulator(t, answering(darkReply, "ab\x1b[A", "q"))
	terminal := e.open(vars{})
	if dark, known := terminal.Background(t.Context()); !dark || !known {
		t.Fatalf("dark %t known %t", dark, known)
	}
	s, _, ended := start(t, terminal)
	var keys []string
	for !slices.Contains(keys, "q") {
		select {
		case got := <-s.got:
			if !strings.HasPrefix(got, "size ") {
				keys = append(keys, got)
			}
		case <-time.After(patience):
			t.Fatalf("the program got only %q", keys)
		}
	}
	if want := []string{"a", "b", "up", "q"}; !slices.Equal(keys, want) {
		t.Errorf("keys %q, want %q", keys, want)
	}
	end(t, ended)
}

func TestRestore_UndoesWhatAKilledProgramLeft(t *testing.T) {
	e := newEmulator(t, nil)
	before := e.settings()
	terminal := e.open(vars{})
	terminal.Title("runs")
	e.raw()
	if _, err := terminal.Output().Write([]byte("\x1b[?1049h\x1b[?1002hframe")); err != nil {
		t.Fatal(err)
	}
	terminal.Restore()
	if e.settings() != before {
		t.Error("the terminal is set differently afterwards")
	}
	terminal.Restore()
	if _, err := e.tty.WriteString("end"); err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(e.await("end"), "frame")
	for _, want := range []string{
		"\x1b[?1049l", "\x1b[?25h", "\x1b[?1000l", "\x1b[?1002l", "\x1b[?1003l", "\x1b[?1006l",
		"\x1b[?1004l", "\x1b[?2004l", "\x1b[m", "\x1b[23;2t",
	} {
		if n := strings.Count(after, want); n != 1 {
			t.Errorf("%q written %d times in %q", want, n, after)
		}
	}
}

func TestRestore_LeavesTheAlternateScreenOnlyOnce(t *testing.T) {
	e := newEmulator(t, nil)
	terminal := e.open(vars{})
	if _, err := terminal.Output().Write([]byte("\x1b[?1049hframe\x1b[?1049l")); err != nil {
		t.Fatal(err)
	}
	terminal.Restore()
	got := e.await("\x1b[?25h")
	if n := strings.Count(got, "\x1b[?1049l"); n != 1 {
		t.Errorf("left %d times: %q", n, got)
	}
}

func TestRestore_DoesNotHangOnATerminalThatStoppedReading(t *testing.T) {
	master, tty, err := pty.Open()
	if err != nil {
		t.Skipf("open a terminal: %v", err)
	}
	defer tty.Close()
	terminal := term.Open(tty, tty, vars{"TERM": "xterm"}.get)
	stuck := make(chan struct{})
	go func() {
		defer close(stuck)
		_, _ = terminal.Output().Write(make([]byte, 1<<20))
	}()
	for term.Writable(tty, 10*time.Millisecond) {
		select {
		case <-stuck:
			t.Fatal("the frame was written though nobody reads")
		default:
		}
	}
	restored := make(chan struct{})
	go func() {
		defer close(restored)
		terminal.Restore()
	}()
	select {
	case <-restored:
	case <-time.After(patience):
		t.Error("it hangs")
	}
	master.Close() // which ends both writes
	<-stuck
	<-restored
}

func TestTitle_KeepsTheOldOneAndWritesChangesOnly(t *testing.T) {
	e := newEmulator(t, nil)
	terminal := e.open(vars{})
	terminal.Title("one")
	terminal.Title("one")
	terminal.Title("two\a\x1b]52;c;eA==\a")
	terminal.Restore()
	want := "\x1b[22;2t\x1b]2;one\a\x1b]2;two]52;c;eA==\a\x1b[23;2t"
	if got := e.await("\x1b[23;2t"); got != want {
		t.Errorf("wrote %q, want %q", got, want)
	}
}

func TestCopy_SendsTheTextWhole(t *testing.T) {
	encoded := base64.StdEncoding.EncodeToString([]byte("loss 损失"))
	plain := "\x1b]52;c;" + encoded + "\a"
	for _, tt := range []struct {
		env  vars
		want string
	}{
		{vars{}, plain},
		{vars{"TMUX": "/x"}, plain + "\x1bPtmux;\x1b\x1b]52;c;" + encoded + "\a\x1b\\"},
	} {
		e := newEmulator(t, nil)
		e.raw()
		how, err := e.open(tt.env).Copy("loss 损失")
		if err != nil || how == "" {
			t.Errorf("how %q, error %v", how, err)
		}
		if got := e.await(tt.want); got != tt.want {
			t.Errorf("wrote %q, want %q", got, tt.want)
		}
	}
}

func TestCopy_RefusesWithAReason(t *testing.T) {
	fits := strings.Repeat("x", term.LongestCopy/4*3)
	for _, tt := range []struct {
		name string
		env  vars
		text string
		ok   bool
	}{
		{"largest", vars{}, fits, true},
		{"too large", vars{}, fits + "x", false},
		{"Linux console", vars{"TERM": "linux"}, "x", false},
		{"GNU screen", vars{"STY": "1"}, "x", false},
		{"dumb", vars{"TERM": "dumb"}, "x", false},
	} {
		e := newEmulator(t, nil)
		how, err := e.open(tt.env).Copy(tt.text)
		if (err == nil) != tt.ok || (how != "") != tt.ok {
			t.Errorf("%s: how %q, error %v", tt.name, how, err)
		}
	}
}

func TestOutput_SequencesStandBetweenFrames(t *testing.T) {
	e := newEmulator(t, nil)
	e.raw()
	terminal := e.open(vars{})
	frame := "<" + strings.Repeat("x", 20_000) + ">"
	const times = 20
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range times {
			_, _ = terminal.Output().Write([]byte(frame))
		}
	}()
	for range times {
		if _, err := terminal.Copy("y"); err != nil {
			t.Error(err)
		}
	}
	<-done
	if _, err := e.tty.WriteString("end"); err != nil {
		t.Fatal(err)
	}
	got := strings.TrimSuffix(e.await("end"), "end")
	got = strings.ReplaceAll(got, frame, "")
	if want := strings.Repeat("\x1b]52;c;eQ==\a", times); got != want {
		t.Errorf("something was torn: %d bytes are left over", len(got))
	}
}
