//go:build !linux

package measure

import "time"

// CPUTime is only known on Linux: elsewhere another process's CPU time is told
// in ticks too coarse for a case of a second.
func CPUTime(int) (used time.Duration, ok bool) { return 0, false }

// Resident is only known on Linux.
func Resident(int) (m Memory, ok bool) { return Memory{}, false }
