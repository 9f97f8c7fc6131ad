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
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"time"

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
	write := writeTable
	if *asJSON {
		write = writeJSON
	}
	if err := write(os.Stdout, machine(), figures); err != nil {
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
