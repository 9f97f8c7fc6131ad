//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package term

import (
	"os"
	"time"
)

// mayAsk tells that nothing is asked here. On Windows Bubble Tea reads console
// events instead of bytes, past Input, so a late reply could not be kept out of
// the keys.
func mayAsk(*os.File) bool { return false }

// readable is never true where nothing is asked.
func readable(*os.File, time.Duration) bool { return false }

// writable can't be found out here, so writing is tried.
func writable(*os.File, time.Duration) bool { return true }
