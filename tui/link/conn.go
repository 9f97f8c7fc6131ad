package link

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/gorilla/websocket"

	"apps.local/neetbox-tui/protocol"
)

const (
	handshakeTimeout = 10 * time.Second
	writeTimeout     = 10 * time.Second
	// goodbye bounds the close frame at the end, which nobody needs.
	goodbye = 250 * time.Millisecond
	// maxFrame is what a run may send and the keys that the daemon adds to it.
	maxFrame = protocol.MaxRunFrame + 1<<20
	// keptFrame is up to which size the reader's buffer is used again.
	keptFrame = 1 << 20
	// waitingCalls is how many actions may wait for the writer.
	waitingCalls = 64
)

// ErrUpstream says that the daemon speaks the wire, but not what this dashboard
// needs on top of it.
var ErrUpstream = errors.New("this daemon does not speak the neetbox-tui extensions " +
	"(an upstream neetbox server?); start a neetbox-tui daemon on other ports and connect to that")

var errNoAnswer = fmt.Errorf("daemon did not answer the handshake within %v; is the WebSocket port right?", handshakeTimeout)

// final reports whether trying again by itself would end the same way.
func final(err error) bool {
	var crashed *panicError
	var closed *websocket.CloseError
	switch {
	case errors.Is(err, ErrUpstream), errors.As(err, &crashed):
		return true
	case errors.As(err, &closed):
		return !protocol.CloseCode(closed.Code).Reconnect()
	}
	return false
}

// conn is one connection, from the dial to its end.
type conn struct {
	link   *Link
	client *Client
	ws     *websocket.Conn
	reply  protocol.HandshakeReply
	intake *intake
	out    chan []byte
	joined bool // the cursor counts by this connection's epoch
}

// connect dials, and returns when the connection has ended, with the reason.
func (l *Link) connect(ctx context.Context) error {
	client := l.Client()
	l.setState(func(s *State) { s.Phase, s.RetryAt, s.Note = Connecting, time.Time{}, "connecting" })
	dialer := websocket.Dialer{
		NetDialContext:   l.dial,
		HandshakeTimeout: handshakeTimeout,
		ReadBufferSize:   64 << 10,
	}
	//nolint:bodyclose // gorilla has read it and gives a copy
	ws, resp, err := dialer.DialContext(ctx, client.Endpoint().WebSocketURL(), nil)
	if err != nil {
		if resp != nil {
			return fmt.Errorf("connect to the daemon: it answered %d %s: %w", resp.StatusCode, http.StatusText(resp.StatusCode), err)
		}
		return fmt.Errorf("connect to the daemon: %w", err)
	}
	ws.SetReadLimit(maxFrame)
	c := &conn{link: l, client: client, ws: ws, intake: newIntake(l.options.Buffer), out: make(chan []byte, waitingCalls)}

	work := newCrew(ctx)
	work.run(func(ended context.Context) error { return c.close(ctx, ended) })
	work.run(func(ctx context.Context) error {
		if err := c.shakeHands(); err != nil {
			return err
		}
		work.run(c.write)
		work.run(c.sort)
		return c.read()
	})
	err = work.wait()
	c.drain()
	return err
}

// close closes the socket when the connection ends, which ends its reader; with
// a close frame when it is the dashboard that leaves.
func (c *conn) close(life, ended context.Context) error {
	<-ended.Done()
	if life.Err() != nil {
		left := websocket.FormatCloseMessage(websocket.CloseGoingAway, "")
		// The socket is closed next whether or not the daemon hears this.
		_ = c.ws.WriteControl(websocket.CloseMessage, left, time.Now().Add(goodbye))
	}
	_ = c.ws.Close() // the connection is over, whatever Close makes of it
	return nil
}

// shakeHands asks for every project with extensions, and waits for the answer.
func (c *conn) shakeHands() error {
	payload, err := json.Marshal(protocol.Handshake{Who: protocol.WhoWeb, Extensions: protocol.ExtensionsVersion})
	if err != nil {
		return fmt.Errorf("write handshake: %w", err)
	}
	hello := protocol.Event{
		Type: protocol.EventHandshake, Project: protocol.AllProjects, Payload: payload, ID: protocol.NewEventID(),
	}
	if err := c.send(hello.AppendFrame(nil, spelling())); err != nil {
		return fmt.Errorf("send handshake: %w", err)
	}
	if err := c.ws.SetReadDeadline(time.Now().Add(handshakeTimeout)); err != nil {
		return fmt.Errorf("await handshake: %w", err)
	}
	for {
		_, frame, err := c.ws.ReadMessage()
		if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
			return errNoAnswer
		}
		if err != nil {
			return fmt.Errorf("await handshake: %w", err)
		}
		// The ack that comes before the answer says the same; what is no event
		// comes from a server that is not ours, and the deadline ends the wait.
		answer, _, err := protocol.Decode(frame)
		if err != nil || answer.Type != protocol.EventHandshake || answer.ID != hello.ID {
			continue
		}
		if err := c.accept(answer); err != nil {
			return err
		}
		return c.ws.SetReadDeadline(time.Time{})
	}
}

func (c *conn) accept(answer protocol.Event) error {
	if err := answer.DecodePayload(&c.reply); err != nil {
		return fmt.Errorf("read handshake: %w", err)
	}
	switch {
	case c.reply.Extensions < 1:
		return ErrUpstream
	case c.reply.Result != protocol.ResultJoined:
		return fmt.Errorf("join the daemon: refused with %d %s", c.reply.Result, c.reply.Reason)
	}
	if c.reply.Server == nil {
		c.reply.Server = &protocol.ServerInfo{}
	}
	return nil
}

// read drains the socket.
func (c *conn) read() error {
	dec := protocol.NewDecoder()
	var buf bytes.Buffer
	for {
		kind, r, err := c.ws.NextReader()
		if err != nil {
			return fmt.Errorf("read from the daemon: %w", err)
		}
		if buf.Cap() > keptFrame {
			buf = bytes.Buffer{}
		}
		buf.Reset()
		if _, err := buf.ReadFrom(r); err != nil {
			return fmt.Errorf("read from the daemon: %w", err)
		}
		event, _, err := dec.Decode(buf.Bytes())
		if err != nil || kind != websocket.TextMessage {
			const shown = 200
			c.link.log.Debug("unreadable frame", "err", err, "frame", string(buf.Bytes()[:min(buf.Len(), shown)]))
			c.intake.spoilt()
			continue
		}
		c.intake.put(event.Clone())
	}
}

// write sends actions.
func (c *conn) write(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case frame := <-c.out:
			if err := c.send(frame); err != nil {
				return fmt.Errorf("send action: %w", err)
			}
		}
	}
}

func (c *conn) send(frame []byte) error {
	if err := c.ws.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	return c.ws.WriteMessage(websocket.TextMessage, frame)
}
