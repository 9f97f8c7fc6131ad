package tests

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// transcript is what a process has written so far.
type transcript struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (tr *transcript) Write(b []byte) (int, error) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.buf.Write(b)
}

func (tr *transcript) String() string {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.buf.String()
}

// process is a started program, with what it wrote and how it ended.
type process struct {
	cmd      *exec.Cmd
	out, err *transcript
	ended    chan struct{} // closed once code is set
	code     int           // -1 after a signal
}

// launch starts cmd with its output kept apart from everybody else's.
func launch(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, out: &transcript{}, err: &transcript{}, ended: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = p.out, p.err
	// A daemon in the background may hold a pipe open after the process ends.
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = cmd.Wait() // the state tells what is of interest
		p.code = cmd.ProcessState.ExitCode()
		close(p.ended)
	}()
	return p, nil
}

// running reports whether the process has not ended yet.
func (p *process) running() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// wait returns the exit code.
func (p *process) wait(ctx context.Context) (int, error) {
	select {
	case <-p.ended:
		return p.code, nil
	case <-ctx.Done():
		return 0, fmt.Errorf("wait for the end of %s: %w; %s", p, ctx.Err(), p.wrote())
	}
}

// stop ends a process that still runs: politely, then for good.
func (p *process) stop() {
	const grace = 10 * time.Second
	if !p.running() {
		return
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // Windows has none and is killed below
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if _, err := p.wait(ctx); err != nil {
		_ = p.cmd.Process.Signal(os.Kill)
		<-p.ended
	}
}

func (p *process) String() string {
	return fmt.Sprintf("pid %d (%s)", p.cmd.Process.Pid, strings.Join(p.cmd.Args[1:], " "))
}

func (p *process) wrote() string {
	return fmt.Sprintf("stdout:\n%s\nstderr:\n%s", p.out, p.err)
}
