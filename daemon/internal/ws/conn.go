package ws

import (
	"errors"
	"io"
	"net"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"apps.local/neetbox-tui/daemon/internal/hub"
	"apps.local/neetbox-tui/protocol"
)

// mutable is a connection whose Write can be switched off: after the handshake
// gorilla would write pongs, and close frames at protocol errors, past the one
// writer, and a run must never get a close frame.
type mutable struct {
	net.Conn
	muted atomic.Bool
}

func (m *mutable) Write(b []byte) (int, error) {
	if m.muted.Load() {
		return len(b), nil
	}
	return m.Conn.Write(b)
}

// conn is one connection: its reader and its writer.
type conn struct {
	server   *Server
	socket   *websocket.Conn
	raw      net.Conn
	peer     *hub.Peer
	decoder  *protocol.Decoder
	buf      []byte
	frontend atomic.Bool // set by the reader, read by the writer and by Shutdown
	done     chan struct{}
	once     sync.Once
}

func newConn(s *Server, socket *websocket.Conn) *conn {
	c := &conn{
		server: s, socket: socket, raw: socket.NetConn(), peer: s.hub.Connect(),
		decoder: protocol.NewDecoder(), done: make(chan struct{}),
	}
	if m, ok := c.raw.(*mutable); ok {
		m.muted.Store(true)
		c.raw = m.Conn
	}
	socket.SetPingHandler(func(data string) error {
		c.peer.Outbox.Pong([]byte(data))
		return nil
	})
	// The answer to a close frame that the peer sends; the reader then ends with
	// a *websocket.CloseError.
	socket.SetCloseHandler(func(code int, _ string) error {
		if code == websocket.CloseNoStatusReceived {
			code = websocket.CloseNormalClosure
		}
		c.peer.Outbox.Close(code, "")
		return nil
	})
	return c
}

// drop ends the connection at TCP level.
func (c *conn) drop() {
	c.once.Do(func() {
		close(c.done)
		_ = c.raw.Close() // it is gone either way
	})
}

// read is the reader: it ends with the connection.
func (c *conn) read() {
	clean := false
	defer func() {
		if problem := recover(); problem != nil {
			c.server.logger.Error("reader panicked", "peer", c.peer.String(), "panic", problem, "stack", string(debug.Stack()))
		}
		c.peer.Disconnect(clean)
		c.server.remove(c)
		if !clean && !c.closing() {
			c.drop()
		}
	}()
	_ = c.socket.SetReadDeadline(time.Now().Add(c.server.patience.firstFrame)) // fails only on a closed socket, which the read tells
	first := true
	for {
		kind, r, err := c.socket.NextReader()
		if err != nil {
			clean = c.readFailed(err)
			return
		}
		if first {
			first = false
			_ = c.socket.SetReadDeadline(time.Time{})
		}
		if err := c.frame(kind, r); err != nil {
			if closing, ok := errors.AsType[*protocol.CloseError](err); ok {
				c.server.logger.Debug("frontend closed", "peer", c.peer.String(), "code", int(closing.Code), "reason", closing.Reason)
				c.peer.Outbox.Close(int(closing.Code), closing.Reason)
			}
			return
		}
	}
}

// closing reports whether a close frame is on its way, which the writer ends.
func (c *conn) closing() bool { return c.peer.Outbox.Closing() }

// readFailed reports whether the peer said goodbye.
func (c *conn) readFailed(err error) bool {
	if closed, ok := errors.AsType[*websocket.CloseError](err); ok {
		switch closed.Code {
		case websocket.CloseNormalClosure, websocket.CloseGoingAway, websocket.CloseNoStatusReceived:
			return true
		}
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		c.server.logger.Debug("connection said nothing", "peer", c.peer.String())
	}
	return false
}

// frame reads one frame and hands it on. An error is a *protocol.CloseError, or
// the connection's own.
func (c *conn) frame(kind int, r io.Reader) error {
	limit := c.peer.Limit()
	frame, err := c.readAll(r, limit)
	switch {
	case errors.Is(err, errTooBig):
		refused := c.peer.Refuse(protocol.CloseTooBig, "frame too big")
		if refused != nil {
			return refused
		}
		_, err = io.Copy(io.Discard, r)
		return err
	case err != nil:
		return err
	case kind != websocket.TextMessage:
		return c.peer.Refuse(protocol.CloseUnsupported, "binary frame")
	}
	ev, dialect, err := c.decoder.Decode(frame)
	if err != nil {
		return c.peer.Refuse(protocol.CloseBadFrame, err.Error())
	}
	err = c.peer.Handle(ev, dialect)
	if ev.Type == protocol.EventHandshake {
		c.frontend.Store(c.peer.Who() == protocol.WhoWeb)
	}
	return err
}

var errTooBig = errors.New("frame too big")

// readAll reads a frame of at most limit bytes into the connection's buffer,
// which stands until the next call.
func (c *conn) readAll(r io.Reader, limit int) ([]byte, error) {
	const (
		small = 4 << 10
		keep  = 256 << 10
	)
	if cap(c.buf) == 0 || cap(c.buf) > keep {
		c.buf = make([]byte, small)
	}
	n := 0
	for {
		if n == len(c.buf) {
			if n > limit {
				return nil, errTooBig
			}
			grown := make([]byte, min(2*n, limit+1))
			copy(grown, c.buf)
			c.buf = grown
		}
		got, err := r.Read(c.buf[n:])
		n += got
		switch {
		case n > limit:
			return nil, errTooBig
		case errors.Is(err, io.EOF):
			return c.buf[:n], nil
		case err != nil:
			return nil, err
		}
	}
}

// write is the writer: it ends with the connection, or after a close frame.
func (c *conn) write() {
	defer c.drop()
	for {
		frames, closing := c.peer.Next()
		if len(frames) > 0 && !c.send(frames) {
			return
		}
		if closing {
			c.linger()
			return
		}
		if len(frames) > 0 {
			continue
		}
		select {
		case <-c.peer.Wake():
		case <-c.done:
			return
		}
	}
}

// linger lets the peer read the close frame: closing a socket that still holds
// unread bytes resets it, and takes back what was sent.
func (c *conn) linger() {
	half, ok := c.raw.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	_ = c.raw.SetReadDeadline(time.Now().Add(c.server.patience.goodbye)) // fails only on a closed socket, which the read tells
	_, _ = io.Copy(io.Discard, c.raw)                                    // ends by the deadline or the peer's end
}

// send writes whole frames. A frontend that takes nothing for long is closed; a
// run may take as long as it likes: nobody waits for its writer.
func (c *conn) send(frames []byte) bool {
	if !c.frontend.Load() {
		_, err := c.raw.Write(frames)
		return err == nil
	}
	start := time.Now()
	_ = c.raw.SetWriteDeadline(start.Add(c.server.patience.writeStall)) // fails only on a closed socket, which the write tells
	if _, err := c.raw.Write(frames); err != nil {
		if errors.Is(err, os.ErrDeadlineExceeded) {
			c.server.logger.Info("frontend stalled", "peer_addr", c.raw.RemoteAddr().String())
		}
		return false
	}
	if time.Since(start) > c.server.patience.writeLag {
		c.peer.SkipToHead()
	}
	return true
}
