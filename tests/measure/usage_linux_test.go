package measure_test

import (
	"errors"
	"math"
	"os"
	"testing"

	"apps.local/neetbox-tui/tests/measure"
)

// noProcess is above the most that a process's number can be on Linux.
const noProcess = 1 << 30

func TestMemory_OfAStatus(t *testing.T) {
	const status = "Name:\tVmRSS: 1 kB\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\nRssFile:\t     512 kB\n"
	got, ok := measure.MemoryOf(status)
	if want := (measure.Memory{Now: 1 << 20, Peak: 2 << 20, Files: 1 << 19}); !ok || got != want {
		t.Errorf("%+v %v, want %+v", got, ok, want)
	}
	for name, status := range map[string]string{"a zombie's": "Name:\tx\n", "nonsense": "VmRSS:\tmuch kB\n", "nothing": ""} {
		if got, ok := measure.MemoryOf(status); ok {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestUsage_OfThisProcessAndOfNone(t *testing.T) {
	if m, ok := measure.Resident(os.Getpid()); !ok || m.Now <= 0 || m.Peak < m.Now || m.Files > m.Now {
		t.Errorf("resident %+v %v", m, ok)
	}
	if m, ok := measure.Resident(noProcess); ok {
		t.Errorf("a process that is not there has %+v", m)
	}
	if used, ok := measure.CPUTime(noProcess); ok {
		t.Errorf("a process that is not there used %v", used)
	}
}

func TestCore_OfWorkThatIsBusyAndOfWorkThatFails(t *testing.T) {
	if err := measure.CheckCPUTime(); err != nil {
		t.Skip(err)
	}
	used, err := measure.Core(os.Getpid(), func() error {
		before, _ := measure.CPUTime(os.Getpid())
		for now := before; now-before < 20e6; now, _ = measure.CPUTime(os.Getpid()) { // nanoseconds
		}
		return nil
	})
	if err != nil || !(used > 0) {
		t.Errorf("busy: %v %%, %v", used, err)
	}
	failed := errors.New("work")
	if used, err := measure.Core(os.Getpid(), func() error { return failed }); !errors.Is(err, failed) || !math.IsNaN(used) {
		t.Errorf("failed: %v %%, %v", used, err)
	}
}
