package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"apps.local/neetbox-tui/tests/measure"
)

// plan is what is measured and for how long.
type plan struct {
	binary      string // "" builds the module
	repetitions int
	parts       []string // nil: all
	flood       time.Duration
	steady      time.Duration
	idle        time.Duration
	idlePeers   int
	widths      []int

	cases    int
	figures  []measure.Figure
	problems []error
}

// Parts of a plan, in the order they are measured.
const (
	partFanOut  = "fanout"
	partSteady  = "steady"
	partMemory  = "memory"
	partStalled = "stalled"
	partIdle    = "idle"
)

func partNames() []string {
	return []string{partFanOut, partSteady, partMemory, partStalled, partIdle}
}

// fill sets what was not given.
func (p *plan) fill(quick bool, only string) {
	p.widths = []int{1, 4, 16, 64}
	p.idlePeers = 1000
	repetitions := 3
	p.flood, p.steady, p.idle = 600*time.Millisecond, 2500*time.Millisecond, 5*time.Second
	if quick {
		repetitions = 1
		p.widths = []int{1, 16, 64}
		p.flood, p.steady, p.idle = 250*time.Millisecond, time.Second, 2*time.Second
	}
	if p.repetitions <= 0 {
		p.repetitions = repetitions
	}
	if only == "" {
		return
	}
	p.parts = strings.Split(only, ",")
	for _, part := range p.parts {
		if !slices.Contains(partNames(), part) {
			p.problems = append(p.problems, fmt.Errorf("no such part: %q; there are %s", part, strings.Join(partNames(), ", ")))
		}
	}
}

// mostEvents bounds a flood by count as well.
const mostEvents = 4_000_000

// measure runs the plan; what went wrong costs its own figures only.
func (p *plan) measure(ctx context.Context) ([]measure.Figure, []error) {
	binary, remove, err := measure.Binary(ctx, p.binary)
	if err != nil {
		return nil, []error{err}
	}
	defer remove()
	p.binary = binary
	if err := measure.CheckCPUTime(); err != nil {
		p.problems = append(p.problems, err)
	}
	for _, part := range []struct {
		name string
		run  func(context.Context) error
	}{
		{partFanOut, p.fanOut},
		{partSteady, p.steadyRates},
		{partMemory, p.memory},
		{partStalled, p.stalled},
		{partIdle, p.idleDaemon},
	} {
		if p.parts != nil && !slices.Contains(p.parts, part.name) {
			continue
		}
		if err := part.run(ctx); err != nil {
			p.problems = append(p.problems, fmt.Errorf("%s: %w", part.name, err))
		}
	}
	return p.figures, p.problems
}

func (p *plan) tell(f measure.Figure) { p.figures = append(p.figures, f) }

// project names a project of its own for each case.
func (p *plan) project() string {
	p.cases++
	return fmt.Sprintf("load-%d", p.cases)
}

// attempt runs a case; one that fails is told and counts as not known.
func (p *plan) attempt(ctx context.Context, name string, t target, l load) outcome {
	l.project = p.project()
	o, err := l.run(ctx, t)
	if err != nil {
		p.problems = append(p.problems, fmt.Errorf("%s %s: %w", name, l.pattern, err))
		return outcome{}
	}
	return o
}

// pattern is how a case loads a server.
type pattern struct {
	receivers int
	perWrite  int // events that the sender puts into one write
}

// contender is a server in the fan-out, what it is put through, and how that
// came out.
type contender struct {
	name     string
	mode     string // of the floor; "" is the daemon
	kind     kind
	only     func(pattern) bool // nil: every pattern
	outcomes map[pattern][]outcome
}

func (c *contender) of(w pattern, value func(outcome) float64) float64 {
	values := make([]float64, 0, len(c.outcomes[w]))
	for _, o := range c.outcomes[w] {
		if o.Events > 0 {
			values = append(values, value(o))
		}
	}
	return measure.Median(values)
}

// field is everybody in the fan-out.
type field struct {
	plain, extended, relay, naive, count *contender
}

func (f *field) all() []*contender {
	return []*contender{f.plain, f.extended, f.relay, f.naive, f.count}
}

// batch is a busy pipelined sender: its wake-ups cost the server little, so that
// the server's own work shows.
const batch = 16

// patterns are the cases in the order they are measured. Released clients write
// one event at a time.
func (p *plan) patterns() []pattern {
	list := []pattern{{0, 1}, {0, batch}}
	for _, width := range p.widths {
		list = append(list, pattern{width, 1})
		if width >= judgedFrom {
			list = append(list, pattern{width, batch})
		}
	}
	return list
}

// judgedFrom is the number of receivers from which on the bars apply.
const judgedFrom = 16

func newField() *field {
	forwards := func(w pattern) bool { return w.receivers > 0 }
	return &field{
		plain:    &contender{name: "plain", kind: kindPlain},
		extended: &contender{name: "extended", kind: kindExtended, only: forwards},
		relay:    &contender{name: "raw relay", mode: floorRelay, kind: kindRelay},
		naive:    &contender{name: "naive", mode: floorNaive, kind: kindGorilla, only: forwards},
		count: &contender{
			name: "gorilla count", mode: floorCount, kind: kindGorilla,
			only: func(w pattern) bool { return !forwards(w) },
		},
	}
}

// fanOut measures every contender at every pattern, interleaved, so that what
// else the machine does falls on all of them.
func (p *plan) fanOut(ctx context.Context) error {
	daemon, err := startDaemon(ctx, p.binary)
	if err != nil {
		return err
	}
	defer daemon.stop()
	f := newField()
	servers := map[*contender]*server{}
	for _, c := range f.all() {
		c.outcomes = map[pattern][]outcome{}
		servers[c] = daemon
		if c.mode == "" {
			continue
		}
		floor, err := startFloor(ctx, c.mode)
		if err != nil {
			return err
		}
		defer floor.stop()
		servers[c] = floor
	}
	for range p.repetitions {
		for _, w := range p.patterns() {
			for _, c := range f.all() {
				if c.only != nil && !c.only(w) {
					continue
				}
				l := load{pattern: w, time: p.flood, most: mostEvents}
				c.outcomes[w] = append(c.outcomes[w], p.attempt(ctx, c.name, target{servers[c], c.kind}, l))
			}
		}
	}
	p.tellFanOut(f)
	p.tellRates(f)
	p.tellIn(f)
	return nil
}

const (
	perDelivered = "µs/delivered"
	perEvent     = "µs/event"
)

func (w pattern) String() string {
	if w.perWrite == 1 {
		return fmt.Sprintf("x%d", w.receivers)
	}
	return fmt.Sprintf("x%d, %d events a write", w.receivers, w.perWrite)
}

// tellFanOut tells the CPU time of a delivered event, all that the daemon does
// with it included.
func (p *plan) tellFanOut(f *field) {
	cpu := outcome.perDelivered
	for _, w := range p.patterns() {
		if w.receivers == 0 {
			continue
		}
		for _, ours := range []*contender{f.plain, f.extended} {
			value, floor, naive := ours.of(w, cpu), f.relay.of(w, cpu), f.naive.of(w, cpu)
			name := fmt.Sprintf("fan-out %s, %s frontends, CPU", w, ours.name)
			toRelay := measure.Told(name, value, perDelivered).Against(f.relay.name, floor, value/floor)
			toNaive := measure.Told(name, value, perDelivered).Against(f.naive.name, naive, naive/value)
			if w.receivers >= judgedFrom {
				toRelay = toRelay.RatioAtMost(1.5, 1.1) //nolint:mnd // the bar
				toNaive = toNaive.RatioAtLeast(10, 25)  //nolint:mnd // the bar
			}
			toNaive.Note = "times cheaper"
			p.tell(toRelay)
			p.tell(toNaive)
		}
	}
}

func (p *plan) tellRates(f *field) {
	rate := outcome.deliveredRate
	for _, w := range p.patterns() {
		if w.receivers == 0 {
			continue
		}
		for _, ours := range []*contender{f.plain, f.extended} {
			value, floor := ours.of(w, rate), f.relay.of(w, rate)
			p.tell(measure.Told(fmt.Sprintf("fan-out %s, %s frontends, delivered", w, ours.name), value, "/s").
				Against(f.relay.name, floor, value/floor))
		}
	}
}

// tellIn tells what an event costs before anybody receives it, what forwarding
// costs on top of that, and the rate against a server that forwards nothing.
func (p *plan) tellIn(f *field) {
	cpu := outcome.perEvent
	alone := pattern{0, batch}
	in, floorIn := f.plain.of(alone, cpu), f.relay.of(alone, cpu)
	counted := f.count.of(alone, cpu)
	p.tell(measure.Told(fmt.Sprintf("read, parsed, numbered and kept, nobody watching, %d events a write, CPU", batch), in, perEvent).
		Against(f.count.name, counted, in/counted))
	for _, w := range p.patterns() {
		if w.receivers == 0 || w.perWrite != batch {
			continue
		}
		floor := (f.relay.of(w, cpu) - floorIn) / float64(w.receivers)
		for _, ours := range []*contender{f.plain, f.extended} {
			value := (ours.of(w, cpu) - in) / float64(w.receivers)
			p.tell(measure.Told(fmt.Sprintf("forwarding alone %s, %s frontends, CPU", w, ours.name), value, perDelivered).
				Against(f.relay.name, floor, value/floor).RatioAtMost(1.5, 1.1)) //nolint:mnd // the bar
		}
	}
	for _, w := range p.patterns() {
		const width = 16
		if w.receivers != width {
			continue
		}
		floor := f.count.of(pattern{0, w.perWrite}, outcome.eventRate)
		for _, ours := range []*contender{f.plain, f.extended} {
			rate := ours.of(w, outcome.eventRate)
			p.tell(measure.Told(fmt.Sprintf("events in, parsed, kept, forwarded %s, %s frontends", w, ours.name), rate, "/s").
				Against(f.count.name, floor, rate/floor).RatioAtLeast(0.15, 0.27)) //nolint:mnd // the bar
		}
	}
}
