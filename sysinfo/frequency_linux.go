package sysinfo

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// newFrequencyReader returns a reader of all cores' clocks, keyed by the
// kernel's number of the core. The limits of a core do not change and are read
// once.
//
// gopsutil's cpu.Info is not used: it gives the highest clock where the
// present one is wanted.
func newFrequencyReader() func(context.Context) (map[int]Frequency, error) {
	limits := make(map[int]Frequency)
	return func(context.Context) (map[int]Frequency, error) {
		text, err := os.ReadFile("/proc/cpuinfo")
		if err != nil {
			return nil, fmt.Errorf("read frequencies: %w", err)
		}
		known := parseCPUInfo(bytes.NewReader(text))
		for number, frequency := range known {
			limit, seen := limits[number]
			if !seen {
				limit.Min = sysfsMHz(number, "cpuinfo_min_freq")
				limit.Max = sysfsMHz(number, "cpuinfo_max_freq")
				limits[number] = limit
			}
			frequency.Min, frequency.Max = limit.Min, limit.Max
			// /proc/cpuinfo has no clock on ARM.
			if frequency.Current == 0 {
				frequency.Current = sysfsMHz(number, "scaling_cur_freq")
			}
			if frequency == (Frequency{}) {
				delete(known, number)
				continue
			}
			known[number] = frequency
		}
		return known, nil
	}
}

// parseCPUInfo returns an entry for each core that /proc/cpuinfo lists, with
// the present clock where it is given.
func parseCPUInfo(text io.Reader) map[int]Frequency {
	cores := make(map[int]Frequency)
	number := -1
	for lines := bufio.NewScanner(text); lines.Scan(); {
		key, value, found := strings.Cut(lines.Text(), ":")
		if !found {
			continue
		}
		switch strings.TrimSpace(key) {
		case "processor":
			parsed, err := strconv.Atoi(strings.TrimSpace(value))
			if err != nil {
				number = -1
				continue
			}
			number = parsed
			cores[number] = Frequency{}
		case "cpu MHz":
			mhz, ok := quantity(value, "")
			if number >= 0 && ok && mhz.value > 0 {
				cores[number] = Frequency{Current: mhz.value}
			}
		}
	}
	return cores
}

// sysfsMHz reads one of a core's cpufreq files, which are in kHz. Virtual
// machines have none: zero.
func sysfsMHz(number int, file string) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/sys/devices/system/cpu/cpu%d/cpufreq/%s", number, file))
	if err != nil {
		return 0
	}
	khz, ok := quantity(string(text), "")
	if !ok || khz.value < 0 {
		return 0
	}
	return khz.value / 1000
}
