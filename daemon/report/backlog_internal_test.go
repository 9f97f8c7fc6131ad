package report

import "testing"

func fill(b *backlog, n int) {
	for range n {
		b.push(told{payload: []byte("x")})
	}
}

func numbers(list []numbered) []int64 {
	var ns []int64
	for _, l := range list {
		ns = append(ns, l.n)
	}
	return ns
}

func TestBacklog_CountsWhatTheDaemonWillNeverHave(t *testing.T) {
	b := newBacklog(5, 1<<20)
	fill(&b, 5)
	b.take(nil, 100, 1<<20)
	fill(&b, 4) // 1 to 4 go, after they were written
	if b.dropped != 0 {
		t.Errorf("dropped %d before it is known", b.dropped)
	}
	b.resume(2) // 3 and 4 were lost on the way
	if b.dropped != 2 {
		t.Errorf("dropped %d, want 2", b.dropped)
	}
	got := numbers(b.take(nil, 100, 1<<20))
	if len(got) != 5 || got[0] != 5 || got[4] != 9 {
		t.Errorf("took %v, want 5 to 9", got)
	}
	b.resume(9)
	if b.held() != 0 || b.bytes != 0 || b.dropped != 2 {
		t.Errorf("held %d, %d bytes, dropped %d", b.held(), b.bytes, b.dropped)
	}
}

func TestBacklog_BoundsBytes(t *testing.T) {
	b := newBacklog(1000, 1000)
	b.push(told{payload: make([]byte, 2000)})
	if b.held() != 0 || b.dropped != 1 {
		t.Errorf("held %d, dropped %d", b.held(), b.dropped)
	}
	for range 100 {
		b.push(told{payload: make([]byte, 100)})
	}
	if b.bytes > 1000 || b.held() != 5 || b.dropped != 96 {
		t.Errorf("%d bytes, held %d, dropped %d", b.bytes, b.held(), b.dropped)
	}
	if got := numbers(b.take(nil, 100, 1)); len(got) != 1 || got[0] != 96 {
		t.Errorf("took %v, want 96", got)
	}
}

func TestBacklog_LongRunsReuseTheirMemory(t *testing.T) {
	b := newBacklog(100, 1<<20)
	for range 1000 {
		fill(&b, 10)
		b.take(nil, 100, 1<<20)
	}
	if cap(b.events) > 8192 {
		t.Errorf("room for %d events", cap(b.events))
	}
	if b.end() != 10_001 || b.dropped != 0 {
		t.Errorf("end %d, dropped %d", b.end(), b.dropped)
	}
}

func TestBacklog_WithoutExtensionsForgetsWhatWasWritten(t *testing.T) {
	b := newBacklog(100, 1<<20)
	fill(&b, 3)
	b.take(nil, 2, 1<<20)
	b.forgetWritten()
	if got := numbers(b.take(nil, 100, 1<<20)); len(got) != 1 || got[0] != 3 {
		t.Errorf("took %v, want 3", got)
	}
}
