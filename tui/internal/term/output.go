package term

import (
	"bytes"
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Sequences of xterm's "Control Sequences" and ECMA-48.
const (
	bell          = 0x07
	askAttributes = "\x1b[c"
	altScreen     = "\x1b[?1049" // then h to enter, l to leave
	leaveAlt      = "\x1b[?1049l"

	// plainModes turns off what Bubble Tea turns on, whether it did or not: the
	// three ways of mouse tracking and its SGR coding, focus and paste
	// reporting; then it resets colours and shows the cursor. None of these
	// moves the cursor or says anything when there is nothing to turn off.
	plainModes = "\x1b[?1006l\x1b[?1003l\x1b[?1002l\x1b[?1000l" +
		"\x1b[?1004l\x1b[?2004l\x1b[m\x1b[?25h"
)

// stuckAfter is how long a terminal may take to make room for a few bytes. One
// over a slow line does; one whose other end hangs does not.
const stuckAfter = 250 * time.Millisecond

// Output writes frames and sequences, one at a time.
//
// It has the methods of a file because Bubble Tea learns the window size
// through Fd.
type Output struct {
	file *os.File

	// wake asks the next frame to carry a question. Keys typed while the
	// background was asked for wait in Input, where nobody watching the
	// descriptor sees them; the reply makes the descriptor readable.
	wake atomic.Bool

	mu    sync.Mutex
	used  bool // a frame was written since the last Restore
	inAlt bool // the alternate screen was entered and not left
}

// Write writes p, a frame as a rule, without letting any other sequence in
// between.
func (o *Output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.used = true
	o.watch(p)
	n, err := o.file.Write(p)
	if err == nil && o.wake.CompareAndSwap(true, false) {
		_, err = o.file.WriteString(askAttributes)
	}
	return n, err
}

// watch keeps track of the alternate screen. Leaving it twice is not harmless:
// it also puts the cursor where it was when the screen was entered, on top of
// what was printed since.
func (o *Output) watch(p []byte) {
	for {
		_, rest, found := bytes.Cut(p, []byte(altScreen))
		if !found || len(rest) == 0 {
			return
		}
		switch rest[0] {
		case 'h':
			o.inAlt = true
		case 'l':
			o.inAlt = false
		}
		p = rest
	}
}

// sequence writes s between two frames.
func (o *Output) sequence(s string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, err := o.file.WriteString(s)
	return err
}

// leave writes what undoes everything frames may have turned on, and then
// trailer. It does not wait for the lock, which a frame may hold that is stuck in
// a terminal that stopped reading, and does not write to such a terminal: that
// must not keep a dying program alive. A frame that is merely under way is
// written to its end first, as the file itself lets one write in at a time.
func (o *Output) leave(trailer string) {
	var s string
	if o.mu.TryLock() {
		if o.used {
			s = plainModes
		}
		if o.inAlt {
			s += leaveAlt
		}
		o.used, o.inAlt = false, false
		o.mu.Unlock()
	} else {
		s = plainModes + leaveAlt
	}
	if s += trailer; s != "" && writable(o.file, stuckAfter) {
		_, _ = o.file.WriteString(s)
	}
}

// Read refuses: keys come from Input alone.
func (o *Output) Read([]byte) (int, error) { return 0, errors.ErrUnsupported }

// Close does nothing: the program's standard output is not Output's to close.
func (o *Output) Close() error { return nil }

// Fd is the descriptor of the file frames go to.
func (o *Output) Fd() uintptr { return o.file.Fd() }
