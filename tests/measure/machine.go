package measure

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// Machine describes what is measured on, in one line: the day, processors, system
// and Go version; where procfs tells them also the processor's model and the load
// average over the last minute, which says what else ran.
func Machine() string {
	parts := []string{
		time.Now().Format(time.DateOnly), fmt.Sprintf("%d CPUs", runtime.NumCPU()), runtime.GOOS + "/" + runtime.GOARCH, runtime.Version(),
	}
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range bytes.Lines(text) {
			if key, model, ok := bytes.Cut(line, []byte(":")); ok && bytes.HasPrefix(key, []byte("model name")) {
				parts = append(parts, string(bytes.TrimSpace(model)))
				break
			}
		}
	}
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		one, _, _ := bytes.Cut(text, []byte(" "))
		parts = append(parts, "load average "+string(one))
	}
	return strings.Join(parts, ", ")
}
