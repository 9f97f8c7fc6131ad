package report_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/png"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"apps.local/neetbox-tui/daemon/report"
	"apps.local/neetbox-tui/protocol"
)

func newReporter(d *fakeDaemon, change ...func(*report.Options)) *report.Reporter {
	opts := report.Options{
		Endpoint: d.endpoint, Project: "p", Run: protocol.RunName{ID: "r1", Name: "green-fox-12"},
		SyncInterval: 20 * time.Millisecond,
	}
	for _, c := range change {
		c(&opts)
	}
	return report.New(opts)
}

func TestReporter_SendsEachKindOfEventNumbered(t *testing.T) {
	d := newFakeDaemon(t)
	r := newReporter(d)
	total := 10.0
	r.Log("info", "main", "before Run")
	r.Scalar("loss", 1, math.NaN())
	r.Progress("epoch", 3, &total, "batch 3", 1.5)
	r.Hardware(protocol.Hardware{})
	r.Event(protocol.Event{Type: "note", Series: "s", Payload: []byte("not JSON")})
	start(t, r)
	p := d.peer(0)
	if p.run != (protocol.RunName{ID: "r1", Name: "green-fox-12"}) {
		t.Errorf("run %+v", p.run)
	}
	for i, want := range []struct {
		kind            protocol.EventType
		series, payload string
	}{
		{protocol.EventLog, "info", `"msg":"before Run"`},
		{protocol.EventScalar, "loss", `{"x":1,"y":"NaN"}`},
		{protocol.EventProgress, "epoch", `{"name":"epoch","step":3,"current":"batch 3","total":10,"rate":1.5}`},
		{protocol.EventHardware, "", `"cpus":null`},
		{"note", "s", `"not JSON"`},
	} {
		e := p.next()
		if e.Type != want.kind || e.Series != want.series || e.N != int64(i+1) || e.Project != "p" ||
			e.ID != protocol.NoEventID || !strings.Contains(string(e.Payload), want.payload) {
			t.Errorf("event %d is %s, want %+v", i, e.Frame, want)
		}
	}
}

func TestReporter_SendsAgainWhatTheDaemonLacks(t *testing.T) {
	d := newFakeDaemon(t)
	r := newReporter(d)
	start(t, r)
	p := d.peer(0)
	for i := range 5 {
		r.Log("", "", strconv.Itoa(i+1))
	}
	for range 5 {
		p.next()
	}
	_ = p.ws.NetConn().Close() // as a daemon that dies
	r.Log("", "", "6")
	p = d.peer(3)
	for n := int64(4); n <= 6; n++ {
		if e := p.next(); e.N != n || protocol.ParseLog(e).Text != strconv.FormatInt(n, 10) {
			t.Fatalf("got %s, want number %d", e.Frame, n)
		}
	}
	if r.Dropped() != 0 {
		t.Errorf("dropped %d", r.Dropped())
	}
}

func TestReporter_ComesBackAfterACloseFrame(t *testing.T) {
	d := newFakeDaemon(t)
	r := newReporter(d)
	start(t, r)
	p := d.peer(0)
	_ = p.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(1001, "bye"), time.Now().Add(patience))
	r.Log("", "", "after")
	if e := d.peer(0).next(); protocol.ParseLog(e).Text != "after" {
		t.Errorf("got %s", e.Frame)
	}
}

func TestReporter_GoesOnCountingAfterAnEarlierProcess(t *testing.T) {
	d := newFakeDaemon(t)
	r := newReporter(d)
	r.Log("", "", "a")
	start(t, r)
	if e := d.peer(40).next(); e.N != 41 {
		t.Errorf("n is %d, want 41", e.N)
	}
}

func TestReporter_WithoutExtensionsSendsEverythingOnce(t *testing.T) {
	d := newFakeDaemon(t)
	r := newReporter(d)
	r.Action(report.Action{Name: "f", Do: func(context.Context, report.Args) (any, error) { return 1, nil }})
	r.Log("", "", "1")
	start(t, r)
	p := d.peer(-1)
	p.next()
	p.call(9, "f", nil)
	p.nextOf(protocol.EventAck)
	// Released servers pass on results of type action only.
	if e := p.nextOf(protocol.EventAction); e.ID != protocol.ID(9) || !protocol.IsActionResult(e) {
		t.Errorf("got %s", e.Frame)
	}
	_ = p.ws.NetConn().Close()
	p = d.peer(-1)
	r.Log("", "", "2")
	if e := p.next(); protocol.ParseLog(e).Text != "2" {
		t.Errorf("got %s again", e.Frame)
	}
}

func TestReporter_FullBufferDropsTheOldestAndCounts(t *testing.T) {
	d := newFakeDaemon(t)
	r := newReporter(d, func(o *report.Options) { o.Buffer = 3 })
	for i := range 10 {
		r.Log("", "", strconv.Itoa(i+1))
	}
	if r.Dropped() != 7 {
		t.Errorf("dropped %d, want 7", r.Dropped())
	}
	start(t, r)
	p := d.peer(0)
	for n := int64(8); n <= 10; n++ {
		if e := p.next(); e.N != n {
			t.Errorf("got %s, want number %d", e.Frame, n)
		}
	}
}

func TestReporter_EndIsTheLastEvent(t *testing.T) {
	d := newFakeDaemon(t)
	r := newReporter(d)
	stopped := make(chan struct{})
	r.Action(report.Action{Name: "wait", Do: func(ctx context.Context, _ report.Args) (any, error) {
		<-ctx.Done()
		close(stopped)
		return "stopped", nil
	}})
	wait := start(t, r)
	p := d.peer(0)
	p.call(5, "wait", nil)
	p.nextOf(protocol.EventStatus)
	for range 3000 {
		r.Log("", "", "x")
	}
	exit := 0
	r.End(protocol.End{Exit: &exit})
	r.Log("", "", "too late")
	if err := wait(); err != nil {
		t.Error(err)
	}
	<-stopped
	all := p.rest()
	last := all[len(all)-1]
	if last.Series != protocol.SeriesEnd || string(last.Payload) != `{"exit":0}` || len(all) != 3002 {
		t.Errorf("%d events, the last is %s", len(all), last.Frame)
	}
	if before := all[len(all)-2]; before.ID != protocol.ID(5) || protocol.ParseActionResult(before).Error != "" {
		t.Errorf("before the end came %s", before.Frame)
	}
	if r.Dropped() != 1 {
		t.Errorf("dropped %d, want the one that came too late", r.Dropped())
	}
	if p.closed.Load() != 1000 {
		t.Errorf("close code %d, want 1000", p.closed.Load())
	}
}

func TestReporter_ContextEndFlushes(t *testing.T) {
	d := newFakeDaemon(t)
	r := newReporter(d)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	p := d.peer(0)
	r.Log("", "", "last")
	cancel()
	if err := receive(t, ended, "end of Run"); err != nil {
		t.Error(err)
	}
	if all := p.rest(); len(all) != 1 {
		t.Errorf("%d events", len(all))
	}
	if err := r.Run(ctx); !errors.Is(err, report.ErrRunning) {
		t.Errorf("a second Run: %v", err)
	}
}

func TestReporter_WithoutDaemonEndsInTimeAndSaysWhatIsLost(t *testing.T) {
	r := report.New(report.Options{Endpoint: protocol.Endpoint{Host: "127.0.0.1", Port: 1, WS: 1}, Project: "p"})
	wait := start(t, r)
	r.Log("", "", "x")
	r.End(protocol.End{Error: "boom"})
	began := time.Now()
	err := wait()
	if err == nil || !strings.HasPrefix(err.Error(), "send the last 2 events to 127.0.0.1:1") {
		t.Errorf("error %v", err)
	}
	if took := time.Since(began); took > 4*time.Second {
		t.Errorf("took %s", took)
	}
}

func TestReporter_RefusedHandshakeIsTriedAgain(t *testing.T) {
	d := newFakeDaemon(t)
	start(t, newReporter(d))
	p := receive(t, d.peers, "connection")
	hello := p.next()
	p.send(protocol.Event{Type: protocol.EventHandshake, ID: hello.ID, Payload: []byte(`{"result":404,"reason":"name not found"}`)})
	d.peer(0)
}

func TestReporter_AnswersPings(t *testing.T) {
	d := newFakeDaemon(t)
	start(t, newReporter(d))
	p := receive(t, d.peers, "connection")
	pong := make(chan string, 1)
	// Before the answer to the handshake nobody else writes, so this is no race
	// with the reader that calls it.
	hello := p.next()
	_ = hello
	p.ws.SetPongHandler(func(text string) error { pong <- text; return nil })
	_ = p.ws.WriteControl(websocket.PingMessage, []byte("are you there"), time.Now().Add(patience))
	if got := receive(t, pong, "pong"); got != "are you there" {
		t.Errorf("pong %q", got)
	}
}

func TestReporter_SyncsStatusWhenItChanges(t *testing.T) {
	d := newFakeDaemon(t)
	d.refuse.Store(true)
	r := newReporter(d, func(o *report.Options) {
		o.Project = "my project/1"
		o.Config = map[string]any{"name": "x", "bad": math.Inf(1)}
		o.Sampler = func(context.Context) (protocol.Hardware, bool) {
			return protocol.Hardware{RAM: protocol.RAM{Total: 16000}}, true
		}
	})
	r.Hyperparameters(map[string]any{"lr": 0.1, "epochs": 3})
	r.Action(report.Action{
		Name: "f", Description: "does", Blocking: true,
		Args: []report.Arg{{Name: "z", Type: "int"}, {Name: "a"}},
		Do:   func(context.Context, report.Args) (any, error) { return nil, nil },
	})
	start(t, r)
	d.peer(0)
	d.refuse.Store(false)
	s := receive(t, d.syncs, "sync")
	if s.path != "POST /cli/sync/my project/1" || s.run != "r1" {
		t.Errorf("%s run %s", s.path, s.run)
	}
	for part, want := range map[string]string{
		"config":          `{"bad":"Infinity","name":"x"}`,
		"hyperparameters": `{"epochs":3,"lr":0.1}`,
		"__action":        `{"f":{"description":"does","args":{"z":"int","a":"any"},"blocking":true}}`,
	} {
		if got := string(s.sections[part].Value); got != want || s.sections[part].Interval != nil {
			t.Errorf("%s is %s, want %s", part, got, want)
		}
	}
	if s.sections["platform"].Value == nil || s.sections["config"].Timestamp < 1e9 {
		t.Errorf("sections %+v", s.sections)
	}
	r.Hyperparameters(map[string]any{"lr": 0.01})
	for {
		s := receive(t, d.syncs, "another sync")
		if string(s.sections["hyperparameters"].Value) != `{"epochs":3,"lr":0.01}` {
			continue
		}
		if h := s.sections["hardware"]; h.Interval != nil && *h.Interval == "0.02" && strings.Contains(string(h.Value), `"total":16000`) {
			return
		}
	}
}

func TestReporter_SyncsStatusAgainAfterAReconnect(t *testing.T) {
	d := newFakeDaemon(t)
	start(t, newReporter(d, func(o *report.Options) { o.SyncInterval = time.Millisecond }))
	p := d.peer(0)
	receive(t, d.syncs, "sync")
	for len(d.syncs) > 0 {
		<-d.syncs
	}
	_ = p.ws.NetConn().Close()
	d.peer(0)
	receive(t, d.syncs, "sync for the new daemon")
}

func TestReporter_Image(t *testing.T) {
	d := newFakeDaemon(t)
	r := newReporter(d)
	var text bytes.Buffer
	if err := png.Encode(&text, image.NewGray(image.Rect(0, 0, 3, 2))); err != nil {
		t.Fatal(err)
	}
	if err := r.Image("sample", map[string]any{"step": 7}, text.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := r.Image("big", nil, make([]byte, report.MaxImage+1)); err == nil {
		t.Error("an image over the limit was taken")
	}
	if err := r.Image("bad", nil, []byte("gif")); err == nil {
		t.Error("what is no PNG was taken")
	}
	start(t, r)
	var got struct {
		Width, Height, Bytes, Step int
		PNG                        []byte
	}
	if err := json.Unmarshal(d.peer(0).next().Payload, &got); err != nil {
		t.Fatal(err)
	}
	if got.Width != 3 || got.Height != 2 || got.Step != 7 || got.Bytes != text.Len() || !bytes.Equal(got.PNG, text.Bytes()) {
		t.Errorf("got %+v", got)
	}
}
