package sysinfo

import (
	"errors"
	"time"
)

// shortest is the least time between two samples that counters are compared
// over. Kernels account processor time in ticks of up to 10 ms: below that a
// core reads as either 0 or 100 percent.
const shortest = 10 * time.Millisecond

var (
	errFirst    = errors.New("first sample")
	errTooSoon  = errors.New("too soon after the sample before")
	errBackward = errors.New("the clock went backwards")
)

// between returns the time from one sample to the next. On errTooSoon the
// older sample stays the one to compare with, or its traffic would be lost.
func between(older, newer time.Time) (time.Duration, error) {
	elapsed := newer.Sub(older)
	switch {
	case older.IsZero():
		return 0, errFirst
	case elapsed < 0:
		return 0, errBackward
	case elapsed < shortest:
		return 0, errTooSoon
	}
	return elapsed, nil
}

// traffic is what one device has moved since an arbitrary moment, in bytes.
type traffic struct{ in, out uint64 }

// meter turns the growing counters of many devices into one rate.
type meter struct {
	at      time.Time
	devices map[string]traffic
}

// rate compares the counters with those of the call before and keeps them. It
// takes over devices.
func (m *meter) rate(at time.Time, devices map[string]traffic) (Rate, error) {
	elapsed, err := between(m.at, at)
	if errors.Is(err, errTooSoon) {
		return Rate{}, err
	}
	before := m.devices
	m.at, m.devices = at, devices
	if err != nil {
		return Rate{}, err
	}
	var moved Rate
	for name, now := range devices {
		// A device that has just appeared has counters but no history: what
		// it moved before we saw it is not traffic of this interval.
		then, known := before[name]
		if !known {
			continue
		}
		moved.In += grown(then.in, now.in)
		moved.Out += grown(then.out, now.out)
	}
	seconds := elapsed.Seconds()
	return Rate{In: moved.In / seconds, Out: moved.Out / seconds}, nil
}

// grown is how far a counter has moved. One that went back was reset or has
// wrapped (at 4 GiB on Windows); which of the two can't be told, so it counts
// as unmoved for this once.
func grown(then, now uint64) float64 {
	if now < then {
		return 0
	}
	return float64(now - then)
}
