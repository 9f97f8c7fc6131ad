//go:build !linux

package main

import "time"

// cpuTime is only known on Linux: elsewhere another process's CPU time is told
// in ticks too coarse for a case of seconds.
func cpuTime(int) (used time.Duration, ok bool) { return 0, false }

// resident is only known on Linux.
func resident(int) (all, files int64, ok bool) { return 0, 0, false }
