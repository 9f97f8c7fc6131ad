package attach

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"apps.local/neetbox-tui/daemon/internal/lockfile"
)

// bring starts a daemon, under the lock that lets one process do so at a time.
func (e *ensurer) bring(ctx context.Context) (Verdict, error) {
	p, why, err := findPlace(e.StateDir)
	if err != nil {
		return Verdict{}, e.startError(err)
	}
	if why != "" {
		e.Progress(why)
	}
	lock, err := e.acquire(ctx, p)
	if err != nil {
		return Verdict{}, err
	}
	defer func() { _ = lock.Release() }()

	verdict, next, err := e.look(ctx)
	if err != nil || next == useIt {
		return verdict, err
	}
	if next == replace {
		if err := e.standDown(ctx, verdict.Hello); err != nil {
			return Verdict{}, err
		}
	}
	c, err := e.spawn(p)
	if err != nil {
		return Verdict{}, err
	}
	return e.awaitReady(ctx, c)
}

func (e *ensurer) acquire(ctx context.Context, p place) (*lockfile.Lock, error) {
	owner := lockfile.Owner{
		PID: os.Getpid(), Version: e.Version, Build: e.Build, Started: time.Now().UTC().Truncate(time.Second),
	}
	lock, err := lockfile.Try(p.lock(), owner)
	if errors.Is(err, lockfile.ErrHeld) {
		e.Progress("waiting for another neetbox-tui that is starting the daemon")
		limited, cancel := context.WithTimeout(ctx, e.limits.lock)
		defer cancel()
		lock, err = lockfile.Acquire(limited, p.lock(), owner)
	}
	switch {
	case err == nil:
		return lock, nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("start the daemon: %w", context.Cause(ctx))
	default:
		return nil, e.startError(err)
	}
}

// child is a daemon that was started.
type child struct {
	place  place
	offset int64 // where its output begins in the log
	pid    int
	exited <-chan *os.ProcessState
}

// spawn starts the daemon detached, its output appended to the log.
func (e *ensurer) spawn(p place) (*child, error) {
	exe := e.Executable
	if exe == "" {
		var err error
		if exe, err = os.Executable(); err != nil {
			return nil, e.startError(err)
		}
	}
	log, offset, err := p.openLog()
	if err != nil {
		return nil, e.startError(err)
	}
	defer func() { _ = log.Close() }()

	e.Progress("starting the daemon")
	//nolint:noctx // the daemon outlives whoever starts it
	cmd := exec.Command(exe, append([]string{"--server-only"}, e.Args...)...)
	cmd.Dir = e.Dir
	cmd.Stdout, cmd.Stderr = log, log // Stdin nil is the null device
	cmd.SysProcAttr = detached()
	if err := cmd.Start(); err != nil {
		return nil, e.startError(err)
	}
	// The goroutine ends with the daemon or with this process and holds nothing
	// else. Letting go of the daemon instead (os.Process.Release) would leave a
	// zombie for as long as this process lives, and hide an early end from it.
	exited := make(chan *os.ProcessState, 1)
	go func() {
		_ = cmd.Wait()
		exited <- cmd.ProcessState
	}()
	return &child{place: p, offset: offset, pid: cmd.Process.Pid, exited: exited}, nil
}

// awaitReady waits until the daemon says hello, ends, or takes too long. It is
// left running when it does: it may be busy with a large history.
func (e *ensurer) awaitReady(ctx context.Context, c *child) (Verdict, error) {
	deadline := time.NewTimer(e.limits.ready)
	defer deadline.Stop()
	tick := time.NewTicker(e.limits.poll)
	defer tick.Stop()
	for {
		a := hello(ctx, e.Endpoint, e.limits.probes[0])
		if a.kind != absent && a.kind != silent {
			return e.arrived(ctx, a, c)
		}
		select {
		case <-ctx.Done():
			return Verdict{}, fmt.Errorf("wait for the daemon: %w", context.Cause(ctx))
		case state := <-c.exited:
			return e.endedEarly(ctx, c, state)
		case <-deadline.C:
			err := e.startError(fmt.Errorf("it does not answer at %s after %v", e.Endpoint.Address(), e.limits.ready))
			err.PID, err.LogPath, err.Lines = c.pid, c.place.log(), c.place.tail(c.offset)
			return Verdict{}, err
		case <-tick.C:
		}
	}
}

// arrived judges the first answer after the start, which may be somebody else's:
// a daemon started by hand takes no start lock.
func (e *ensurer) arrived(ctx context.Context, a answer, c *child) (Verdict, error) {
	verdict, next, err := e.judge(ctx, a)
	switch {
	case err != nil:
		return Verdict{}, err
	case next == replace:
		return Verdict{}, e.incompatible(verdict.Hello, "it came up while this program was starting one")
	}
	if verdict.Hello.PID == c.pid {
		verdict.Kind = Spawned
	}
	return verdict, nil
}

// endedEarly looks again, since a daemon that found its place taken ends while
// the one that took it comes up.
func (e *ensurer) endedEarly(ctx context.Context, c *child, state *os.ProcessState) (Verdict, error) {
	for _, limit := range e.limits.probes {
		a := hello(ctx, e.Endpoint, limit)
		if a.kind == ours {
			return e.arrived(ctx, a, c)
		}
		if state.ExitCode() != exitPortTaken || !wait(ctx, e.limits.poll) {
			break
		}
	}
	err := e.startError(fmt.Errorf("it ended at once (%v)", state))
	err.Code, err.LogPath, err.Lines = state.ExitCode(), c.place.log(), c.place.tail(c.offset)
	return Verdict{}, err
}

func (e *ensurer) startError(cause error) *StartError {
	return &StartError{Endpoint: e.Endpoint, Cause: cause, Code: -1}
}

// wait lets d pass and reports false when ctx ended first.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
