//go:build !linux

package main

import "time"

// cpuTime is only known on Linux: elsewhere another process's CPU time is told
// in ticks too coarse for a case of a second.
func cpuTime(int) (used time.Duration, ok bool) { return 0, false }

// memory is only known on Linux.
func memory(int) (now, peak int64, ok bool) { return 0, 0, false }
