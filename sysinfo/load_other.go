//go:build !windows

package sysinfo

import (
	"context"

	"github.com/shirou/gopsutil/v3/load"
)

func readLoad(ctx context.Context) (Load, error) {
	l, err := load.AvgWithContext(ctx)
	if err != nil {
		return Load{}, err
	}
	return Load{One: l.Load1, Five: l.Load5, Fifteen: l.Load15}, nil
}
