package term

import (
	"os"
	"sync"

	xterm "golang.org/x/term"
)

// Terminal is the terminal the program was started on, or the pair of files
// that stand in for one. Its methods may be called from any goroutine, except
// Background, which has to have returned before anything reads Input.
type Terminal struct {
	env    func(string) string
	input  *Input
	output *Output

	inIsTerminal, outIsTerminal bool

	// How the two ends were set when the program started; nil for what is not
	// a terminal. On Windows they differ, on Unix they are one device.
	inBefore, outBefore *xterm.State

	title titleState
}

// Open takes over in and out, normally os.Stdin and os.Stdout, and remembers
// how the terminal is set. It writes nothing, changes nothing and does not close
// the files later. env reads one environment variable, empty when unset.
func Open(in, out *os.File, env func(string) string) *Terminal {
	t := &Terminal{
		env:           env,
		input:         newInput(in),
		output:        &Output{file: out},
		inIsTerminal:  isTerminal(in),
		outIsTerminal: isTerminal(out),
	}
	if t.inIsTerminal {
		t.inBefore, _ = xterm.GetState(int(in.Fd()))
	}
	if t.outIsTerminal {
		t.outBefore, _ = xterm.GetState(int(out.Fd()))
	}
	return t
}

// Interactive tells whether a person can use the dashboard here: both ends are
// terminals and TERM is not dumb.
func (t *Terminal) Interactive() bool {
	return t.inIsTerminal && t.outIsTerminal && t.env("TERM") != "dumb"
}

// Input is where keys come from. There is one per Terminal.
func (t *Terminal) Input() *Input { return t.input }

// Output is where frames go. There is one per Terminal.
func (t *Terminal) Output() *Output { return t.output }

// Restore gives the terminal back as Open found it: line editing and echo,
// alternate screen left, cursor shown, mouse, focus and paste reporting off,
// colours reset, the window title put back. It is the last resort of panic and
// signal paths, and harmless after an orderly end: what was not changed is not
// touched, a second call does nothing, and a terminal that stopped reading holds
// it up for a quarter of a second at most.
func (t *Terminal) Restore() {
	// The settings come first: they need no lock and cannot block, and a shell
	// without echo is worse than a coloured one.
	putBack(t.input.Fd(), t.inBefore)
	putBack(t.output.Fd(), t.outBefore)
	if t.outIsTerminal {
		t.output.leave(t.title.pop())
	}
}

// putBack sets the terminal at fd as it was before. Settings that are the same
// are left alone: a process in the background is stopped for setting them.
func putBack(fd uintptr, before *xterm.State) {
	if before == nil {
		return
	}
	if now, err := xterm.GetState(int(fd)); err == nil && *now == *before {
		return
	}
	_ = xterm.Restore(int(fd), before)
}

func isTerminal(f *os.File) bool { return f != nil && xterm.IsTerminal(int(f.Fd())) }

// titleState knows whether the window's own title lies on the terminal's stack.
type titleState struct {
	mu     sync.Mutex
	pushed bool
	last   string
}
