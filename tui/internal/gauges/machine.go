package gauges

import (
	"math"
	"time"
	"unicode/utf8"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/text"
)

// Bounds on what a hostile report can make the pane keep and draw.
const (
	mostMachines = 64
	mostCores    = 1024
	mostGPUs     = 64
	nameCells    = 60
	headBytes    = 1024
)

// machine is what is known of one, with its texts safe to draw.
type machine struct {
	id  string
	own bool // the daemon's report
	at  time.Time
	hw  protocol.Hardware

	host, by string // by is empty where it would repeat host
	absent   map[string]string

	clock    clock
	cpu, ram history
	gpus     []history
}

func (m *machine) set(title string, hw protocol.Hardware, at time.Time, own bool) {
	hw.CPUs = hw.CPUs[:min(len(hw.CPUs), mostCores)]
	hw.GPUs = hw.GPUs[:min(len(hw.GPUs), mostGPUs)]
	m.hw, m.at, m.own = hw, at, own
	m.host, m.by = clean(title), ""
	if hw.Machine != nil && clean(hw.Machine.Host) != "" {
		m.host = clean(hw.Machine.Host)
		if by := clean(title); by != m.host && !own {
			m.by = by
		}
	}
	if m.host == "" {
		m.host = clean(m.id)
	}
	if own {
		m.by = "daemon"
	}
	m.absent = map[string]string{}
	for _, part := range []string{"cpu", "memory", "swap", "load", "disk", "net", "gpu"} {
		if why := clean(hw.Absent[part]); why != "" {
			m.absent[part] = why
		}
	}
	m.clock.add(at)
	m.cpu.add(m.busy())
	m.ram.add(used(hw.RAM))
	for len(m.gpus) < len(hw.GPUs) {
		m.gpus = append(m.gpus, history{})
	}
	for i, g := range hw.GPUs {
		m.gpus[i].add(float64(g.Load))
	}
}

// busy is the load of the whole processor, as a fraction of 1: as reported, or
// the mean of the cores. NaN where neither is known.
func (m *machine) busy() float64 {
	if m.hw.Total != nil {
		return float64(*m.hw.Total) / 100
	}
	sum, n := 0.0, 0
	for _, c := range m.hw.CPUs {
		if v := float64(c.Percentage); finite(v) {
			sum, n = sum+v, n+1
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / float64(n) / 100
}

// used is the part of memory that is in use, as a fraction of 1; NaN where
// that is not known.
func used(r protocol.RAM) float64 {
	if total := float64(r.Total); finite(total) && total > 0 {
		return float64(r.Used) / total
	}
	return math.NaN()
}

// gpuMemory is the part of a graphics card's memory that is in use. The sizes
// win over the reported share: some drivers report the controller's activity
// there.
func gpuMemory(g protocol.GPU) float64 {
	if total, used := float64(g.MemoryTotal), float64(g.MemoryUsed); finite(total) && finite(used) && total > 0 {
		return used / total
	}
	return float64(g.MemoryUtil)
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func clean(s string) string {
	if len(s) > headBytes {
		n := headBytes
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n]
	}
	return text.Truncate(text.Plain(s), nameCells)
}
