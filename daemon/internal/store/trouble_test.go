package store_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"apps.local/neetbox-tui/daemon/internal/store"
	"apps.local/neetbox-tui/protocol"
)

// states notes what OnState hears.
type states struct {
	mu  sync.Mutex
	all []protocol.HistoryState
}

func (s *states) hear(state protocol.HistoryState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, state)
}

func (s *states) last() protocol.HistoryState {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.all) == 0 {
		return protocol.HistoryState{}
	}
	return s.all[len(s.all)-1]
}

// until waits for a condition.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(20 * time.Second)
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("still not: %s", what)
		}
	}
}

func TestHistory_FullFileIsCountedAndStoringResumes(t *testing.T) {
	var heard states
	h := openIn(t, t.TempDir(), store.Options{OnState: heard.hear}, store.Small{MaxPages: 6000})
	fullDisk(t, h, &heard, func() { h.DeleteRun("p", "old") })
}

func TestHistory_FullDiskIsCountedAndStoringResumes(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64m"); err != nil {
		t.Skipf("a small file system can't be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	filler := filepath.Join(dir, "filler")
	if err := os.WriteFile(filler, make([]byte, 40<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	var heard states
	h := openIn(t, dir, store.Options{OnState: heard.hear}, store.Small{})
	fullDisk(t, h, &heard, func() {
		if err := os.Remove(filler); err != nil {
			t.Error(err)
		}
	})
}

// fullDisk fills the disk, expects history to pause and to count, makes room and
// expects it to go on.
func fullDisk(t *testing.T, h *store.History, heard *states, room func()) {
	t.Helper()
	seq := 0
	record := func(run string, n int) {
		for range n {
			seq++
			h.Record(logEvent(t, "p", run, seq))
			if run == "old" && seq%10_000 == 0 {
				flush(t, h)
			}
		}
	}
	record("old", 40_000)
	flush(t, h)
	until(t, "paused", func() bool {
		record("new", 2000)
		return heard.last().State == "paused" && heard.last().Reason == "disk full"
	})
	until(t, "events missed", func() bool {
		record("new", 3000)
		info, err := h.Storage(t.Context())
		return err == nil && info.History.Missed > 0
	})
	if _, err := h.Events(t.Context(), "p", protocol.EventQuery{Limit: 10}); err != nil {
		t.Errorf("reading while paused: %v", err)
	}
	room()
	until(t, "resumed", func() bool {
		record("new", 1)
		return heard.last().State == "ok"
	})
	if heard.last().Missed == 0 {
		t.Error("what was missed is forgotten")
	}
	flush(t, h) // what waited is stored, and there is room for the next
	record("new", 1)
	flush(t, h)
	page, err := h.Events(t.Context(), "p", protocol.EventQuery{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	ev, _, _ := protocol.Decode(page.Events[0])
	if int(ev.Seq) != seq || int(page.Last) != seq {
		t.Errorf("newest is %d, last %d, recorded %d", ev.Seq, page.Last, seq)
	}
}

// filled makes a closed store with some thousand events and returns its file.
func filled(t *testing.T) string {
	t.Helper()
	h := openIn(t, t.TempDir(), store.Options{}, store.Small{HotRows: 1000})
	for seq := 1; seq <= 8000; seq++ {
		h.Record(logEvent(t, "p", "r", seq))
	}
	flush(t, h)
	if err := h.Cold(t.Context(), 1000); err != nil {
		t.Fatal(err)
	}
	shut(t, h)
	return h.Path()
}

func TestOpen_DamagedFileIsSetAside(t *testing.T) {
	for name, damage := range map[string]func(text []byte) []byte{
		"truncated":      func(text []byte) []byte { return text[:len(text)/2] },
		"cut in a page":  func(text []byte) []byte { return text[:len(text)-1000] },
		"no database":    func([]byte) []byte { return bytes.Repeat([]byte("rubbish "), 1000) },
		"schema flipped": func(text []byte) []byte { return flip(text, 0, 1) },
		"pages flipped":  func(text []byte) []byte { return flip(text, 1, 40) },
		"pages emptied": func(text []byte) []byte {
			clear(text[5*4096 : 60*4096])
			return text
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filled(t)
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			text = damage(text)
			if err := os.WriteFile(path, text, 0o600); err != nil {
				t.Fatal(err)
			}
			h := openIn(t, filepath.Dir(path), store.Options{}, store.Small{})
			aside, err := filepath.Glob(path + ".damaged-*")
			if err != nil || len(aside) != 1 || !bytes.Contains([]byte(h.Warning()), []byte(aside[0])) {
				t.Fatalf("aside: %v, warning %q", aside, h.Warning())
			}
			if kept, err := os.ReadFile(aside[0]); err != nil || !bytes.Equal(kept, text) {
				t.Errorf("the damaged file was changed (%v)", err)
			}
			h.Record(logEvent(t, "p", "r", 1))
			flush(t, h)
			if page, err := h.Events(t.Context(), "p", protocol.EventQuery{}); err != nil || len(page.Events) != 1 {
				t.Errorf("the new history: %d events, %v", len(page.Events), err)
			}
		})
	}
}

// flip inverts whole pages.
func flip(text []byte, from, to int) []byte {
	const page = 4096
	for i := from*page + 100; i < to*page; i++ {
		text[i] ^= 0xff
	}
	return text
}

func TestOpen_OtherFilesAreLeftAlone(t *testing.T) {
	for pragma, want := range map[string]error{
		"PRAGMA user_version = 99":     store.ErrNewerSchema,
		"PRAGMA application_id = 1234": store.ErrForeign,
		"PRAGMA application_id = 0":    store.ErrForeign,
	} {
		path := filled(t)
		conn, err := sqlite.OpenConn(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := sqlitex.ExecuteTransient(conn, pragma, nil); err != nil {
			t.Fatal(err)
		}
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := store.Open(t.Context(), store.Options{Dir: filepath.Dir(path)}); !errors.Is(err, want) {
			t.Errorf("%s: %v", pragma, err)
		}
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
			t.Errorf("%s: the file was changed (%v)", pragma, err)
		}
	}
}

func TestOpen_FileIsForItsOwnerOnly(t *testing.T) {
	h := openIn(t, t.TempDir(), store.Options{}, store.Small{})
	for _, part := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(h.Path() + part)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has mode %o", info.Name(), mode)
		}
	}
}

func TestHistory_ClosedAnswersAtOnce(t *testing.T) {
	h := openIn(t, t.TempDir(), store.Options{}, store.Small{})
	shut(t, h)
	h.Record(logEvent(t, "p", "r", 1))
	h.DeleteRun("p", "r")
	if err := h.Flush(t.Context()); !errors.Is(err, store.ErrClosed) {
		t.Errorf("flush: %v", err)
	}
	if _, err := h.Events(context.Background(), "p", protocol.EventQuery{}); !errors.Is(err, store.ErrClosed) {
		t.Errorf("events: %v", err)
	}
}

func TestScan_EndsWhenItsContextDoes(t *testing.T) {
	h := openIn(t, t.TempDir(), store.Options{}, store.Small{})
	for seq := 1; seq <= 5000; seq++ {
		h.Record(logEvent(t, "p", "r", seq))
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	met := 0
	err := h.Scan(ctx, "p", protocol.EventQuery{Regex: "step"}, func(ev protocol.Event) bool {
		if met++; int(ev.Seq) != 5001-met {
			t.Errorf("event %d is number %d", met, ev.Seq)
		}
		if met == 100 {
			cancel()
		}
		return true
	})
	if !errors.Is(err, context.Canceled) || met > 101 {
		t.Errorf("met %d events: %v", met, err)
	}
	// More of them than there are connections, and a quick read still finds one.
	block, entered := make(chan struct{}), make(chan struct{}, 10)
	var scans sync.WaitGroup
	for range 5 {
		scans.Go(func() {
			err := h.Scan(t.Context(), "p", protocol.EventQuery{}, func(protocol.Event) bool {
				entered <- struct{}{}
				<-block
				return false
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	<-entered
	<-entered
	if page, err := h.Events(t.Context(), "p", protocol.EventQuery{Limit: 1}); err != nil || len(page.Events) != 1 {
		t.Errorf("a quick read beside long ones: %v", err)
	}
	close(block)
	scans.Wait()
}

func TestRecord_AllocatesNothingForAnEvent(t *testing.T) {
	h := openIn(t, t.TempDir(), store.Options{}, store.Small{})
	ev := logEvent(t, "p", "r", 1)
	record := func() {
		for range 4000 {
			ev.Seq++
			h.Record(ev)
		}
		flush(t, h)
	}
	for range 8 { // the buffers grow at first
		record()
	}
	// What remains is the writer's, by batch and not by event.
	if perEvent := testing.AllocsPerRun(5, record) / 4000; perEvent > 1 {
		t.Errorf("%.2f allocations an event", perEvent)
	}
}
