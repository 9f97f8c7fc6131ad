package main

import (
	"context"
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"time"

	"apps.local/neetbox-tui/tests/measure"
)

// sample is what was measured of a program on a screen; NaN is not known.
type sample struct {
	core     float64 // % of one core while nobody types
	typing   float64 // % of one core while keys are pressed
	resident float64 // MiB, at most
	files    float64 // MiB of it that are pages of files
	output   float64 // bytes a second to the terminal while nobody types
	keys     []time.Duration
	asked    float64 // lines a second that were sent
	taken    float64 // lines a second of those that the dashboard took
}

// residentMiB is a process's resident set, and what of it are pages of files,
// which the daemon shares: it is the same executable.
func residentMiB(pid int) (all, files float64) {
	m, ok := measure.Resident(pid)
	if !ok {
		return math.NaN(), math.NaN()
	}
	return float64(m.Now) / measure.Mebibyte, float64(m.Files) / measure.Mebibyte
}

// watch measures a program first left alone, then typed to, for half of d each.
func (s *screen) watch(ctx context.Context, d time.Duration) (sample, error) {
	m := sample{asked: math.NaN(), taken: math.NaN()}
	from, _ := s.written()
	start := time.Now()
	var err error
	if m.core, err = measure.Core(s.pid(), func() error { return measure.Pause(ctx, d/2) }); err != nil {
		return m, err
	}
	to, _ := s.written()
	m.output = float64(to-from) / time.Since(start).Seconds()
	m.resident, m.files = residentMiB(s.pid())
	m.typing, err = measure.Core(s.pid(), func() error {
		m.keys, err = s.typeFor(ctx, d/2)
		return err
	})
	if all, files := residentMiB(s.pid()); all > m.resident {
		m.resident, m.files = all, files
	}
	return m, err
}

// Time between keys: irregular, so that keys fall anywhere between two frames.
const (
	shortestGap = 60 * time.Millisecond
	longestGap  = 150 * time.Millisecond
)

// typeFor opens and closes the help and tells how long each key took until it
// was painted.
func (s *screen) typeFor(ctx context.Context, d time.Duration) (keys []time.Duration, err error) {
	gaps := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // gaps that are the same in every run
	for end := time.Now().Add(d); time.Now().Before(end); {
		for _, k := range []struct{ key, marker string }{{openKey, helpMarker}, {closeKey, paneMarker}} {
			if err := measure.Pause(ctx, shortestGap+time.Duration(gaps.Int64N(int64(longestGap-shortestGap)))); err != nil {
				return keys, err
			}
			took, err := s.press(ctx, k.key, k.marker)
			if err != nil {
				return keys, err
			}
			keys = append(keys, took)
		}
	}
	return keys, nil
}

// countedLogs is the number of log events as the dashboard's first line tells
// it.
var countedLogs = regexp.MustCompile(`([0-9,]+) logs?\b`)

// linesTaken reads the number of log events off a painted screen; 0 when there
// is none.
func linesTaken(painted string) int64 {
	found := countedLogs.FindStringSubmatch(painted)
	if found == nil {
		return 0
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(found[1], ",", ""), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// settled reads how many lines the dashboard has once it has them all, or does
// not get any more.
func (s *screen) settled(ctx context.Context, sent int64) (int64, error) {
	const looks = 10
	var most int64
	for range looks {
		painted, err := s.repainted(ctx)
		if err != nil {
			return most, err
		}
		if most = max(most, linesTaken(painted)); most >= sent {
			break
		}
	}
	return most, nil
}
