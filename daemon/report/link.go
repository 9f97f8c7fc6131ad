package report

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"apps.local/neetbox-tui/protocol"
)

const (
	dialTime      = 5 * time.Second
	handshakeTime = 5 * time.Second
	writeTime     = 10 * time.Second // of a batch; a daemon that takes none for so long is stuck
	closeTime     = 500 * time.Millisecond

	batchEvents = 256
	batchBytes  = 256 << 10
)

// batchConn lets a batch of frames leave in one system call, where the WebSocket
// library makes one for each. Write is safe beside release.
type batchConn struct {
	net.Conn
	mu   sync.Mutex
	held bool
	out  *bufio.Writer
}

func newBatchConn(c net.Conn) *batchConn {
	return &batchConn{Conn: c, out: bufio.NewWriterSize(c, 64<<10)}
}

func (c *batchConn) Write(text []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.held {
		return c.Conn.Write(text)
	}
	return c.out.Write(text)
}

// hold keeps what is written from now on.
func (c *batchConn) hold() {
	c.mu.Lock()
	c.held = true
	c.mu.Unlock()
}

// release lets it go.
func (c *batchConn) release() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held = false
	return c.out.Flush()
}

// link is one connection to the daemon. One goroutine reads and one writes.
type link struct {
	ws  *websocket.Conn
	raw *batchConn
	dec *protocol.Decoder
}

func dial(ctx context.Context, to protocol.Endpoint) (*link, error) {
	l := &link{dec: protocol.NewDecoder()}
	dialer := websocket.Dialer{
		HandshakeTimeout: dialTime,
		WriteBufferSize:  32 << 10,
		NetDialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := (&net.Dialer{Timeout: dialTime}).DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			l.raw = newBatchConn(conn)
			return l.raw, nil
		},
	}
	ws, answer, err := dialer.DialContext(ctx, to.WebSocketURL(), nil)
	if answer != nil && answer.Body != nil {
		_ = answer.Body.Close() // nothing to lose: it is only an explanation
	}
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", to.WebSocketURL(), err)
	}
	ws.SetReadLimit(protocol.MaxRunFrame)
	l.ws = ws
	return l, nil
}

// read returns the next event. It is good until the next read. Frames that are
// not events are skipped: a run has nobody to complain to.
func (l *link) read() (protocol.Event, error) {
	for {
		_, frame, err := l.ws.ReadMessage()
		if err != nil {
			return protocol.Event{}, err
		}
		if e, _, err := l.dec.Decode(frame); err == nil {
			return e, nil
		}
	}
}

var errRefused = errors.New("the daemon refused the handshake")

// handshake says who connects and returns the daemon's answer. An ack of the
// same event-id may come before it and says the same; actions that come before
// it are handed over.
func (l *link) handshake(project string, run protocol.RunName, action func(protocol.Event)) (protocol.HandshakeReply, error) {
	hello := protocol.Event{
		Type: protocol.EventHandshake, Project: project, ID: protocol.NewEventID(),
		Payload: toJSON(protocol.Handshake{Who: protocol.WhoCLI, Extensions: protocol.ExtensionsVersion, Run: &run}),
	}
	deadline := time.Now().Add(handshakeTime)
	_ = l.ws.SetWriteDeadline(deadline)
	if err := l.ws.WriteMessage(websocket.TextMessage, hello.AppendFrame(nil, spelling())); err != nil {
		return protocol.HandshakeReply{}, fmt.Errorf("send handshake: %w", err)
	}
	_ = l.ws.SetReadDeadline(deadline)
	for {
		e, err := l.read()
		if err != nil {
			return protocol.HandshakeReply{}, fmt.Errorf("wait for the answer to the handshake: %w", err)
		}
		switch {
		case e.Type == protocol.EventAction:
			action(e)
		case e.Type == protocol.EventHandshake && e.ID == hello.ID:
			var reply protocol.HandshakeReply
			if err := e.DecodePayload(&reply); err != nil {
				return reply, err
			}
			if reply.Result != protocol.ResultJoined {
				return reply, fmt.Errorf("%w: %d %s", errRefused, reply.Result, reply.Reason)
			}
			return reply, l.ws.SetReadDeadline(time.Time{})
		}
	}
}

// spelling is ours on every connection: who does not know the extra keys ignores
// them.
func spelling() protocol.Spelling {
	return protocol.Spelling{Dialect: protocol.DialectSeed, Extended: true}
}

// write sends a batch of events and returns scratch for the next.
func (l *link) write(project string, batch []numbered, scratch []byte) ([]byte, error) {
	if err := l.ws.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
		return scratch, err
	}
	l.raw.hold()
	for _, b := range batch {
		e := protocol.Event{
			Type: b.kind, Project: project, ID: b.id, Payload: b.payload, Series: b.series, N: b.n,
		}
		scratch = e.AppendFrame(scratch[:0], spelling())
		if err := l.ws.WriteMessage(websocket.TextMessage, scratch); err != nil {
			return scratch, errors.Join(err, l.raw.release())
		}
	}
	return scratch, l.raw.release()
}

// connection is one connection from dialling to its end. nil means that the run
// is over and said so.
func (r *Reporter) connection(ctx, acting context.Context, joined func()) error {
	l, err := dial(ctx, r.opts.Endpoint)
	if err != nil {
		return err
	}
	defer func() { _ = l.ws.Close() }()
	// Neither reading nor writing knows contexts; closing ends both.
	defer context.AfterFunc(ctx, func() { _ = l.ws.Close() })()

	call := func(e protocol.Event) { r.call(acting, e) }
	reply, err := l.handshake(r.opts.Project, r.opts.Run, call)
	if err != nil {
		return err
	}
	r.join(reply)
	joined()
	nudge(r.dirty) // a daemon that was started anew knows nothing of the run
	r.log.Debug("connected", "daemon", r.opts.Endpoint.Address(), "extensions", reply.Extensions)

	var lost error // why the reader ended; read it after gone
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		for {
			var e protocol.Event
			if e, lost = l.read(); lost != nil {
				return
			}
			if e.Type == protocol.EventAction {
				call(e)
			}
		}
	}()
	err = r.writeAll(ctx, l, gone)
	if err != nil {
		_ = l.ws.Close()
		<-gone
		if errors.Is(err, errGone) {
			return lost
		}
		return err
	}
	l.goodbye(gone)
	return nil
}

// join takes up where the daemon's knowledge ends.
func (r *Reporter) join(reply protocol.HandshakeReply) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.plain = reply.Stored == nil
	if r.plain {
		r.backlog.forgetWritten()
		return
	}
	r.backlog.resume(max(*reply.Stored, 0))
}

var errGone = errors.New("the connection is gone")

// writeAll writes what is queued until the run is over, nil, or the connection is.
func (r *Reporter) writeAll(ctx context.Context, l *link, gone <-chan struct{}) error {
	var batch []numbered
	var scratch []byte
	for {
		r.mu.Lock()
		batch = r.backlog.take(batch[:0], batchEvents, batchBytes)
		finished := len(batch) == 0 && r.sealed
		r.mu.Unlock()
		if finished {
			return nil
		}
		if len(batch) == 0 {
			select {
			case <-r.wake:
				continue
			case <-gone:
				return errGone
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		var err error
		if scratch, err = l.write(r.opts.Project, batch, scratch); err != nil {
			return fmt.Errorf("write events: %w", err)
		}
		clear(batch) // the payloads may go before the next batch comes
		r.mu.Lock()
		if r.plain {
			r.backlog.forgetWritten()
		}
		r.mu.Unlock()
	}
}

// goodbye closes the connection in order and waits a moment for the daemon to
// read all of it: a socket that is closed with unread input is reset, and takes
// what is on the way with it.
func (l *link) goodbye(gone <-chan struct{}) {
	text := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	deadline := time.Now().Add(closeTime)
	if l.ws.WriteControl(websocket.CloseMessage, text, deadline) == nil {
		_ = l.ws.SetReadDeadline(deadline)
	} else {
		_ = l.ws.Close()
	}
	<-gone
}
