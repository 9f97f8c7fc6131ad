package report_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"apps.local/neetbox-tui/daemon/report"
	"apps.local/neetbox-tui/protocol"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 10 * time.Second

// fakeDaemon does what a test tells it to.
type fakeDaemon struct {
	t        *testing.T
	endpoint protocol.Endpoint
	peers    chan *fakePeer
	syncs    chan syncRequest
	refuse   atomic.Bool // syncs

	mu  sync.Mutex
	all []*fakePeer
}

type syncRequest struct {
	path, run string
	sections  map[string]struct {
		Value     json.RawMessage `json:"value"`
		Timestamp float64         `json:"timestamp"`
		Interval  *string         `json:"interval"`
	}
}

func newFakeDaemon(t *testing.T) *fakeDaemon {
	t.Helper()
	d := &fakeDaemon{t: t, peers: make(chan *fakePeer, 10), syncs: make(chan syncRequest, 100)}
	server := httptest.NewServer(d)
	// Registered first and so done last, when the run has said goodbye.
	t.Cleanup(func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		for _, p := range d.all {
			_ = p.ws.Close()
			<-p.over
		}
		server.Close()
	})
	host, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	n, _ := strconv.Atoi(port)
	d.endpoint = protocol.Endpoint{Host: host, Port: n, WS: n}
	return d
}

func (d *fakeDaemon) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if !websocket.IsWebSocketUpgrade(req) {
		d.sync(w, req)
		return
	}
	ws, err := (&websocket.Upgrader{}).Upgrade(w, req, nil)
	if err != nil {
		return
	}
	p := &fakePeer{t: d.t, ws: ws, events: make(chan protocol.Event, 10_000), over: make(chan struct{})}
	go p.read()
	d.mu.Lock()
	d.all = append(d.all, p)
	d.mu.Unlock()
	d.peers <- p
}

func (d *fakeDaemon) sync(w http.ResponseWriter, req *http.Request) {
	if d.refuse.Load() {
		http.Error(w, "no", http.StatusServiceUnavailable)
		return
	}
	body, _ := io.ReadAll(req.Body)
	var inner string
	s := syncRequest{path: req.Method + " " + req.URL.Path, run: req.URL.Query().Get("run")}
	if err := json.Unmarshal(body, &inner); err != nil {
		d.t.Errorf("sync body is no string: %v", err)
	}
	if err := json.Unmarshal([]byte(inner), &s.sections); err != nil {
		d.t.Errorf("sync body's string is no status: %v", err)
	}
	d.syncs <- s
	_, _ = io.WriteString(w, "ok")
}

func receive[T any](t *testing.T, from <-chan T, what string) T {
	t.Helper()
	select {
	case v, ok := <-from:
		if !ok {
			t.Fatalf("the connection ended before %s", what)
		}
		return v
	case <-time.After(patience):
		t.Fatalf("no %s came", what)
	}
	panic("unreachable")
}

// peer is the next connection, after its handshake was answered; stored < 0 is a
// daemon without extensions.
func (d *fakeDaemon) peer(stored int64) *fakePeer {
	d.t.Helper()
	p := receive(d.t, d.peers, "connection")
	hello := p.next()
	h, err := protocol.ParseHandshake(hello)
	if err != nil || hello.Type != protocol.EventHandshake || h.Who != protocol.WhoCLI || h.Extensions != 1 || h.Run == nil {
		d.t.Fatalf("handshake %s, %v", hello.Frame, err)
	}
	p.run = *h.Run
	reply := protocol.HandshakeReply{Result: protocol.ResultJoined, Reason: "join success"}
	if stored >= 0 {
		reply.Extensions, reply.Run, reply.Stored = 1, h.Run.ID, &stored
		// The ack that the seed speaks of comes first.
		p.send(protocol.Event{Type: protocol.EventAck, Project: hello.Project, ID: hello.ID, Payload: marshal(reply)})
	}
	p.send(protocol.Event{Type: protocol.EventHandshake, Project: hello.Project, ID: hello.ID, Payload: marshal(reply)})
	return p
}

func marshal(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

type fakePeer struct {
	t      *testing.T
	ws     *websocket.Conn
	run    protocol.RunName
	events chan protocol.Event
	over   chan struct{}
	closed atomic.Int64 // close code that the run sent
}

func (p *fakePeer) read() {
	defer close(p.over)
	defer close(p.events)
	for {
		_, frame, err := p.ws.ReadMessage()
		if err != nil {
			if c, ok := err.(*websocket.CloseError); ok { //nolint:errorlint // gorilla does not wrap it
				p.closed.Store(int64(c.Code))
			}
			_ = p.ws.Close()
			return
		}
		e, _, err := protocol.Decode(frame)
		if err != nil {
			p.t.Errorf("frame %s: %v", frame, err)
			continue
		}
		p.events <- e
	}
}

func (p *fakePeer) next() protocol.Event {
	p.t.Helper()
	return receive(p.t, p.events, "event")
}

// nextOf skips events of other types.
func (p *fakePeer) nextOf(kind protocol.EventType) protocol.Event {
	p.t.Helper()
	for {
		if e := p.next(); e.Type == kind {
			return e
		}
	}
}

// rest are all events until the run goes.
func (p *fakePeer) rest() []protocol.Event {
	p.t.Helper()
	var all []protocol.Event
	for {
		select {
		case e, ok := <-p.events:
			if !ok {
				return all
			}
			all = append(all, e)
		case <-time.After(patience):
			p.t.Fatal("the run does not go")
		}
	}
}

func (p *fakePeer) send(e protocol.Event) {
	p.t.Helper()
	frame := e.AppendFrame(nil, protocol.Spelling{Dialect: protocol.DialectSeed})
	if err := p.ws.WriteMessage(websocket.TextMessage, frame); err != nil {
		p.t.Fatal(err)
	}
}

func (p *fakePeer) call(id int64, name string, args map[string]string) {
	p.t.Helper()
	p.send(protocol.Event{
		Type: protocol.EventAction, Project: "p", ID: protocol.ID(id),
		Payload: protocol.ActionCall{Name: name, Args: args}.Payload(),
	})
}

// result is the answer to a call, whatever comes between.
func (p *fakePeer) result(id int64) protocol.ActionResult {
	p.t.Helper()
	for {
		if e := p.nextOf(protocol.EventAck); e.ID == protocol.ID(id) {
			return protocol.ParseActionResult(e)
		}
	}
}

// start runs a reporter until the test is over; the function waits for its end.
func start(t *testing.T, r *report.Reporter) (wait func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	var err error
	var waited bool
	wait = func() error {
		if !waited {
			waited = true
			err = receive(t, ended, "end of Run")
		}
		return err
	}
	t.Cleanup(func() { cancel(); _ = wait() })
	return wait
}
