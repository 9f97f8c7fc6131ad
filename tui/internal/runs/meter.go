package runs

import (
	"strings"
	"time"

	"apps.local/neetbox-tui/tui/internal/theme"
)

const (
	meterCells = 8
	meterStep  = 5 * time.Second // of one cell
)

// meter counts events in steps of time. The zero value has counted none.
type meter struct {
	counts [meterCells + 1]uint32 // one more for the step that is not over yet
	newest int64                  // number of the newest step since the epoch
}

func stepOf(ms int64) int64 { return ms / meterStep.Milliseconds() }

// add counts an event that arrived at a time in Unix milliseconds. Events from
// before the steps that are kept are not counted.
func (m *meter) add(ms int64) {
	step, kept := stepOf(ms), int64(len(m.counts))
	if step < 0 || step <= m.newest-kept {
		return
	}
	if step > m.newest {
		for gone := max(m.newest+1, step-kept+1); gone <= step; gone++ {
			m.counts[gone%kept] = 0
		}
		m.newest = step
	}
	m.counts[step%kept]++
}

// spark draws the steps that are over, the last one at the right; empty when
// nothing arrived in any of them. The highest step reaches the top: shape is
// what so few cells can show.
func (m *meter) spark(now time.Time, g theme.Glyphs) string {
	var counts [meterCells]uint32
	var top uint32
	last, kept := stepOf(now.UnixMilli())-1, int64(len(m.counts))
	for i := range counts {
		step := last - int64(meterCells-1-i)
		if step >= 0 && step <= m.newest && step > m.newest-kept {
			counts[i] = m.counts[step%kept]
			top = max(top, counts[i])
		}
	}
	if top == 0 {
		return ""
	}
	var b strings.Builder
	for _, n := range counts {
		b.WriteString(g.Spark[int(uint64(n)*uint64(len(g.Spark)-1)/uint64(top))])
	}
	return b.String()
}
