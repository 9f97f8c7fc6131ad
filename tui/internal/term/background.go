package term

import (
	"context"
	"time"

	xterm "golang.org/x/term"
)

const (
	// answerWithin bounds the wait for the background: a first frame with the
	// wrong theme is better than none.
	answerWithin = 100 * time.Millisecond

	// lookUp is how often the wait looks whether it was cancelled.
	lookUp = 10 * time.Millisecond

	// askBackground is OSC 11 with the question mark, and DA1 as the sentinel:
	// every terminal answers DA1, so one that does not know OSC 11 costs a round
	// trip and not the whole time-out.
	askBackground = "\x1b]11;?\x1b\\" + askAttributes
)

// Background tells whether the terminal's background is dark, and whether that
// is known at all. COLORFGBG answers where it is set to numbers; otherwise the
// terminal is asked, which takes at most 100 ms. It is not asked when the
// Terminal is not interactive, inside tmux and screen (which may answer for a
// terminal that is not the one in front of the person, or never), on the Linux
// console, and on Windows.
//
// It must be called before anything reads Input. Keys typed meanwhile come
// out of Input later, in order; a reply that comes too late does not. They are
// delivered as soon as frames are written, on a terminal that does not answer
// with the next key.
func (t *Terminal) Background(ctx context.Context) (dark, known bool) {
	if dark, known = darkByEnv(t.env("COLORFGBG")); known {
		return dark, true
	}
	if !t.answers() || ctx.Err() != nil {
		return false, false
	}
	before, err := xterm.MakeRaw(int(t.input.Fd()))
	if err != nil {
		return false, false
	}
	defer func() { _ = xterm.Restore(int(t.input.Fd()), before) }()

	t.input.ask()
	if err := t.output.sequence(askBackground); err != nil {
		t.input.giveUp()
		return false, false
	}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	colour, waiting := t.input.listen(ctx)
	if waiting {
		t.input.ask()
		t.output.wake.Store(true)
	}
	return darkByColour(colour)
}

// answers tells whether asking is worth it.
func (t *Terminal) answers() bool {
	return t.Interactive() && mayAsk(t.input.file) &&
		t.env("TMUX") == "" && t.env("STY") == "" && knownToAnswer(t.env("TERM"))
}

// listen reads until the sentinel has come or ctx ends. It returns the colour,
// empty when there was no reply, and whether keys lie ready on a terminal that
// is known to answer.
func (i *Input) listen(ctx context.Context) (colour string, waiting bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	chunk := make([]byte, 256)
	for i.sieve.armed && ctx.Err() == nil {
		if !readable(i.file, lookUp) {
			continue
		}
		n, err := i.file.Read(chunk)
		i.sift(chunk[:n])
		if err != nil || n == 0 {
			i.ready = i.sieve.stop(i.ready)
			return i.sieve.colour, false
		}
	}
	return i.sieve.colour, !i.sieve.armed && len(i.ready) > 0
}

// giveUp stops looking for a reply: the question was not asked.
func (i *Input) giveUp() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.ready = i.sieve.stop(i.ready)
}
