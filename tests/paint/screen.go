package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/creack/pty"

	"apps.local/neetbox-tui/tests/measure"
)

// Size of the terminal, in cells.
const (
	columns = 120
	rows    = 40
)

// Bounds of what is waited for on a screen.
const (
	paintTime = 10 * time.Second
	leaveTime = 5 * time.Second
)

// kept is how much of the last output is kept, in bytes: more than a full
// repaint.
const kept = 64 << 10

// screen is a program on a pseudo-terminal whose output is read at once. It
// draws nothing: it counts bytes and looks for markers.
type screen struct {
	cmd     *exec.Cmd
	tty     *os.File
	started time.Time
	answers bool // as a terminal does that is asked for its background
	drained chan struct{}

	mu      sync.Mutex
	bytes   int64
	last    []byte // the end of the output
	fresh   int    // bytes at the end of last that came with the last read
	painted time.Time
	marker  []byte // what is waited for; nil: nothing
	seen    chan time.Time
}

// open starts a program on a terminal of its own. One that is mute answers no
// query.
func open(cmd *exec.Cmd, mute bool, marker string) (*screen, <-chan time.Time, error) {
	s := &screen{cmd: cmd, answers: !mute, drained: make(chan struct{})}
	seen := s.expect(marker)
	s.started = time.Now()
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: columns, Rows: rows})
	if err != nil {
		return nil, nil, fmt.Errorf("start on a terminal: %w", err)
	}
	s.tty = tty
	go s.drain()
	return s, seen, nil
}

// openDashboard starts the dashboard of a place.
func openDashboard(ctx context.Context, where *measure.Place, mute bool, marker string) (*screen, <-chan time.Time, error) {
	return open(where.Command(ctx, where.Flags()...), mute, marker)
}

func (s *screen) pid() int { return s.cmd.Process.Pid }

// drain reads until the program's side of the terminal is closed.
func (s *screen) drain() {
	defer close(s.drained)
	buf := make([]byte, kept)
	for {
		n, err := s.tty.Read(buf)
		if n > 0 {
			s.take(buf[:n], time.Now())
		}
		if err != nil {
			return // EIO once the program has ended
		}
	}
}

// Queries of a terminal for its background and for what it is, and how a dark
// xterm answers.
const (
	askBackground = "\x1b]11;?"
	askAttributes = "\x1b[c"
	background    = "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\"
	attributes    = "\x1b[?62;22c"
)

func (s *screen) take(text []byte, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bytes += int64(len(text))
	s.painted = at
	if over := len(s.last) + len(text) - kept; over > 0 {
		s.last = append(s.last[:0], s.last[min(over, len(s.last)):]...)
	}
	s.last = append(s.last, text...)
	s.fresh = len(text)
	if s.marker != nil && bytes.Contains(s.recent(len(s.marker)), s.marker) {
		s.seen <- at
		s.marker = nil
	}
	if s.answers {
		s.answer()
	}
}

// recent is what came last and as much of what came before as a marker of a
// length may have begun in.
func (s *screen) recent(length int) []byte {
	return s.last[max(0, len(s.last)-s.fresh-length+1):]
}

func (s *screen) answer() {
	for _, q := range []struct{ ask, reply string }{{askBackground, background}, {askAttributes, attributes}} {
		if bytes.Contains(s.recent(len(q.ask)), []byte(q.ask)) {
			_, _ = s.tty.WriteString(q.reply) // a program that has ended needs no answer
		}
	}
}

// expect watches for a marker in what is painted from now on; one watch at a
// time.
func (s *screen) expect(marker string) <-chan time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.marker, s.seen = []byte(marker), make(chan time.Time, 1)
	s.fresh = 0
	if marker == "" {
		s.marker = nil
	}
	return s.seen
}

var errNotPainted = errors.New("not painted")

// await waits for what expect watches for.
func (s *screen) await(ctx context.Context, seen <-chan time.Time, marker string) (time.Time, error) {
	timer := time.NewTimer(paintTime)
	defer timer.Stop()
	select {
	case at := <-seen:
		return at, nil
	case <-ctx.Done():
		return time.Time{}, ctx.Err()
	case <-s.drained:
		return time.Time{}, fmt.Errorf("%q: %w, the program ended: %s", marker, errNotPainted, s.ending())
	case <-timer.C:
		return time.Time{}, fmt.Errorf("%q: %w within %v", marker, errNotPainted, paintTime)
	}
}

// ending is the end of what the program wrote.
func (s *screen) ending() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	const most = 400
	return fmt.Sprintf("%q", s.last[max(0, len(s.last)-most):])
}

// press types keys and tells how long it took until the marker was painted.
func (s *screen) press(ctx context.Context, keys, marker string) (time.Duration, error) {
	seen := s.expect(marker)
	start := time.Now()
	if _, err := s.tty.WriteString(keys); err != nil {
		return 0, fmt.Errorf("type: %w", err)
	}
	at, err := s.await(ctx, seen, marker)
	return at.Sub(start), err
}

// written is how many bytes the program has written, and when last.
func (s *screen) written() (int64, time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bytes, s.painted
}

// repainted is the whole screen as it is painted anew, once nothing was painted
// for a while.
func (s *screen) repainted(ctx context.Context) (string, error) {
	const redraw, quiet = "\x0c", 100 * time.Millisecond
	s.mu.Lock()
	s.last = s.last[:0]
	s.fresh = 0
	s.mu.Unlock()
	if _, err := s.tty.WriteString(redraw); err != nil {
		return "", fmt.Errorf("type: %w", err)
	}
	for end := time.Now().Add(paintTime); time.Now().Before(end); {
		if err := measure.Pause(ctx, quiet); err != nil {
			return "", err
		}
		if _, at := s.written(); time.Since(at) >= quiet {
			break
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.last), nil
}

// leave ends the program as a person does, or makes it.
func (s *screen) leave() {
	_, _ = s.tty.WriteString("q") // it may have ended
	timer := time.AfterFunc(leaveTime, func() { _ = s.cmd.Process.Kill() })
	_ = s.cmd.Wait() // how it ends is not what is measured
	timer.Stop()
	_ = s.tty.Close() // ends the reader where the program's end did not
	<-s.drained
}
