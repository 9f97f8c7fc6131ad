package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"apps.local/neetbox-tui/daemon/internal/store"
	"apps.local/neetbox-tui/protocol"
)

func openIn(t testing.TB, dir string, o store.Options, s store.Small) *store.History {
	t.Helper()
	o.Dir = dir
	if o.Retention.Age == 0 {
		o.Retention.Age = -1 // the tests' events are old
	}
	h, err := store.OpenSmall(t.Context(), o, s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, h) })
	return h
}

func shut(t testing.TB, h *store.History) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := h.Close(ctx); err != nil {
		t.Errorf("close: %v", err)
	}
}

func flush(t testing.TB, h *store.History) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := h.Flush(ctx); err != nil {
		t.Fatal(err)
	}
}

// logEvent is a log of about 250 bytes.
func logEvent(t testing.TB, project, run string, seq int) protocol.Event {
	t.Helper()
	ev, _, err := protocol.Decode(fmt.Appendf(nil,
		`{"event-type":"log","name":%q,"payload":{"log":{"whom":"train.py:loop","datetime":"2026-01-01T00:00:00","message":"step %07d loss=%.6f acc=%.4f lr=0.000100 grad_norm=%.4f throughput=%d samples/s eta=01:22:33 %s"}},"event-id":-1,"series":"info"}`,
		project, seq, 1/float64(seq+1), float64(seq%997)/997, float64(seq%83), 4000+seq%37, "memory=10.2GiB"))
	if err != nil {
		t.Fatal(err)
	}
	ev.Project, ev.Run, ev.Seq, ev.At = project, run, protocol.Seq(seq), 1_700_000_000_000+int64(seq)
	return ev
}
