package demo

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"apps.local/neetbox-tui/daemon/report"
	"apps.local/neetbox-tui/protocol"
)

const (
	// DefaultProject is where demo runs are filed when nobody says otherwise.
	DefaultProject = "demo"
	defaultRate    = 10
)

// Options say what to simulate.
type Options struct {
	Endpoint protocol.Endpoint
	Project  string  // DefaultProject when empty
	Runs     int     // at the same time; 1 when 0
	Rate     float64 // events a second of each run; 10 when 0
	// Duration ends the runs; 0 lets each train until ctx ends, one training
	// after the other.
	Duration time.Duration
	Seed     uint64
	Logger   *slog.Logger // nil: silent
	Out      io.Writer    // a line for each run that starts and ends; nil: none
}

func (o *Options) fill() {
	if o.Project == "" {
		o.Project = DefaultProject
	}
	if o.Runs <= 0 {
		o.Runs = 1
	}
	if !(o.Rate > 0) { // NaN too
		o.Rate = defaultRate
	}
	if o.Out == nil {
		o.Out = io.Discard
	}
}

// Run simulates until ctx or the duration ends, and then says goodbye: the runs
// end as finished. When a duration is given and there are several runs, the last
// of them ends as failed after four fifths of it, so that a dashboard has one to
// show. The action stop_training ends its run for good. The error tells of runs
// whose last events the daemon did not take.
func Run(ctx context.Context, o Options) error {
	o.fill()
	start := time.Now()
	if o.Duration > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.Duration)
		defer cancel()
	}
	out := &lines{to: o.Out}
	var runs errgroup.Group
	for i := range o.Runs {
		runs.Go(func() error {
			for index := i; ; index += o.Runs {
				t := newTraining(o, index)
				if o.Duration > 0 && o.Runs > 1 && i == o.Runs-1 {
					t.crashAt = start.Add(o.Duration * 4 / 5)
				}
				again, err := t.run(ctx, out)
				if !again || err != nil {
					return err
				}
			}
		})
	}
	return runs.Wait()
}

// lines writes whole lines for several runs.
type lines struct {
	mu sync.Mutex
	to io.Writer
}

func (l *lines) print(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = fmt.Fprintf(l.to, format+"\n", args...) // a closed pipe must not end the runs
}

// training drives one simulation with a clock and lets actions change it.
type training struct {
	rate     float64
	crashAt  time.Time // zero: it does not
	reporter *report.Reporter
	orders   chan order

	mu       sync.Mutex // guards hardware, which the reporter's sampler reads
	hardware protocol.Hardware

	// Only the goroutine of run touches what follows.
	sim     *simulation
	paused  bool
	stopped bool
}

// order is what an action asks of the simulation; it is carried out between two
// steps.
type order struct {
	do   func(*training) any
	done chan any
}

func newTraining(o Options, index int) *training {
	t := &training{rate: o.Rate, orders: make(chan order), sim: newSimulation(o.Seed, index)}
	t.hardware = t.sim.hardware()
	t.reporter = report.New(report.Options{
		Endpoint:        o.Endpoint,
		Project:         o.Project,
		Run:             protocol.RunName{Name: t.sim.name},
		Config:          t.sim.config(),
		Platform:        t.sim.platform(),
		Hyperparameters: t.sim.hyperparameters(),
		Sampler: func(context.Context) (protocol.Hardware, bool) {
			t.mu.Lock()
			defer t.mu.Unlock()
			return t.hardware, true
		},
		Logger: o.Logger,
	})
	t.announce()
	return t
}

// run trains to the end and reports whether another training should follow.
func (t *training) run(ctx context.Context, out *lines) (again bool, err error) {
	out.print("%s: training", t.sim.name)
	gone := make(chan error, 1)
	// The reporter outlives ctx: the last words come after it.
	go func() { gone <- t.reporter.Run(context.WithoutCancel(ctx)) }()
	end := t.train(ctx)
	again = ctx.Err() == nil && !t.stopped && end.Error == ""
	t.reporter.End(end)
	err = <-gone
	state, reason := end.State()
	if reason != "" {
		reason = ": " + reason
	}
	out.print("%s: %s after %d steps%s", t.sim.name, state, t.sim.step, reason)
	return again, err
}

// train steps until something ends it, and returns the last words.
func (t *training) train(ctx context.Context) protocol.End {
	var crash <-chan time.Time
	if !t.crashAt.IsZero() {
		timer := time.NewTimer(time.Until(t.crashAt))
		defer timer.Stop()
		crash = timer.C
	}
	next := time.NewTimer(0)
	defer next.Stop()
	due := time.Now()
	for !t.sim.over() && !t.stopped {
		select {
		case <-ctx.Done():
			t.tell(t.sim.farewell("interrupted"))
			return protocol.End{Exit: new(int)}
		case <-crash:
			t.tell(t.sim.crash())
			one := 1
			return protocol.End{Exit: &one, Error: crashReason}
		case o := <-t.orders:
			o.done <- o.do(t)
		case <-next.C:
			if !t.paused {
				told := t.sim.next()
				t.tell(told)
				due = due.Add(time.Duration(float64(len(told)) / t.rate * float64(time.Second)))
			}
			due = t.wait(next, due)
		}
	}
	t.tell(t.sim.farewell("training is over"))
	return protocol.End{Exit: new(int)}
}

// wait sets the timer for the next step. Steps that are late are caught up with,
// but not those of a pause or of a machine that slept.
func (t *training) wait(next *time.Timer, due time.Time) time.Time {
	const (
		pausedFor = 100 * time.Millisecond
		mostLate  = time.Second
	)
	now := time.Now()
	if t.paused {
		due = now.Add(pausedFor)
	}
	if due.Before(now.Add(-mostLate)) {
		due = now
	}
	next.Reset(time.Until(due))
	return due
}

func (t *training) tell(told []fact) {
	for _, f := range told {
		f.tell(t.reporter)
	}
	t.mu.Lock()
	t.hardware = t.sim.hardware()
	t.mu.Unlock()
}
