package demo

import "apps.local/neetbox-tui/daemon/report"

// fact is one thing that a simulated run tells. It holds no time, so that facts
// of the same seed are equal.
type fact interface{ tell(*report.Reporter) }

type logLine struct{ level, whom, text string }

func (l logLine) tell(r *report.Reporter) { r.Log(l.level, l.whom, l.text) }

type point struct {
	series string
	x, y   float64
}

func (p point) tell(r *report.Reporter) { r.Scalar(p.series, p.x, p.y) }

type bar struct {
	series      string
	step, total float64 // total 0: unknown
	current     string
	rate        float64
}

func (b bar) tell(r *report.Reporter) {
	if b.total == 0 {
		r.Progress(b.series, b.step, nil, b.current, b.rate)
		return
	}
	r.Progress(b.series, b.step, &b.total, b.current, b.rate)
}

type picture struct {
	series string
	step   int
	png    string
}

func (p picture) tell(r *report.Reporter) {
	if err := r.Image(p.series, map[string]any{"step": p.step}, []byte(p.png)); err != nil {
		r.Log("warning", "demo", err.Error())
	}
}
