package measure_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"apps.local/neetbox-tui/tests/measure"
)

func TestMedian_LeavesOutWhatIsNotKnown(t *testing.T) {
	if got := measure.Median([]float64{3, math.NaN(), 1, 2}); got != 2 {
		t.Errorf("median %v, want 2", got)
	}
	if got := measure.Median([]float64{4, 1, 2, 3}); got != 2.5 {
		t.Errorf("median of four %v, want 2.5", got)
	}
	if !math.IsNaN(measure.Median(nil)) || !math.IsNaN(measure.Median([]float64{math.NaN()})) {
		t.Error("a median of nothing is a number")
	}
}

func TestPercentile_OfAnyOrder(t *testing.T) {
	durations := []time.Duration{4 * time.Millisecond, time.Millisecond, 3 * time.Millisecond, 2 * time.Millisecond}
	given := slices.Clone(durations)
	for share, want := range map[float64]float64{0: 1, 0.5: 2, 0.51: 3, 0.99: 4, 1: 4} {
		if got := measure.Percentile(durations, share); got != want {
			t.Errorf("%v of them: %v, want %v", share, got, want)
		}
	}
	if !slices.Equal(durations, given) {
		t.Errorf("the durations are changed: %v", durations)
	}
	if !math.IsNaN(measure.Percentile(nil, 0.5)) {
		t.Error("a percentile of nothing is a number")
	}
}
