package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// cpuTime is the CPU time that a process has used, in user and kernel mode: the
// first field of each thread's schedstat, in nanoseconds, which is finer than the
// clock ticks of proc_pid_stat(5). ok is false where the kernel keeps none.
func cpuTime(pid int) (used time.Duration, ok bool) {
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(tasks) == 0 {
		return 0, false
	}
	for _, task := range tasks {
		text, err := os.ReadFile(task) //nolint:gosec // a path of procfs
		if err != nil {
			continue // the thread ended between the two calls
		}
		n, err := strconv.ParseInt(firstField(text), 10, 64)
		if err != nil {
			return 0, false
		}
		used += time.Duration(n)
	}
	return used, true
}

func firstField(text []byte) string {
	first, _, _ := bytes.Cut(text, []byte(" "))
	return string(first)
}

// memory is a process's resident set now and at its peak, in bytes: VmRSS and
// VmHWM of proc_pid_status(5).
func memory(pid int) (now, peak int64, ok bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, false
	}
	now, peak = statusBytes(string(text), "VmRSS:"), statusBytes(string(text), "VmHWM:")
	return now, peak, now > 0
}

func statusBytes(text, key string) int64 {
	for line := range strings.Lines(text) {
		rest, found := strings.CutPrefix(line, key)
		if !found {
			continue
		}
		kib, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
		return kib << 10 //nolint:mnd // the kernel writes KiB
	}
	return 0
}
