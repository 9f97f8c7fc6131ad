package measure

import (
	"errors"
	"math"
	"os"
	"time"
)

// Mebibyte is in bytes.
const Mebibyte = 1 << 20

// Memory is a process's resident set, in bytes.
type Memory struct {
	Now   int64
	Peak  int64 // since the process started
	Files int64 // of Now: pages of files, such as the executable's own
}

// CheckCPUTime tells a person when CPU time is not known on this system.
func CheckCPUTime() error {
	if _, ok := CPUTime(os.Getpid()); !ok {
		return errors.New("another process's CPU time is not known on this system: those figures are left out")
	}
	return nil
}

// Core is how much of one core a process uses for as long as work takes, in
// percent; NaN where CPU time is not known, and with work's error.
func Core(pid int, work func() error) (float64, error) {
	before, known := CPUTime(pid)
	start := time.Now()
	if err := work(); err != nil {
		return math.NaN(), err
	}
	after, _ := CPUTime(pid)
	if !known {
		return math.NaN(), nil
	}
	return 100 * (after - before).Seconds() / time.Since(start).Seconds(), nil //nolint:mnd // percent
}
