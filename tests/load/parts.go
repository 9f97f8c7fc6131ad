package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"apps.local/neetbox-tui/tests/measure"
)

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
	c.core = append(c.core, o.core())
	c.half = append(c.half, measure.Percentile(o.Latencies, 0.5)) //nolint:mnd // the median
	c.most = append(c.most, measure.Percentile(o.Latencies, 0.99))
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
			row := func(what, unit string, ours, floor []float64) measure.Figure {
				value, other := measure.Median(ours), measure.Median(floor)
				return measure.Told(name+", "+what, value, unit).Against(relay.name, other, value/other)
			}
			cpu := row("CPU", "% of a core", c.core, relay.core)
			half := row("p50", "ms", c.half, relay.half)
			slow := row("p99", "ms", c.most, relay.most)
			if rate == judged {
				cpu = cpu.AtMost(15, 7) //nolint:mnd // the bar
				slow = slow.AtMost(5, 3)
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
	if _, ok := measure.Resident(1); !ok {
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
	held, _ := measure.Resident(daemon.pid)
	p.tell(measure.Told(fmt.Sprintf("daemon's peak RSS at full rate x%d", receivers), float64(held.Peak)/measure.Mebibyte, "MiB").AtMost(120, 70)) //nolint:mnd // the bar
	return nil
}

func (p *plan) idleMemory(ctx context.Context) error {
	daemon, err := startDaemon(ctx, p.binary)
	if err != nil {
		return err
	}
	defer daemon.stop()
	if err := measure.Pause(ctx, time.Second); err != nil {
		return err
	}
	idle, _ := measure.Resident(daemon.pid)
	p.tell(measure.Told("daemon's RSS idle", float64(idle.Now)/measure.Mebibyte, "MiB").AtMost(40, 25)) //nolint:mnd // the bar
	ctx, cancel := context.WithTimeout(ctx, caseTime)
	defer cancel()
	f, err := open(ctx, target{daemon, kindExtended}, p.project(), 1)
	if err != nil {
		return err
	}
	defer f.close()
	before, _ := measure.Resident(daemon.pid)
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
	if err := measure.Pause(ctx, time.Second); err != nil {
		return err
	}
	after, _ := measure.Resident(daemon.pid)
	const kilobyte = 1000
	p.tell(measure.Told(fmt.Sprintf("RSS per connection, %d idle extended frontends", p.idlePeers),
		float64(after.Now-before.Now)/float64(p.idlePeers)/kilobyte, "KB").AtMost(40, 25)) //nolint:mnd // the bar
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
	without, with := measure.Median(rates[0]), measure.Median(rates[1])
	p.tell(measure.Told(fmt.Sprintf("x%d and one that never reads, delivered to the others", receivers), with, "/s").
		Against("without it", without, with/without))
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
	if err := measure.Pause(ctx, time.Second); err != nil {
		return err
	}
	used, err := measure.Core(daemon.pid, func() error { return measure.Pause(ctx, p.idle) })
	if err != nil {
		return err
	}
	p.tell(measure.Told("idle, one extended frontend, no runs, CPU", used, "% of a core"))
	return nil
}
