// Command load measures the daemon's forwarding: the built program, driven over
// real sockets on the loopback, with what can't be beaten (a raw TCP relay) and
// what a first version would do (gorilla's WriteMessage per receiver) beside it
// in the same run. Ratios carry over to other machines; seconds do not.
//
//	go run ./tests/load [-quick] [-json] [-binary FILE]
//
// The server's CPU time is the kernel's own account of its threads, so it is
// only known on Linux. Every case is bounded in count and in time. The exit code
// is 0 however the figures come out: they inform, they fail no build.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"time"
)

func main() {
	if code, isFloor := floorMain(os.Args[1:]); isFloor {
		os.Exit(code)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var p plan
	quick := flag.Bool("quick", false, "about half a minute instead of three")
	asJSON := flag.Bool("json", false, "print one JSON document instead of a table")
	only := flag.String("only", "", "only these `PARTS`, separated by commas: "+strings.Join(partNames(), ", "))
	flag.StringVar(&p.binary, "binary", "", "measure this `FILE` instead of building the module")
	flag.IntVar(&p.repetitions, "reps", 0, "interleaved repetitions of each case, medians are told")
	flag.Parse()
	p.fill(*quick, *only)
	figures, problems := p.measure(ctx)
	for _, problem := range problems {
		fmt.Fprintln(os.Stderr, "load:", problem)
	}
	write := writeTable
	if *asJSON {
		write = writeJSON
	}
	if err := write(os.Stdout, machine(), figures); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
	}
}

// machine describes what the figures were measured on.
func machine() string {
	parts := []string{
		time.Now().Format(time.DateOnly), fmt.Sprintf("%d CPUs", runtime.NumCPU()), runtime.GOOS + "/" + runtime.GOARCH, runtime.Version(),
	}
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range bytes.Lines(text) {
			if key, model, ok := bytes.Cut(line, []byte(":")); ok && bytes.HasPrefix(key, []byte("model name")) {
				parts = append(parts, string(bytes.TrimSpace(model)))
				break
			}
		}
	}
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		one, _, _ := bytes.Cut(text, []byte(" "))
		parts = append(parts, "load average "+string(one))
	}
	return strings.Join(parts, ", ")
}
