package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// endTime bounds how long a run may take to end, whatever it does.
const endTime = 5 * time.Second

// run is a sender in a process of its own.
type run struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	answers *bufio.Scanner
}

// startRun starts a run of a project of the daemon whose WebSocket is at addr.
func startRun(ctx context.Context, addr, project string) (*run, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	cmd := exec.CommandContext(ctx, self, sendArg, addr, project) //nolint:gosec // this program
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start the sender: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start the sender: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the sender: %w", err)
	}
	return &run{cmd: cmd, in: in, answers: bufio.NewScanner(out)}, nil
}

// rate changes how many lines a second are sent, and tells how many were until
// now.
func (r *run) rate(lines int) (sent int64, at time.Time, err error) {
	if _, err := fmt.Fprintln(r.in, lines); err != nil {
		return 0, time.Time{}, fmt.Errorf("tell the sender: %w", err)
	}
	var nanoseconds int64
	if !r.answers.Scan() {
		return 0, time.Time{}, errors.New("hear the sender: it ended")
	}
	if _, err := fmt.Sscan(r.answers.Text(), &sent, &nanoseconds); err != nil {
		return 0, time.Time{}, fmt.Errorf("hear the sender: %w", err)
	}
	return sent, time.Unix(0, nanoseconds), nil
}

// stop ends the run as one that lost its connection does.
func (r *run) stop() {
	_ = r.in.Close() // it ends when its input does
	timer := time.AfterFunc(endTime, func() { _ = r.cmd.Process.Kill() })
	_ = r.cmd.Wait() // how it ends is not what is measured
	timer.Stop()
}
