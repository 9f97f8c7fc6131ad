package lockfile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// pollEvery is how often Acquire looks again: neither flock(2) nor LockFileEx
// can wait with a deadline.
const pollEvery = 25 * time.Millisecond

var (
	// ErrHeld is what [Try] and [Acquire] wrap while somebody else holds the lock;
	// the error is a [*HeldError].
	ErrHeld = errors.New("lock is held")
	// ErrReleased is the answer to an update of a lock that was given back.
	ErrReleased = errors.New("lock was released")
)

// HeldError says who holds a lock.
type HeldError struct {
	Path  string
	Owner Owner // the zero value when it could not be read
}

// Error names the path and, where it is known, the owner.
func (e *HeldError) Error() string {
	if e.Owner.PID == 0 {
		return fmt.Sprintf("lock %s: held by another process", e.Path)
	}
	return fmt.Sprintf("lock %s: held by %s", e.Path, e.Owner)
}

// Unwrap makes errors.Is(err, ErrHeld) true.
func (e *HeldError) Unwrap() error { return ErrHeld }

// DirError says that the directory of a lock can't be used.
type DirError struct {
	Dir string
	Err error
}

// Error names the directory and what moves it.
func (e *DirError) Error() string {
	return fmt.Sprintf("create a lock in %s: %v; make that directory writable, or use another: "+
		"--data-dir or NEETBOX_TUI_DATA_DIR moves the data, XDG_STATE_HOME the state", e.Dir, e.Err)
}

// Unwrap returns what the file system said.
func (e *DirError) Unwrap() error { return e.Err }

// Lock is a lock that this process holds. Its methods may be called from any
// goroutine.
type Lock struct {
	path string

	mu   sync.Mutex
	file *flock.Flock // nil once released
}

// Try takes the lock at path or returns at once: with a [*HeldError] while
// somebody holds it, also this very process, and with a [*DirError] when the
// directory can't be used. A missing directory is made, for this user only.
//
// The owner is written for people; when that fails (a full disk) the lock is
// held all the same, and whoever asks is told nothing instead of something old.
func Try(path string, owner Owner) (*Lock, error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, &DirError{Dir: dir, Err: err}
	}
	file := flock.New(path, flock.SetPermissions(0o600))
	locked, err := file.TryLock()
	if err != nil {
		_ = file.Close()
		if unusable(err) {
			return nil, &DirError{Dir: dir, Err: err}
		}
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	if !locked {
		_ = file.Close()
		holder, _ := Read(path)
		return nil, &HeldError{Path: path, Owner: holder}
	}
	if writeOwner(path, owner) != nil {
		_ = os.Remove(ownerPath(path))
	}
	return &Lock{path: path, file: file}, nil
}

// Acquire is [Try] again and again until the lock is free, ctx ends or something
// other than the holder is in the way. When ctx ends the error wraps its cause
// and the last [*HeldError].
func Acquire(ctx context.Context, path string, owner Owner) (*Lock, error) {
	timer := time.NewTimer(pollEvery)
	defer timer.Stop()
	for {
		lock, err := Try(path, owner)
		if err == nil || !errors.Is(err, ErrHeld) {
			return lock, err
		}
		timer.Reset(pollEvery)
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%w (%w)", err, context.Cause(ctx))
		case <-timer.C:
		}
	}
}

// Update writes a new owner, for instance once its port is known. It returns
// [ErrReleased] after Release.
func (l *Lock) Update(owner Owner) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return fmt.Errorf("update the owner of %s: %w", l.path, ErrReleased)
	}
	return writeOwner(l.path, owner)
}

// Release gives the lock back; the lock's file stays. Further calls do nothing.
func (l *Lock) Release() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return nil
	}
	file := l.file
	l.file = nil
	// Before the lock goes: afterwards the file may be the next holder's.
	_ = os.Remove(ownerPath(l.path))
	if err := file.Close(); err != nil {
		return fmt.Errorf("release %s: %w", l.path, err)
	}
	return nil
}

// unusable reports whether err is about the directory rather than the lock.
func unusable(err error) bool {
	var path *fs.PathError
	return errors.As(err, &path)
}
