package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"

	"apps.local/neetbox-tui/tests/measure"
)

// server is a process under load.
type server struct {
	addr string // WebSocket, or raw TCP for the relay
	pid  int
	stop func()
}

// startDaemon starts a daemon in a place of its own, which goes with it.
func startDaemon(ctx context.Context, binary string) (*server, error) {
	where, err := measure.NewPlace(binary)
	if err != nil {
		return nil, err
	}
	daemon, err := where.Daemon(ctx)
	if err != nil {
		where.Remove()
		return nil, err
	}
	stop := func() {
		daemon.Stop()
		where.Remove()
	}
	return &server{addr: daemon.Addr, pid: daemon.PID, stop: stop}, nil
}

// startFloor starts this program as one of the floors.
func startFloor(ctx context.Context, mode string) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	cmd := exec.CommandContext(ctx, self, floorArg, mode) //nolint:gosec // this program
	cmd.Stderr = os.Stderr
	// Open for as long as the floor is to serve: it ends with this program.
	if _, err := cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("start the %s floor: %w", mode, err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start the %s floor: %w", mode, err)
	}
	floor, err := measure.Start(cmd, out, "")
	if err != nil {
		return nil, err
	}
	return &server{addr: floor.Addr, pid: floor.PID, stop: floor.Stop}, nil
}
