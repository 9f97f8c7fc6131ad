package sysinfo

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shirou/gopsutil/v3/cpu"
)

func core(name string, user, idle float64) cpu.TimesStat {
	return cpu.TimesStat{CPU: name, User: user, Idle: idle}
}

func TestCPUMeter_PercentOfTheTimeSinceTheSampleBefore(t *testing.T) {
	t.Parallel()
	base := []cpu.TimesStat{core("cpu0", 10, 100), core("cpu1", 20, 100)}
	tests := map[string]struct {
		then, now []cpu.TimesStat
		after     time.Duration
		total     float64
		perCore   []float64
		err       error
	}{
		"half and full": {
			then: base, now: []cpu.TimesStat{core("cpu0", 11, 101), core("cpu1", 22, 100)},
			after: 2 * time.Second, total: 75, perCore: []float64{50, 100},
		},
		"guest time is not counted twice": {
			then: []cpu.TimesStat{{CPU: "cpu0"}}, now: []cpu.TimesStat{{CPU: "cpu0", User: 1, Guest: 1, Idle: 1}},
			after: time.Second, total: 50, perCore: []float64{50},
		},
		"waiting for a disk is idle, stolen time is not": {
			then: []cpu.TimesStat{{CPU: "cpu0"}}, now: []cpu.TimesStat{{CPU: "cpu0", Iowait: 3, Steal: 1}},
			after: time.Second, total: 25, perCore: []float64{25},
		},
		"idle that runs backwards is clamped": {
			then: base, now: []cpu.TimesStat{core("cpu0", 11, 99), core("cpu1", 20, 101)},
			after: time.Second, total: 50, perCore: []float64{100, 0},
		},
		"a core without time did nothing": {
			then: base, now: []cpu.TimesStat{core("cpu0", 11, 100), core("cpu1", 20, 100)},
			after: time.Second, total: 100, perCore: []float64{100, 0},
		},
		"counters that are not numbers": {
			then: base, now: []cpu.TimesStat{core("cpu0", math.NaN(), 101), core("cpu1", math.Inf(1), 101)},
			after: time.Second, total: 0, perCore: []float64{0, 0},
		},
		"reset":              {then: base, now: []cpu.TimesStat{core("cpu0", 0, 0), core("cpu1", 0, 0)}, after: time.Second, err: errStoodStill},
		"same instant":       {then: base, now: base, err: errTooSoon},
		"core taken away":    {then: base, now: base[:1], after: time.Second, err: errNewCores},
		"core swapped":       {then: base, now: []cpu.TimesStat{base[0], core("cpu7", 20, 100)}, after: time.Second, err: errNewCores},
		"nothing listed":     {then: base, after: time.Second, err: errNoCores},
		"clock went back":    {then: base, now: base, after: -time.Second, err: errBackward},
		"nothing to compare": {now: base, err: errFirst},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var m cpuMeter
			at := time.Unix(1000, 0)
			if tt.then != nil {
				if _, _, err := m.use(at, tt.then); !errors.Is(err, errFirst) {
					t.Fatalf("baseline: got %v", err)
				}
			}
			total, perCore, err := m.use(at.Add(tt.after), tt.now)
			if !errors.Is(err, tt.err) {
				t.Fatalf("got error %v, want %v", err, tt.err)
			}
			if total != tt.total || !cmp.Equal(perCore, tt.perCore) {
				t.Errorf("got %v %v, want %v %v", total, perCore, tt.total, tt.perCore)
			}
		})
	}
}

func TestFrequenciesOf_FollowTheOrderOfTheCores(t *testing.T) {
	t.Parallel()
	cores := []cpu.TimesStat{core("cpu0", 0, 0), core("cpu2", 0, 0), core("odd", 0, 0)}
	got := frequenciesOf(cores, map[int]Frequency{2: {Current: 2600}})
	if want := []Frequency{{}, {Current: 2600}, {}}; !cmp.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := frequenciesOf(cores, nil); got != nil {
		t.Errorf("nothing known: got %v, want nil", got)
	}
}
