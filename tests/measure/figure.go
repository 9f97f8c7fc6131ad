package measure

import "math"

// Figure is one row of a report: a value, what it is held against in the same
// run, and its bar. NaN stands for what is not known or not there.
type Figure struct {
	Name    string
	Value   float64
	Unit    string
	Beside  string  // what Other is; "" when there is nothing
	Other   float64 // in the same unit
	Ratio   float64 // NaN: Value / Other, which the table works out
	Bar     float64 // what it must be at most, or at least
	Goal    float64 // what it should be
	Least   bool    // Bar and Goal are the least, not the most
	ByRatio bool    // Bar and Goal are for Ratio, not for Value
	Note    string  // stands behind the name
}

// Told is a figure without anything beside it and without a bar.
func Told(name string, value float64, unit string) Figure {
	none := math.NaN()
	return Figure{Name: name, Value: value, Unit: unit, Other: none, Ratio: none, Bar: none, Goal: none}
}

// Besides puts beside the figure what was measured in the same run.
func (f Figure) Besides(name string, other float64) Figure {
	return f.Against(name, other, math.NaN())
}

// Against is Besides with a ratio of its own, which may be the other way round.
func (f Figure) Against(name string, other, ratio float64) Figure {
	f.Beside, f.Other, f.Ratio = name, other, ratio
	return f
}

// AtMost says what the value may be at most and what it should be; NaN for
// neither.
func (f Figure) AtMost(bar, goal float64) Figure {
	f.Bar, f.Goal, f.Least, f.ByRatio = bar, goal, false, false
	return f
}

// RatioAtMost is AtMost for the ratio that Against gave.
func (f Figure) RatioAtMost(bar, goal float64) Figure {
	f.Bar, f.Goal, f.Least, f.ByRatio = bar, goal, false, true
	return f
}

// RatioAtLeast says what the ratio that Against gave must be at least and what
// it should be.
func (f Figure) RatioAtLeast(bar, goal float64) Figure {
	f.Bar, f.Goal, f.Least, f.ByRatio = bar, goal, true, true
	return f
}

// Verdict is "goal", "bar", "missed" of a bar, or "" where there is no bar or
// nothing to judge.
func (f Figure) Verdict() string {
	judged := f.Value
	if f.ByRatio {
		judged = f.Ratio
	}
	within := func(limit float64) bool { // never within one that is not there
		if f.Least {
			return judged >= limit
		}
		return judged <= limit
	}
	switch {
	case math.IsNaN(judged):
		return ""
	case within(f.Goal):
		return "goal"
	case within(f.Bar):
		return "bar"
	case math.IsNaN(f.Bar):
		return ""
	}
	return "missed"
}

// shownRatio is the ratio as the table tells it.
func (f Figure) shownRatio() float64 {
	if math.IsNaN(f.Ratio) {
		return f.Value / f.Other
	}
	return f.Ratio
}
