package store_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"apps.local/neetbox-tui/daemon/internal/saved"
	"apps.local/neetbox-tui/daemon/internal/store"
	"apps.local/neetbox-tui/protocol"
)

// rawStore is the floor: the same driver and settings, one table, one index over
// run, type and number, a thousand rows a transaction.
type rawStore struct {
	conn *sqlite.Conn
	stmt *sqlite.Stmt
	path string
}

func openRaw(tb testing.TB, dir, name string) *rawStore {
	tb.Helper()
	r := &rawStore{path: filepath.Join(dir, name)}
	var err error
	if r.conn, err = sqlite.OpenConn(r.path, sqlite.OpenReadWrite|sqlite.OpenCreate); err != nil {
		tb.Fatal(err)
	}
	for _, step := range []string{
		"PRAGMA busy_timeout = 5000", "PRAGMA auto_vacuum = INCREMENTAL", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL", "PRAGMA cache_size = -16384",
		"CREATE TABLE IF NOT EXISTS event (id INTEGER PRIMARY KEY, run INTEGER, type INTEGER, seq INTEGER, at INTEGER, body BLOB)",
		"CREATE INDEX IF NOT EXISTS event_run ON event (run, type, seq)",
	} {
		r.exec(tb, step)
	}
	r.stmt = r.conn.Prep("INSERT INTO event (run, type, seq, at, body) VALUES (?, ?, ?, ?, ?)")
	return r
}

func (r *rawStore) exec(tb testing.TB, query string) {
	tb.Helper()
	if err := sqlitex.ExecuteTransient(r.conn, query, nil); err != nil {
		tb.Fatal(err)
	}
}

func (r *rawStore) insert(tb testing.TB, run int64, seq int, body []byte) {
	r.stmt.BindInt64(1, run)
	r.stmt.BindInt64(2, 2)
	r.stmt.BindInt64(3, int64(seq))
	r.stmt.BindInt64(4, 1_700_000_000_000+int64(seq))
	r.stmt.BindBytes(5, body)
	if _, err := r.stmt.Step(); err != nil {
		tb.Fatal(err)
	}
	if err := r.stmt.Reset(); err != nil {
		tb.Fatal(err)
	}
}

func (r *rawStore) close(tb testing.TB) {
	tb.Helper()
	if err := r.conn.Close(); err != nil {
		tb.Fatal(err)
	}
}

// fill writes n rows and returns the rate, rows a second.
func (r *rawStore) fill(tb testing.TB, n int, body []byte) float64 {
	tb.Helper()
	const rows = 1000
	start := time.Now()
	for seq := 0; seq < n; seq += rows {
		r.exec(tb, "BEGIN IMMEDIATE")
		for i := range rows {
			r.insert(tb, 1, seq+i, body)
		}
		r.exec(tb, "COMMIT")
	}
	return float64(n) / time.Since(start).Seconds()
}

// load records n logs of one run, no faster than the queue takes them, and
// returns the rate, events a second, until the last is stored.
func load(tb testing.TB, h *store.History, run string, from, n int) float64 {
	tb.Helper()
	ev := logEvent(tb, "p", run, 1)
	start := time.Now()
	for i := range n {
		ev.Seq, ev.At = protocol.Seq(from+i), 1_700_000_000_000+int64(from+i)
		h.Record(ev)
		if i%8000 == 7999 { // half of a batch: the other half is written meanwhile
			flush(tb, h)
		}
	}
	flush(tb, h)
	return float64(n) / time.Since(start).Seconds()
}

// BenchmarkStore measures stored events a second against the floor in the same
// run; the bar is 0.8.
func BenchmarkStore(b *testing.B) {
	const n = 200_000
	var ratios []float64
	for b.Loop() {
		h := openIn(b, b.TempDir(), store.Options{}, store.Small{HotRows: 1 << 40})
		r := openRaw(b, b.TempDir(), "raw.db")
		body := logEvent(b, "p", "r", 1).Frame
		ours, raw := 0.0, 0.0
		for i := range 4 { // interleaved: the machine is shared
			raw += r.fill(b, n/4, body)
			ours += load(b, h, "r", 1+i*n/4, n/4)
		}
		ratios = append(ratios, ours/raw)
		b.ReportMetric(ours/4, "events/s")
		b.ReportMetric(raw/4, "floor/s")
		shut(b, h)
		r.close(b)
	}
	sum := 0.0
	for _, x := range ratios {
		sum += x
	}
	b.ReportMetric(sum/float64(len(ratios)), "ratio")
}

// BenchmarkRead measures reading a run of a million logs, as rows and as blocks.
func BenchmarkRead(b *testing.B) {
	n := 1_000_000
	if testing.Short() {
		n = 100_000
	}
	for _, kind := range []string{"rows", "blocks"} {
		b.Run(kind, func(b *testing.B) { read(b, kind, n) })
	}
}

func read(b *testing.B, kind string, n int) {
	dir := b.TempDir()
	h := openIn(b, dir, store.Options{}, store.Small{HotRows: 1 << 40, ColdAfter: -time.Hour})
	for seq := 1; seq <= n; seq++ {
		h.Record(logEvent(b, "p", "r", seq))
		if seq%8000 == 0 {
			flush(b, h)
		}
	}
	if kind == "blocks" {
		h.SaveRun("p", saved.Run{RunInfo: protocol.RunInfo{ID: "r", State: protocol.RunFinished, Ended: 1}})
		start := time.Now()
		if err := h.Cold(b.Context(), 0); err != nil {
			b.Fatal(err)
		}
		b.Logf("archived %d events in %v", n, time.Since(start))
	}
	info, err := h.Storage(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	size := float64(info.Bytes) / float64(n)
	for _, q := range []struct {
		name string
		protocol.EventQuery
	}{
		{"first page", protocol.EventQuery{Run: "r"}},
		{"page in the middle", protocol.EventQuery{Run: "r", Before: protocol.Seq(n / 2)}},
		{"absent substring", protocol.EventQuery{Grep: "no such text"}},
		{"absent pattern", protocol.EventQuery{Regex: `step \d+ loss=NaN`}},
		{"absent level", protocol.EventQuery{Level: "error"}},
	} {
		b.Run(q.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := h.Events(b.Context(), "p", q.EventQuery); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(size, "B/event")
		})
	}
}

// BenchmarkFiles compares one file for all projects with one for each: writing a
// batch of 1,000 rows that is spread over the projects, forgetting one project,
// and copying one.
func BenchmarkFiles(b *testing.B) {
	for _, projects := range []int{8, 64} {
		for _, files := range []int{1, projects} {
			b.Run(fmt.Sprintf("projects=%d/files=%d", projects, files), func(b *testing.B) { inFiles(b, projects, files) })
		}
	}
}

func inFiles(b *testing.B, projects, files int) {
	const batches = 40
	var write, forget, dup time.Duration
	rounds := 0
	for b.Loop() {
		rounds++
		dir := b.TempDir()
		stores := make([]*rawStore, files)
		for i := range stores {
			stores[i] = openRaw(b, dir, fmt.Sprintf("%d.db", i))
		}
		write += timed(func() { spread(b, stores, projects, batches) })
		forget += timed(func() {
			if files > 1 {
				stores[0].close(b)
				if err := os.Remove(stores[0].path); err != nil {
					b.Fatal(err)
				}
				stores = stores[1:]
				return
			}
			stores[0].exec(b, "DELETE FROM event WHERE run = 0")
			stores[0].exec(b, "PRAGMA incremental_vacuum")
		})
		dup += timed(func() {
			stores[0].exec(b, "PRAGMA wal_checkpoint(TRUNCATE)")
			text, err := os.ReadFile(stores[0].path)
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, "copy"), text, 0o600)
			}
			if err != nil {
				b.Fatal(err)
			}
		})
		for _, r := range stores {
			r.close(b)
		}
	}
	b.ReportMetric(float64(write.Microseconds())/float64(rounds*batches), "µs/batch")
	b.ReportMetric(float64(forget.Microseconds())/float64(rounds), "µs/forget")
	b.ReportMetric(float64(dup.Microseconds())/float64(rounds), "µs/copy")
}

func timed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

// spread writes batches of 1,000 rows over the projects, a transaction a file.
func spread(b *testing.B, stores []*rawStore, projects, batches int) {
	body := bytes.Repeat([]byte("x"), 250)
	for batch := range batches {
		for f, r := range stores {
			r.exec(b, "BEGIN IMMEDIATE")
			for p := f; p < projects; p += len(stores) {
				for i := range 1000 / projects {
					r.insert(b, int64(p), batch*1000+i, body)
				}
			}
			r.exec(b, "COMMIT")
		}
	}
}

// BenchmarkRecord is what the live path pays.
func BenchmarkRecord(b *testing.B) {
	h := openIn(b, b.TempDir(), store.Options{}, store.Small{HotRows: 1 << 40})
	ev := logEvent(b, "p", "r", 1)
	b.ReportAllocs()
	for b.Loop() {
		ev.Seq++
		h.Record(ev)
	}
	b.StopTimer()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_ = h.Flush(ctx)
}

// BenchmarkBeside measures a connected run that is archived while it is stored:
// the bytes of its file, and that it does not fall behind.
func BenchmarkBeside(b *testing.B) {
	const n = 400_000
	for b.Loop() {
		h := openIn(b, b.TempDir(), store.Options{}, store.Small{HotRows: 50_000})
		rate := load(b, h, "r", 1, n)
		start := time.Now()
		if err := h.Cold(b.Context(), 50_000); err != nil {
			b.Fatal(err)
		}
		info, err := h.Storage(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(rate, "events/s")
		b.ReportMetric(time.Since(start).Seconds(), "s/catching-up")
		b.ReportMetric(float64(info.Bytes)/n, "B/event")
		shut(b, h)
	}
}
