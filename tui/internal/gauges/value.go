package gauges

import (
	"math"
	"strconv"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/ink"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/internal/theme"
)

// grade is how a value is drawn: ink for its bar, value for its number. A
// critical one has a flag too, which is no colour.
type grade struct {
	ink, value ink.Pen
	flag       string
}

// grade tells idle from busy; v is a fraction of 1. Busy is what a machine is
// for, so nothing here is an alarm.
func (s *sheet) grade(v float64) grade {
	switch {
	case !finite(v):
		return grade{ink: s.k.faint, value: s.k.faint}
	case v < 0.10:
		return grade{ink: s.k.idle, value: s.k.text}
	case v <= 0.75:
		return grade{ink: s.k.normal, value: s.k.text}
	}
	return grade{ink: s.k.high, value: s.k.high}
}

// memoryGrade warns before memory runs out.
func (s *sheet) memoryGrade(v float64) grade {
	switch {
	case !finite(v):
		return grade{ink: s.k.faint, value: s.k.faint}
	case v > 0.95:
		return grade{ink: s.k.critical, value: s.k.critical, flag: "!"}
	case v > 0.80:
		return grade{ink: s.k.high, value: s.k.high}
	case v < 0.10:
		return grade{ink: s.k.idle, value: s.k.text}
	}
	return grade{ink: s.k.normal, value: s.k.text}
}

func (s *sheet) percent(v float64) string {
	if !finite(v) {
		return s.dash()
	}
	return strconv.Itoa(int(math.Round(min(max(v, 0), 9.99)*100))) + " %"
}

func (s *sheet) degrees(v float64) string {
	unit := " °C"
	if s.theme.Glyphs.Mode == theme.ASCII {
		unit = " C"
	}
	if !finite(v) || math.Abs(v) > 999 {
		return s.dash() + unit
	}
	return strconv.Itoa(int(math.Round(v))) + unit
}

func (s *sheet) twoDecimals(v float64) string {
	if !finite(v) || v < 0 || v >= 1e4 {
		return s.dash()
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

// flow is a rate in bytes a second; the short form has two digits.
func (s *sheet) flow(v float64, short bool) string {
	if !finite(v) || v < 0 || v >= math.MaxInt64 {
		return s.dash()
	}
	if short && v >= 10 {
		digit := math.Pow(10, math.Floor(math.Log10(v))-1)
		v = math.Round(v/digit) * digit
	}
	return text.Bytes(uint64(v)) + "/s"
}

// share is memory in use and in all, given in MB (1e6 bytes), or a percentage
// where there is no room for both.
func (s *sheet) share(part, used, total float64) string {
	if s.w < sharesFrom || !finite(part) {
		return s.percent(part)
	}
	unit, scale := " MB", 1.0
	switch {
	case total >= 1e6:
		unit, scale = " TB", 1e6
	case total >= 1e3:
		unit, scale = " GB", 1e3
	}
	return s.orPercent(s.pair(used/scale, total/scale)+unit, part)
}

// orPercent is the sizes, or the percentage where they leave no room for a
// flag.
func (s *sheet) orPercent(sizes string, part float64) string {
	if text.Width(sizes) >= s.value {
		return s.percent(part)
	}
	return sizes
}

// gpuShare is the same for a card, whose sizes are in MiB.
func (s *sheet) gpuShare(part float64, g protocol.GPU) string {
	used, total := float64(g.MemoryUsed), float64(g.MemoryTotal)
	if s.w < wideFrom || !finite(part) || !finite(used) || !finite(total) || total <= 0 {
		return s.percent(part)
	}
	if total < 1024 {
		return s.orPercent(s.pair(used, total)+" MiB", part)
	}
	return s.orPercent(s.pair(used/1024, total/1024)+" GiB", part)
}

// pair writes both numbers with as many decimals as the larger has room for.
func (s *sheet) pair(used, total float64) string {
	decimals := 0
	if total < 10 || s.w >= wideFrom && total < 100 {
		decimals = 1
	}
	write := func(v float64) string { return strconv.FormatFloat(min(max(v, 0), 1e6), 'f', decimals, 64) }
	return write(used) + "/" + write(total)
}

func meanLoad(gpus []protocol.GPU) float64 {
	sum, n := 0.0, 0
	for _, g := range gpus {
		if v := float64(g.Load); finite(v) {
			sum, n = sum+v, n+1
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / float64(n)
}

func (p *Pane) empty(w int) []string {
	var lines []string
	for _, s := range text.Wrap("No hardware reported yet", max(w, 1)) {
		lines = append(lines, p.fresh.muted.Write(s))
	}
	return lines
}
