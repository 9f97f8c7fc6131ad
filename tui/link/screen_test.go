package link_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/link"
)

// screen takes batches as the dashboard does, and gathers what they said.
type screen struct {
	t       *testing.T
	batches chan link.BatchMsg
	end     func()

	state     link.State
	snapshots []*link.Snapshot
	events    []protocol.Event
	receipts  map[protocol.EventID][]protocol.Receipt
	missed    int
	unread    int
	count     int
	closed    bool
}

func start(t *testing.T, l *link.Link) *screen {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	s := &screen{t: t, batches: make(chan link.BatchMsg, 1000), receipts: map[protocol.EventID][]protocol.Receipt{}}
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := l.Run(ctx); err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
	})
	wg.Go(func() {
		for {
			batch, ok := l.Next()().(link.BatchMsg)
			if !ok {
				t.Error("Next gave no batch")
				return
			}
			s.batches <- batch
			if batch.Closed {
				return
			}
		}
	})
	s.end = sync.OnceFunc(func() { cancel(); wg.Wait() })
	t.Cleanup(s.end)
	return s
}

// until takes batches until done says so.
func (s *screen) until(what string, done func() bool) {
	s.t.Helper()
	deadline := time.After(patience)
	for !done() {
		select {
		case batch := <-s.batches:
			s.take(batch)
		case <-deadline:
			s.t.Fatalf("waited in vain for %s; state %+v, %d events, missed %d", what, s.state, len(s.events), s.missed)
		}
	}
}

func (s *screen) take(batch link.BatchMsg) {
	s.count++
	if batch.State != nil {
		s.state = *batch.State
	}
	if batch.Snapshot != nil {
		s.snapshots = append(s.snapshots, batch.Snapshot)
	}
	s.events = append(s.events, batch.Events...)
	for _, r := range batch.Receipts {
		s.receipts[r.ID] = append(s.receipts[r.ID], r)
	}
	s.missed += batch.Missed
	s.unread += batch.Unread
	s.closed = s.closed || batch.Closed
}

func (s *screen) phase(p link.Phase) {
	s.t.Helper()
	s.until(p.String(), func() bool { return s.state.Phase == p })
}

func (s *screen) gathered(n int) {
	s.t.Helper()
	s.until(fmt.Sprintf("%d events", n), func() bool { return len(s.events) >= n })
}

// ordered checks that the events of a project are those from first to last, each
// once, in order.
func (s *screen) ordered(project string, first, last protocol.Seq) {
	s.t.Helper()
	want := first
	for _, e := range s.events {
		if e.Project != project {
			continue
		}
		if e.Seq != want {
			s.t.Fatalf("event %d of %s where %d is due", e.Seq, project, want)
		}
		want++
	}
	if want != last+1 {
		s.t.Fatalf("%s ends at %d, want %d", project, want-1, last)
	}
}
