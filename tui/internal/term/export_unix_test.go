//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package term

import (
	"os"
	"time"
)

// Writable tells whether a write would not block.
func Writable(file *os.File, d time.Duration) bool { return writable(file, d) }
