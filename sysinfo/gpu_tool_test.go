package sysinfo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// scripted is a starter whose processes write what play writes, on the fake
// clock of a synctest bubble.
func scripted(play func(ctx context.Context, out io.Writer) error) (starter, *[]time.Time) {
	var starts []time.Time
	return func(ctx context.Context) (process, error) {
		starts = append(starts, time.Now())
		in, out := io.Pipe()
		ended := make(chan error, 1)
		go func() {
			err := play(ctx, out)
			_ = out.Close()
			ended <- err
		}()
		return process{out: in, wait: func() error {
			err := <-ended
			_ = in.Close()
			return err
		}}, nil
	}, &starts
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func gaps(starts []time.Time) []time.Duration {
	var list []time.Duration
	for i := 1; i < len(starts); i++ {
		list = append(list, starts[i].Sub(starts[i-1]))
	}
	return list
}

func after(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

func TestGPUTool_RestartsWithBackOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start, starts := scripted(func(_ context.Context, out io.Writer) error {
			_, _ = io.WriteString(out, "No devices were found\n")
			return errors.New("exit status 6")
		})
		tool := openGPUTool(start, time.Second, quiet())
		<-time.After(4 * time.Minute)
		synctest.Wait()
		if _, err := tool.reading(); err == nil || !strings.Contains(err.Error(), "exit status 6") ||
			!strings.Contains(err.Error(), "No devices were found") {
			t.Errorf("reason is %v", err)
		}
		if err := tool.close(); err != nil {
			t.Error(err)
		}
		s := time.Second
		want := []time.Duration{1 * s, 2 * s, 4 * s, 8 * s, 16 * s, 32 * s, 60 * s, 60 * s}
		if got := gaps(*starts); !slices.Equal(got, want) {
			t.Errorf("got pauses %v, want %v", got, want)
		}
	})
}

func TestGPUTool_ALongLifeEndsTheBackOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		lives := []time.Duration{0, 0, 2 * time.Minute, 0}
		start, starts := scripted(func(ctx context.Context, out io.Writer) error {
			life := lives[0]
			lives = append(lives[1:], 0)
			_, _ = io.WriteString(out, "index\n")
			for range int(life / time.Second) {
				_, _ = io.WriteString(out, "0\n")
				after(ctx, time.Second)
			}
			return nil
		})
		tool := openGPUTool(start, time.Second, quiet())
		<-time.After(time.Second + 2*time.Second + 2*time.Minute + 3*time.Second + time.Millisecond)
		if err := tool.close(); err != nil {
			t.Error(err)
		}
		want := []time.Duration{time.Second, 2 * time.Second, 2*time.Minute + time.Second, 2 * time.Second}
		if got := gaps(*starts); !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func TestGPUTool_SilenceWithdrawsReadingsAndSpeechBringsThemBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start, starts := scripted(func(ctx context.Context, out io.Writer) error {
			_, _ = io.WriteString(out, "index\n0\n0\n")
			if after(ctx, 10*time.Second) {
				_, _ = io.WriteString(out, "0\n")
			}
			<-ctx.Done()
			return ctx.Err()
		})
		tool := openGPUTool(start, time.Second, quiet())
		expect := func(at string, gpus int, fault error) {
			t.Helper()
			synctest.Wait()
			got, err := tool.reading()
			if len(got) != gpus || !errors.Is(err, fault) {
				t.Errorf("%s: got %v, %v; want %d, %v", at, got, err, gpus, fault)
			}
		}
		expect("at once", 1, nil)
		<-time.After(4999 * time.Millisecond)
		expect("just before the limit", 1, nil)
		<-time.After(2 * time.Millisecond)
		expect("after 5 s", 0, errSilent)
		<-time.After(5 * time.Second)
		expect("when it speaks again", 1, nil)
		if len(*starts) != 1 {
			t.Errorf("a silent tool was started %d times, want once", len(*starts))
		}
		<-time.After(silenceLimit + hungLimit)
		expect("when it hangs", 0, errSilent)
		<-time.After(firstPause)
		synctest.Wait()
		if len(*starts) != 2 {
			t.Errorf("a hung tool was started %d times, want twice", len(*starts))
		}
		if err := tool.close(); err != nil {
			t.Error(err)
		}
		expect("after close", 0, errClosed)
	})
}

func TestGPUTool_WaitsForTheFirstWord(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start, _ := scripted(func(ctx context.Context, _ io.Writer) error {
			<-ctx.Done()
			return nil
		})
		tool := openGPUTool(start, time.Second, quiet())
		if _, err := tool.reading(); !errors.Is(err, errWaiting) {
			t.Errorf("got %v, want %v", err, errWaiting)
		}
		for range 2 {
			if err := tool.close(); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestGPUTool_AStartThatFailsIsTriedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		refused := errors.New("exec format error")
		tries := 0
		tool := openGPUTool(func(context.Context) (process, error) {
			tries++
			return process{}, refused
		}, time.Second, quiet())
		<-time.After(3500 * time.Millisecond)
		synctest.Wait()
		if _, err := tool.reading(); !errors.Is(err, refused) {
			t.Errorf("got %v", err)
		}
		if tries != 3 {
			t.Errorf("got %d tries in 3.5 s, want 3", tries)
		}
		_ = tool.close()
	})
}

func TestGPUTool_AToolThatOutlivesItsOutputIsKilled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start, starts := scripted(func(ctx context.Context, out io.Writer) error {
			_ = out.(io.Closer).Close()
			<-ctx.Done()
			return ctx.Err()
		})
		tool := openGPUTool(start, time.Second, quiet())
		<-time.After(exitGrace + firstPause + time.Millisecond)
		synctest.Wait()
		if len(*starts) != 2 {
			t.Errorf("got %d starts, want 2", len(*starts))
		}
		_ = tool.close()
	})
}

func TestGPUTool_CloseDoesNotWaitForEverForAHungDriver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		unhang := make(chan struct{})
		start, _ := scripted(func(context.Context, io.Writer) error {
			<-unhang
			return nil
		})
		tool := openGPUTool(start, time.Second, quiet())
		synctest.Wait()
		began := time.Now()
		if err := tool.close(); err == nil || time.Since(began) != closeLimit {
			t.Errorf("got %v after %v, want an error after %v", err, time.Since(began), closeLimit)
		}
		close(unhang)
		if err := tool.close(); err != nil {
			t.Errorf("second close: %v", err)
		}
	})
}

func TestGPUTool_EndlessLinesEndTheTool(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start, _ := scripted(func(ctx context.Context, out io.Writer) error {
			// Writes block once nobody reads; the kill is what ends us.
			go func() { fmt.Fprint(out, strings.Repeat("x", 2*longestLine)) }()
			<-ctx.Done()
			return errors.New("killed")
		})
		tool := openGPUTool(start, time.Second, quiet())
		<-time.After(exitGrace + time.Millisecond)
		synctest.Wait()
		if _, err := tool.reading(); err == nil || !strings.Contains(err.Error(), "a line without end") {
			t.Errorf("got %v", err)
		}
		_ = tool.close()
	})
}
