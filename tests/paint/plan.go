package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"apps.local/neetbox-tui/tests/measure"
)

// plan is what is measured and for how long.
type plan struct {
	binary    string // "" builds the module
	rates     []int  // lines a second
	reps      int    // of each rate, interleaved
	each      time.Duration
	idle      time.Duration
	starts    int
	ratesOnly bool

	figures  []measure.Figure
	problems []error
}

func newPlan(quick bool) *plan {
	p := &plan{
		rates: []int{0, 1_000, 10_000, 50_000, 200_000}, reps: 3,
		each: 9 * time.Second, idle: 10 * time.Second, starts: 5,
	}
	if quick {
		p.reps, p.each, p.idle = 1, 5*time.Second, 4*time.Second
	}
	return p
}

// only leaves out everything but the given rates.
func (p *plan) only(rates string) {
	if rates == "" {
		return
	}
	p.rates, p.ratesOnly = nil, true
	for text := range strings.SplitSeq(rates, ",") {
		rate, err := strconv.Atoi(text)
		if err != nil || rate < 0 || rate > mostLines {
			p.problems = append(p.problems, fmt.Errorf("no such rate: %q; it is from 0 to %d lines a second", text, mostLines))
			continue
		}
		p.rates = append(p.rates, rate)
	}
}

// mostLines bounds the rate: more is a test of the loopback.
const mostLines = 1_000_000

// Bounds of a part, whatever happens.
const (
	caseTime = time.Minute
	partTime = 2 * time.Minute
)

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
	p.load(ctx)
	if p.ratesOnly {
		return p.figures, p.problems
	}
	p.part(ctx, "first frame", p.firstFrames)
	p.part(ctx, "idle", p.idleDashboard)
	p.part(ctx, "version", p.version)
	return p.figures, p.problems
}

func (p *plan) part(ctx context.Context, name string, measure func(context.Context) error) {
	ctx, cancel := context.WithTimeout(ctx, partTime)
	defer cancel()
	p.failed(name, measure(ctx))
}

func (p *plan) failed(name string, err error) {
	if err != nil {
		p.problems = append(p.problems, fmt.Errorf("%s: %w", name, err))
	}
}

func (p *plan) tell(f measure.Figure) { p.figures = append(p.figures, f) }

// place is a new one of the plan's binary.
func (p *plan) place() (*measure.Place, error) { return measure.NewPlace(p.binary) }

// load measures the dashboard at every rate and the floor, interleaved, so that
// what else the machine does falls on all of them.
func (p *plan) load(ctx context.Context) {
	var floor []sample
	ours := map[int][]sample{}
	for range p.reps {
		s, err := p.floorCase(ctx)
		p.failed("empty program", err)
		if err == nil {
			floor = append(floor, s)
		}
		for _, rate := range p.rates {
			s, err := p.loadCase(ctx, rate)
			p.failed(fmt.Sprintf("%d lines/s", rate), err)
			if err == nil {
				ours[rate] = append(ours[rate], s)
			}
		}
	}
	p.tellFloor(floor)
	for _, rate := range p.rates {
		p.tellLoad(rate, ours[rate], floor)
	}
}

func (p *plan) floorCase(ctx context.Context) (sample, error) {
	ctx, cancel := context.WithTimeout(ctx, caseTime)
	defer cancel()
	s, seen, err := p.openEmpty(ctx)
	if err != nil {
		return sample{}, err
	}
	defer s.leave()
	if _, err := s.await(ctx, seen, paneMarker); err != nil {
		return sample{}, err
	}
	return s.watch(ctx, p.each)
}

func (p *plan) openEmpty(ctx context.Context) (*screen, <-chan time.Time, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, nil, fmt.Errorf("find this program: %w", err)
	}
	cmd := exec.CommandContext(ctx, self, emptyArg) //nolint:gosec // this program
	cmd.Env = append(os.Environ(), "TERM=xterm-256color")
	return open(cmd, false, paneMarker)
}

// loadCase measures a new dashboard over a new daemon with one run.
func (p *plan) loadCase(ctx context.Context, rate int) (sample, error) {
	ctx, cancel := context.WithTimeout(ctx, caseTime)
	defer cancel()
	where, err := p.place()
	if err != nil {
		return sample{}, err
	}
	defer where.Remove()
	daemon, err := where.Daemon(ctx)
	if err != nil {
		return sample{}, err
	}
	defer daemon.Stop()
	r, err := startRun(ctx, daemon.Addr, project)
	if err != nil {
		return sample{}, err
	}
	defer r.stop()
	if _, _, err := r.rate(0); err != nil { // it has joined
		return sample{}, err
	}
	s, seen, err := openDashboard(ctx, where, false, numberMark)
	if err != nil {
		return sample{}, err
	}
	defer s.leave()
	if _, err := s.await(ctx, seen, numberMark); err != nil {
		return sample{}, err
	}
	return p.underLoad(ctx, s, r, rate)
}

// project is what the runs here report under.
const project = "paint"

// underLoad measures the dashboard while the run logs at a rate.
func (p *plan) underLoad(ctx context.Context, s *screen, r *run, rate int) (sample, error) {
	const warm = time.Second
	first, from, err := r.rate(rate)
	if err != nil {
		return sample{}, err
	}
	if err := measure.Pause(ctx, warm); err != nil {
		return sample{}, err
	}
	m, err := s.watch(ctx, p.each)
	if err != nil {
		return m, err
	}
	sent, to, err := r.rate(0)
	if err != nil {
		return m, err
	}
	taken, err := s.settled(ctx, sent)
	m.asked = float64(sent-first) / to.Sub(from).Seconds()
	m.taken = float64(taken-first) / to.Sub(from).Seconds()
	return m, err
}

// of is the median over the repetitions.
func of(samples []sample, value func(sample) float64) float64 {
	values := make([]float64, 0, len(samples))
	for _, s := range samples {
		values = append(values, value(s))
	}
	return measure.Median(values)
}

// allKeys are the keys of all repetitions: a percentile of many is steadier than
// a median of percentiles of few.
func allKeys(samples []sample) []time.Duration {
	var keys []time.Duration
	for _, s := range samples {
		keys = append(keys, s.keys...)
	}
	return keys
}

// Words of the figures.
const (
	ofACore  = "% of a core"
	floorIs  = "empty program"
	middle   = 0.5
	slowest  = 0.95
	barRate  = 50_000  // the bars hold from here
	goalRate = 200_000 // the goal for CPU time is meant at this rate
)

func (p *plan) tellFloor(floor []sample) {
	p.tell(measure.Told("empty program, left alone, CPU", of(floor, func(s sample) float64 { return s.core }), ofACore))
}

func (p *plan) tellLoad(rate int, ours, floor []sample) {
	none := math.NaN()
	name := numbers().Text(float64(rate)) + " lines/s"
	row := func(what, unit string, value func(sample) float64) measure.Figure {
		return measure.Told(name+", "+what, of(ours, value), unit).Besides(floorIs, of(floor, value))
	}
	cpu := row("CPU", ofACore, func(s sample) float64 { return s.core })
	typing := row("CPU while keys are pressed", ofACore, func(s sample) float64 { return s.typing })
	switch rate {
	case barRate:
		cpu, typing = cpu.AtMost(10, none), typing.AtMost(10, none) //nolint:mnd // the bar
	case goalRate:
		cpu, typing = cpu.AtMost(none, 2), typing.AtMost(none, 2) //nolint:mnd // the goal
	}
	p.tell(cpu)
	p.tell(typing)
	keys, floorKeys := allKeys(ours), allKeys(floor)
	half := measure.Told(name+", key to paint p50", measure.Percentile(keys, middle), "ms").Besides(floorIs, measure.Percentile(floorKeys, middle))
	slow := measure.Told(name+", key to paint p95", measure.Percentile(keys, slowest), "ms").Besides(floorIs, measure.Percentile(floorKeys, slowest))
	slow.Note = fmt.Sprintf("%d keys", len(keys))
	p.tell(half)
	p.tell(slow.AtMost(20, 9)) //nolint:mnd // the bar
	kept := math.Min(float64(rate)*p.each.Seconds(), keptLines) * (eventSize + lineOverhead) / measure.Mebibyte
	memory := row("RSS", "MiB", func(s sample) float64 { return s.resident })
	memory.Note = fmt.Sprintf("%s MiB of it lines, %s", numbers().Text(kept), shared(of(ours, func(s sample) float64 { return s.files })))
	p.tell(memory.AtMost(20+kept, 10+kept)) //nolint:mnd // the bar, plus lines
	p.tell(measure.Told(name+", output to the terminal", of(ours, func(s sample) float64 { return s.output }), "B/s"))
	if rate == 0 {
		return
	}
	asked, taken := of(ours, func(s sample) float64 { return s.asked }), of(ours, func(s sample) float64 { return s.taken })
	p.tell(measure.Told(name+", taken by the dashboard", taken, "/s").Besides("sent", asked))
}

func shared(files float64) string {
	return numbers().Text(files) + " MiB the executable's pages, shared with the daemon"
}

// What the dashboard keeps: that many lines, and so many bytes for each beside
// its text.
const (
	keptLines    = 10_000
	lineOverhead = 40
)
