package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"apps.local/neetbox-tui/tests/measure"
)

// window is how many events the sender may be ahead of the slowest receiver:
// nothing is lost by it, because no server here drops so little.
const window = 8192

// shortWindow is the gorilla floors': they cost the same per event however many
// wait, and would take seconds to work the longer one off.
const shortWindow = 1024

func (f *flow) window() int64 {
	if f.target.kind == kindGorilla {
		return shortWindow
	}
	return window
}

// caseTime bounds a case whatever happens.
const caseTime = 30 * time.Second

// flow is one sender, its receivers and what came through.
type flow struct {
	target    target
	project   string
	sender    *peer
	receivers []*receiver
	stampAt   int
	text      []byte
	waiting   atomic.Bool   // the sender waits for the slowest receiver
	moved     chan struct{} // a receiver moved while it did
	readers   sync.WaitGroup
}

type receiver struct {
	*peer
	count     atomic.Int64
	latencies []time.Duration // from the stamp in the event; nil: not wanted
	sampling  atomic.Bool
}

// outcome is what a case measured.
type outcome struct {
	Events    int64
	Delivered int64 // events times receivers
	Wall      time.Duration
	CPU       time.Duration // of the server
	CPUKnown  bool
	Latencies []time.Duration
}

// perDelivered is the server's CPU time per event and receiver, in µs; without
// receivers, per event. NaN where CPU time is not known.
func (o outcome) perDelivered() float64 {
	if !o.CPUKnown || o.Events == 0 {
		return math.NaN()
	}
	return o.CPU.Seconds() * 1e6 / float64(max(o.Delivered, o.Events))
}

func (o outcome) perEvent() float64 {
	if !o.CPUKnown || o.Events == 0 {
		return math.NaN()
	}
	return o.CPU.Seconds() * 1e6 / float64(o.Events)
}

// eventRate and deliveredRate are per second of wall time.
func (o outcome) eventRate() float64     { return float64(o.Events) / o.Wall.Seconds() }
func (o outcome) deliveredRate() float64 { return float64(o.Delivered) / o.Wall.Seconds() }

// core is the share of one core that the server used, in percent.
func (o outcome) core() float64 {
	if !o.CPUKnown {
		return math.NaN()
	}
	return 100 * o.CPU.Seconds() / o.Wall.Seconds() //nolint:mnd // percent
}

// open connects the sender, then the receivers: a frontend may only watch a
// project that exists.
func open(ctx context.Context, t target, project string, receivers int) (*flow, error) {
	f := &flow{target: t, project: project, moved: make(chan struct{}, 1)}
	f.text, f.stampAt = logEvent(project, false)
	var err error
	if f.sender, err = t.sender(ctx, project); err != nil {
		return nil, err
	}
	for range receivers {
		p, err := t.receiver(ctx, project)
		if err != nil {
			f.close()
			return nil, err
		}
		f.receivers = append(f.receivers, &receiver{peer: p})
	}
	return f, nil
}

func (f *flow) close() {
	_ = f.sender.Close() // gone either way
	for _, r := range f.receivers {
		_ = r.Close() // gone either way
	}
	f.readers.Wait()
}

// receive starts the receivers' goroutines; close ends them.
func (f *flow) receive(latencies bool) {
	for _, r := range f.receivers {
		if latencies {
			r.latencies = make([]time.Duration, 0, 1<<16) //nolint:mnd // a few seconds of a paced case
		}
		f.readers.Go(func() { f.drain(r) })
	}
}

func (f *flow) drain(r *receiver) {
	for r.fill() == nil {
		var now int64
		sampling := r.latencies != nil && r.sampling.Load()
		if sampling {
			now = time.Now().UnixNano()
		}
		var got int64
		for text, ok := r.next(); ok; text, ok = r.next() {
			if !isLog(text) {
				continue
			}
			got++
			if sampling {
				r.latencies = append(r.latencies, time.Duration(now-stamped(text[f.stampAt:])))
			}
		}
		r.count.Add(got)
		if f.waiting.Load() {
			select {
			case f.moved <- struct{}{}:
			default:
			}
		}
	}
}

// slowest is how many events the slowest receiver has.
func (f *flow) slowest() int64 {
	slowest := int64(math.MaxInt64)
	for _, r := range f.receivers {
		slowest = min(slowest, r.count.Load())
	}
	return slowest
}

// await waits until every receiver has at least n events.
func (f *flow) await(ctx context.Context, n int64) error {
	f.waiting.Store(true)
	defer f.waiting.Store(false)
	for f.slowest() < n {
		select {
		case <-f.moved:
		case <-ctx.Done():
			return fmt.Errorf("a receiver has %d of %d events: %w", f.slowest(), n, ctx.Err())
		}
	}
	return nil
}

// flood sends as fast as the window lets it and returns how many.
func (f *flow) flood(ctx context.Context, d time.Duration, most int64, perWrite int) (int64, error) {
	frame, _ := f.target.event(f.text)
	frame = bytes.Repeat(frame, max(1, perWrite))
	const look = 64 // events between two looks at the window and the clock
	var sent int64
	for end := time.Now().Add(d); sent < most && time.Now().Before(end); {
		if len(f.receivers) > 0 {
			if err := f.await(ctx, sent+look-f.window()); err != nil {
				return sent, err
			}
		}
		for range look / max(1, perWrite) {
			if _, err := f.sender.Write(frame); err != nil {
				return sent, fmt.Errorf("send an event: %w", err)
			}
		}
		sent += look
	}
	if len(f.receivers) > 0 {
		return sent, f.await(ctx, sent)
	}
	return sent + 1, f.ask()
}

// ask sends one more event and waits for its answer: without receivers nothing
// else tells when the server has read everything.
func (f *flow) ask() error {
	text, _ := logEvent(f.project, true)
	frame, _ := f.target.event(text)
	if _, err := f.sender.Write(frame); err != nil {
		return fmt.Errorf("send the last event: %w", err)
	}
	_, err := f.sender.read()
	return err
}

// pace sends rate events a second for d, each stamped with the time it was
// written; what a tick of a millisecond owes goes out one event per write.
func (f *flow) pace(ctx context.Context, rate int, d time.Duration) (int64, error) {
	frame, textAt := f.target.event(f.text)
	at := textAt + f.stampAt
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	start := time.Now()
	var sent int64
	for {
		select {
		case <-ctx.Done():
			return sent, ctx.Err()
		case <-ticker.C:
		}
		passed := min(time.Since(start), d)
		for owed := int64(passed.Seconds() * float64(rate)); sent < owed; sent++ {
			stamp(frame[at:], time.Now())
			if f.target.kind != kindRelay {
				mask(frame[at:at+stampDigits], f.stampAt)
			}
			if _, err := f.sender.Write(frame); err != nil {
				return sent, fmt.Errorf("send an event: %w", err)
			}
		}
		if passed == d {
			return sent, f.await(ctx, sent)
		}
	}
}

// load is what a case asks of a target.
type load struct {
	pattern
	project string
	time    time.Duration
	most    int64 // events
	rate    int   // events a second; 0: as fast as it goes
	stalled bool  // one more receiver that never reads
}

var errProject = errors.New("case without a project")

// run measures one case: connected and warm before the clock starts.
func (l load) run(ctx context.Context, t target) (outcome, error) {
	if l.project == "" {
		return outcome{}, errProject
	}
	ctx, cancel := context.WithTimeout(ctx, caseTime)
	defer cancel()
	f, err := open(ctx, t, l.project, l.receivers)
	if err != nil {
		return outcome{}, err
	}
	defer f.close()
	if l.stalled {
		p, err := t.receiver(ctx, l.project)
		if err != nil {
			return outcome{}, err
		}
		defer func() { _ = p.Close() }() // gone either way
	}
	f.receive(l.rate > 0)
	if err := l.warm(ctx, f); err != nil {
		return outcome{}, err
	}
	for _, r := range f.receivers {
		r.count.Store(0)
		r.sampling.Store(true)
	}
	before, known := measure.CPUTime(t.server.pid)
	start := time.Now()
	sent, err := l.send(ctx, f)
	wall := time.Since(start)
	after, _ := measure.CPUTime(t.server.pid)
	if err != nil {
		return outcome{}, err
	}
	o := outcome{
		Events: sent, Delivered: sent * int64(l.receivers), Wall: wall, CPU: after - before, CPUKnown: known,
	}
	f.close()
	for _, r := range f.receivers {
		o.Latencies = append(o.Latencies, r.latencies...)
	}
	return o, nil
}

// warm lets buffers, threads and the garbage collector settle.
func (l load) warm(ctx context.Context, f *flow) error {
	const part = 5
	warm := l
	warm.time /= part
	_, err := warm.send(ctx, f)
	return err
}

func (l load) send(ctx context.Context, f *flow) (int64, error) {
	if l.rate > 0 {
		return f.pace(ctx, l.rate, l.time)
	}
	return f.flood(ctx, l.time, l.most, l.perWrite)
}
