package sysinfo

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/shirou/gopsutil/v3/cpu"
)

var (
	errNoCores    = errors.New("the system lists no processor times")
	errNewCores   = errors.New("the set of cores changed")
	errStoodStill = errors.New("processor times did not advance")
)

// cpuMeter turns the growing times of all cores into percentages. It keeps its
// own baseline because the one of gopsutil's cpu.Percent is shared by the
// whole process: a second reader right after the first would be told 0 %.
type cpuMeter struct {
	at    time.Time
	cores []cpu.TimesStat
}

// use compares the times with those of the call before and keeps them. It
// takes over cores.
func (m *cpuMeter) use(at time.Time, cores []cpu.TimesStat) (total float64, perCore []float64, err error) {
	if len(cores) == 0 {
		return 0, nil, errNoCores
	}
	_, err = between(m.at, at)
	if errors.Is(err, errTooSoon) {
		return 0, nil, err
	}
	before := m.cores
	m.at, m.cores = at, cores
	if err != nil {
		return 0, nil, err
	}
	if !sameCores(before, cores) {
		return 0, nil, errNewCores
	}
	var busy, all float64
	perCore = make([]float64, len(cores))
	for i := range cores {
		coreBusy, coreAll := spent(before[i], cores[i])
		perCore[i] = percent(coreBusy, coreAll)
		busy += coreBusy
		all += coreAll
	}
	if all == 0 {
		return 0, nil, errStoodStill
	}
	return percent(busy, all), perCore, nil
}

func sameCores(a, b []cpu.TimesStat) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].CPU != b[i].CPU {
			return false
		}
	}
	return true
}

// spent is the time of a core between two readings, in seconds. Each kind of
// time is compared on its own, since Linux lets single ones run backwards
// (iowait, and idle after a suspend: proc_stat(5)). Guest time is left out:
// the kernel counts it in user and nice already.
func spent(then, now cpu.TimesStat) (busy, all float64) {
	busy = advanced(then.User, now.User) +
		advanced(then.Nice, now.Nice) +
		advanced(then.System, now.System) +
		advanced(then.Irq, now.Irq) +
		advanced(then.Softirq, now.Softirq) +
		advanced(then.Steal, now.Steal)
	idle := advanced(then.Idle, now.Idle) + advanced(then.Iowait, now.Iowait)
	return busy, busy + idle
}

// advanced is never negative, and zero when either side is not a finite number.
func advanced(then, now float64) float64 {
	d := now - then
	if !(d > 0) || math.IsInf(d, 0) {
		return 0
	}
	return d
}

// percent is within 0..100. A core without any time (parked, or without ticks)
// did nothing.
func percent(busy, all float64) float64 {
	if !(all > 0) {
		return 0
	}
	return min(100, 100*busy/all)
}

// frequenciesOf puts frequencies, keyed by the kernel's number of the core,
// into the order of cores. Nil when none is known.
func frequenciesOf(cores []cpu.TimesStat, known map[int]Frequency) []Frequency {
	var list []Frequency
	for i, core := range cores {
		number, err := strconv.Atoi(strings.TrimPrefix(core.CPU, "cpu"))
		if err != nil {
			continue
		}
		frequency, ok := known[number]
		if !ok {
			continue
		}
		if list == nil {
			list = make([]Frequency, len(cores))
		}
		list[i] = frequency
	}
	return list
}
