package report_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync/atomic"
	"testing"

	"apps.local/neetbox-tui/daemon/report"
	"apps.local/neetbox-tui/protocol"
)

func TestAction_ArgumentsAreTypedAndChecked(t *testing.T) {
	d := newFakeDaemon(t)
	r := newReporter(d)
	r.Action(report.Action{
		Name: "f",
		Args: []report.Arg{
			{Name: "lr", Type: "float"},
			{Name: "tag", Type: "str"},
			{Name: "n", Type: "int", Optional: true, Default: int64(7)},
			{Name: "any", Optional: true},
		},
		Do: func(_ context.Context, a report.Args) (any, error) {
			return fmt.Sprintf("%v %q %d %#v %t", a.Float("lr"), a.Text("tag"), a.Int("n"), a["any"], a.Bool("any")), nil
		},
	})
	start(t, r)
	p := d.peer(0)
	for i, c := range []struct {
		args         map[string]string
		result, want string
	}{
		{map[string]string{"lr": "1", "tag": "'v3'"}, `"1 \"v3\" 7 \u003cnil\u003e false"`, ""},
		{map[string]string{"lr": "3e-4", "tag": "'v3'", "n": "2", "any": "True"}, `"0.0003 \"v3\" 2 true true"`, ""},
		{map[string]string{"lr": "1", "tag": "'v3'", "n": " "}, `"1 \"v3\" 7 \u003cnil\u003e false"`, ""},
		{map[string]string{"lr": "1"}, "", `argument "tag" is missing; give it a value of type str`},
		{map[string]string{"lr": "1", "tag": "v3"}, "", `argument "tag": position 1: v3 is a bare word; text needs quotes: 'v3'`},
		{map[string]string{"lr": "'x'", "tag": "'v3'"}, "", `argument "lr": position 1: 'x' is str, not float; write 0.5`},
		{map[string]string{"lr": "1", "tag": "'v3'", "x": "1"}, "", `f has no argument "x"; it takes lr, tag, n, any`},
	} {
		p.call(int64(i+1), "f", c.args)
		got := p.result(int64(i + 1))
		if string(got.Result) != c.result || got.Error != c.want || got.Name != "f" {
			t.Errorf("f(%v) = %s, %q; want %s, %q", c.args, got.Result, got.Error, c.result, c.want)
		}
	}
}

func TestAction_UnknownNameIsAnswered(t *testing.T) {
	d := newFakeDaemon(t)
	start(t, newReporter(d))
	p := d.peer(0)
	p.call(3, "x", nil)
	if got := p.result(3); got.Error != `this run has no action "x"` {
		t.Errorf("error %q", got.Error)
	}
	p.send(protocol.Event{Type: protocol.EventAction, ID: protocol.ID(4), Payload: []byte(`{}`)})
	if got := p.result(4); !strings.HasPrefix(got.Error, "read the call") {
		t.Errorf("error %q", got.Error)
	}
}

func TestAction_PanicAndErrorBecomeErrors(t *testing.T) {
	d := newFakeDaemon(t)
	r := newReporter(d)
	r.Action(report.Action{Name: "panics", Do: func(context.Context, report.Args) (any, error) { panic("boom") }})
	r.Action(report.Action{Name: "fails", Do: func(context.Context, report.Args) (any, error) { return 1, errors.New("no") }})
	r.Action(report.Action{Name: "nameless error", Do: func(context.Context, report.Args) (any, error) { return 1, errors.New("") }})
	start(t, r)
	p := d.peer(0)
	for i, want := range []string{"panic: boom", "no", "*errors.errorString"} {
		p.call(int64(i+1), []string{"panics", "fails", "nameless error"}[i], nil)
		if got := p.result(int64(i + 1)); got.Error != want || got.Result != nil {
			t.Errorf("got %+v, want error %q", got, want)
		}
	}
}

func TestAction_ResultsAreJSONWhateverTheyAre(t *testing.T) {
	loop := map[string]any{}
	loop["a"], loop["b"] = loop, loop
	for _, c := range []struct {
		value any
		want  string
	}{
		{nil, "null"},
		{math.NaN(), `"NaN"`},
		{[]float64{1, math.Inf(-1)}, `[1,"-Infinity"]`},
		{map[int]any{1: float32(2)}, `{"1":2}`},
		{protocol.Dict{{Key: int64(1), Value: protocol.Tuple{true}}}, `{"1":[true]}`},
		{[]byte("a\xff"), `"b'a\\xff'"`},
		{errors.New("e"), `"e"`},
		{make(chan int), `"chan int is no JSON: json: unsupported type: chan int"`},
		{struct{ X float64 }{math.NaN()}, `"struct { X float64 } is no JSON: json: unsupported value: NaN"`},
		{loop, `{"a":"…","b":"…"}`},
	} {
		if got := string(report.ToJSON(c.value)); got != c.want {
			t.Errorf("%#v became %s, want %s", c.value, got, c.want)
		}
	}
}

func TestAction_BlockingOnesRunInOrderBesideTheOthers(t *testing.T) {
	d := newFakeDaemon(t)
	r := newReporter(d)
	release := make(chan struct{})
	var running, most atomic.Int32
	r.Action(report.Action{Name: "slow", Blocking: true, Do: func(context.Context, report.Args) (any, error) {
		if n := running.Add(1); n > most.Load() {
			most.Store(n)
		}
		defer running.Add(-1)
		<-release
		return nil, nil
	}})
	r.Action(report.Action{Name: "quick", Do: func(context.Context, report.Args) (any, error) { return "q", nil }})
	start(t, r)
	p := d.peer(0)
	for id := int64(1); id <= 3; id++ {
		p.call(id, "slow", nil)
	}
	state := p.nextOf(protocol.EventStatus)
	if state.Series != protocol.SeriesActionState || string(state.Payload) != `{"event-id":1,"state":"running"}` {
		t.Errorf("state %s", state.Frame)
	}
	p.call(4, "quick", nil)
	p.result(4) // while the first slow one has not ended
	close(release)
	for id := int64(1); id <= 3; id++ {
		if e := p.nextOf(protocol.EventAck); e.ID != protocol.ID(id) {
			t.Errorf("answer %s, want that to %d", e.Frame, id)
		}
	}
	if most.Load() != 1 {
		t.Errorf("%d blocking actions ran at once", most.Load())
	}
}

func TestAction_TooManyWaitingAreRefused(t *testing.T) {
	d := newFakeDaemon(t)
	r := newReporter(d)
	release := make(chan struct{})
	r.Action(report.Action{Name: "slow", Blocking: true, Do: func(context.Context, report.Args) (any, error) {
		<-release
		return nil, nil
	}})
	start(t, r)
	p := d.peer(0)
	for id := int64(1); id <= 258; id++ {
		p.call(id, "slow", nil)
	}
	if got := p.result(258); !strings.HasPrefix(got.Error, "256 calls wait already") {
		t.Errorf("got %+v", got)
	}
	close(release)
	p.result(257)
}

func TestAction_OneThatDoesNotStopIsAnsweredAtTheEnd(t *testing.T) {
	d := newFakeDaemon(t)
	r := newReporter(d)
	release := make(chan struct{})
	defer close(release)
	r.Action(report.Action{Name: "stuck", Do: func(context.Context, report.Args) (any, error) {
		<-release
		return nil, nil
	}})
	wait := start(t, r)
	p := d.peer(0)
	p.call(8, "stuck", nil)
	p.nextOf(protocol.EventStatus)
	r.End(protocol.End{})
	if err := wait(); err != nil {
		t.Error(err)
	}
	all := p.rest()
	if len(all) != 2 || all[0].ID != protocol.ID(8) || all[1].Series != protocol.SeriesEnd {
		t.Fatalf("%d events: %v", len(all), all)
	}
	if got := protocol.ParseActionResult(all[0]); got.Error != "the run is over" {
		t.Errorf("got %+v", got)
	}
}
