package term

import (
	"os"
	"sync"
	"time"
)

const (
	// lateFor is how long after a question its reply is still looked for. Over a
	// slow line it comes after Background has given up.
	lateFor = time.Second

	// bareFor is how long a lone ESC waits for what would make it the start of a
	// reply. Terminals send a reply in one piece, and a person does not notice
	// a twentieth of a second.
	bareFor = 50 * time.Millisecond
)

// Input reads keys. Replies to questions the Terminal asked are taken out; when
// no question is open, bytes go through untouched and at once.
//
// It has the methods of a file because Bubble Tea sets raw mode through Fd, and
// because the reader it can interrupt (which suspending needs) asks for Fd and
// Name. Only Read and Fd do something of their own.
type Input struct {
	file *os.File
	now  func() time.Time

	mu      sync.Mutex
	sieve   sieve
	ready   []byte    // keys read but not delivered
	expires time.Time // when an open question is given up
	fed     time.Time // when the last bytes went through the sieve
}

func newInput(file *os.File) *Input {
	return &Input{file: file, now: time.Now}
}

// Read delivers keys. It returns 0 and no error when all there was to read was
// a reply: reading on could block where Bubble Tea can't interrupt it. It never
// keeps a key back for longer than a twentieth of a second once it was called;
// only the unmistakable start of a reply waits for the next call.
//
// Keys typed while a question was open come one to a call, before anything
// else is read: Bubble Tea takes characters it reads together for one key.
// Whoever waits on the descriptor calls again, as what is there to read stays.
func (i *Input) Read(p []byte) (int, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(p) == 0 {
		return 0, nil
	}
	if i.sieve.bare() && i.now().Sub(i.fed) > bareFor {
		i.ready = i.sieve.release(i.ready)
	}
	if n, whole := firstKey(i.ready); whole {
		return i.deliver(p[:min(n, len(p))]), nil
	}
	if len(i.ready) == 0 && !i.sieve.armed {
		return i.file.Read(p)
	}
	if err := i.fill(len(p)); err != nil && len(i.ready) == 0 {
		return 0, err // with keys delivered, it is there again at the next call
	}
	return i.deliver(p), nil
}

func (i *Input) deliver(p []byte) int {
	n := copy(p, i.ready)
	i.ready = i.ready[n:]
	return n
}

// fill reads once, and again as long as there is room and either the end may be
// a key as well as a reply or a full read was made short by taking a reply out.
// It makes at most room bytes ready, because whoever waits on the descriptor is
// not told about bytes that wait here.
func (i *Input) fill(room int) error {
	for {
		chunk := make([]byte, max(1, room-len(i.ready)-len(i.sieve.held)))
		n, err := i.file.Read(chunk)
		i.sift(chunk[:n])
		if err != nil {
			i.ready = i.sieve.stop(i.ready)
			return err
		}
		more := len(i.ready)+len(i.sieve.held) < room
		if i.sieve.bare() {
			if more && readable(i.file, bareFor) {
				continue
			}
			i.ready = i.sieve.release(i.ready)
			break
		}
		if !more || n < len(chunk) || !readable(i.file, 0) {
			break
		}
	}
	// The first read after the question is always sieved: the reply may have
	// come in time and have waited for somebody to read it.
	if i.now().After(i.expires) {
		i.ready = i.sieve.stop(i.ready)
	}
	return nil
}

// sift makes ready what of chunk is keys.
func (i *Input) sift(chunk []byte) {
	i.ready = i.sieve.feed(i.ready, chunk)
	i.fed = i.now()
}

// ask makes Input look for the reply to a question.
func (i *Input) ask() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.sieve.arm()
	i.expires = i.now().Add(lateFor)
}

// Write writes to the file keys come from, as a file would. Nothing of the
// program does; sequences go through Output.
func (i *Input) Write(p []byte) (int, error) { return i.file.Write(p) }

// Close does nothing: the program's standard input is not Input's to close.
func (i *Input) Close() error { return nil }

// Fd is the descriptor of the file keys come from.
func (i *Input) Fd() uintptr { return i.file.Fd() }

// Name is the name of the file keys come from. On macOS the reader that can be
// interrupted has to know whether it is /dev/tty, which kqueue can't watch.
func (i *Input) Name() string { return i.file.Name() }
