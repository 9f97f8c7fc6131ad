package gauges

import (
	"strconv"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/ink"
	"apps.local/neetbox-tui/tui/internal/text"
)

func (s *sheet) gpus(m *machine, d detail) {
	if len(m.hw.GPUs) == 0 {
		s.noGPU(m, d)
		return
	}
	for i, g := range m.hw.GPUs {
		if !d.gpu {
			s.compactGPU(g)
			continue
		}
		if d.air {
			s.blank()
		}
		s.wholeGPU(m, g, i, d)
	}
}

// noGPU says in one line what would otherwise be a doubt.
func (s *sheet) noGPU(m *machine, d detail) {
	if !d.noGPU {
		return
	}
	if d.air {
		s.blank()
	}
	if why := m.absent["gpu"]; why != "" {
		s.missing("GPU", why)
		return
	}
	said := "No GPU reported by this host"
	if s.w < len(said) {
		said = "No GPU reported"
	}
	l := s.line()
	l.Fit(s.k.faint, said, s.w)
	s.add(l)
}

func gpuLabel(g protocol.GPU) string {
	if g.ID < 0 || g.ID > 999 {
		return "GPU"
	}
	return "GPU" + strconv.Itoa(g.ID)
}

// wholeGPU is a card's name and temperature, its load and its memory.
func (s *sheet) wholeGPU(m *machine, g protocol.GPU, i int, d detail) {
	heat := s.degrees(float64(g.Temperature))
	l := s.line()
	l.Fit(s.k.muted, gpuLabel(g)+" ", max(labelCells, text.Width(gpuLabel(g))+1))
	l.Fit(s.k.text, clean(g.Name), max(s.w-l.Cells()-text.Width(heat)-1, 0))
	l.Right(s.k.text, heat, max(s.w-l.Cells(), 0))
	s.add(l)

	load, memory := float64(g.Load), gpuMemory(g)
	s.gauge("load", load, s.percent(load), "", s.grade(load))
	s.gauge("mem", memory, s.gpuShare(memory, g), "", s.memoryGrade(memory))
	if d.gpuHistory {
		s.history(m, &m.gpus[i])
	}
}

// compactGPU is "GPU0 ▕████▏ 92 %  mem ▕███▏ 79 %  71 °C", without the bars
// where there is no room for them.
func (s *sheet) compactGPU(g protocol.GPU) {
	const (
		share = 6 // "!100 %"
		heat  = 7 // " 100 °C"
	)
	load, memory := float64(g.Load), gpuMemory(g)
	l := s.line()
	bar := (s.w - labelCells - 2*share - heat - len("  mem ")) / 2
	label := labelCells
	if bar < leastBar {
		bar, label = 0, max(text.Width(gpuLabel(g)), labelCells-1)
	}
	l.Fit(s.k.muted, gpuLabel(g), label)
	s.part(l, load, bar, share, s.grade(load))
	if s.w >= labelCells+2*share+4 {
		label := " mem"
		if bar > 0 {
			label = "  mem "
		}
		l.Put(s.k.muted, label)
		s.part(l, memory, bar, share, s.memoryGrade(memory))
	}
	if s.w-l.Cells() >= heat-1 {
		l.Right(s.k.text, s.degrees(float64(g.Temperature)), s.w-l.Cells())
	}
	s.add(l)
}

func (s *sheet) part(l *ink.Row, v float64, bar, share int, level grade) {
	if bar > 0 {
		s.track(l, v, bar, level.ink)
	}
	l.Right(level.value, level.flag+s.percent(v), share)
}

// oneLine is as much of a machine as a line takes: "CPU 52 %  RAM 49 %".
func (s *sheet) oneLine(m *machine, named bool) {
	l := s.line()
	const one = len("CPU 100 %")
	if name := s.w - one - 2; named && name >= 4 {
		if s.w >= sharesFrom {
			name = min(s.w/3, 16)
		}
		l.Fit(s.k.title, m.host, name)
	}
	part := func(label string, v float64, level grade) {
		value := text.PadLeft(s.percent(v), 5)
		if level.flag != "" {
			value += level.flag
		}
		gap := 0
		if l.Cells() > 0 {
			gap = 2
		}
		if l.Cells()+gap+text.Width(label)+1+text.Width(value) > s.w {
			return
		}
		l.Fit(s.k.text, "", gap)
		l.Put(s.k.muted, label)
		l.Put(level.value, " "+value)
	}
	busy, ram := m.busy(), used(m.hw.RAM)
	part("CPU", busy, s.grade(busy))
	part("RAM", ram, s.memoryGrade(ram))
	switch n := len(m.hw.GPUs); {
	case n == 1:
		load := float64(m.hw.GPUs[0].Load)
		part("GPU", load, s.grade(load))
	case n > 1:
		load := meanLoad(m.hw.GPUs)
		part(strconv.Itoa(n)+" GPU", load, s.grade(load))
	}
	if l.Cells() == 0 {
		l.Put(s.grade(busy).value, s.percent(busy))
	}
	s.add(l)
}
