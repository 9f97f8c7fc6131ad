//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package term

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// mayAsk tells whether a read of file can be given a time-out, without which
// nothing may be asked of a terminal that might not answer. select watches
// descriptors below 1024 alone.
func mayAsk(file *os.File) bool { return file.Fd() < unix.FD_SETSIZE }

// readable waits until file has something to read, at most for d.
func readable(file *os.File, d time.Duration) bool {
	return mayAsk(file) && await(file, d, func(fd int, watched *unix.FdSet, left *unix.Timeval) (int, error) {
		return unix.Select(fd+1, watched, nil, nil, left)
	})
}

// writable waits until a write to file would not block, at most for d. What
// select can't watch counts as writable.
func writable(file *os.File, d time.Duration) bool {
	return !mayAsk(file) || await(file, d, func(fd int, watched *unix.FdSet, left *unix.Timeval) (int, error) {
		return unix.Select(fd+1, nil, watched, nil, left)
	})
}

// await calls watch, which is select one way or the other. It is select because
// poll does not work on terminals on macOS, and deadlines not on the standard
// files, which are in blocking mode.
func await(file *os.File, d time.Duration, watch func(int, *unix.FdSet, *unix.Timeval) (int, error)) bool {
	fd := int(file.Fd())
	until := time.Now().Add(d)
	for {
		var watched unix.FdSet
		watched.Set(fd)
		left := unix.NsecToTimeval(max(0, time.Until(until)).Nanoseconds())
		n, err := watch(fd, &watched, &left)
		if errors.Is(err, unix.EINTR) {
			continue // the runtime's own signals interrupt it
		}
		return err == nil && n > 0
	}
}
