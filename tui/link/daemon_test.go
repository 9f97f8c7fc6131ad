package link_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"apps.local/neetbox-tui/protocol"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// daemon is a scripted daemon: REST and WebSocket on one port.
type daemon struct {
	t      *testing.T
	server *httptest.Server
	peers  chan *peer // those that joined

	mu         sync.Mutex
	epoch      string
	extensions int
	mute       bool                 // never answers a handshake
	refuse     *protocol.CloseError // closes with it after the handshake
	history    map[string][]string  // frames by project, seq 1 first; "" is lost
	first      protocol.Seq
	gate       chan struct{}  // REST waits for it to be closed; nil: it does not
	asked      map[string]int // REST requests by path and query
	fail       map[string]int // REST path -> status; abort: no answer at all
	lag        int            // newest events that the next page leaves out
	reason     string         // refuses the handshake with it
	pageEpoch  string         // of pages, if not epoch
	heavy      int            // bytes that each event weighs in a page
}

// abort, as a status, ends the connection instead of answering.
const abort = -1

// peer is a frontend that joined.
type peer struct {
	t      *testing.T
	conn   *websocket.Conn
	frames chan protocol.Event // what it sent after its handshake
}

func newDaemon(t *testing.T) *daemon {
	d := script(t)
	d.server = httptest.NewServer(d)
	t.Cleanup(d.stop)
	return d
}

func script(t *testing.T) *daemon {
	return &daemon{
		t: t, peers: make(chan *peer, 16), epoch: "e1", extensions: 1,
		history: map[string][]string{}, asked: map[string]int{}, fail: map[string]int{},
	}
}

// stop ends the daemon, and with it the sockets, which httptest forgets once
// they are upgraded.
func (d *daemon) stop() {
	for {
		select {
		case p := <-d.peers:
			_ = p.conn.Close()
			continue
		default:
		}
		break
	}
	d.server.Close()
}

func (d *daemon) endpoint() protocol.Endpoint { return endpointOf(d.t, d.server.Listener.Addr()) }

func endpointOf(t *testing.T, addr net.Addr) protocol.Endpoint {
	t.Helper()
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	return protocol.Endpoint{Host: host, Port: n, WS: n}
}

// set changes the script under its lock.
func (d *daemon) set(change func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change()
}

// record adds n events to a project's history and returns their frames.
func (d *daemon) record(project string, n int) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var frames []string
	for range n {
		seq := len(d.history[project]) + 1
		frame := fmt.Sprintf(`{"event-type":"log","name":%q,"payload":{"log":{"msg":"step %d"}},"event-id":-1,"seq":%d,"run":"r1","at":%d}`,
			project, seq, seq, time.Now().UnixMilli())
		d.history[project] = append(d.history[project], frame)
		frames = append(frames, frame)
	}
	return frames
}

func (d *daemon) requests(path string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.asked[path]
}

func (d *daemon) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if websocket.IsWebSocketUpgrade(r) {
		d.serveSocket(w, r)
		return
	}
	d.mu.Lock()
	d.asked[r.URL.Path]++
	gate, status := d.gate, d.fail[r.URL.Path]
	d.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-r.Context().Done():
			return
		}
	}
	w.Header().Set("Content-Type", "application/json")
	if status == abort {
		panic(http.ErrAbortHandler)
	}
	if status != 0 {
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, `{"error":{"code":"busy","message":"storage is busy","hint":"try again"}}`)
		return
	}
	_ = json.NewEncoder(w).Encode(d.answer(r))
}

func (d *daemon) answer(r *http.Request) any {
	d.mu.Lock()
	defer d.mu.Unlock()
	for project, frames := range d.history {
		base := "/tui/v1/projects/" + project
		switch r.URL.Path {
		case base + "/runs":
			return map[string]any{"runs": []protocol.RunInfo{{ID: "r1", Project: project, State: protocol.RunRunning}}}
		case base + "/runs/r1":
			return protocol.RunInfo{ID: "r1", Project: project, Name: "green-fox"}
		case base + "/runs/r1/receipts":
			return map[string]any{"receipts": []protocol.Receipt{{ID: protocol.ID(5), Run: "r1", State: protocol.ReceiptDone}}}
		case base + "/events":
			return d.page(frames, r)
		}
	}
	switch r.URL.Path {
	case "/tui/v1/projects":
		projects := []protocol.ProjectInfo{}
		for name := range d.history {
			projects = append(projects, protocol.ProjectInfo{ID: name, Name: name})
		}
		return map[string]any{"projects": projects}
	case "/tui/v1/machines":
		return map[string]any{"machines": []protocol.MachineInfo{{ID: "m1", Host: "box"}}}
	}
	d.t.Errorf("unexpected request %s", r.URL)
	return nil
}

func (d *daemon) page(frames []string, r *http.Request) protocol.EventPage {
	after, _ := strconv.Atoi(r.URL.Query().Get("after"))
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	frames, d.lag = frames[:len(frames)-d.lag], 0
	page := protocol.EventPage{Epoch: cmp.Or(d.pageEpoch, d.epoch), First: max(d.first, 1), Last: protocol.Seq(len(frames))}
	for _, frame := range frames[min(after, len(frames)):] {
		if frame != "" && len(page.Events) < limit {
			frame = strings.Replace(frame, "step", strings.Repeat("x", d.heavy)+"step", 1)
			page.Events = append(page.Events, json.RawMessage(frame))
		}
	}
	return page
}

func (d *daemon) serveSocket(w http.ResponseWriter, r *http.Request) {
	if origin := r.Header.Get("Origin"); origin != "" {
		d.t.Errorf("dialled with Origin %q", origin)
	}
	conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		d.t.Errorf("upgrade: %v", err)
		return
	}
	defer func() { _ = conn.Close() }()
	_, frame, err := conn.ReadMessage()
	if err != nil {
		return
	}
	hello, _, err := protocol.Decode(frame)
	shake, perr := protocol.ParseHandshake(hello)
	if err != nil || perr != nil || hello.Project != "*" || shake.Who != protocol.WhoWeb || shake.Extensions != 1 {
		d.t.Errorf("handshake = %s: %v %v", frame, err, perr)
	}
	p := &peer{t: d.t, conn: conn, frames: make(chan protocol.Event, 1000)}
	if d.join(p, hello.ID) {
		d.peers <- p
	}
	for {
		_, frame, err := conn.ReadMessage()
		if err != nil {
			close(p.frames)
			return
		}
		event, _, err := protocol.Decode(frame)
		if err != nil {
			d.t.Errorf("frontend sent %s: %v", frame, err)
			continue
		}
		p.frames <- event.Clone()
	}
}

// join answers the handshake as scripted, the ack first.
func (d *daemon) join(p *peer, id protocol.EventID) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.mute {
		return true
	}
	reply := protocol.HandshakeReply{Result: 200, Reason: "join success"}
	if d.extensions > 0 {
		reply.Extensions, reply.Epoch = d.extensions, d.epoch
		reply.Server = &protocol.ServerInfo{Name: protocol.ServerName, Version: "1"}
		if d.reason != "" {
			reply.Result, reply.Reason = 503, d.reason
		}
		reply.Heads = map[string]protocol.Seq{}
		for project, frames := range d.history {
			reply.Heads[project] = protocol.Seq(len(frames))
		}
	}
	payload, err := json.Marshal(reply)
	if err != nil {
		d.t.Error(err)
	}
	for _, kind := range []protocol.EventType{protocol.EventAck, protocol.EventHandshake} {
		p.send(fmt.Sprintf(`{"event-type":%q,"name":"*","payload":%s,"event-id":%s}`, kind, payload, id))
	}
	if d.refuse != nil {
		p.close(d.refuse.Code, d.refuse.Reason)
		return false
	}
	return true
}

func (p *peer) send(frames ...string) {
	for _, frame := range frames {
		if err := p.conn.WriteMessage(websocket.TextMessage, []byte(frame)); err != nil {
			p.t.Logf("send: %v", err)
			return
		}
	}
}

func (p *peer) close(code protocol.CloseCode, reason string) {
	_ = p.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(int(code), reason), time.Now().Add(patience))
	_ = p.conn.Close()
}

// next is what the frontend sent next.
func (p *peer) next() protocol.Event {
	p.t.Helper()
	select {
	case e, ok := <-p.frames:
		if !ok {
			p.t.Fatal("the frontend is gone")
		}
		return e
	case <-time.After(patience):
		p.t.Fatal("the frontend sent nothing")
	}
	return protocol.Event{}
}

// joined is the next frontend that joined.
func (d *daemon) joined() *peer {
	d.t.Helper()
	select {
	case p := <-d.peers:
		// Closed even when the test ends early, or the server would wait for it.
		d.t.Cleanup(func() { _ = p.conn.Close() })
		return p
	case <-time.After(patience):
		d.t.Fatal("nobody joined")
	}
	return nil
}
