package sysinfo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// Options are those of [New]. The zero value is a good one.
type Options struct {
	// NvidiaSMI is the GPU tool's path, or a name to look up in PATH. Empty
	// stands for "nvidia-smi".
	NvidiaSMI string
	// Interval is how often the GPU tool reads the GPUs. Default 1 s, at least
	// 1 ms.
	Interval time.Duration
	// Now tells the time of samples. Default time.Now.
	Now func() time.Time
	// Logger hears what goes missing, once per reason. Default: nobody.
	Logger *slog.Logger
}

// Sampler reads this machine. It is not safe for concurrent use: one goroutine
// owns it, because percentages and rates are differences between one sample
// and the next, and two readers would take them from each other.
//
// It holds a child process while it is open. Close it when nobody watches.
type Sampler struct {
	options Options
	read    readers

	host     Host
	cpu      cpuMeter
	disk     meter
	net      meter
	gpus     *gpuTool
	opened   bool
	reported map[Part]string
}

// New returns a sampler that has read nothing and started nothing yet.
func New(opts Options) *Sampler {
	if opts.NvidiaSMI == "" {
		opts.NvidiaSMI = "nvidia-smi"
	}
	if opts.Interval <= 0 {
		opts.Interval = time.Second
	}
	opts.Interval = max(opts.Interval, time.Millisecond)
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	return &Sampler{options: opts, read: platformReaders(), reported: make(map[Part]string)}
}

// Sample reads everything once. It has no error of its own: what could not be
// read is in [Snapshot.Absent].
//
// Processor, disk and network figures are of the time since the sample before;
// on the first they are absent with the words "first sample". The first sample
// also starts the GPU tool, if there is one; its readings follow as they come.
func (s *Sampler) Sample(ctx context.Context) Snapshot {
	s.open(ctx)
	snap := Snapshot{At: s.options.Now(), Host: s.host, Absent: make(map[Part]string)}

	s.part(ctx, &snap, PartCPU, func(ctx context.Context) error {
		times, err := s.read.cpuTimes(ctx)
		if err != nil {
			return err
		}
		// Clocks are a nicety: without them the percentages still stand.
		var clocks map[int]Frequency
		if attempt(ctx, func(ctx context.Context) (err error) {
			clocks, err = s.read.frequencies(ctx)
			return err
		}) == nil {
			snap.CPU.Frequencies = frequenciesOf(times, clocks)
		}
		snap.CPU.Total, snap.CPU.PerCore, err = s.cpu.use(snap.At, times)
		return err
	})
	s.part(ctx, &snap, PartMemory, func(ctx context.Context) (err error) {
		snap.Memory, err = s.read.memory(ctx)
		return err
	})
	s.part(ctx, &snap, PartSwap, func(ctx context.Context) (err error) {
		snap.Swap, err = s.read.swap(ctx)
		return err
	})
	s.part(ctx, &snap, PartLoad, func(ctx context.Context) (err error) {
		snap.Load, err = s.read.load(ctx)
		return err
	})
	s.part(ctx, &snap, PartDisk, func(ctx context.Context) error {
		devices, err := s.read.disks(ctx)
		if err != nil {
			return err
		}
		snap.Disk, err = s.disk.rate(snap.At, devices)
		return err
	})
	s.part(ctx, &snap, PartNet, func(ctx context.Context) error {
		devices, err := s.read.interfaces(ctx)
		if err != nil {
			return err
		}
		snap.Net, err = s.net.rate(snap.At, devices)
		return err
	})
	s.part(ctx, &snap, PartGPU, func(context.Context) (err error) {
		snap.GPUs, err = s.gpus.reading()
		return err
	})
	return snap
}

// Close stops the GPU tool and waits for its end, at most 5 s: a process that
// hangs in the driver can't be killed, and the error then says so. A second
// Close does nothing more. Sampling goes on without GPUs after it.
func (s *Sampler) Close() error {
	s.opened = true
	return s.gpus.close()
}

func (s *Sampler) open(ctx context.Context) {
	if s.host.OS == "" {
		s.host = s.read.host(ctx)
	}
	if s.opened {
		return
	}
	s.opened = true
	path, err := findTool(s.options.NvidiaSMI)
	if err != nil {
		s.options.Logger.Debug("no gpu tool, so no gpus", "error", err)
		return
	}
	//nolint:contextcheck // the tool outlives the sample that starts it; Close ends it
	s.gpus = openGPUTool(startTool(path, s.options.Interval), s.options.Interval, s.options.Logger)
}

// part reads one part and notes why when that does not work.
func (s *Sampler) part(ctx context.Context, snap *Snapshot, name Part, read func(context.Context) error) {
	err := attempt(ctx, read)
	if err == nil {
		delete(s.reported, name)
		return
	}
	why := reason(err)
	snap.Absent[name] = why
	if s.reported[name] == why {
		return
	}
	s.reported[name] = why
	if crash, ok := errors.AsType[*crashError](err); ok {
		s.options.Logger.Error("reading a part panicked", "part", name, "reason", why, "stack", string(crash.stack))
		return
	}
	s.options.Logger.Debug("part absent", "part", name, "reason", why)
}

// crashError is a panic below us, turned into the absence of one part.
type crashError struct {
	value any
	stack []byte
}

func (e *crashError) Error() string {
	return fmt.Sprintf("reading it crashed: %v", e.value)
}

// attempt contains what a driver or a library throws at us: a panic in one
// part must not take the other parts, let alone the daemon, with it.
func attempt(ctx context.Context, read func(context.Context) error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &crashError{value: value, stack: debug.Stack()}
		}
	}()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("sampling was stopped: %w", err)
	}
	return read(ctx)
}

// reason puts an error into words for a person. gopsutil's "not implemented"
// error lives in an internal package, so its text is all there is to go by; it
// means a call that this platform only has with cgo, or not at all.
func reason(err error) string {
	if strings.Contains(err.Error(), "not implemented") {
		return "not available on " + runtime.GOOS + " in this build"
	}
	return err.Error()
}
