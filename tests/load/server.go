package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// server is a process under load.
type server struct {
	addr string // WebSocket, or raw TCP for the relay
	pid  int
	stop func()
}

const (
	startTime = 10 * time.Second
	endTime   = 5 * time.Second
)

// buildDaemon builds the program that this module is.
func buildDaemon(ctx context.Context, dir string) (string, error) {
	binary := filepath.Join(dir, "neetbox-tui")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "apps.local/neetbox-tui") //nolint:gosec // its own arguments
	if said, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the daemon: %w\n%s", err, said)
	}
	return binary, nil
}

// startDaemon starts a daemon with a data directory, ports and settings of its
// own.
func startDaemon(ctx context.Context, binary string) (*server, error) {
	dir, err := os.MkdirTemp("", "neetbox-tui-load-")
	if err != nil {
		return nil, fmt.Errorf("make a data directory: %w", err)
	}
	remove := func() { _ = os.RemoveAll(dir) } // what is left is in the system's temporary directory
	rest, sockets, err := freePorts()
	if err != nil {
		remove()
		return nil, err
	}
	cmd := exec.CommandContext(ctx, binary, "--server-only", "--port", strconv.Itoa(rest), "--ws-port", strconv.Itoa(sockets),
		"--compat-port", "0", "--data-dir", filepath.Join(dir, "data"))
	// No configuration file or variable of the user's may change what is measured.
	cmd.Dir = dir
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "NEETBOX") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, "HOME="+dir, "XDG_CONFIG_HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_STATE_HOME="+dir)
	said, err := cmd.StderrPipe()
	if err != nil {
		remove()
		return nil, fmt.Errorf("start the daemon: %w", err)
	}
	return start(cmd, said, "WebSocket on ws://", remove)
}

// startFloor starts this program as one of the floors.
func startFloor(ctx context.Context, mode string) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	cmd := exec.CommandContext(ctx, self, floorArg, mode) //nolint:gosec // this program
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start the %s floor: %w", mode, err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start the %s floor: %w", mode, err)
	}
	return start(cmd, out, "", func() { _ = in.Close() })
}

// start starts a process and takes its address from the first line it says that
// holds before.
func start(cmd *exec.Cmd, said io.Reader, before string, after func()) (*server, error) {
	if err := cmd.Start(); err != nil {
		after()
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	found := make(chan string, 1)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		lines := bufio.NewScanner(said)
		var heard []string
		told := false
		for lines.Scan() {
			if _, addr, ok := strings.Cut(lines.Text(), before); ok {
				told = true
				found <- addr
				break
			}
			heard = append(heard, lines.Text())
		}
		if !told {
			fmt.Fprintln(os.Stderr, strings.Join(heard, "\n"))
		}
		_, _ = io.Copy(io.Discard, said) // so that the process never waits for a reader
	}()
	s := &server{pid: cmd.Process.Pid, stop: func() { end(cmd, ended, after) }}
	timer := time.NewTimer(startTime)
	defer timer.Stop()
	select {
	case s.addr = <-found:
		return s, nil
	case <-ended:
	case <-timer.C:
	}
	s.stop()
	return nil, fmt.Errorf("start %s: it did not say where it listens", cmd.Path)
}

// end asks a process to end and then makes it.
func end(cmd *exec.Cmd, ended <-chan struct{}, after func()) {
	if cmd.Process.Signal(os.Interrupt) != nil {
		_ = cmd.Process.Kill() // Windows knows no interrupt; or it has ended
	}
	timer := time.AfterFunc(endTime, func() { _ = cmd.Process.Kill() }) // it may have ended
	<-ended
	_ = cmd.Wait() // how it ends is not what is measured
	timer.Stop()
	after()
}

// freePorts finds two ports that nothing holds at the moment.
func freePorts() (first, second int, err error) {
	var ports [2]int
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // does not wait
		if err != nil {
			return 0, 0, fmt.Errorf("find a free port: %w", err)
		}
		defer func() { _ = l.Close() }() // held until both are known
		if address, ok := l.Addr().(*net.TCPAddr); ok {
			ports[i] = address.Port
		}
	}
	return ports[0], ports[1], nil
}
