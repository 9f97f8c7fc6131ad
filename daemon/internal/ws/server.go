// Package ws is the daemon's WebSocket side: bytes to events and back.
//
// Each connection has one reader and one writer. gorilla/websocket shakes hands,
// parses and unmasks; it never writes: everything that goes out, pongs and close
// frames too, goes through the one writer goroutine straight to the socket, so
// that frames from the shared log are written as they lie there, many with one
// system call.
//
// A run's socket is never closed by a close frame, for a bad frame, for silence
// after its first frame, or for not reading: a released client that is closed
// loses its logs, and one that is refused hangs its program.
package ws

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"apps.local/neetbox-tui/daemon/internal/hub"
	"apps.local/neetbox-tui/protocol"
)

const (
	// firstFrame is how long a connection may say nothing at all.
	firstFrame = 30 * time.Second
	// writeStall closes a frontend whose socket takes nothing for so long.
	writeStall = 10 * time.Second
	// writeLag moves a frontend to the head when one write took so long.
	writeLag = 5 * time.Second
	// goodbye is how long a closing frontend may take to read its close frame.
	goodbye = time.Second

	readBuffer = 16 << 10
)

// patience is how long a server waits for its peers.
type patience struct{ firstFrame, writeStall, writeLag, goodbye time.Duration }

// Options configure a server. Hub is required.
type Options struct {
	Hub         *hub.Hub
	CheckOrigin func(*http.Request) bool // nil accepts any
	Logger      *slog.Logger             // nil discards
}

// Server takes WebSocket connections at any path.
type Server struct {
	hub      *hub.Hub
	upgrader websocket.Upgrader
	logger   *slog.Logger
	patience patience

	mu       sync.Mutex
	conns    map[*conn]struct{}
	stopping bool
	wait     sync.WaitGroup
}

// New makes a server.
func New(o Options) *Server {
	check := o.CheckOrigin
	if check == nil {
		check = func(*http.Request) bool { return true }
	}
	logger := o.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	s := &Server{
		hub: o.Hub, logger: logger, conns: map[*conn]struct{}{},
		patience: patience{firstFrame, writeStall, writeLag, goodbye},
	}
	s.upgrader = websocket.Upgrader{
		ReadBufferSize: readBuffer,
		// Nothing is written through gorilla after the handshake.
		WriteBufferSize: 256, //nolint:mnd // its smallest useful size
		CheckOrigin:     check,
		Error: func(w http.ResponseWriter, _ *http.Request, status int, reason error) {
			refuse(w, status, reason.Error())
		},
	}
	return s
}

// ServeHTTP upgrades the request and serves the connection until it ends; it
// returns as soon as the connection is taken over.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !websocket.IsWebSocketUpgrade(r) {
		w.Header().Set("Upgrade", "websocket")
		w.Header().Set("Connection", "Upgrade")
		refuse(w, http.StatusUpgradeRequired, "this port speaks WebSocket; REST is on the port below it")
		return
	}
	socket, err := s.upgrader.Upgrade(w, r, nil)
	if err != nil {
		s.logger.Debug("upgrade refused", "remote", r.RemoteAddr, "error", err)
		return
	}
	c := newConn(s, socket)
	if !s.add(c) {
		c.drop()
		return
	}
	go func() {
		defer s.wait.Done()
		c.write()
	}()
	go func() {
		defer s.wait.Done()
		c.read()
	}()
}

func refuse(w http.ResponseWriter, status int, reason string) {
	code := "bad_request"
	if status == http.StatusForbidden {
		code = "forbidden"
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	body := protocol.ErrorBody{Error: protocol.ErrorDetail{Code: code, Message: reason}}
	_ = json.NewEncoder(w).Encode(body) // the peer may be gone: nothing left to tell it
}

func (s *Server) add(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return false
	}
	s.conns[c] = struct{}{}
	// Counted under the lock, so that Shutdown can't wait before it.
	s.wait.Add(2) //nolint:mnd // reader and writer
	return true
}

func (s *Server) remove(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
}

// Shutdown ends all connections in the order that costs runs least: theirs are
// dropped at TCP level, without a close frame, so that released clients come
// back; frontends get a close frame and a moment to read it; then all sockets
// are closed and waited for. ctx bounds the waiting.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.stopping = true
	var frontends []*conn
	for c := range s.conns {
		if c.frontend.Load() {
			frontends = append(frontends, c)
		} else {
			c.drop()
		}
	}
	s.mu.Unlock()
	for _, c := range frontends {
		c.peer.Outbox.Close(int(protocol.CloseGoingAway), "the daemon ends")
	}
	done := make(chan struct{})
	go func() {
		s.wait.Wait()
		close(done)
	}()
	timer := time.NewTimer(s.patience.goodbye)
	defer timer.Stop()
	select {
	case <-done:
		return nil
	case <-timer.C:
	case <-ctx.Done():
	}
	for _, c := range frontends {
		c.drop()
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Listener wraps a listener so that connections can be written to past gorilla.
// The server's HTTP server must serve it.
func Listener(l net.Listener) net.Listener { return listener{l} }

type listener struct{ net.Listener }

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &mutable{Conn: c}, nil
}
