package sysinfo

import (
	"errors"
	"math"
	"testing"
	"time"
)

func TestMeter_ComparesWithTheSampleBefore(t *testing.T) {
	t.Parallel()
	start := time.Unix(1000, 0)
	type step struct {
		after   time.Duration
		devices map[string]traffic
		want    Rate
		err     error
	}
	tests := map[string][]step{
		"bytes per second over all devices": {
			{0, map[string]traffic{"a": {100, 10}, "b": {0, 0}}, Rate{}, errFirst},
			{2 * time.Second, map[string]traffic{"a": {300, 20}, "b": {100, 0}}, Rate{150, 5}, nil},
			{time.Second, map[string]traffic{"a": {300, 20}, "b": {100, 0}}, Rate{}, nil},
		},
		"a counter that wraps or is reset is not negative": {
			{0, map[string]traffic{"a": {math.MaxUint32, 500}}, Rate{}, errFirst},
			{time.Second, map[string]traffic{"a": {7, 600}}, Rate{0, 100}, nil},
			{time.Second, map[string]traffic{"a": {17, 600}}, Rate{10, 0}, nil},
		},
		"the same instant is no division by zero and loses nothing": {
			{0, map[string]traffic{"a": {0, 0}}, Rate{}, errFirst},
			{0, map[string]traffic{"a": {1000, 0}}, Rate{}, errTooSoon},
			{time.Second, map[string]traffic{"a": {1000, 0}}, Rate{1000, 0}, nil},
		},
		"a clock that goes back starts anew": {
			{0, map[string]traffic{"a": {0, 0}}, Rate{}, errFirst},
			{-time.Hour, map[string]traffic{"a": {1000, 0}}, Rate{}, errBackward},
			{time.Second, map[string]traffic{"a": {1005, 0}}, Rate{5, 0}, nil},
		},
		"a device that appears brings no past traffic": {
			{0, map[string]traffic{"a": {0, 0}}, Rate{}, errFirst},
			{time.Second, map[string]traffic{"a": {1, 1}, "usb": {1 << 40, 1 << 40}}, Rate{1, 1}, nil},
			{time.Second, map[string]traffic{"usb": {1<<40 + 3, 1 << 40}}, Rate{3, 0}, nil},
		},
	}
	for name, steps := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var m meter
			at := start
			for i, s := range steps {
				at = at.Add(s.after)
				got, err := m.rate(at, s.devices)
				if got != s.want || !errors.Is(err, s.err) {
					t.Errorf("step %d: got %v, %v; want %v, %v", i, got, err, s.want, s.err)
				}
			}
		})
	}
}
