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
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"

	"apps.local/neetbox-tui/tests/measure"
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
	report := measure.Report{Machine: measure.Machine(), Figures: figures, Numbers: numbers()}
	write := report.WriteTable
	if *asJSON {
		write = report.WriteJSON
	}
	if err := write(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
	}
}

// numbers writes three significant digits, thousands and millions by letter; bars
// are written in full.
func numbers() measure.Scale {
	return measure.Scale{
		{From: 1e6, Per: 1e6, Decimals: 2, Letter: " M"},
		{From: 1e4, Per: 1e3, Decimals: 0, Letter: " k"},
		{From: 100, Per: 1, Decimals: 0},
		{From: 1, Per: 1, Decimals: 1},
		{From: 0, Per: 1, Decimals: 3},
	}
}
