package measure

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Bounds of a process's start and end, whatever it does.
const (
	startTime = 10 * time.Second
	endTime   = 5 * time.Second
)

// Process is one that listens, in the background.
type Process struct {
	Addr string // host and port, as the process told them
	PID  int

	cmd     *exec.Cmd
	drained <-chan struct{} // nothing is read from it any more
}

// Start starts a process and waits until it tells its address: what follows
// before in the first line of said that holds it. said is a pipe of the command,
// and is read to its end. Where no address comes, the error has what was said
// instead.
func Start(cmd *exec.Cmd, said io.Reader, before string) (*Process, error) {
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	told, drained := make(chan string, 1), make(chan struct{})
	var heard []string // read once drained is closed
	go func() {
		defer close(drained)
		for lines := bufio.NewScanner(said); lines.Scan(); {
			if _, addr, ok := strings.Cut(lines.Text(), before); ok {
				told <- addr
				break
			}
			heard = append(heard, lines.Text())
		}
		_, _ = io.Copy(io.Discard, said) // so that the process never waits for a reader
	}()
	p := &Process{PID: cmd.Process.Pid, cmd: cmd, drained: drained}
	timer := time.NewTimer(startTime)
	defer timer.Stop()
	select {
	case p.Addr = <-told:
		return p, nil
	case <-drained:
	case <-timer.C:
	}
	p.Stop()
	return nil, fmt.Errorf("start %s: it did not say where it listens\n%s", cmd.Path, strings.Join(heard, "\n"))
}

// Stop asks the process to end, makes it after a while, and waits until it has.
func (p *Process) Stop() {
	if p.cmd.Process.Signal(os.Interrupt) != nil {
		_ = p.cmd.Process.Kill() // Windows knows no interrupt; or it has ended
	}
	timer := time.AfterFunc(endTime, func() { _ = p.cmd.Process.Kill() }) // it may have ended
	<-p.drained
	_ = p.cmd.Wait() // how it ends is not what is measured
	timer.Stop()
}
