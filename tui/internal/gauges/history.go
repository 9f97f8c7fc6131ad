package gauges

import (
	"math"
	"strings"
	"time"

	"apps.local/neetbox-tui/tui/internal/theme"
)

// points is how many readings of a gauge are kept.
const points = 120

// history is a ring of readings. The zero value is empty.
type history struct {
	values [points]float32 // fractions of 1; NaN where there was no reading
	next   int
	n      int
}

func (h *history) add(v float64) {
	h.values[h.next] = float32(v)
	h.next = (h.next + 1) % points
	h.n = min(h.n+1, points)
}

// at is the reading i places before the newest.
func (h *history) at(i int) float64 {
	return float64(h.values[(h.next-1-i+2*points)%points])
}

// drawable reports that there is more than one reading to compare.
func (h *history) drawable() bool {
	n := 0
	for i := range h.n {
		if finite(h.at(i)) {
			n++
		}
	}
	return n > 1
}

// spark draws the newest w readings, the last one at the right. A reading
// that is missing leaves a gap.
func (h *history) spark(w int, g theme.Glyphs) string {
	var b strings.Builder
	for i := w - 1; i >= 0; i-- {
		if i >= h.n {
			b.WriteByte(' ')
			continue
		}
		b.WriteString(level(h.at(i), g))
	}
	return b.String()
}

// level is one cell of a sparkline; v is a fraction of 1.
func level(v float64, g theme.Glyphs) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return " "
	}
	top := len(g.Spark) - 1
	return g.Spark[min(max(int(math.Round(v*float64(top))), 0), top)]
}

// clock are the times of a machine's readings, so that a history can say how
// far back it goes.
type clock struct {
	times [points]time.Time
	next  int
	n     int
}

func (c *clock) add(at time.Time) {
	c.times[c.next] = at
	c.next = (c.next + 1) % points
	c.n = min(c.n+1, points)
}

// span is the time from the oldest of the newest w readings to the newest.
func (c *clock) span(w int) time.Duration {
	w = min(w, c.n)
	if w < 2 {
		return 0
	}
	at := func(i int) time.Time { return c.times[(c.next-1-i+2*points)%points] }
	return at(0).Sub(at(w - 1))
}
