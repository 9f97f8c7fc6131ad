package demo_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"apps.local/neetbox-tui/daemon/report/demo"
	"apps.local/neetbox-tui/protocol"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 20 * time.Second

// connected is a run as its daemon sees it.
type connected struct {
	name   string
	ws     *websocket.Conn
	events chan protocol.Event
}

// listen is a daemon that takes everything.
func listen(t *testing.T) (protocol.Endpoint, <-chan connected) {
	t.Helper()
	runs := make(chan connected, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if !websocket.IsWebSocketUpgrade(req) {
			_, _ = io.Copy(io.Discard, req.Body)
			return
		}
		ws, err := (&websocket.Upgrader{}).Upgrade(w, req, nil)
		if err != nil {
			return
		}
		defer func() { _ = ws.Close() }()
		_, frame, err := ws.ReadMessage()
		if err != nil {
			return
		}
		hello, _, _ := protocol.Decode(frame)
		h, _ := protocol.ParseHandshake(hello)
		reply := protocol.Event{Type: protocol.EventHandshake, ID: hello.ID, Payload: []byte(`{"result":200,"reason":"","stored":0}`)}
		_ = ws.WriteMessage(websocket.TextMessage, reply.AppendFrame(nil, protocol.Spelling{}))
		c := connected{name: h.Run.Name, ws: ws, events: make(chan protocol.Event, 100_000)}
		defer close(c.events)
		runs <- c
		for {
			_, frame, err := ws.ReadMessage()
			if err != nil {
				return
			}
			if e, _, err := protocol.Decode(frame); err == nil {
				c.events <- e
			}
		}
	}))
	t.Cleanup(server.Close)
	host, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	n, _ := strconv.Atoi(port)
	return protocol.Endpoint{Host: host, Port: n, WS: n}, runs
}

func (c connected) call(t *testing.T, id int64, name string, args map[string]string) protocol.ActionResult {
	t.Helper()
	e := protocol.Event{
		Type: protocol.EventAction, Project: "demo", ID: protocol.ID(id),
		Payload: protocol.ActionCall{Name: name, Args: args}.Payload(),
	}
	if err := c.ws.WriteMessage(websocket.TextMessage, e.AppendFrame(nil, protocol.Spelling{})); err != nil {
		t.Fatal(err)
	}
	answer := c.until(t, func(e protocol.Event) bool { return e.Type == protocol.EventAck && e.ID == protocol.ID(id) })
	return protocol.ParseActionResult(answer)
}

func (c connected) until(t *testing.T, wanted func(protocol.Event) bool) protocol.Event {
	t.Helper()
	timeout := time.After(patience)
	for {
		select {
		case e, ok := <-c.events:
			if !ok {
				t.Fatal("the run went away")
			}
			if wanted(e) {
				return e
			}
		case <-timeout:
			t.Fatal("what was waited for did not come")
		}
	}
}

func (c connected) end(t *testing.T) protocol.End {
	t.Helper()
	e := c.until(t, func(e protocol.Event) bool { return e.Series == protocol.SeriesEnd })
	var end protocol.End
	if err := e.DecodePayload(&end); err != nil {
		t.Fatal(err)
	}
	return end
}

func TestRun_ActionsReallyDoSomething(t *testing.T) {
	endpoint, runs := listen(t)
	var out bytes.Buffer
	done := make(chan error, 1)
	go func() {
		done <- demo.Run(t.Context(), demo.Options{Endpoint: endpoint, Rate: 200, Seed: 3, Out: &out})
	}()
	c := <-runs
	for i, step := range []struct {
		name         string
		args         map[string]string
		result, want string
	}{
		{"echo", map[string]string{"value": "{'a': (1, None)}"}, `{"a":[1,null]}`, ""},
		{"fail", map[string]string{"message": "'boom'"}, "", "boom"},
		{"set_lr", map[string]string{"lr": "0.002", "note": "'after warm-up'"}, "null", ""},
		{"set_lr", map[string]string{"lr": "7"}, "", "a learning rate of 7 makes no sense; give one from 0 to 1"},
		{"evaluate", map[string]string{"split": "'x'"}, "", `there is no split "x"; the splits are train, val and test`},
		{"pause", nil, `"paused"`, ""},
		{"pause", nil, `"already paused"`, ""},
		{"resume", nil, `"training"`, ""},
	} {
		got := c.call(t, int64(i+1), step.name, step.args)
		if string(got.Result) != step.result || got.Error != step.want {
			t.Errorf("%s(%v) = %s, %q; want %s, %q", step.name, step.args, got.Result, got.Error, step.result, step.want)
		}
	}
	c.until(t, func(e protocol.Event) bool {
		return e.Series == "lr" && strings.HasSuffix(string(e.Payload), `"y":0.002}`)
	})
	saved := c.call(t, 100, "save_checkpoint", map[string]string{"tag": "'v3'"})
	if !strings.Contains(string(saved.Result), "ckpt/"+c.name+"-v3-step") {
		t.Errorf("saved %+v", saved)
	}
	var evaluated struct{ Accuracy float64 }
	if got := c.call(t, 101, "evaluate", map[string]string{"split": "'val'"}); json.Unmarshal(got.Result, &evaluated) != nil || evaluated.Accuracy <= 0 {
		t.Errorf("evaluated %+v", got)
	}
	c.call(t, 102, "stop_training", nil)
	if state, _ := c.end(t).State(); state != protocol.RunFinished {
		t.Errorf("ended as %s", state)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if got := out.String(); !strings.HasPrefix(got, c.name+": training\n"+c.name+": finished after ") {
		t.Errorf("printed %q", got)
	}
}

func TestRun_DurationEndsTheRunsAndFailsTheLastOfSeveral(t *testing.T) {
	endpoint, runs := listen(t)
	err := demo.Run(t.Context(), demo.Options{Endpoint: endpoint, Runs: 2, Rate: 100, Seed: 4, Duration: 2 * time.Second})
	if err != nil {
		t.Error(err)
	}
	states := map[protocol.RunState]int{}
	for range 2 {
		state, _ := (<-runs).end(t).State()
		states[state]++
	}
	if states[protocol.RunFinished] != 1 || states[protocol.RunFailed] != 1 {
		t.Errorf("ended as %v", states)
	}
}

func TestRun_FollowsATrainingWithAnotherAndEndsWithItsContext(t *testing.T) {
	endpoint, runs := listen(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- demo.Run(ctx, demo.Options{Endpoint: endpoint, Rate: 1e9, Seed: 5}) }()
	first := <-runs
	if state, _ := first.end(t).State(); state != protocol.RunFinished {
		t.Errorf("ended as %s", state)
	}
	second := <-runs
	if first.name == second.name {
		t.Errorf("both are named %s", first.name)
	}
	cancel()
	if state, _ := second.end(t).State(); state != protocol.RunFinished {
		t.Errorf("ended as %s", state)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}
