package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

const mebibyte = 1 << 20

// pace is a steady case's outcomes: medians over the repetitions.
type pace struct {
	name             string
	target           target
	core, half, most []float64 // % of a core, p50 and p99 in ms
}

func (c *pace) add(o outcome) {
	if o.Events == 0 {
		return
	}
	slices.Sort(o.Latencies)
	c.core = append(c.core, o.core())
	c.half = append(c.half, percentile(o.Latencies, 0.5)) //nolint:mnd // the median
	c.most = append(c.most, percentile(o.Latencies, 0.99))
}

// steadyRates measures the daemon at rates that a busy evening has, beside the
// relay at the same rate: how much a wake-up costs is the machine's.
func (p *plan) steadyRates(ctx context.Context) error {
	daemon, err := startDaemon(ctx, p.binary)
	if err != nil {
		return err
	}
	defer daemon.stop()
	floor, err := startFloor(ctx, floorRelay)
	if err != nil {
		return err
	}
	defer floor.stop()
	const receivers, judged = 16, 10_000
	for _, rate := range []int{2_000, judged} {
		relay := &pace{name: "raw relay", target: target{floor, kindRelay}}
		ours := []*pace{
			{name: "plain", target: target{daemon, kindPlain}}, {name: "extended", target: target{daemon, kindExtended}},
		}
		for range p.repetitions {
			for _, c := range append(ours, relay) {
				c.add(p.attempt(ctx, "steady "+c.name, c.target, load{pattern: pattern{receivers, 1}, rate: rate, time: p.steady}))
			}
		}
		for _, c := range ours {
			name := fmt.Sprintf("steady %d/s x%d, %s frontends", rate, receivers, c.name)
			cpu := told(name+", CPU", median(c.core), "% of a core").besides(relay.name, median(relay.core))
			half := told(name+", p50", median(c.half), "ms").besides(relay.name, median(relay.half))
			slow := told(name+", p99", median(c.most), "ms").besides(relay.name, median(relay.most))
			if rate == judged {
				cpu = cpu.barred(15, 7, false) //nolint:mnd // the bar
				slow = slow.barred(5, 3, false)
			}
			p.tell(cpu)
			p.tell(half)
			p.tell(slow)
		}
	}
	return nil
}

// memory measures the daemon's resident set: idle, with many idle frontends, and
// at full rate.
func (p *plan) memory(ctx context.Context) error {
	if _, _, ok := memory(1); !ok {
		return errors.New("resident memory of another process is not known on this system")
	}
	if err := p.idleMemory(ctx); err != nil {
		return err
	}
	daemon, err := startDaemon(ctx, p.binary)
	if err != nil {
		return err
	}
	defer daemon.stop()
	const receivers = 64
	for _, kind := range []kind{kindPlain, kindExtended} {
		p.attempt(ctx, "memory", target{daemon, kind}, load{pattern: pattern{receivers, 1}, time: p.steady / 2, most: mostEvents})
	}
	_, peak, _ := memory(daemon.pid)
	p.tell(atMost(fmt.Sprintf("daemon's peak RSS at full rate x%d", receivers), float64(peak)/mebibyte, "MiB", 120, 70)) //nolint:mnd // the bar
	return nil
}

func (p *plan) idleMemory(ctx context.Context) error {
	daemon, err := startDaemon(ctx, p.binary)
	if err != nil {
		return err
	}
	defer daemon.stop()
	if err := pause(ctx, time.Second); err != nil {
		return err
	}
	idle, _, _ := memory(daemon.pid)
	p.tell(atMost("daemon's RSS idle", float64(idle)/mebibyte, "MiB", 40, 25)) //nolint:mnd // the bar
	ctx, cancel := context.WithTimeout(ctx, caseTime)
	defer cancel()
	f, err := open(ctx, target{daemon, kindExtended}, p.project(), 1)
	if err != nil {
		return err
	}
	defer f.close()
	before, _, _ := memory(daemon.pid)
	more := make([]*peer, 0, p.idlePeers)
	defer func() {
		for _, c := range more {
			_ = c.Close() // gone either way
		}
	}()
	for range p.idlePeers {
		c, err := f.target.receiver(ctx, fmt.Sprintf("load-%d", p.cases))
		if err != nil {
			return err
		}
		// They read nothing more; this program's own memory is not what is measured.
		c.frames = nil
		more = append(more, c)
	}
	if err := pause(ctx, time.Second); err != nil {
		return err
	}
	after, _, _ := memory(daemon.pid)
	const kilobyte = 1000
	p.tell(atMost(fmt.Sprintf("RSS per connection, %d idle extended frontends", p.idlePeers),
		float64(after-before)/float64(p.idlePeers)/kilobyte, "KB", 40, 25)) //nolint:mnd // the bar
	return nil
}

// stalled measures the rate of good frontends with and without one that never
// reads.
func (p *plan) stalled(ctx context.Context) error {
	daemon, err := startDaemon(ctx, p.binary)
	if err != nil {
		return err
	}
	defer daemon.stop()
	const receivers = 4
	var rates [2][]float64
	for range max(p.repetitions, 2) { //nolint:mnd // one pair says little about a rate
		for i := range rates {
			o := p.attempt(ctx, "stalled", target{daemon, kindExtended}, load{pattern: pattern{receivers, 1}, time: p.flood, most: mostEvents, stalled: i == 1})
			if o.Events > 0 {
				rates[i] = append(rates[i], o.deliveredRate())
			}
		}
	}
	without, with := median(rates[0]), median(rates[1])
	p.tell(told(fmt.Sprintf("x%d and one that never reads, delivered to the others", receivers), with, "/s").
		against("without it", without, with/without))
	return nil
}

// idleDaemon measures what watching nothing costs.
func (p *plan) idleDaemon(ctx context.Context) error {
	daemon, err := startDaemon(ctx, p.binary)
	if err != nil {
		return err
	}
	defer daemon.stop()
	watching, cancel := context.WithTimeout(ctx, caseTime)
	defer cancel()
	frontend, err := target{daemon, kindExtended}.receiver(watching, "*")
	if err != nil {
		return err
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		for {
			if _, err := frontend.read(); err != nil {
				return // closed below
			}
		}
	}()
	defer func() {
		_ = frontend.Close() // gone either way
		<-read
	}()
	if err := pause(ctx, time.Second); err != nil {
		return err
	}
	before, known := cpuTime(daemon.pid)
	start := time.Now()
	if err := pause(ctx, p.idle); err != nil {
		return err
	}
	after, _ := cpuTime(daemon.pid)
	used := math.NaN()
	if known {
		used = outcome{CPU: after - before, CPUKnown: true, Wall: time.Since(start)}.core()
	}
	p.tell(told("idle, one extended frontend, no runs, CPU", used, "% of a core"))
	return nil
}

// pause waits for d or the end of ctx.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
