package gauges

import (
	"math"
	"strconv"
	"strings"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/ink"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/internal/theme"
)

const (
	labelCells = 5  // "GPU0 "
	leastBar   = 4  // with its ends
	sharesFrom = 24 // from this width memory is told in bytes
	wideFrom   = 34
)

// sheet draws the gauges of one machine, all of their columns aligned.
type sheet struct {
	theme theme.Theme
	k     inks
	w     int
	value int // cells of the right column
	bar   int // cells of a bar with its ends; 0 for none
	lines []string
}

func (p *Pane) sheet(m *machine, w int) *sheet {
	s := &sheet{theme: p.theme, k: p.fresh, w: w}
	if p.isStale(m) {
		s.k = p.stale
	}
	switch {
	case w >= wideFrom:
		s.value = 14
	case w >= sharesFrom:
		s.value = 9
	default:
		s.value = 6
	}
	if bar := w - labelCells - s.value - 1; bar >= leastBar {
		s.bar = bar
	}
	return s
}

func (s *sheet) line() *ink.Row { return &ink.Row{Sign: s.theme.Glyphs.Ellipsis} }

// add takes a finished line. Only a pane of a few cells needs it cut.
func (s *sheet) add(l *ink.Row) {
	if l.Cells() > s.w {
		s.lines = append(s.lines, text.TruncateWith(l.String(), s.w, s.theme.Glyphs.Ellipsis))
		return
	}
	s.lines = append(s.lines, l.String())
}

// dash stands for a number that is not known.
func (s *sheet) dash() string {
	if s.theme.Glyphs.Mode == theme.ASCII {
		return "-"
	}
	return "–"
}

func (s *sheet) blank() { s.lines = append(s.lines, "") }

// machine draws one machine. The name may be in the frame already.
func (p *Pane) machine(m *machine, d detail, w int, named bool) []string {
	s := p.sheet(m, w)
	if d.line {
		s.oneLine(m, named && len(p.machines) > 1)
		return s.lines
	}
	if named {
		l := s.line()
		age := p.age(m)
		l.Fit(s.k.title, p.name(m), max(w-text.Width(age)-1, 0))
		l.Put(s.k.muted, " ")
		l.Put(s.k.muted, age)
		s.add(l)
	}
	s.cpu(m, d)
	s.memory(m, d)
	if d.system {
		s.system(m, d)
	}
	s.gpus(m, d)
	return s.lines
}

func (s *sheet) cpu(m *machine, d detail) {
	busy := m.busy()
	s.gauge("CPU", busy, s.percent(busy), m.absent["cpu"], s.grade(busy))
	if d.cpuHistory {
		s.history(m, &m.cpu)
	}
	s.cores(m.hw.CPUs, d.cores)
}

func (s *sheet) memory(m *machine, d detail) {
	part := used(m.hw.RAM)
	s.gauge("RAM", part, s.share(part, float64(m.hw.RAM.Used), float64(m.hw.RAM.Total)), m.absent["memory"], s.memoryGrade(part))
	if d.ramHistory {
		s.history(m, &m.ram)
	}
	if swap := m.hw.Swap; d.swap && swap != nil && swap.Used > 0 {
		part := used(*swap)
		s.gauge("swap", part, s.share(part, float64(swap.Used), float64(swap.Total)), m.absent["swap"], s.memoryGrade(part))
	}
}

func (s *sheet) system(m *machine, d detail) {
	hw := m.hw
	if d.air && (len(hw.Load) > 0 || hw.Disk != nil || hw.Net != nil) {
		s.blank()
	}
	if len(hw.Load) > 0 {
		l := s.line()
		l.Fit(s.k.muted, "load", labelCells)
		values := ""
		var valuesSb124 strings.Builder
		for _, v := range hw.Load[:min(len(hw.Load), 3)] {
			valuesSb124.WriteString(text.PadLeft(s.twoDecimals(v), 7))
		}
		values += valuesSb124.String()
		l.Right(s.k.text, values, s.w-labelCells)
		s.add(l)
	}
	g := s.theme.Glyphs
	s.rate("disk", [2]string{"read", "write"}, [2]string{"r", "w"}, hw.Disk, m.absent["disk"])
	s.rate("net", [2]string{"in", "out"}, [2]string{g.Down, g.Up}, hw.Net, m.absent["net"])
}

// rate is a flow in both directions, in two columns.
func (s *sheet) rate(label string, words, signs [2]string, r *protocol.Rate, why string) {
	if r == nil {
		if why != "" {
			s.missing(label, why)
		}
		return
	}
	const gap = 2
	half := (s.w - labelCells - gap) / 2
	short := half < 15
	if short {
		words, half = signs, (s.w-labelCells-1)/2
	}
	l := s.line()
	l.Fit(s.k.muted, label, labelCells)
	for i, v := range [2]float64{r.In, r.Out} {
		if i == 1 {
			l.Put(s.k.text, strings.Repeat(" ", max(s.w-l.Cells()-half, 1)))
		}
		l.Put(s.k.muted, words[i])
		l.Right(s.k.text, s.flow(v, short), max(half-text.Width(words[i]), 0))
	}
	s.add(l)
}

// gauge is "CPU  ▕██████▍      ▏  52 %".
func (s *sheet) gauge(label string, v float64, value, why string, level grade) {
	if !finite(v) && why != "" {
		s.missing(label, why)
		return
	}
	l := s.line()
	l.Fit(s.k.muted, label, labelCells)
	if s.bar > 0 {
		s.track(l, v, s.bar, level.ink)
		l.Put(s.k.text, " ")
	}
	if level.flag != "" {
		gap := " "
		if text.Width(value)+2 > s.value {
			gap = ""
		}
		value = level.flag + gap + value
	}
	l.Right(level.value, value, max(s.w-l.Cells(), 0))
	s.add(l)
}

// missing says that there is no reading, and why.
func (s *sheet) missing(label, why string) {
	l := s.line()
	l.Fit(s.k.muted, label, labelCells)
	l.Fit(s.k.faint, why, max(s.w-labelCells-2, 0))
	l.Right(s.k.faint, s.dash(), max(s.w-l.Cells(), 0))
	s.add(l)
}

// track is a bar with its ends, w cells in all.
func (s *sheet) track(l *ink.Row, v float64, w int, of ink.Pen) {
	g := s.theme.Glyphs
	inner := w - 2
	steps := len(g.Bar)
	filled := 0
	if finite(v) {
		filled = min(max(int(math.Round(v*float64(inner*steps))), 0), inner*steps)
		if v > 0 {
			filled = max(filled, 1) // a little is not nothing
		}
	}
	full, rest := filled/steps, filled%steps
	fill := strings.Repeat(g.Bar[steps-1], full)
	if rest > 0 {
		fill += g.Bar[rest-1]
		full++
	}
	l.Put(s.k.faint, g.BarLeft)
	l.Put(of, fill)
	l.Put(s.k.faint, strings.Repeat(g.BarEmpty, inner-full)+g.BarRight)
}

// history is a row of the last readings, as wide as the bar above it, and how
// far back it goes.
func (s *sheet) history(m *machine, h *history) {
	if s.bar == 0 || !h.drawable() {
		return
	}
	cells := s.bar - 2
	l := s.line()
	l.Fit(s.k.muted, "", labelCells+1)
	l.Put(s.k.muted, h.spark(cells, s.theme.Glyphs))
	span := ""
	if d := m.clock.span(cells); d > 0 {
		span = text.Age(d)
	}
	l.Right(s.k.faint, span, s.w-l.Cells())
	s.add(l)
}

// cores are one cell each, in as many rows as there is room for.
func (s *sheet) cores(cpus []protocol.CPU, rows int) {
	room := s.w - labelCells - 1
	if len(cpus) < 2 || rows == 0 || room < 8 {
		return
	}
	for row := 0; row < rows && row*room < len(cpus); row++ {
		label, part := "", cpus[row*room:min((row+1)*room, len(cpus))]
		if row == 0 {
			label = "core"
		}
		l := s.line()
		l.Fit(s.k.muted, label, labelCells+1)
		if row == rows-1 && len(part) == room && (row+1)*room < len(cpus) {
			// The last row says how many it leaves out.
			const sum = 6 // " +1023"
			part = part[:room-sum]
		}
		s.coreCells(l, part)
		if left := len(cpus) - row*room - len(part); row == rows-1 && left > 0 {
			l.Right(s.k.faint, "+"+strconv.Itoa(left), s.w-l.Cells())
		}
		s.add(l)
	}
}

// coreCells writes neighbours of one colour together.
func (s *sheet) coreCells(l *ink.Row, cpus []protocol.CPU) {
	cells, shown := "", ink.Pen{}
	for _, c := range cpus {
		v := float64(c.Percentage) / 100
		cell, next := level(v, s.theme.Glyphs), s.grade(v).ink
		if !finite(v) {
			cell, next = s.theme.Glyphs.Dot, s.k.faint
		}
		if next != shown {
			l.Put(shown, cells)
			cells, shown = "", next
		}
		cells += cell
	}
	l.Put(shown, cells)
}
