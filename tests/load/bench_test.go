package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"

	"apps.local/neetbox-tui/tests/measure"
)

var binaryFlag = flag.String("binary", "", "measure this `FILE` instead of building the module")

func TestMain(m *testing.M) {
	if code, isFloor := floorMain(os.Args[1:]); isFloor {
		os.Exit(code)
	}
	os.Exit(m.Run())
}

func daemonBinary(tb testing.TB) string {
	tb.Helper()
	binary, remove, err := measure.Binary(tb.Context(), *binaryFlag)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(remove)
	return binary
}

func daemonUnderLoad(tb testing.TB, binary string) *server {
	tb.Helper()
	s, err := startDaemon(context.WithoutCancel(tb.Context()), binary)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(s.stop)
	return s
}

func floorUnderLoad(tb testing.TB, mode string) *server {
	tb.Helper()
	s, err := startFloor(context.WithoutCancel(tb.Context()), mode)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(s.stop)
	return s
}

// BenchmarkFanOut is an event from one sender to all receivers: ns/op is wall
// time per event, cpu-ns/delivered the server's CPU time per event and receiver.
func BenchmarkFanOut(b *testing.B) {
	daemon := daemonUnderLoad(b, daemonBinary(b))
	targets := []struct {
		name   string
		target target
	}{
		{"plain", target{daemon, kindPlain}},
		{"extended", target{daemon, kindExtended}},
		{"relay", target{floorUnderLoad(b, floorRelay), kindRelay}},
		{"naive", target{floorUnderLoad(b, floorNaive), kindGorilla}},
	}
	projects := 0
	for _, width := range []int{1, 4, 16, 64} {
		for _, perWrite := range []int{1, batch} {
			for _, c := range targets {
				b.Run(fmt.Sprintf("x%d/batch=%d/%s", width, perWrite, c.name), func(b *testing.B) {
					projects++
					benchmark(b, c.target, pattern{width, perWrite}, fmt.Sprintf("bench-%d", projects))
				})
			}
		}
	}
}

// BenchmarkIn is an event that nobody receives.
func BenchmarkIn(b *testing.B) {
	targets := []struct {
		name   string
		target target
	}{
		{"daemon", target{daemonUnderLoad(b, daemonBinary(b)), kindPlain}},
		{"gorilla", target{floorUnderLoad(b, floorCount), kindGorilla}},
	}
	for _, perWrite := range []int{1, batch} {
		for _, c := range targets {
			b.Run(fmt.Sprintf("batch=%d/%s", perWrite, c.name), func(b *testing.B) {
				benchmark(b, c.target, pattern{0, perWrite}, "bench-in")
			})
		}
	}
}

func benchmark(b *testing.B, t target, w pattern, project string) {
	ctx, cancel := context.WithTimeout(b.Context(), caseTime)
	defer cancel()
	f, err := open(ctx, t, project, w.receivers)
	if err != nil {
		b.Fatal(err)
	}
	defer f.close()
	f.receive(false)
	before, known := measure.CPUTime(t.server.pid)
	b.ResetTimer()
	sent, err := f.flood(ctx, caseTime, int64(b.N), w.perWrite)
	b.StopTimer()
	if err != nil {
		b.Fatal(err)
	}
	after, _ := measure.CPUTime(t.server.pid)
	delivered := sent * int64(max(1, w.receivers))
	b.ReportMetric(float64(delivered)/b.Elapsed().Seconds(), "delivered/s")
	if known {
		b.ReportMetric(float64((after-before).Nanoseconds())/float64(delivered), "cpu-ns/delivered")
	}
}
