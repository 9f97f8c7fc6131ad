package sysinfo

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"time"
)

const (
	// firstPause and longestPause bound the wait before the tool is started
	// again. A tool that ends at once (no driver loaded, no device) may have
	// spent seconds of system time on it.
	firstPause   = time.Second
	longestPause = time.Minute
	// silenceLimit is when readings are too old to be shown.
	silenceLimit = 5 * time.Second
	// hungLimit is when a silent tool is replaced. It is long because a tool
	// that must wake every GPU of a server first may take half a minute.
	hungLimit = time.Minute
	// exitGrace is how long a tool may live on after closing its output.
	exitGrace = time.Second
	// closeLimit is how long close waits for a process that was killed.
	closeLimit = 5 * time.Second
	// longestLine is far above what a row has, and bounds a broken tool.
	longestLine = 64 << 10
)

var (
	errWaiting = errors.New("waiting for nvidia-smi")
	errSilent  = errors.New("nvidia-smi silent")
	errClosed  = errors.New("sampler closed")
)

// process is a started tool.
type process struct {
	out io.Reader
	// wait returns when the process has ended. It makes reads of out end too.
	wait func() error
}

// starter starts the tool; the process is killed when ctx is done.
type starter func(ctx context.Context) (process, error)

// gpuTool keeps one tool running and has its newest readings. Its goroutine is
// started by openGPUTool, and stopped and awaited by close. The nil tool has no
// GPUs.
type gpuTool struct {
	start   starter
	silence time.Duration
	logger  *slog.Logger
	cancel  context.CancelFunc
	done    chan struct{}

	// mu guards what follows. The slice in gpus is replaced, never changed.
	mu    sync.Mutex
	gpus  []GPU
	fault error
}

func openGPUTool(start starter, interval time.Duration, logger *slog.Logger) *gpuTool {
	ctx, cancel := context.WithCancel(context.Background())
	t := &gpuTool{
		start:   start,
		silence: max(silenceLimit, 3*interval),
		logger:  logger,
		cancel:  cancel,
		done:    make(chan struct{}),
		fault:   errWaiting,
	}
	go t.run(ctx)
	return t
}

// reading returns the GPUs of the newest sweep, or why there are none.
func (t *gpuTool) reading() ([]GPU, error) {
	if t == nil {
		return nil, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.fault != nil {
		return nil, t.fault
	}
	return slices.Clone(t.gpus), nil
}

func (t *gpuTool) close() error {
	if t == nil {
		return nil
	}
	t.cancel()
	limit := time.NewTimer(closeLimit)
	defer limit.Stop()
	select {
	case <-t.done:
		return nil
	case <-limit.C:
		return fmt.Errorf("stop nvidia-smi: it was killed but has not ended after %v; its driver may hang", closeLimit)
	}
}

func (t *gpuTool) publish(gpus []GPU) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.gpus, t.fault = gpus, nil
}

func (t *gpuTool) withdraw(fault error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.gpus, t.fault = nil, fault
}

// run starts the tool again and again until ctx is done.
func (t *gpuTool) run(ctx context.Context) {
	defer close(t.done)
	// Linux ties the child to the thread that started it, not to the process:
	// were this thread to end, the child would be killed.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	pause := firstPause
	for {
		began := time.Now()
		err := t.watch(ctx)
		if ctx.Err() != nil {
			t.withdraw(errClosed)
			return
		}
		t.withdraw(err)
		// Only a long life ends the back-off: a tool that dies after its first
		// row each time would otherwise be spawned every second.
		if time.Since(began) >= longestPause {
			pause = firstPause
		}
		t.logger.Debug("gpu tool ended", "error", err, "pause", pause)
		again := time.NewTimer(pause)
		select {
		case <-again.C:
		case <-ctx.Done():
			again.Stop()
			t.withdraw(errClosed)
			return
		}
		pause = min(2*pause, longestPause)
	}
}

// watch starts the tool once and publishes its readings until it ends, hangs
// or ctx is done. The process has ended when it returns.
func (t *gpuTool) watch(ctx context.Context) error {
	ctx, kill := context.WithCancel(ctx)
	defer kill()
	p, err := t.start(ctx)
	if err != nil {
		return fmt.Errorf("start nvidia-smi: %w", err)
	}
	var parser gpuParser
	sweeps := make(chan []GPU)
	go func() {
		defer close(sweeps)
		parser.read(ctx, p.out, sweeps)
	}()

	hung := !t.follow(ctx, sweeps)
	if hung {
		kill()
	} else {
		// Its exit status is worth a short wait: that tells why it ended.
		defer time.AfterFunc(exitGrace, kill).Stop()
	}
	err = p.wait()
	kill()
	for range sweeps {
		// What was read but not taken is of no use now; the end of the channel
		// is the end of the reader, after which said may be read.
		continue
	}
	if hung {
		return errSilent
	}
	return ended(err, parser.said)
}

// follow publishes sweeps. It returns true at the end of the output, false
// when the tool must be killed: it hangs, or ctx is done. A nil sweep is a row
// of one that is not complete yet: a sign of life.
func (t *gpuTool) follow(ctx context.Context, sweeps <-chan []GPU) bool {
	silent := time.NewTimer(t.silence)
	defer silent.Stop()
	hung := time.NewTimer(t.silence + hungLimit)
	defer hung.Stop()
	for {
		select {
		case sweep, open := <-sweeps:
			if !open {
				return true
			}
			if sweep != nil {
				t.publish(sweep)
			}
			silent.Reset(t.silence)
			hung.Reset(t.silence + hungLimit)
		case <-silent.C:
			t.withdraw(errSilent)
		case <-hung.C:
			return false
		case <-ctx.Done():
			return false
		}
	}
}

// read sends what it understands of out until its end or until ctx is done.
func (p *gpuParser) read(ctx context.Context, out io.Reader, sweeps chan<- []GPU) {
	defer func() {
		if value := recover(); value != nil {
			p.said = tidy(fmt.Sprintf("(reading its output crashed: %v)", value))
		}
	}()
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, longestLine)
	for lines.Scan() {
		sweep, understood := p.line(lines.Text())
		if !understood {
			continue
		}
		select {
		case sweeps <- sweep:
		case <-ctx.Done():
			return
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		p.said = "(a line without end)"
	}
}

// ended says how the tool ended, with its own words where it had any.
func ended(err error, said string) error {
	how := "by itself"
	if err != nil {
		how = err.Error()
	}
	if said == "" {
		return fmt.Errorf("nvidia-smi ended (%s), it will be started again", how)
	}
	return fmt.Errorf("nvidia-smi ended (%s), it said: %s", how, said)
}
