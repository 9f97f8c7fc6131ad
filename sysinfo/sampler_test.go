package sysinfo

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/shirou/gopsutil/v3/cpu"
)

const noTool = "there-is-no-such-gpu-tool"

// stepping is a clock that moves one second with each look at it.
func stepping() func() time.Time {
	now := time.Unix(1000, 0)
	return func() time.Time {
		now = now.Add(time.Second)
		return now
	}
}

// fixed makes every part work, without a platform.
func fixed(s *Sampler) *Sampler {
	moved := uint64(0)
	s.read = readers{
		host: func(context.Context) Host { return Host{Hostname: "box", OS: "linux"} },
		cpuTimes: func(context.Context) ([]cpu.TimesStat, error) {
			moved += 1000
			return []cpu.TimesStat{core("cpu0", float64(moved), float64(moved))}, nil
		},
		frequencies: func(context.Context) (map[int]Frequency, error) {
			return map[int]Frequency{0: {Current: 2600}}, nil
		},
		memory: func(context.Context) (Memory, error) { return Memory{Total: 4}, nil },
		swap:   func(context.Context) (Swap, error) { return Swap{Total: 3}, nil },
		load:   func(context.Context) (Load, error) { return Load{One: 2}, nil },
		disks: func(context.Context) (map[string]traffic, error) {
			return map[string]traffic{"vda": {moved, moved}}, nil
		},
		interfaces: func(context.Context) (map[string]traffic, error) {
			return map[string]traffic{"eth0": {moved, moved}}, nil
		},
	}
	return s
}

func TestSampler_TheFirstSampleIsABaseline(t *testing.T) {
	t.Parallel()
	s := fixed(New(Options{NvidiaSMI: noTool, Now: stepping()}))
	first := s.Sample(t.Context())
	for _, part := range []Part{PartCPU, PartDisk, PartNet} {
		if first.Absent[part] != "first sample" {
			t.Errorf("%s: got %q, want %q", part, first.Absent[part], "first sample")
		}
	}
	if len(first.Absent) != 3 || first.Memory.Total != 4 || len(first.CPU.Frequencies) != 1 {
		t.Errorf("first sample: %+v", first)
	}
	second := s.Sample(t.Context())
	if len(second.Absent) != 0 || second.CPU.Total != 50 || second.Disk.In != 1000 || second.Net.Out != 1000 {
		t.Errorf("second sample: %+v", second)
	}
}

func TestSampler_EachPartFailsAlone(t *testing.T) {
	t.Parallel()
	fault := errors.New("permission denied")
	tests := map[Part]struct {
		breakIt func(*readers)
		want    string
	}{
		PartCPU: {func(r *readers) {
			r.cpuTimes = func(context.Context) ([]cpu.TimesStat, error) { return nil, errors.New("not implemented yet") }
		}, "not available on " + runtime.GOOS + " in this build"},
		PartMemory: {func(r *readers) { r.memory = func(context.Context) (Memory, error) { panic("driver") } }, "reading it crashed: driver"},
		PartSwap:   {func(r *readers) { r.swap = func(context.Context) (Swap, error) { return Swap{}, fault } }, "permission denied"},
		PartLoad:   {func(r *readers) { r.load = nil }, "reading it crashed: runtime error: invalid memory address or nil pointer dereference"},
		PartDisk: {func(r *readers) {
			r.disks = func(context.Context) (map[string]traffic, error) { return nil, errNoDisks }
		}, errNoDisks.Error()},
		PartNet: {func(r *readers) {
			r.interfaces = func(context.Context) (map[string]traffic, error) { return nil, fault }
		}, "permission denied"},
	}
	for part, tt := range tests {
		t.Run(string(part), func(t *testing.T) {
			t.Parallel()
			s := fixed(New(Options{NvidiaSMI: noTool, Now: stepping()}))
			tt.breakIt(&s.read)
			s.Sample(t.Context())
			got := s.Sample(t.Context())
			if len(got.Absent) != 1 || got.Absent[part] != tt.want {
				t.Errorf("got %q, want only %s: %q", got.Absent, part, tt.want)
			}
		})
	}
}

func TestSampler_ClocksThatFailLeaveThePercentages(t *testing.T) {
	t.Parallel()
	s := fixed(New(Options{NvidiaSMI: noTool, Now: stepping()}))
	s.read.frequencies = func(context.Context) (map[int]Frequency, error) { panic("wmi") }
	s.Sample(t.Context())
	if got := s.Sample(t.Context()); got.CPU.Total != 50 || got.CPU.Frequencies != nil || len(got.Absent) != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestSampler_ACancelledSampleSaysSo(t *testing.T) {
	t.Parallel()
	s := New(Options{NvidiaSMI: noTool})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got := s.Sample(ctx)
	if why := got.Absent[PartMemory]; !strings.Contains(why, "sampling was stopped") {
		t.Errorf("got %q", got.Absent)
	}
	whole := New(Options{NvidiaSMI: noTool}).Sample(t.Context())
	if got.Host != whole.Host {
		t.Errorf("got host %+v, want %+v", got.Host, whole.Host)
	}
}

func TestMachineID_HidesThePlatformsID(t *testing.T) {
	t.Parallel()
	const platform = "3d1219c7-c4c5-404a-aa1f-6d2a48adfda4"
	id := machineID(platform, "box")
	if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(id) || strings.Contains(platform, id[:8]) {
		t.Errorf("got %q", id)
	}
	if id != machineID(platform, "renamed") {
		t.Error("a renamed machine has another id")
	}
	if machineID("", "a") == machineID("", "b") || machineID("a", "") == machineID("", "a") {
		t.Error("two machines share an id")
	}
}

// playedBy returns options that make this test binary the GPU tool, and the
// file in which it notes its starts.
func playedBy(t *testing.T, way string) (opts Options, starts string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	starts = filepath.Join(t.TempDir(), "starts")
	t.Setenv(fakeEnv, way)
	t.Setenv(startsEnv, starts)
	return Options{NvidiaSMI: self, Interval: 250 * time.Millisecond}, starts
}

// sampleUntil samples until enough is seen, or fails after 20 s.
func sampleUntil(t *testing.T, s *Sampler, enough func(Snapshot) bool) Snapshot {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		snap := s.Sample(t.Context())
		if enough(snap) {
			return snap
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-deadline:
			t.Fatalf("gave up; last: %+v", snap)
		}
	}
}

func startLines(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

func TestSampler_OneToolServesAllSamplesAndCloseEndsIt(t *testing.T) {
	opts, starts := playedBy(t, "steady")
	s := New(opts)
	snap := sampleUntil(t, s, func(snap Snapshot) bool { return len(snap.GPUs) == 2 })
	if g := snap.GPUs[1]; g.Index != 1 || g.Name != "NVIDIA H200" || g.Load != known(0.37) || g.MemoryTotal != known(143771) {
		t.Errorf("got %+v", g)
	}
	if why, absent := snap.Absent[PartGPU]; absent {
		t.Errorf("gpu absent: %q", why)
	}
	for range 20 {
		s.Sample(t.Context())
	}
	lines := startLines(t, starts)
	if len(lines) != 1 {
		t.Errorf("%d starts for 20 samples: %q", len(lines), lines)
	}
	pid, args, _ := strings.Cut(lines[0], " ")
	if want := "--query-gpu=" + gpuQuery + " --format=csv --loop-ms=250"; args != want {
		t.Errorf("got arguments %q, want %q", args, want)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	if _, err := os.Stat(filepath.Join("/proc", pid)); runtime.GOOS == "linux" && err == nil {
		t.Errorf("process %s is still there after close", pid)
	}
	if snap := s.Sample(t.Context()); snap.GPUs != nil || snap.Absent[PartGPU] != "sampler closed" || snap.Memory.Total == 0 {
		t.Errorf("after close: %+v", snap)
	}
}

func TestSampler_AToolThatDiesIsStartedAgain(t *testing.T) {
	opts, starts := playedBy(t, "die")
	s := New(opts)
	snap := sampleUntil(t, s, func(snap Snapshot) bool { return strings.Contains(snap.Absent[PartGPU], "ended") })
	if why := snap.Absent[PartGPU]; !strings.Contains(why, "exit status 3") || snap.GPUs != nil {
		t.Errorf("got %q, %v", why, snap.GPUs)
	}
	sampleUntil(t, s, func(Snapshot) bool { return len(startLines(t, starts)) == 2 })
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestSampler_AToolThatRefusesIsQuoted(t *testing.T) {
	opts, _ := playedBy(t, "refuse")
	s := New(opts)
	sampleUntil(t, s, func(snap Snapshot) bool {
		return strings.Contains(snap.Absent[PartGPU], "it said: No devices were found")
	})
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestSampler_ASilentToolIsAbsentAndCloseKillsIt(t *testing.T) {
	opts, starts := playedBy(t, "silent")
	s := New(opts)
	s.Sample(t.Context())
	s.gpus.cancel()
	<-s.gpus.done
	s.gpus = &gpuTool{
		start: startTool(opts.NvidiaSMI, opts.Interval), silence: 20 * time.Millisecond, logger: quiet(),
		done: make(chan struct{}), fault: errWaiting,
	}
	ctx, cancel := context.WithCancel(t.Context())
	s.gpus.cancel = cancel
	go s.gpus.run(ctx)
	sampleUntil(t, s, func(snap Snapshot) bool { return snap.Absent[PartGPU] == "nvidia-smi silent" })
	sampleUntil(t, s, func(Snapshot) bool { _, err := os.Stat(starts); return err == nil })
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestSampler_WithoutAToolThereAreNoGPUsAndNoTrouble(t *testing.T) {
	t.Parallel()
	s := New(Options{NvidiaSMI: noTool})
	snap := s.Sample(t.Context())
	if why, absent := snap.Absent[PartGPU]; absent || snap.GPUs != nil {
		t.Errorf("got %v, %q", snap.GPUs, why)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestSampler_ThisMachine(t *testing.T) {
	t.Parallel()
	s := New(Options{NvidiaSMI: noTool})
	t.Cleanup(func() { _ = s.Close() })
	first := s.Sample(t.Context())
	if first.Memory.Total == 0 || first.Memory.Used > first.Memory.Total || first.Memory.Available > first.Memory.Total {
		t.Errorf("memory: %+v (%q)", first.Memory, first.Absent[PartMemory])
	}
	if first.Host.Hostname == "" || first.Host.OS != runtime.GOOS || len(first.Host.MachineID) != 32 {
		t.Errorf("host: %+v", first.Host)
	}
	<-time.After(200 * time.Millisecond)
	second := s.Sample(t.Context())
	t.Logf("%+v", second)
	if runtime.GOOS != "linux" {
		return
	}
	if _, absent := second.Absent[PartCPU]; absent {
		t.Fatalf("cpu absent: %q", second.Absent)
	}
	if len(second.CPU.PerCore) == 0 {
		t.Error("no cores")
	}
	for _, use := range append(second.CPU.PerCore, second.CPU.Total) {
		if !(use >= 0 && use <= 100) {
			t.Errorf("use of %v percent", use)
		}
	}
	for _, rate := range []float64{second.Disk.In, second.Disk.Out, second.Net.In, second.Net.Out} {
		if !(rate >= 0) {
			t.Errorf("rate of %v bytes per second", rate)
		}
	}
}

func BenchmarkSampler_Sample(b *testing.B) {
	s := New(Options{NvidiaSMI: noTool})
	b.Cleanup(func() { _ = s.Close() })
	b.ReportAllocs()
	for b.Loop() {
		s.Sample(b.Context())
	}
}

func BenchmarkGPUParser_Sweep(b *testing.B) {
	var p gpuParser
	p.line(fakeHeader)
	const row = "0, NVIDIA H200, 550.54.15, 37 %, 143771 MiB, 20480 MiB, 123291 MiB, 41, 120.50 W, 700.00 W"
	b.ReportAllocs()
	for b.Loop() {
		p.line(row)
	}
}
