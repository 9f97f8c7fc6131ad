// Command paint measures the dashboard as a person meets it: the built program
// on a terminal of 120 by 40 cells that is read at once, over a private daemon,
// while a run logs at a steady rate. An empty program of the same screen library
// runs beside it in the same run: that much no dashboard can save.
//
//	go run ./tests/paint [-quick] [-json] [-binary FILE] [-rates RATES]
//
// CPU time is the kernel's own account of the dashboard's threads, so it is only
// known on Linux. Every case is bounded in time. The exit code is 0 however the
// figures come out: they inform, they fail no build.
package main

import (
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"os/signal"

	"apps.local/neetbox-tui/tests/measure"
	_ "apps.local/neetbox-tui/tui/quiet" // before Bubble Tea: the empty program asks the terminal nothing
)

func main() {
	if code, helps := helperMain(os.Args[1:]); helps {
		os.Exit(code)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	quick := flag.Bool("quick", false, "about a minute instead of five")
	asJSON := flag.Bool("json", false, "print one JSON document instead of a table")
	binary := flag.String("binary", "", "measure this `FILE` instead of building the module")
	rates := flag.String("rates", "", "only these `RATES` of lines a second, separated by commas, and nothing else")
	flag.Parse()
	p := newPlan(*quick)
	p.binary = *binary
	p.only(*rates)
	figures, problems := p.measure(ctx)
	for _, problem := range problems {
		fmt.Fprintln(os.Stderr, "paint:", problem)
	}
	report := measure.Report{Machine: measure.Machine(), Figures: figures, Numbers: numbers(), Limits: numbers()}
	write := report.WriteTable
	if *asJSON {
		write = report.WriteJSON
	}
	if err := write(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "paint:", err)
	}
}

// Arguments that make this program one of its helpers, each in a process of its
// own so that its CPU time can be told apart.
const (
	sendArg  = "send"  // ADDR PROJECT: a run that logs
	emptyArg = "empty" // the floor: a program that shows two screens
)

// helperMain runs this program as a helper when its arguments say so.
func helperMain(args []string) (code int, helps bool) {
	var err error
	switch {
	case len(args) == 3 && args[0] == sendArg:
		err = send(args[1], args[2], os.Stdin, os.Stdout)
	case len(args) == 1 && args[0] == emptyArg:
		err = runEmpty(os.Stdin, os.Stdout)
	default:
		return 0, false
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "paint: %s: %v\n", args[0], err)
		return 1, true
	}
	return 0, true
}

// numbers writes two or three significant digits, thousands and millions by
// letter.
func numbers() measure.Scale {
	return measure.Scale{
		{From: 1e6, Per: 1e6, Decimals: 2, Letter: " M"},
		{From: 1e5, Per: 1e3, Decimals: 0, Letter: " k"},
		{From: 1e3, Per: 1e3, Decimals: 1, Letter: " k"},
		{From: 100, Per: 1, Decimals: 0},
		{From: 1, Per: 1, Decimals: 1},
		{From: math.SmallestNonzeroFloat64, Per: 1, Decimals: 2},
		{From: 0, Per: 1, Decimals: 0},
	}
}
