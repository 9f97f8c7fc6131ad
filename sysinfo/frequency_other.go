//go:build !linux

package sysinfo

import (
	"context"
	"runtime"

	"github.com/shirou/gopsutil/v3/cpu"
)

// newFrequencyReader returns a reader of all cores' rated clock. It asks the
// platform once: the rating does not change, and on Windows the answer is a
// management query that may take a second. Whether that one question failed is
// kept too.
func newFrequencyReader() func(context.Context) (map[int]Frequency, error) {
	var (
		asked bool
		known map[int]Frequency
		fault error
	)
	return func(ctx context.Context) (map[int]Frequency, error) {
		if asked {
			return known, fault
		}
		asked = true
		var packages []cpu.InfoStat
		packages, fault = cpu.InfoWithContext(context.WithoutCancel(ctx))
		known = ratedClocks(packages, runtime.NumCPU())
		return known, fault
	}
}

// ratedClocks gives each core the rating of the first package: these platforms
// list packages, not cores, and do not say which core belongs to which.
func ratedClocks(packages []cpu.InfoStat, cores int) map[int]Frequency {
	if len(packages) == 0 || !(packages[0].Mhz > 0) {
		return nil
	}
	known := make(map[int]Frequency, cores)
	for number := range cores {
		known[number] = Frequency{Max: packages[0].Mhz}
	}
	return known
}
