package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"apps.local/neetbox-tui/protocol"
)

// History is what the hub writes and REST reads.
type History interface {
	Record(ev protocol.Event)
	DeleteRun(project, run string)
	Events(ctx context.Context, project string, q protocol.EventQuery) (protocol.EventPage, error)
	Scalars(ctx context.Context, project, run string) ([]protocol.ScalarSummary, error)
	Scalar(ctx context.Context, project, run, series string, q protocol.ScalarQuery) (protocol.ScalarSeries, error)
	Storage(ctx context.Context) (protocol.StorageInfo, error)
}

// Open makes an empty history whose epoch is [Epoch], or that the history itself
// chose, and closes it when the test ends. Now and then the suite calls settle,
// which may move what is stored to where old events go.
type Open func(t *testing.T) (h History, settle func())

// Run tests a history.
func Run(t *testing.T, open Open) {
	for _, c := range []struct {
		name string
		test func(*testing.T, History, func())
	}{
		{"NewestPageIsAscending", newestPage},
		{"PagesNextToANumber", pagesNextTo},
		{"UnknownProjectIsNotFound", unknown},
		{"FramesComeBackByteForByte", frames},
		{"RecordCopies", recordCopies},
		{"FiltersAgreeWithANaiveReader", filters},
		{"TextIsFoundHoweverItIsSpelled", texts},
		{"ABadPatternIsAnError", badPattern},
		{"ACancelledReadEnds", cancelled},
		{"OnlyTheNewestProgressOfABar", progress},
		{"CurvesAreSummarised", curves},
		{"BucketsKeepSpikes", buckets},
		{"ADeletedRunIsGone", deleted},
		{"OrderIsByNumberWhateverTheClock", clock},
		{"StorageCounts", storage},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, settle := open(t)
			c.test(t, h, settle)
		})
		t.Run(c.name+"/settled", func(t *testing.T) {
			h, settle := open(t)
			c.test(t, settler{h, settle}, settle)
		})
	}
}

// settler settles before each read.
type settler struct {
	History
	settle func()
}

func (s settler) Events(ctx context.Context, project string, q protocol.EventQuery) (protocol.EventPage, error) {
	s.settle()
	return s.History.Events(ctx, project, q)
}

func (s settler) Scalars(ctx context.Context, project, run string) ([]protocol.ScalarSummary, error) {
	s.settle()
	return s.History.Scalars(ctx, project, run)
}

func (s settler) Scalar(ctx context.Context, project, run, series string, q protocol.ScalarQuery) (protocol.ScalarSeries, error) {
	s.settle()
	return s.History.Scalar(ctx, project, run, series, q)
}

// maker numbers events as the hub does.
type maker struct {
	seq protocol.Seq
	at  int64
}

// event decodes a frame as a run sent it.
func (m *maker) event(t testing.TB, run, frame string) protocol.Event {
	t.Helper()
	ev, _, err := protocol.Decode([]byte(frame))
	if err != nil {
		t.Fatalf("decode %s: %v", frame, err)
	}
	return m.number(ev, run)
}

func (m *maker) number(ev protocol.Event, run string) protocol.Event {
	m.seq++
	m.at++
	ev.Project, ev.Run, ev.Seq, ev.At = "p", run, m.seq, 1_700_000_000_000+m.at
	return ev
}

func (m *maker) log(t testing.TB, run, level, text string) protocol.Event {
	t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return m.event(t, run, fmt.Sprintf(`{"event-type":"log","name":"p","payload":{"log":{"whom":"m","message":%s}},"event-id":-1,"series":%q}`, quoted, level))
}

func (m *maker) scalar(t testing.TB, run, series, x, y string) protocol.Event {
	t.Helper()
	return m.event(t, run, fmt.Sprintf(`{"event-type":"scalar","name":"p","series":%q,"payload":{"x":%s,"y":%s},"event-id":-1}`, series, x, y))
}

func page(t testing.TB, h History, q protocol.EventQuery) protocol.EventPage {
	t.Helper()
	p, err := h.Events(t.Context(), "p", q)
	if err != nil {
		t.Fatalf("Events(%+v): %v", q, err)
	}
	return p
}

// seqs are the numbers of a page's events.
func seqs(t testing.TB, p protocol.EventPage) []protocol.Seq {
	t.Helper()
	list := []protocol.Seq{}
	for _, frame := range p.Events {
		ev, _, err := protocol.Decode(frame)
		if err != nil {
			t.Fatalf("decode %s: %v", frame, err)
		}
		list = append(list, ev.Seq)
	}
	return list
}

func from(first, last protocol.Seq) []protocol.Seq {
	list := []protocol.Seq{}
	for s := first; s <= last; s++ {
		list = append(list, s)
	}
	return list
}

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func newestPage(t *testing.T, h History, _ func()) {
	var m maker
	for range 1200 {
		h.Record(m.log(t, "r", "info", "line"))
	}
	p := page(t, h, protocol.EventQuery{})
	same(t, "default page", seqs(t, p), from(701, 1200))
	if p.First != 1 || p.Last != 1200 || p.Epoch == "" {
		t.Errorf("page says first %d, last %d, epoch %q", p.First, p.Last, p.Epoch)
	}
	same(t, "limited page", seqs(t, page(t, h, protocol.EventQuery{Limit: 3})), from(1198, 1200))
}

func pagesNextTo(t *testing.T, h History, settle func()) {
	var m maker
	for i := range 900 {
		h.Record(m.log(t, []string{"a", "b", "c"}[i%3], "info", "line"))
		if i == 500 {
			settle()
		}
	}
	for _, c := range []struct {
		q    protocol.EventQuery
		want []protocol.Seq
	}{
		{protocol.EventQuery{After: -1, Limit: 5}, from(1, 5)},
		{protocol.EventQuery{After: 5, Limit: 5}, from(6, 10)},
		{protocol.EventQuery{After: 898, Limit: 5}, from(899, 900)},
		{protocol.EventQuery{After: 900, Limit: 5}, from(1, 0)},
		{protocol.EventQuery{After: 5000, Limit: 5}, from(1, 0)},
		{protocol.EventQuery{Before: 10, Limit: 5}, from(5, 9)},
		{protocol.EventQuery{Before: 3, Limit: 5}, from(1, 2)},
		{protocol.EventQuery{Before: 1, Limit: 5}, from(1, 0)},
		{protocol.EventQuery{Before: 5000, Limit: 2}, from(899, 900)},
		{protocol.EventQuery{Run: "b", Before: 900, Limit: 2}, []protocol.Seq{896, 899}},
		{protocol.EventQuery{Run: "b", After: 250, Limit: 3}, []protocol.Seq{251, 254, 257}},
		{protocol.EventQuery{Run: "nobody"}, from(1, 0)},
	} {
		same(t, fmt.Sprintf("%+v", c.q), seqs(t, page(t, h, c.q)), c.want)
	}
	// Paging upwards and downwards meets every event once.
	var up, down []protocol.Seq
	for after := protocol.Seq(-1); ; {
		list := seqs(t, page(t, h, protocol.EventQuery{After: after, Limit: 77}))
		if len(list) == 0 {
			break
		}
		up, after = append(up, list...), list[len(list)-1]
	}
	for before := protocol.Seq(0); ; {
		list := seqs(t, page(t, h, protocol.EventQuery{Before: before, Limit: 77}))
		if len(list) == 0 {
			break
		}
		down, before = append(list, down...), list[0]
	}
	same(t, "pages upwards", up, from(1, 900))
	same(t, "pages downwards", down, from(1, 900))
}

func unknown(t *testing.T, h History, _ func()) {
	ctx := t.Context()
	_, events := h.Events(ctx, "nobody", protocol.EventQuery{})
	_, scalars := h.Scalars(ctx, "nobody", "r")
	_, scalar := h.Scalar(ctx, "nobody", "r", "s", protocol.ScalarQuery{})
	for i, err := range []error{events, scalars, scalar} {
		if !errors.Is(err, protocol.ErrNotFound) {
			t.Errorf("read %d of an unknown project: %v", i, err)
		}
	}
}

func recordCopies(t *testing.T, h History, _ func()) {
	var m maker
	frame := []byte(`{"event-type":"log","name":"p","payload":{"message":"before"},"event-id":-1}`)
	ev, _, err := protocol.Decode(frame)
	if err != nil {
		t.Fatal(err)
	}
	h.Record(m.number(ev, "r"))
	for i := range frame {
		frame[i] = 'x'
	}
	if list := seqs(t, page(t, h, protocol.EventQuery{Grep: "before"})); len(list) != 1 {
		t.Errorf("found %v", list)
	}
}

func badPattern(t *testing.T, h History, _ func()) {
	var m maker
	h.Record(m.log(t, "r", "", "x"))
	if _, err := h.Events(t.Context(), "p", protocol.EventQuery{Regex: "("}); err == nil {
		t.Error("a pattern that can't be read is no error")
	}
}

func cancelled(t *testing.T, h History, _ func()) {
	var m maker
	for range 2000 {
		h.Record(m.log(t, "r", "", "x"))
	}
	page(t, h, protocol.EventQuery{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Events(ctx, "p", protocol.EventQuery{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled read says %v", err)
	}
	page(t, h, protocol.EventQuery{}) // and the next one works
}

func deleted(t *testing.T, h History, _ func()) {
	var m maker
	for i := range 600 {
		h.Record(m.log(t, []string{"a", "b"}[i%2], "", "x"))
	}
	h.Record(m.scalar(t, "a", "loss", "1", "2"))
	h.DeleteRun("p", "a")
	h.DeleteRun("p", "nobody")
	h.DeleteRun("nobody", "a")
	p := page(t, h, protocol.EventQuery{Limit: 1000})
	if len(p.Events) != 300 || p.First != 2 || p.Last != 601 {
		t.Errorf("%d events from %d to %d are left", len(p.Events), p.First, p.Last)
	}
	if list, err := h.Scalars(t.Context(), "p", "a"); err != nil || len(list) > 0 {
		t.Errorf("curves of a deleted run: %v, %v", list, err)
	}
	h.Record(m.log(t, "a", "", "again"))
	same(t, "after it came back", seqs(t, page(t, h, protocol.EventQuery{Run: "a"})), from(602, 602))
}

func clock(t *testing.T, h History, _ func()) {
	var m maker
	for i := range 20 {
		if i == 10 {
			m.at -= 3_600_000
		}
		h.Record(m.log(t, "r", "", "x"))
	}
	same(t, "all", seqs(t, page(t, h, protocol.EventQuery{})), from(1, 20))
	same(t, "by time", seqs(t, page(t, h, protocol.EventQuery{To: 1_700_000_000_000})), from(11, 20))
}

func storage(t *testing.T, h History, _ func()) {
	var m maker
	for range 100 {
		h.Record(m.log(t, "r", "", "x"))
	}
	page(t, h, protocol.EventQuery{})
	info, err := h.Storage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if info.Events != 100 || info.Bytes <= 0 || info.Limit <= 0 || info.History.State != "ok" {
		t.Errorf("storage is %+v", info)
	}
}
