package gauges

import (
	"apps.local/neetbox-tui/tui/internal/ink"
	"apps.local/neetbox-tui/tui/internal/theme"
)

// inks are the pens of a reading, in colour or, where it is old, all faint.
type inks struct{ text, muted, faint, title, idle, normal, high, critical ink.Pen }

func inksOf(t theme.Theme) inks {
	return inks{
		text: ink.Of(t.Text), muted: ink.Of(t.Muted), faint: ink.Of(t.Faint), title: ink.Of(t.Title),
		idle: ink.Of(t.Gauge.Idle), normal: ink.Of(t.Gauge.Normal), high: ink.Of(t.Gauge.High), critical: ink.Of(t.Gauge.Critical),
	}
}

func staleOf(t theme.Theme) inks {
	p := ink.Of(t.Faint)
	return inks{p, p, p, p, p, p, p, p}
}
