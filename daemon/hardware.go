package daemon

import (
	"context"
	"encoding/json"
	"math"
	"time"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/sysinfo"
)

// sampleEvery is how often this machine is read while a frontend watches.
const sampleEvery = time.Second

// sample reads this machine while a frontend listens, and sends what it reads to
// all that do. It is the only owner of the sampler.
func (d *Daemon) sample(ctx context.Context) error {
	for {
		watched, changed := d.hub.Watched()
		if watched {
			d.sampleWhileWatched(ctx, changed)
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		}
	}
}

// sampleWhileWatched returns when nobody listens any more or ctx ends.
func (d *Daemon) sampleWhileWatched(ctx context.Context, changed <-chan struct{}) {
	sampler := sysinfo.New(sysinfo.Options{Interval: sampleEvery, Logger: d.config.Logger.With("part", "sysinfo")})
	defer func() {
		if err := sampler.Close(); err != nil {
			d.logger.Warn("end sampling", "error", err)
		}
	}()
	ticker := time.NewTicker(sampleEvery)
	defer ticker.Stop()
	for {
		d.report(sampler.Sample(ctx))
		select {
		case <-ctx.Done():
			return
		case <-changed:
			if watched, _ := d.hub.Watched(); !watched {
				return
			}
		case <-ticker.C:
			continue
		}
		// A frontend came or went: the next reading is still due with the ticker,
		// so that rates are taken over a full interval.
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (d *Daemon) report(s sysinfo.Snapshot) {
	hw := Hardware(s)
	payload, err := json.Marshal(hw)
	if err != nil {
		d.logger.Error("encode hardware", "error", err)
		return
	}
	d.hub.SetMachine(*hw.Machine, payload)
}

// Hardware is a reading of this machine as the wire writes it: percent, MB of
// 1e6 bytes, MiB for GPU memory, bytes a second. Unknown numbers are not finite.
func Hardware(s sysinfo.Snapshot) protocol.Hardware {
	unknown := protocol.Float(math.NaN())
	hw := protocol.Hardware{
		CPUs: []protocol.CPU{}, GPUs: []protocol.GPU{},
		RAM:     protocol.RAM{Total: unknown, Available: unknown, Used: unknown, Free: unknown},
		Machine: &protocol.Machine{ID: s.Host.MachineID, Host: s.Host.Hostname},
		Absent:  map[string]string{},
	}
	for part, reason := range s.Absent {
		hw.Absent[string(part)] = reason
	}
	for i, percent := range s.CPU.PerCore {
		core := protocol.CPU{ID: i, Percentage: protocol.Float(percent)}
		if i < len(s.CPU.Frequencies) {
			f := s.CPU.Frequencies[i]
			core.Frequency = [3]float64{f.Current, f.Min, f.Max}
		}
		hw.CPUs = append(hw.CPUs, core)
	}
	has := func(p sysinfo.Part) bool { _, absent := s.Absent[p]; return !absent }
	if has(sysinfo.PartCPU) {
		total := protocol.Float(s.CPU.Total)
		hw.Total = &total
	}
	if has(sysinfo.PartMemory) {
		hw.RAM = ram(s.Memory.Total, s.Memory.Available, s.Memory.Used, s.Memory.Free)
	}
	if has(sysinfo.PartSwap) {
		swap := ram(s.Swap.Total, s.Swap.Free, s.Swap.Used, s.Swap.Free)
		hw.Swap = &swap
	}
	if has(sysinfo.PartLoad) {
		hw.Load = []float64{s.Load.One, s.Load.Five, s.Load.Fifteen}
	}
	if has(sysinfo.PartDisk) {
		hw.Disk = &protocol.Rate{In: s.Disk.In, Out: s.Disk.Out}
	}
	if has(sysinfo.PartNet) {
		hw.Net = &protocol.Rate{In: s.Net.In, Out: s.Net.Out}
	}
	for _, g := range s.GPUs {
		hw.GPUs = append(hw.GPUs, gpu(g))
	}
	return hw
}

func ram(total, available, used, free uint64) protocol.RAM {
	const megabyte = 1e6
	mb := func(n uint64) protocol.Float { return protocol.Float(float64(n) / megabyte) }
	return protocol.RAM{Total: mb(total), Available: mb(available), Used: mb(used), Free: mb(free)}
}

func gpu(g sysinfo.GPU) protocol.GPU {
	value := func(r sysinfo.Reading) protocol.Float {
		if !r.Known {
			return protocol.Float(math.NaN())
		}
		return protocol.Float(r.Value)
	}
	return protocol.GPU{
		ID: g.Index, Name: g.Name, Driver: g.Driver, Load: value(g.Load),
		MemoryTotal: value(g.MemoryTotal), MemoryUsed: value(g.MemoryUsed), MemoryFree: value(g.MemoryFree),
		MemoryUtil: value(g.MemoryUsed) / value(g.MemoryTotal), Temperature: value(g.Temperature),
	}
}
