package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"apps.local/neetbox-tui/daemon/internal/store"
	"apps.local/neetbox-tui/protocol"
)

const (
	childDir = "NEETBOX_TUI_STORE_CHILD"
	// lossWindow is what a killed writer may lose: 20 ms, with room for a busy
	// machine and the race detector.
	lossWindow = 300 * time.Millisecond
)

// child is the process that is killed: it records as fast as a lively project
// does, and prints what it reads back, and what it recorded a window ago.
func child() bool {
	dir := os.Getenv(childDir)
	if dir == "" {
		return false
	}
	h, err := store.Open(context.Background(), store.Options{Dir: dir, Retention: store.Retention{Age: -1}})
	if err != nil {
		fmt.Println("error", err)
		return true
	}
	projects, err := h.Restore(context.Background())
	if err != nil {
		fmt.Println("error", err)
		return true
	}
	seq := 0
	if len(projects) > 0 {
		seq = int(projects[0].LastSeq)
	}
	t := &testing.T{}
	var past []int
	for range time.Tick(time.Millisecond) {
		for range 20 {
			seq++
			h.Record(logEvent(t, "p", "r", seq))
		}
		past = append(past, seq)
		if len(past)%10 != 0 {
			continue
		}
		old := past[max(0, len(past)-1-int(lossWindow/time.Millisecond))]
		if len(past) < int(lossWindow/time.Millisecond) {
			old = 0
		}
		page, err := h.Events(context.Background(), "p", protocol.EventQuery{Limit: 1})
		if err != nil || len(page.Events) != 1 {
			fmt.Println("error", err)
			return true
		}
		ev, _, _ := protocol.Decode(page.Events[0])
		fmt.Println(ev.Seq, old, seq)
	}
	return true
}

func TestHistory_KilledWriterLosesNothingThatWasRead(t *testing.T) {
	dir := t.TempDir()
	before := protocol.Seq(0)
	for range 5 {
		readable, old, recorded := killed(t, dir)
		h, err := store.Open(t.Context(), store.Options{Dir: dir, Retention: store.Retention{Age: -1}})
		if err != nil {
			t.Fatal(err)
		}
		if h.Warning() != "" {
			t.Fatal(h.Warning())
		}
		page, err := h.Events(t.Context(), "p", protocol.EventQuery{Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		ev, _, err := protocol.Decode(page.Events[0])
		if err != nil {
			t.Fatal(err)
		}
		if ev.Seq < readable || ev.Seq < old {
			t.Errorf("stored up to %d; %d was read, %d recorded a window ago, %d in all", ev.Seq, readable, old, recorded)
		}
		if page.Last < recorded {
			t.Errorf("number %d may be given again: %d was recorded", page.Last+1, recorded)
		}
		contiguous(t, h, before, ev.Seq)
		projects, err := h.Restore(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		p := projects[0]
		if gap := p.Gaps[len(p.Gaps)-1]; gap.First != ev.Seq+1 || gap.Last < recorded {
			t.Errorf("the gap is said to be %+v; stored up to %d, recorded %d", gap, ev.Seq, recorded)
		}
		if r := p.Runs[0]; r.State != protocol.RunLost || r.Reason != "the daemon ended" {
			t.Errorf("the run is %s: %s", r.State, r.Reason)
		}
		before = p.LastSeq
		shut(t, h)
	}
}

// contiguous checks that no event is missing between two numbers.
func contiguous(t *testing.T, h *store.History, after, last protocol.Seq) {
	t.Helper()
	next := after + 1
	q := protocol.EventQuery{After: max(after, 1)}
	if after == 0 {
		q.After = -1
	}
	err := h.Scan(t.Context(), "p", q, func(ev protocol.Event) bool {
		if ev.Seq != next {
			t.Errorf("%d comes after %d", ev.Seq, next-1)
			return false
		}
		next++
		return true
	})
	if err != nil || next != last+1 {
		t.Errorf("read up to %d of %d: %v", next-1, last, err)
	}
}

// killed runs a child for a while and returns the last that it said.
func killed(t *testing.T, dir string) (readable, old, recorded protocol.Seq) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	deadline := time.AfterFunc(900*time.Millisecond, func() { _ = cmd.Process.Kill() })
	defer deadline.Stop()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var a, b, c protocol.Seq
		if n, _ := fmt.Sscan(lines.Text(), &a, &b, &c); n != 3 {
			t.Fatalf("child says %q", lines.Text())
		}
		readable, old, recorded = a, b, c
	}
	_ = cmd.Wait() // killed
	if readable == 0 {
		t.Fatal("the child read nothing before it was killed")
	}
	return readable, old, recorded
}
