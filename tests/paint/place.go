package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	startTime = 10 * time.Second
	endTime   = 5 * time.Second
)

// build builds the program that this module is.
func build(ctx context.Context, dir string) (string, error) {
	binary := filepath.Join(dir, "neetbox-tui")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-o", binary, "apps.local/neetbox-tui") //nolint:gosec // its own arguments
	if said, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, said)
	}
	return binary, nil
}

// place is where a daemon and a dashboard live: ports, a home and an environment
// of their own, so that nothing of the user's changes what is measured.
type place struct {
	binary        string
	dir           string
	rest, sockets int
}

func newPlace(binary string) (*place, error) {
	dir, err := os.MkdirTemp("", "neetbox-tui-paint-")
	if err != nil {
		return nil, fmt.Errorf("make a home: %w", err)
	}
	p := &place{binary: binary, dir: dir}
	if p.rest, p.sockets, err = freePorts(); err != nil {
		p.remove()
		return nil, err
	}
	return p, nil
}

func (p *place) remove() { _ = os.RemoveAll(p.dir) } // what is left is in the system's temporary directory

// command is the program at this place.
func (p *place) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, p.binary, args...) //nolint:gosec // the program that is measured
	cmd.Dir = p.dir
	cmd.Env = append(slices.DeleteFunc(os.Environ(), changesTheScreen),
		"HOME="+p.dir, "XDG_CONFIG_HOME="+p.dir, "XDG_DATA_HOME="+p.dir, "XDG_STATE_HOME="+p.dir,
		"TERM=xterm-256color", "LANG=C.UTF-8", "LC_ALL=C.UTF-8")
	return cmd
}

// changesTheScreen reports variables that settings or the look come from.
func changesTheScreen(variable string) bool {
	name, _, _ := strings.Cut(variable, "=")
	return strings.HasPrefix(name, "NEETBOX") ||
		slices.Contains([]string{"NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLORTERM", "COLORFGBG", "TMUX", "STY"}, name)
}

// at are the flags that name this place's daemon.
func (p *place) at(more ...string) []string {
	return append([]string{
		"--port", strconv.Itoa(p.rest), "--ws-port", strconv.Itoa(p.sockets), "--compat-port", "0",
		"--data-dir", filepath.Join(p.dir, "data"),
	}, more...)
}

// dashboard starts one on a terminal.
func (p *place) dashboard(ctx context.Context, mute bool, marker string) (*screen, <-chan time.Time, error) {
	return open(p.command(ctx, p.at()...), mute, marker)
}

// daemon starts the daemon and returns what ends it.
func (p *place) daemon(ctx context.Context) (stop func(), err error) {
	cmd := p.command(ctx, p.at("--server-only")...)
	said, err := cmd.StderrPipe()
	if err != nil {
		return nil, fmt.Errorf("start the daemon: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the daemon: %w", err)
	}
	ready, ended := make(chan struct{}), make(chan struct{})
	var heard []string // read once ended is closed
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(said); lines.Scan(); {
			if strings.Contains(lines.Text(), "WebSocket on ") {
				close(ready)
				break
			}
			heard = append(heard, lines.Text())
		}
		_, _ = io.Copy(io.Discard, said) // so that the daemon never waits for a reader
	}()
	stop = func() { end(cmd, ended) }
	timer := time.NewTimer(startTime)
	defer timer.Stop()
	select {
	case <-ready:
		return stop, nil
	case <-ended:
	case <-timer.C:
	}
	stop()
	return nil, fmt.Errorf("start the daemon: it did not say where it listens\n%s", strings.Join(heard, "\n"))
}

// end asks a process to end and then makes it.
func end(cmd *exec.Cmd, ended <-chan struct{}) {
	if cmd.Process.Signal(os.Interrupt) != nil {
		_ = cmd.Process.Kill() // Windows knows no interrupt; or it has ended
	}
	timer := time.AfterFunc(endTime, func() { _ = cmd.Process.Kill() }) // it may have ended
	<-ended
	_ = cmd.Wait() // how it ends is not what is measured
	timer.Stop()
}

// run is a sender in a process of its own.
type run struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	answers *bufio.Scanner
}

func (p *place) run(ctx context.Context, project string) (*run, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	//nolint:gosec // this program
	cmd := exec.CommandContext(ctx, self, sendArg, net.JoinHostPort("127.0.0.1", strconv.Itoa(p.sockets)), project)
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

// freePorts finds two ports that nothing holds at the moment.
func freePorts() (first, second int, err error) {
	var ports [2]int
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
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
