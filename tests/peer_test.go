package tests

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"
)

// frame is one frame of the seed's spelling, read without this project's codec.
type frame struct {
	Type    string          `json:"event-type"`
	Name    string          `json:"name"`
	Payload json.RawMessage `json:"payload"`
	ID      json.Number     `json:"event-id"`

	raw string
}

// peer is one side of a WebSocket: a run or a frontend as a plain client of the
// seed would be.
type peer struct {
	conn *websocket.Conn

	mu     sync.Mutex
	frames []frame
	read   int   // frames that were looked at
	err    error // how reading ended
}

// dial opens a WebSocket and keeps everything that comes.
func dial(ctx context.Context, url string, header http.Header) (*peer, *http.Response, error) {
	dialer := websocket.Dialer{}
	conn, response, err := dialer.DialContext(ctx, url, header)
	if err != nil {
		return nil, response, err
	}
	p := &peer{conn: conn}
	go p.listen()
	return p, response, nil
}

func (p *peer) listen() {
	for {
		_, text, err := p.conn.ReadMessage()
		var f frame
		if err == nil {
			err = json.Unmarshal(text, &f)
			f.raw = string(text)
		}
		p.mu.Lock()
		if err != nil {
			p.err = err
			p.mu.Unlock()
			return
		}
		p.frames = append(p.frames, f)
		p.mu.Unlock()
	}
}

func (p *peer) send(text string) error {
	return p.conn.WriteMessage(websocket.TextMessage, []byte(text))
}

// take returns the next frame that fits, and passes over those before it.
func (p *peer) take(fits func(frame) bool) (frame, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := p.read; i < len(p.frames); i++ {
		if fits(p.frames[i]) {
			p.read = i + 1
			return p.frames[i], true
		}
	}
	return frame{}, false
}

// seen is everything that came, cut to what a person reads.
func (p *peer) seen() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var b strings.Builder
	for _, f := range p.frames[max(0, len(p.frames)-20):] {
		fmt.Fprintf(&b, "\n  %.300s", f.raw)
	}
	if p.err != nil {
		fmt.Fprintf(&b, "\n  ended: %v", p.err)
	}
	return b.String()
}

// ended is how the connection was lost; nil while it lives.
func (p *peer) ended() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// expect waits for a frame that fits.
func (p *peer) expect(t testing.TB, what string, fits func(frame) bool) frame {
	t.Helper()
	var f frame
	eventually(t, what, func() (bool, string) {
		var ok bool
		f, ok = p.take(fits)
		return ok, p.seen()
	})
	return f
}

// join opens a WebSocket of the sandbox's daemon and shakes hands.
func (s *sandbox) join(t testing.TB, who, project string) *peer {
	t.Helper()
	p, err := s.tryJoin(patient(t), who, project)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.conn.Close() })
	return p
}

// tryJoin is join for scripts.
func (s *sandbox) tryJoin(ctx context.Context, who, project string) (*peer, error) {
	p, _, err := dial(ctx, fmt.Sprintf("ws://127.0.0.1:%d/", s.port+1), nil)
	if err != nil {
		return nil, err
	}
	if err := p.send(frameText("handshake", project, 7, map[string]string{"who": who})); err != nil {
		return nil, err
	}
	err = until(ctx, "the answer to the handshake", func() (bool, string) {
		_, ok := p.take(func(f frame) bool {
			return f.Type == "handshake" && f.ID == "7" && strings.Contains(string(f.Payload), "200")
		})
		return ok, p.seen()
	})
	return p, err
}

// frameText writes one frame of the seed's spelling.
func frameText(kind, project string, id int64, payload any) string {
	text, err := json.Marshal(map[string]any{"event-type": kind, "name": project, "payload": payload, "event-id": id})
	if err != nil {
		panic(err) // the tests' own values
	}
	return string(text)
}

// call sends an action as the seed's frontends do and returns the first answer.
func (p *peer) call(t testing.TB, project, action string, id int64, args map[string]string) frame {
	t.Helper()
	if args == nil {
		args = map[string]string{}
	}
	if err := p.send(frameText("action", project, id, map[string]any{"name": action, "args": args})); err != nil {
		t.Fatal(err)
	}
	return p.expect(t, "the answer of "+action, func(f frame) bool {
		return f.ID == json.Number(strconv.FormatInt(id, 10)) && (f.Type == "ack" || f.Type == "action")
	})
}
