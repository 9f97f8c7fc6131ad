package sysinfo

import (
	"context"
	"errors"
	"net"

	"github.com/shirou/gopsutil/v3/cpu"
	"github.com/shirou/gopsutil/v3/disk"
	"github.com/shirou/gopsutil/v3/mem"
	psnet "github.com/shirou/gopsutil/v3/net"
)

var (
	errNoDisks      = errors.New("no physical disk is visible here")
	errNoInterfaces = errors.New("no network interface is visible here")
)

// readers are the calls into the platform, one per part, so that each can fail
// alone.
type readers struct {
	host        func(context.Context) Host
	cpuTimes    func(context.Context) ([]cpu.TimesStat, error)
	frequencies func(context.Context) (map[int]Frequency, error)
	memory      func(context.Context) (Memory, error)
	swap        func(context.Context) (Swap, error)
	load        func(context.Context) (Load, error)
	disks       func(context.Context) (map[string]traffic, error)
	interfaces  func(context.Context) (map[string]traffic, error)
}

func platformReaders() readers {
	return readers{
		host: thisHost,
		cpuTimes: func(ctx context.Context) ([]cpu.TimesStat, error) {
			return cpu.TimesWithContext(ctx, true)
		},
		frequencies: newFrequencyReader(),
		memory:      readMemory,
		swap:        readSwap,
		load:        readLoad,
		disks:       readDisks,
		interfaces:  readInterfaces,
	}
}

func readMemory(ctx context.Context) (Memory, error) {
	m, err := mem.VirtualMemoryWithContext(ctx)
	if err != nil {
		return Memory{}, err
	}
	return Memory{Total: m.Total, Available: m.Available, Used: m.Used, Free: m.Free}, nil
}

func readSwap(ctx context.Context) (Swap, error) {
	s, err := mem.SwapMemoryWithContext(ctx)
	if err != nil {
		return Swap{}, err
	}
	return Swap{Total: s.Total, Used: s.Used, Free: s.Free}, nil
}

func readDisks(ctx context.Context) (map[string]traffic, error) {
	names, err := physicalDisks()
	if err != nil {
		return nil, err
	}
	stats, err := disk.IOCountersWithContext(ctx, names...)
	if err != nil {
		return nil, err
	}
	if len(stats) == 0 {
		return nil, errNoDisks
	}
	devices := make(map[string]traffic, len(stats))
	for name, s := range stats {
		devices[name] = traffic{in: s.ReadBytes, out: s.WriteBytes}
	}
	return devices, nil
}

func readInterfaces(ctx context.Context) (map[string]traffic, error) {
	stats, err := psnet.IOCountersWithContext(ctx, true)
	if err != nil {
		return nil, err
	}
	loopback, err := loopbackNames()
	if err != nil {
		return nil, err
	}
	devices := make(map[string]traffic, len(stats))
	for _, s := range stats {
		if !loopback[s.Name] {
			devices[s.Name] = traffic{in: s.BytesRecv, out: s.BytesSent}
		}
	}
	if len(devices) == 0 {
		return nil, errNoInterfaces
	}
	return devices, nil
}

// loopbackNames asks each time, since interfaces come, go and are renamed
// while a daemon lives.
func loopbackNames() (map[string]bool, error) {
	all, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	names := make(map[string]bool, 1)
	for _, i := range all {
		if i.Flags&net.FlagLoopback != 0 {
			names[i.Name] = true
		}
	}
	return names, nil
}
