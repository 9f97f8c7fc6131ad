package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os/exec"
	"time"

	"apps.local/neetbox-tui/tests/measure"
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
	defer where.Remove()
	times := map[string][]float64{}
	timed := func(name, marker string, open func(marker string) (*screen, <-chan time.Time, error)) {
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
	dashboard := func(marker string) (*screen, <-chan time.Time, error) {
		return openDashboard(ctx, where, false, marker)
	}
	mute := func(marker string) (*screen, <-chan time.Time, error) { return openDashboard(ctx, where, true, marker) }
	empty := func(string) (*screen, <-chan time.Time, error) { return p.openEmpty(ctx) }
	for range p.starts {
		for name, marker := range map[string]string{"begun first": firstMarker, "begun online": onlineMarker} {
			timed(name, marker, dashboard)
			p.failed("stop", p.stopStarted(ctx, where))
		}
	}
	daemon, err := where.Daemon(ctx)
	if err != nil {
		return err
	}
	defer daemon.Stop()
	for range p.starts {
		timed("empty", paneMarker, empty)
		timed("first", firstMarker, dashboard)
		timed("online", onlineMarker, dashboard)
		timed("mute", firstMarker, mute)
	}
	floor := measure.Median(times["empty"])
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
		p.tell(measure.Told(row.name, measure.Median(times[row.key]), "ms").Besides(floorIs, floor).AtMost(row.bar, row.goal))
	}
	return nil
}

// stopStarted ends the daemon that a dashboard started.
func (p *plan) stopStarted(ctx context.Context, where *measure.Place) error {
	const tries = 20
	var said []byte
	var err error
	for range tries {
		// The dashboard may have left before its daemon answered.
		if said, err = where.Command(ctx, append([]string{"stop", "--force"}, where.Flags()...)...).CombinedOutput(); err == nil {
			return measure.Pause(ctx, 50*time.Millisecond) //nolint:mnd // for the ports
		}
		if err := measure.Pause(ctx, 100*time.Millisecond); err != nil { //nolint:mnd // a daemon starts in less
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
	defer where.Remove()
	daemon, err := where.Daemon(ctx)
	if err != nil {
		return err
	}
	defer daemon.Stop()
	if err := p.idleCase(ctx, where, "idle, no runs", onlineMarker); err != nil {
		return err
	}
	r, err := startRun(ctx, daemon.Addr, project)
	if err != nil {
		return err
	}
	const lines = 1000
	_, _, err = r.rate(lines)
	if err == nil {
		err = measure.Pause(ctx, time.Second)
	}
	r.stop()
	if err != nil {
		return err
	}
	return p.idleCase(ctx, where, "idle, a run that has ended", numberMark)
}

func (p *plan) idleCase(ctx context.Context, where *measure.Place, name, marker string) error {
	s, seen, err := openDashboard(ctx, where, false, marker)
	if err != nil {
		return err
	}
	defer s.leave()
	if _, err := s.await(ctx, seen, marker); err != nil {
		return err
	}
	if err := measure.Pause(ctx, time.Second); err != nil {
		return err
	}
	from, _ := s.written()
	start := time.Now()
	core, err := measure.Core(s.pid(), func() error { return measure.Pause(ctx, p.idle) })
	to, _ := s.written()
	p.tell(measure.Told(name+", CPU", core, ofACore).AtMost(1, 0.5)) //nolint:mnd // the bar
	all, files := residentMiB(s.pid())
	memory := measure.Told(name+", RSS", all, "MiB").AtMost(20, 10) //nolint:mnd // the bar
	memory.Note = shared(files)
	p.tell(memory)
	p.tell(measure.Told(name+", output to the terminal", float64(to-from)/time.Since(start).Seconds(), "B/s"))
	return err
}

// version measures a command that draws nothing, on a terminal that answers no
// query and without one.
func (p *plan) version(ctx context.Context) error {
	where, err := p.place()
	if err != nil {
		return err
	}
	defer where.Remove()
	var on, without []float64
	for range p.starts {
		s, seen, err := open(where.Command(ctx, "version"), true, "neetbox-tui")
		if err != nil {
			return err
		}
		at, err := s.await(ctx, seen, "neetbox-tui")
		s.leave()
		if err != nil {
			return err
		}
		on = append(on, at.Sub(s.started).Seconds()*1000) //nolint:mnd // milliseconds
		took, err := saying(where.Command(ctx, "version"))
		if err != nil {
			return err
		}
		without = append(without, took.Seconds()*1000) //nolint:mnd // milliseconds
	}
	p.tell(measure.Told("`version` on a terminal that never answers", measure.Median(on), "ms").Besides("without a terminal", measure.Median(without)))
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
