package ws_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"apps.local/neetbox-tui/daemon/internal/hub"
	"apps.local/neetbox-tui/daemon/internal/store"
	"apps.local/neetbox-tui/daemon/internal/ws"
	"apps.local/neetbox-tui/protocol"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds every wait of these tests; reaching it is a failure.
const patience = 10 * time.Second

type server struct {
	*ws.Server
	hub  *hub.Hub
	addr string
}

func start(t testing.TB) *server {
	t.Helper()
	memory := store.NewMemory("epoch-1")
	h := hub.New(hub.Options{Recorder: memory, Epoch: "epoch-1", Version: "test"})
	s := &server{Server: ws.New(ws.Options{Hub: h}), hub: h}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	web := &http.Server{Handler: s.Server, ReadHeaderTimeout: patience}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = web.Serve(ws.Listener(l))
	}()
	t.Cleanup(func() {
		_ = l.Close()
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		_ = web.Close()
		h.Stop()
		<-served
	})
	return s
}

type peer struct {
	*websocket.Conn
	t testing.TB
}

func (s *server) dial(t testing.TB) *peer {
	t.Helper()
	c, response, err := websocket.DefaultDialer.Dial("ws://"+s.addr+"/any/path", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	t.Cleanup(func() { _ = c.Close() })
	return &peer{c, t}
}

func (p *peer) send(format string, args ...any) {
	p.t.Helper()
	if err := p.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, format, args...)); err != nil {
		p.t.Fatal(err)
	}
}

// text reads the next frame as it came.
func (p *peer) text() string {
	p.t.Helper()
	_ = p.SetReadDeadline(time.Now().Add(patience))
	_, frame, err := p.ReadMessage()
	if err != nil {
		p.t.Fatal(err)
	}
	return string(frame)
}

// until reads events until one fits.
func (p *peer) until(fits func(protocol.Event) bool) protocol.Event {
	p.t.Helper()
	for {
		ev, _, err := protocol.Decode([]byte(p.text()))
		if err != nil {
			p.t.Fatal(err)
		}
		if fits(ev) {
			return ev
		}
	}
}

func ofType(want protocol.EventType) func(protocol.Event) bool {
	return func(ev protocol.Event) bool { return ev.Type == want }
}

func presence(state protocol.RunState) func(protocol.Event) bool {
	return func(ev protocol.Event) bool {
		var p protocol.Presence
		return ev.Series == protocol.SeriesPresence && ev.DecodePayload(&p) == nil && p.State == state
	}
}

func (s *server) run(t testing.TB, project string) *peer {
	t.Helper()
	p := s.dial(t)
	p.send(`{"name":%q,"event-type":"handshake","payload":{"who":"cli"},"event-id":0}`, project)
	want := fmt.Sprintf(`{"event-type":"handshake","name":%q,"payload":{"result":200,"reason":"join success"},"event-id":0}`, project)
	if got := p.text(); got != want {
		t.Fatalf("a run's handshake was answered %s\nwant %s", got, want)
	}
	return p
}

func (s *server) frontend(t testing.TB, project string, extensions int) (*peer, protocol.HandshakeReply) {
	t.Helper()
	p := s.dial(t)
	p.send(`{"event-type":"handshake","name":%q,"payload":{"who":"web","extensions":%d},"event-id":7001}`, project, extensions)
	if ack, _, err := protocol.Decode([]byte(p.text())); err != nil || ack.Type != protocol.EventAck || ack.ID != protocol.ID(7001) {
		t.Fatalf("a frontend with an event-id got %v %v before its handshake, want an ack", ack.Type, err)
	}
	ev := p.until(ofType(protocol.EventHandshake))
	var reply protocol.HandshakeReply
	if err := ev.DecodePayload(&reply); err != nil || ev.ID != protocol.ID(7001) {
		t.Fatalf("handshake answer %s: %v", ev.Payload, err)
	}
	return p, reply
}

func TestForwarding_PlainFrontendGetsTheVeryBytes(t *testing.T) {
	s := start(t)
	run := s.run(t, "p")
	web, reply := s.frontend(t, "p", 0)
	if reply.Result != 200 || reply.Epoch != "" {
		t.Errorf("plain frontend was told %+v", reply)
	}
	frame := `{ "event-type":"log", "name":"p","payload":{"msg":"héllo \u00e9"} ,"event-id": -1, "mine":[1, 2] } `
	run.send("%s", frame)
	if got := web.text(); got != frame {
		t.Errorf("got  %s\nwant %s", got, frame)
	}
}

func TestForwarding_NonFiniteIsNullForPlainAndBareForExtended(t *testing.T) {
	s := start(t)
	run := s.run(t, "p")
	web, _ := s.frontend(t, "p", 0)
	own, _ := s.frontend(t, "p", 1)
	run.send(`{"event-type":"scalar","name":"p","payload":{"x":1,"y":NaN,"s":"NaN"},"series":"loss"}`)
	if got, want := web.text(), `{"event-type":"scalar","name":"p","payload":{"x":1,"y":null,"s":"NaN"},"series":"loss"}`; got != want {
		t.Errorf("plain frontend got %s", got)
	}
	ev := own.until(ofType(protocol.EventScalar))
	if !ev.NonFinite || string(ev.Payload) != `{"x":1,"y":NaN,"s":"NaN"}` {
		t.Errorf("extended frontend got payload %s", ev.Payload)
	}
}

func TestForwarding_ExtendedKeysAndOrder(t *testing.T) {
	s := start(t)
	run := s.run(t, "p q/r")
	web, reply := s.frontend(t, "*", 1)
	if reply.Epoch != "epoch-1" || reply.Heads["p q/r"] != 1 || reply.Server == nil {
		t.Errorf("extended frontend was told %+v", reply)
	}
	for i := range 100 {
		run.send(`{"event-type":"log","payload":{"msg":"%d"}}`, i)
	}
	for i := range 100 {
		ev := web.until(ofType(protocol.EventLog))
		if ev.Project != "p q/r" || ev.Seq != protocol.Seq(i+2) || ev.Run == "" || ev.At == 0 {
			t.Fatalf("event %d came as project %q seq %d run %q at %d", i, ev.Project, ev.Seq, ev.Run, ev.At)
		}
	}
}

func TestHandshake_UnknownProjectIs404AndMayTryAgain(t *testing.T) {
	s := start(t)
	web, reply := s.frontend(t, "nobody", 0)
	if reply.Result != 404 {
		t.Fatalf("unknown project answered %+v", reply)
	}
	s.run(t, "somebody")
	web.send(`{"event-type":"handshake","name":"somebody","payload":{"who":"web"},"event-id":0}`)
	ev := web.until(ofType(protocol.EventHandshake))
	if !strings.Contains(string(ev.Payload), "200") {
		t.Errorf("second handshake answered %s", ev.Payload)
	}
}

func TestHandshake_SecondOneMovesThePeer(t *testing.T) {
	s := start(t)
	a, b := s.run(t, "a"), s.run(t, "b")
	web, _ := s.frontend(t, "a", 0)
	web.send(`{"event-type":"handshake","name":"b","payload":{"who":"web"}}`)
	web.until(ofType(protocol.EventHandshake))
	a.send(`{"event-type":"log","name":"a","payload":{"msg":"from a"}}`)
	b.send(`{"event-type":"log","name":"b","payload":{"msg":"from b"}}`)
	if got := web.text(); !strings.Contains(got, "from b") {
		t.Errorf("after moving to b the frontend got %s", got)
	}
	a.send(`{"event-type":"handshake","name":"b","payload":{"who":"cli"},"event-id":0}`)
	a.until(ofType(protocol.EventHandshake))
	a.send(`{"event-type":"log","payload":{"msg":"moved"}}`)
	if got := web.text(); !strings.Contains(got, "moved") {
		t.Errorf("after the run moved to b its frontend got %s", got)
	}
}

func TestHandshake_PayloadAsStringOrBareWord(t *testing.T) {
	s := start(t)
	for _, payload := range []string{`"cli"`, `"{\"who\":\"cli\"}"`, `{"who":"cli","extensions":"odd"}`} {
		p := s.dial(t)
		p.send(`{"event-type":"handshake","name":"p","payload":%s,"event-id":0}`, payload)
		if got := p.text(); !strings.Contains(got, `"result":200`) {
			t.Errorf("payload %s answered %s", payload, got)
		}
	}
}

func TestHandshake_EarlyFramesOfARunAreTakenInOrder(t *testing.T) {
	s := start(t)
	s.run(t, "p")
	web, _ := s.frontend(t, "p", 0)
	early := s.dial(t)
	early.send(`{"event-type":"log","name":"p","payload":{"msg":"1"}}`)
	early.send(`{"event-type":"log","name":"p","payload":{"msg":"2"}}`)
	early.send(`{"event-type":"handshake","name":"p","payload":{"who":"cli"}}`)
	early.send(`{"event-type":"log","name":"p","payload":{"msg":"3"}}`)
	for _, want := range []string{"1", "2", "3"} {
		if got := web.text(); !strings.Contains(got, `"msg":"`+want+`"`) {
			t.Errorf("got %s, want line %s", got, want)
		}
	}
}

func TestAction_CallAndAnswerTravel(t *testing.T) {
	s := start(t)
	run := s.run(t, "p")
	web, _ := s.frontend(t, "p", 0)
	call := `{"event-type":"action","payload":{"name":"add","args":{"a":"1"}},"name":"p","event-id":9007199254740993}`
	web.send("%s", call)
	if got := run.text(); got != call {
		t.Errorf("the run got %s", got)
	}
	answer := `{"name":"p","event-type":"action","payload":{"name":"add","result":3.5},"event-id":9007199254740993}`
	run.send("%s", answer)
	if got := web.text(); got != answer {
		t.Errorf("the frontend got %s", got)
	}
}

func TestAction_ExtendedFrontendSeesSentRunningDone(t *testing.T) {
	s := start(t)
	run := s.run(t, "p")
	web, _ := s.frontend(t, "*", 1)
	web.send(`{"event-type":"action","name":"p","payload":%s,"event-id":5,"run":%q}`,
		protocol.ActionCall{Name: "add"}.Payload(), s.hub.Runs("p")[0].ID)
	if got := run.text(); strings.Contains(got, `"run"`) || !strings.Contains(got, `"event-id":5`) {
		t.Errorf("a released client got keys it never heard of: %s", got)
	}
	book := protocol.NewReceipts(10, time.Minute)
	states := []protocol.ReceiptState{}
	run.send(`{"event-type":"status","series":"action-state","payload":{"event-id":5,"state":"running"}}`)
	run.send(`{"event-type":"ack","payload":{"action":{"name":"add","result":1}},"event-id":5}`)
	for len(states) < 3 {
		ev := web.until(func(protocol.Event) bool { return true })
		if r, changed := book.Apply(ev); changed {
			states = append(states, r.State)
		}
	}
	if want := "[sent running done]"; fmt.Sprint(states) != want {
		t.Errorf("receipt went through %v, want %s", states, want)
	}
	if r := s.hub.Receipts("p", ""); len(r) != 1 || r[0].State != protocol.ReceiptDone {
		t.Errorf("the daemon's receipts are %+v", r)
	}
}

func TestAction_TheDaemonAnswersWhereNobodyCan(t *testing.T) {
	s := start(t)
	run := s.run(t, "p")
	run.send(`{"event-type":"status","series":"action","payload":{"known":{"args":{}}}}`)
	web, _ := s.frontend(t, "p", 0)
	web.until(ofTypeOrSync(web, run))
	web.send(`{"event-type":"action","name":"p","payload":{"name":"nosuch","args":{}},"event-id":11}`)
	want := `{"event-type":"ack","name":"p","payload":{"action":{"name":"nosuch"},"error":"this run has no action \"nosuch\"","from":"server"},"event-id":11}`
	if got := web.text(); got != want {
		t.Errorf("unknown action answered %s\nwant %s", got, want)
	}
	web.send(`{"event-type":"action","name":"nowhere","payload":{"name":"x"},"event-id":12}`)
	if got := web.text(); !strings.Contains(got, "no such project") || !strings.Contains(got, `"event-id":12`) {
		t.Errorf("action to an unknown project answered %s", got)
	}
	web.send(`{"event-type":"action","name":"p","payload":{"name":"known"},"event-id":13}`)
	run.until(ofType(protocol.EventAction))
	_ = run.Close()
	if got := web.text(); !strings.Contains(got, "went away") || !strings.Contains(got, `"event-id":13`) {
		t.Errorf("call of a run that went away answered %s", got)
	}
	web.send(`{"event-type":"action","name":"p","payload":{"name":"known"},"event-id":14}`)
	if got := web.text(); !strings.Contains(got, "no run of this project is connected") {
		t.Errorf("call of an absent run answered %s", got)
	}
}

// ofTypeOrSync makes sure that what the run sent before is taken: the status is
// forwarded as it came.
func ofTypeOrSync(_, run *peer) func(protocol.Event) bool {
	run.send(`{"event-type":"log","payload":{"msg":"sync"}}`)
	return ofType(protocol.EventLog)
}

func TestAction_GoesToTheNewestRunAndBackToTheOlder(t *testing.T) {
	s := start(t)
	older, newer := s.run(t, "p"), s.run(t, "p")
	web, _ := s.frontend(t, "p", 0)
	if runs := s.hub.Runs("p"); len(runs) != 2 || runs[0].ID == runs[1].ID {
		t.Fatalf("two sockets of one name are %d runs", len(runs))
	}
	web.send(`{"event-type":"action","name":"p","payload":{"name":"x"},"event-id":1}`)
	newer.until(ofType(protocol.EventAction))
	newer.send(`{"event-type":"action","name":"p","payload":{"name":"x","result":1},"event-id":1}`)
	web.until(ofType(protocol.EventAction))
	watcher, _ := s.frontend(t, "*", 1)
	_ = newer.Close()
	watcher.until(presence(protocol.RunLost))
	web.send(`{"event-type":"action","name":"p","payload":{"name":"x"},"event-id":2}`)
	older.until(ofType(protocol.EventAction))
}

func TestAck_OfAFrontendGoesToTheRunThatAsked(t *testing.T) {
	s := start(t)
	run := s.run(t, "p")
	web, _ := s.frontend(t, "p", 0)
	run.send(`{"event-type":"log","name":"p","payload":{"msg":"?"},"event-id":77}`)
	if got := run.text(); got != `{"event-type":"ack","name":"p","payload":{"result":200,"reason":"taken"},"event-id":77}` {
		t.Errorf("the daemon acked %s", got)
	}
	web.until(ofType(protocol.EventLog))
	web.send(`{"event-type":"ack","name":"p","payload":{"ok":1},"event-id":99}`)
	web.send(`{"event-type":"ack","name":"p","payload":{"ok":2},"event-id":77}`)
	if got := run.text(); !strings.Contains(got, `{"ok":2}`) {
		t.Errorf("the run got %s, want only the ack it asked for", got)
	}
}

func closeCode(t *testing.T, p *peer) int {
	t.Helper()
	_ = p.SetReadDeadline(time.Now().Add(patience))
	for {
		_, _, err := p.ReadMessage()
		if closed, ok := errors.AsType[*websocket.CloseError](err); ok {
			if closed.Text == "" {
				t.Errorf("close %d gives no reason", closed.Code)
			}
			return closed.Code
		}
		if err != nil {
			t.Fatalf("connection ended with %v, want a close frame", err)
		}
	}
}

func TestBadInput_FrontendIsClosedWithCodeAndReason(t *testing.T) {
	s := start(t)
	s.run(t, "p")
	for name, bad := range map[string]struct {
		kind int
		text string
		code int
	}{
		"not json":       {websocket.TextMessage, `{"event-type":`, 1007},
		"not an object":  {websocket.TextMessage, `[1,2]`, 1007},
		"no event-type":  {websocket.TextMessage, `{"name":"p","payload":{}}`, 1007},
		"wrong type":     {websocket.TextMessage, `{"event-type":7}`, 1007},
		"wrong event-id": {websocket.TextMessage, `{"event-type":"action","event-id":"x"}`, 1007},
		"two objects":    {websocket.TextMessage, `{"event-type":"ack"}{}`, 1007},
		"binary":         {websocket.BinaryMessage, `{"event-type":"ack"}`, 1003},
		"16 MiB":         {websocket.TextMessage, `{"event-type":"action","payload":"` + strings.Repeat("x", 16<<20) + `"}`, 1009},
	} {
		t.Run(name, func(t *testing.T) {
			web, _ := s.frontend(t, "p", 0)
			go func() { _ = web.WriteMessage(bad.kind, []byte(bad.text)) }()
			if code := closeCode(t, web); code != bad.code {
				t.Errorf("closed with %d, want %d", code, bad.code)
			}
		})
	}
}

func TestBadInput_RunIsIgnoredAndCountedNeverClosed(t *testing.T) {
	s := start(t)
	run := s.run(t, "p")
	web, _ := s.frontend(t, "p", 0)
	bad := []string{
		`{"event-type":`, `[1,2]`, `{"name":"p"}`, `{"event-type":7}`, `{"event-type":"log","event-id":1.5}`, `null`, ``,
		`{"event-type":"log","name":"other","payload":{}}`,
		`{"event-type":"status","series":"presence","payload":{"online":false}}`,
		`{"event-type":"log","payload":"` + strings.Repeat("x", protocol.MaxRunFrame) + `"}`,
	}
	for _, text := range bad {
		run.send("%s", text)
	}
	if err := run.WriteMessage(websocket.BinaryMessage, []byte{1, 2, 3}); err != nil {
		t.Fatal(err)
	}
	run.send(`{"event-type":"log","payload":{"msg":"still here"}}`)
	if got := web.text(); !strings.Contains(got, "still here") {
		t.Errorf("after bad frames the frontend got %.200s", got)
	}
	if got, want := s.hub.Runs("p")[0].Ignored, int64(len(bad)+1); got != want {
		t.Errorf("%d frames were counted as ignored, want %d", got, want)
	}
}

func TestBadInput_BeforeTheHandshakeNothingIsClosed(t *testing.T) {
	s := start(t)
	p := s.dial(t)
	p.send(`nonsense`)
	p.send(`{"event-type":"handshake","payload":{"who":"dog"},"name":"p","event-id":0}`)
	if got := p.text(); !strings.Contains(got, `"result":400`) {
		t.Errorf("an unknown kind of peer was answered %s", got)
	}
	p.send(`{"event-type":"handshake","payload":{"who":"cli"},"name":"p","event-id":0}`)
	if got := p.text(); !strings.Contains(got, `"result":200`) {
		t.Errorf("the handshake after it was answered %s", got)
	}
}

func TestBadInput_LargeFrameOfARunArrives(t *testing.T) {
	s := start(t)
	run := s.run(t, "p")
	web, _ := s.frontend(t, "p", 0)
	frame := `{"event-type":"log","name":"p","payload":{"msg":"` + strings.Repeat("x", 16<<20) + `"}}`
	run.send("%s", frame)
	if got := web.text(); got != frame {
		t.Errorf("a frame of %d bytes came as %d bytes", len(frame), len(got))
	}
}

func TestFrontend_ThatNeverReadsDelaysNobody(t *testing.T) {
	s := start(t)
	run := s.run(t, "p")
	s.frontend(t, "p", 0) // never reads again
	good, _ := s.frontend(t, "p", 0)
	const count = 40_000
	go func() {
		frame := fmt.Appendf(nil, `{"event-type":"log","name":"p","payload":{"msg":"%s"}}`, strings.Repeat("x", 400))
		for range count {
			if run.WriteMessage(websocket.TextMessage, frame) != nil {
				return
			}
		}
	}()
	for i := range count {
		if _, _, err := good.ReadMessage(); err != nil {
			t.Fatalf("good frontend stopped after %d of %d events: %v", i, count, err)
		}
	}
}

func TestConnection_ThatSaysNothingIsDroppedWithoutACloseFrame(t *testing.T) {
	s := start(t)
	s.SetPatience(50*time.Millisecond, patience)
	p := s.dial(t)
	_ = p.SetReadDeadline(time.Now().Add(patience))
	_, _, err := p.ReadMessage()
	var closed *websocket.CloseError
	if err == nil || (errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure) {
		t.Errorf("a silent connection ended with %v, want no close frame", err)
	}
	run := s.run(t, "p")
	web, _ := s.frontend(t, "p", 0)
	timer := time.NewTimer(200 * time.Millisecond)
	defer timer.Stop()
	<-timer.C
	run.send(`{"event-type":"log","payload":{"msg":"still here"}}`)
	if got := web.text(); !strings.Contains(got, "still here") {
		t.Errorf("a run that was silent after its handshake got lost: %s", got)
	}
}

func TestFrontend_WhoseWriteStallsIsClosed(t *testing.T) {
	s := start(t)
	s.SetPatience(patience, 100*time.Millisecond)
	run := s.run(t, "p")
	stalled, _ := s.frontend(t, "p", 1)
	frame := fmt.Appendf(nil, `{"event-type":"log","name":"p","payload":{"msg":"%s"}}`, strings.Repeat("x", 60_000))
	for deadline := time.Now().Add(patience); ; {
		if err := run.WriteMessage(websocket.TextMessage, frame); err != nil {
			t.Fatal(err)
		}
		if listening, _ := s.hub.Watched(); !listening {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("a frontend that reads nothing is still there")
		}
	}
	_ = stalled.Close()
}

func TestShutdown_RunsAreDroppedWithoutACloseFrameFrontendsWithOne(t *testing.T) {
	s := start(t)
	run := s.run(t, "p")
	web, _ := s.frontend(t, "p", 0)
	var wait sync.WaitGroup
	wait.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Errorf("shutdown: %v", err)
		}
	})
	if code := closeCode(t, web); code != int(protocol.CloseGoingAway) {
		t.Errorf("frontend closed with %d", code)
	}
	_ = run.SetReadDeadline(time.Now().Add(patience))
	_, _, err := run.ReadMessage()
	var closed *websocket.CloseError
	if err == nil || (errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure) {
		t.Errorf("the run's socket ended with %v, want no close frame", err)
	}
	wait.Wait()
}

func TestRun_PingIsAnsweredAndGoodbyeIsFinished(t *testing.T) {
	s := start(t)
	run := s.run(t, "p")
	watcher, _ := s.frontend(t, "*", 1)
	pong := make(chan string, 1)
	run.SetPongHandler(func(data string) error { pong <- data; return nil })
	if err := run.WriteControl(websocket.PingMessage, []byte("hi"), time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if err := run.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(1000, ""), time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	_ = run.SetReadDeadline(time.Now().Add(patience))
	_, _, err := run.ReadMessage()
	if got := <-pong; got != "hi" || !websocket.IsCloseError(err, 1000) {
		t.Errorf("pong %q, then %v; want the pong and the answered goodbye", got, err)
	}
	watcher.until(presence(protocol.RunFinished))
}

func TestRun_ReconnectContinuesTheLastRun(t *testing.T) {
	s := start(t)
	first := s.run(t, "p")
	watcher, _ := s.frontend(t, "*", 1)
	_ = first.UnderlyingConn().Close()
	watcher.until(presence(protocol.RunLost))
	s.run(t, "p")
	if runs := s.hub.Runs("p"); len(runs) != 1 || runs[0].State != protocol.RunRunning {
		t.Errorf("after a reconnect there are %d runs, the last is %s", len(runs), runs[len(runs)-1].State)
	}
}

func TestRun_SentAgainIsTakenOnce(t *testing.T) {
	s := start(t)
	web := (*peer)(nil)
	for i := range 2 {
		run := s.dial(t)
		run.send(`{"event-type":"handshake","name":"p","payload":{"who":"cli","extensions":1,"run":{"id":"r1","name":"red-fox"}},"event-id":3}`)
		run.until(ofType(protocol.EventAck))
		ev := run.until(ofType(protocol.EventHandshake))
		var reply protocol.HandshakeReply
		if err := ev.DecodePayload(&reply); err != nil {
			t.Fatal(err)
		}
		if reply.Run != "r1" || reply.Stored == nil || *reply.Stored != int64(2*i) {
			t.Fatalf("connection %d was told %s", i, ev.Payload)
		}
		if web == nil {
			web, _ = s.frontend(t, "p", 0)
		}
		for n := 1; n <= 2*(i+1); n++ {
			run.send(`{"event-type":"log","payload":{"msg":"m%d"},"n":%d}`, n, n)
		}
		for n := 2*i + 1; n <= 2*(i+1); n++ {
			if got := web.text(); !strings.Contains(got, fmt.Sprintf(`"m%d"`, n)) {
				t.Errorf("got %s, want m%d", got, n)
			}
		}
		_ = run.Close()
	}
	if runs := s.hub.Runs("p"); len(runs) != 1 || runs[0].Name != "red-fox" {
		t.Errorf("one run id became %d runs", len(runs))
	}
}

func TestUpgrade_PlainRequestIsToldWhatThisPortSpeaks(t *testing.T) {
	s := start(t)
	client := http.Client{Timeout: patience}
	response, err := client.Get("http://" + s.addr + "/hello")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	defer client.CloseIdleConnections()
	var body protocol.ErrorBody
	if err := json.NewDecoder(response.Body).Decode(&body); err != nil || response.StatusCode != http.StatusUpgradeRequired {
		t.Errorf("got %s %v", response.Status, err)
	}
}
