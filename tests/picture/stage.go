package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/creack/pty"
)

// How often a stage looks at its screen, and how long a screen has to stay the
// same to count as drawn.
const (
	glance = 50 * time.Millisecond
	calm   = 8 * glance
)

// stage is a program on a terminal without a window.
type stage struct {
	cmd      *exec.Cmd
	tty      *os.File
	terminal *emulator
	ended    chan struct{} // closed when the program has ended and was read
}

// open starts the program with the directories of a person who has none yet,
// below home, on a terminal of so many cells. Close it.
func open(ctx context.Context, home string, columns, rows int, program string, args ...string) (*stage, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = home
	cmd.Env = append(neutral(os.Environ()),
		"HOME="+home, "TMPDIR="+home, "TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8", "USER=you",
		"XDG_DATA_HOME="+filepath.Join(home, "data"), "XDG_STATE_HOME="+filepath.Join(home, "state"),
		"XDG_CONFIG_HOME="+filepath.Join(home, "config"), "XDG_CACHE_HOME="+filepath.Join(home, "cache"))
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: uint16(columns), Rows: uint16(rows)})
	if err != nil {
		return nil, fmt.Errorf("start on a terminal: %w", err)
	}
	s := &stage{cmd: cmd, tty: tty, terminal: newEmulator(columns, rows, tty), ended: make(chan struct{})}
	go func() {
		defer close(s.ended)
		_, _ = io.Copy(s.terminal, tty) // EIO tells that the program closed its side
		_ = cmd.Wait()                  // the pictures are taken by then
	}()
	return s, nil
}

// neutral is an environment without what would change how the program looks.
func neutral(env []string) []string {
	var kept []string
	for _, item := range env {
		name, _, _ := strings.Cut(item, "=")
		switch {
		case strings.HasPrefix(name, "NEETBOX_TUI_"), strings.HasPrefix(name, "XDG_"), strings.HasPrefix(name, "LC_"),
			name == "NO_COLOR", name == "CLICOLOR_FORCE", name == "FORCE_COLOR", name == "TERM_PROGRAM":
			continue
		}
		kept = append(kept, item)
	}
	return kept
}

// press types keys as the terminal would send them.
func (s *stage) press(keys string) error {
	if _, err := io.WriteString(s.tty, keys); err != nil {
		return fmt.Errorf("press %q: %w", keys, err)
	}
	return nil
}

// until waits for a screen that is as wanted.
func (s *stage) until(ctx context.Context, wanted func(screen) bool) (screen, error) {
	ticker := time.NewTicker(glance)
	defer ticker.Stop()
	for {
		now := s.terminal.screen()
		if wanted(now) {
			return now, nil
		}
		select {
		case <-ticker.C:
		case <-s.ended:
			return now, fmt.Errorf("the program ended with %d; its screen was\n%s", s.cmd.ProcessState.ExitCode(), now)
		case <-ctx.Done():
			return now, fmt.Errorf("%w; the screen is\n%s", context.Cause(ctx), now)
		}
	}
}

// shows waits until the screen shows all of the texts.
func (s *stage) shows(ctx context.Context, texts ...string) error {
	_, err := s.until(ctx, func(now screen) bool {
		shown := now.String()
		for _, text := range texts {
			if !strings.Contains(shown, text) {
				return false
			}
		}
		return true
	})
	if err != nil {
		return fmt.Errorf("wait for %q: %w", texts, err)
	}
	return nil
}

// settled waits until a key's effect is drawn: the program draws at its own
// pace, and a screen that changes all the time is taken as it is.
func (s *stage) settled(ctx context.Context) error {
	quiet, cancel := context.WithTimeout(ctx, calm)
	defer cancel()
	_, err := s.until(quiet, func(screen) bool { return false })
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return err
}

// close ends the program as a person does and waits for its end; one that does
// not listen is killed.
func (s *stage) close() {
	defer func() { _ = s.tty.Close() }()
	_ = s.press("\x03")
	const patience = 10 * time.Second
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-s.ended:
		return
	case <-timer.C:
	}
	_ = s.cmd.Process.Kill()
	<-s.ended
}
