package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os/exec"
	"time"
)

// What a frame shows: the program's name is on the very first, the hints for
// keys only on one that is connected.
const (
	firstMarker  = "neetbox-tui"
	onlineMarker = "leave"
)

// firstFrames measures from the start of the process to what is painted.
func (p *plan) firstFrames(ctx context.Context) error {
	where, err := p.place()
	if err != nil {
		return err
	}
	defer where.remove()
	times := map[string][]float64{}
	measure := func(name, marker string, open func(marker string) (*screen, <-chan time.Time, error)) {
		s, seen, err := open(marker)
		if err == nil {
			var at time.Time
			if at, err = s.await(ctx, seen, marker); err == nil {
				times[name] = append(times[name], at.Sub(s.started).Seconds()*1000) //nolint:mnd // milliseconds
			}
			s.leave()
		}
		p.failed(name, err)
	}
	dashboard := func(marker string) (*screen, <-chan time.Time, error) { return where.dashboard(ctx, false, marker) }
	mute := func(marker string) (*screen, <-chan time.Time, error) { return where.dashboard(ctx, true, marker) }
	empty := func(string) (*screen, <-chan time.Time, error) { return p.openEmpty(ctx) }
	for range p.starts {
		for name, marker := range map[string]string{"begun first": firstMarker, "begun online": onlineMarker} {
			measure(name, marker, dashboard)
			p.failed("stop", p.stopStarted(ctx, where))
		}
	}
	stop, err := where.daemon(ctx)
	if err != nil {
		return err
	}
	defer stop()
	for range p.starts {
		measure("empty", paneMarker, empty)
		measure("first", firstMarker, dashboard)
		measure("online", onlineMarker, dashboard)
		measure("mute", firstMarker, mute)
	}
	floor := median(times["empty"])
	for _, row := range []struct {
		name, key string
		bar, goal float64
	}{
		{"first frame, daemon running", "first", 100, 40},
		{"first frame that is connected, daemon running", "online", 100, 40},
		{"first frame, daemon to be started", "begun first", 400, 150},
		{"first frame that is connected, daemon to be started", "begun online", 400, 150},
		{"first frame, terminal that never answers", "mute", math.NaN(), math.NaN()},
	} {
		p.tell(told(row.name, median(times[row.key]), "ms").besides(floorIs, floor).barred(row.bar, row.goal))
	}
	return nil
}

// stopStarted ends the daemon that a dashboard started.
func (p *plan) stopStarted(ctx context.Context, where *place) error {
	const tries = 20
	var said []byte
	var err error
	for range tries {
		// The dashboard may have left before its daemon answered.
		if said, err = where.command(ctx, append([]string{"stop", "--force"}, where.at()...)...).CombinedOutput(); err == nil {
			return pause(ctx, 50*time.Millisecond) //nolint:mnd // for the ports
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil { //nolint:mnd // a daemon starts in less
			return err
		}
	}
	return fmt.Errorf("stop the daemon: %w: %s", err, bytes.TrimSpace(said))
}

// idleDashboard measures what looking at nothing that moves costs.
func (p *plan) idleDashboard(ctx context.Context) error {
	where, err := p.place()
	if err != nil {
		return err
	}
	defer where.remove()
	stop, err := where.daemon(ctx)
	if err != nil {
		return err
	}
	defer stop()
	if err := p.idleCase(ctx, where, "idle, no runs", onlineMarker); err != nil {
		return err
	}
	r, err := where.run(ctx, project)
	if err != nil {
		return err
	}
	const lines = 1000
	_, _, err = r.rate(lines)
	if err == nil {
		err = pause(ctx, time.Second)
	}
	r.stop()
	if err != nil {
		return err
	}
	return p.idleCase(ctx, where, "idle, a run that has ended", numberMark)
}

func (p *plan) idleCase(ctx context.Context, where *place, name, marker string) error {
	s, seen, err := where.dashboard(ctx, false, marker)
	if err != nil {
		return err
	}
	defer s.leave()
	if _, err := s.await(ctx, seen, marker); err != nil {
		return err
	}
	if err := pause(ctx, time.Second); err != nil {
		return err
	}
	from, _ := s.written()
	start := time.Now()
	core, err := share(s.pid(), func() error { return pause(ctx, p.idle) })
	to, _ := s.written()
	p.tell(told(name+", CPU", core, ofACore).barred(1, 0.5)) //nolint:mnd // the bar
	all, files := residentMiB(s.pid())
	memory := told(name+", RSS", all, "MiB").barred(20, 10) //nolint:mnd // the bar
	memory.Note = shared(files)
	p.tell(memory)
	p.tell(told(name+", output to the terminal", float64(to-from)/time.Since(start).Seconds(), "B/s"))
	return err
}

// version measures a command that draws nothing, on a terminal that answers no
// query and without one.
func (p *plan) version(ctx context.Context) error {
	where, err := p.place()
	if err != nil {
		return err
	}
	defer where.remove()
	var on, without []float64
	for range p.starts {
		s, seen, err := open(where.command(ctx, "version"), true, "neetbox-tui")
		if err != nil {
			return err
		}
		at, err := s.await(ctx, seen, "neetbox-tui")
		s.leave()
		if err != nil {
			return err
		}
		on = append(on, at.Sub(s.started).Seconds()*1000) //nolint:mnd // milliseconds
		took, err := saying(where.command(ctx, "version"))
		if err != nil {
			return err
		}
		without = append(without, took.Seconds()*1000) //nolint:mnd // milliseconds
	}
	p.tell(told("`version` on a terminal that never answers", median(on), "ms").besides("without a terminal", median(without)))
	return nil
}

// saying tells how long a command took until it said something.
func saying(cmd *exec.Cmd) (time.Duration, error) {
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	n, err := out.Read(make([]byte, 1024)) //nolint:mnd // a line
	took := time.Since(start)
	waited := cmd.Wait()
	if n == 0 {
		return 0, fmt.Errorf("%s said nothing: %w", cmd.Path, errors.Join(err, waited))
	}
	return took, waited
}
