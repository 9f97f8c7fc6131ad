package measure_test

import (
	"math"
	"testing"

	"apps.local/neetbox-tui/tests/measure"
)

func TestVerdict(t *testing.T) {
	none := math.NaN()
	of := func(value float64) measure.Figure { return measure.Told("", value, "") }
	for name, c := range map[string]struct {
		figure measure.Figure
		want   string
	}{
		"within goal":               {of(20).AtMost(40, 25), "goal"},
		"within bar":                {of(30).AtMost(40, 25), "bar"},
		"above":                     {of(41).AtMost(40, 25), "missed"},
		"a goal alone":              {of(1).AtMost(none, 2), "goal"},
		"above a goal alone":        {of(3).AtMost(none, 2), ""},
		"a bar alone":               {of(3).AtMost(10, none), "bar"},
		"above a bar alone":         {of(11).AtMost(10, none), "missed"},
		"ratio, within goal":        {of(99).Against("floor", 99, 1).RatioAtMost(1.5, 1.1), "goal"},
		"ratio, at least, within":   {of(1).Against("floor", 9, 12).RatioAtLeast(10, 25), "bar"},
		"ratio, at least, below":    {of(1).Against("floor", 9, 9).RatioAtLeast(10, 25), "missed"},
		"ratio that is not known":   {of(1).Against("floor", 9, none).RatioAtLeast(10, 25), ""},
		"what is beside it is not":  {of(4).Besides("floor", 99).AtMost(20, 9), "goal"},
		"nor a ratio without a bar": {of(30).Against("floor", 1, 30).AtMost(40, 25), "bar"},
		"unknown has none":          {of(none).AtMost(40, 25), ""},
		"without a bar":             {of(1), ""},
	} {
		if got := c.figure.Verdict(); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
