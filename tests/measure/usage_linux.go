package measure

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// CPUTime is the CPU time that a process has used, in user and kernel mode: the
// first field of each thread's schedstat, in nanoseconds, which is finer than the
// clock ticks of proc_pid_stat(5). ok is false where the kernel keeps none.
func CPUTime(pid int) (used time.Duration, ok bool) {
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(tasks) == 0 {
		return 0, false
	}
	for _, task := range tasks {
		text, err := os.ReadFile(task) //nolint:gosec // a path of procfs
		if err != nil {
			continue // the thread ended between the two calls
		}
		first, _, _ := strings.Cut(string(text), " ")
		n, err := strconv.ParseInt(first, 10, 64)
		if err != nil {
			return 0, false
		}
		used += time.Duration(n)
	}
	return used, true
}

// Resident is a process's resident set: VmRSS, VmHWM and RssFile of
// proc_pid_status(5). ok is false where there is none, as of a process that has
// ended.
func Resident(pid int) (m Memory, ok bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return Memory{}, false
	}
	return memoryOf(string(text))
}

// memoryOf reads a process's status.
func memoryOf(status string) (m Memory, ok bool) {
	m.Now, ok = statusBytes(status, "VmRSS:")
	m.Peak, _ = statusBytes(status, "VmHWM:")
	m.Files, _ = statusBytes(status, "RssFile:")
	return m, ok
}

func statusBytes(status, key string) (bytes int64, ok bool) {
	for line := range strings.Lines(status) {
		rest, found := strings.CutPrefix(line, key)
		if !found {
			continue
		}
		kib, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
		return kib << 10, err == nil //nolint:mnd // the kernel writes KiB
	}
	return 0, false
}
