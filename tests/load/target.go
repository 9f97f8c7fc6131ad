package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
)

// kind is a way to receive from a server.
type kind uint8

const (
	kindRelay    kind = iota // raw TCP
	kindGorilla              // the gorilla floors
	kindPlain                // the daemon, a frontend of the seed's dialect
	kindExtended             // the daemon, a frontend with "extensions":1
)

// target is a server and how its receivers shake hands.
type target struct {
	server *server
	kind   kind
}

// peer is one connection to a target, ready to send or to receive.
type peer struct {
	net.Conn
	*frames
}

// sender connects what sends events: to the daemon, a run of the project.
func (t target) sender(ctx context.Context, project string) (*peer, error) {
	switch t.kind {
	case kindRelay:
		conn, err := dial(ctx, t.server.addr)
		if err != nil {
			return nil, err
		}
		return greet(conn, []byte{relaySender}, false)
	case kindGorilla:
		conn, err := dialWebSocket(ctx, t.server.addr, pathIn)
		if err != nil {
			return nil, err
		}
		return greet(conn, nil, true)
	case kindPlain, kindExtended:
	}
	return t.shakeHands(ctx, project, `{"who":"cli"}`)
}

// receiver connects what receives events: to the daemon, a frontend of the
// project, which must have a run already.
func (t target) receiver(ctx context.Context, project string) (*peer, error) {
	switch t.kind {
	case kindRelay:
		conn, err := dial(ctx, t.server.addr)
		if err != nil {
			return nil, err
		}
		return greet(conn, []byte{relayReceiver}, true)
	case kindGorilla:
		conn, err := dialWebSocket(ctx, t.server.addr, pathOut)
		if err != nil {
			return nil, err
		}
		return greet(conn, nil, true)
	case kindExtended:
		return t.shakeHands(ctx, project, `{"who":"web","extensions":1}`)
	case kindPlain:
	}
	return t.shakeHands(ctx, project, `{"who":"web"}`)
}

func (t target) shakeHands(ctx context.Context, project, payload string) (*peer, error) {
	conn, err := dialWebSocket(ctx, t.server.addr, "/")
	if err != nil {
		return nil, err
	}
	text := fmt.Sprintf(`{"event-type":"handshake","name":%q,"payload":%s,"event-id":0}`, project, payload)
	frame, _ := clientFrame([]byte(text))
	p, err := greet(conn, frame, false)
	if err != nil {
		return nil, err
	}
	reply, err := p.read()
	if err == nil && !bytes.Contains(reply, []byte(`"result":200`)) {
		err = fmt.Errorf("handshake refused: %s", reply)
	}
	if err != nil {
		_ = conn.Close() // of no use any more
		return nil, err
	}
	return p, nil
}

// greet says hello and, where the server answers, waits until it has.
func greet(conn net.Conn, hello []byte, answered bool) (*peer, error) {
	p := &peer{Conn: conn, frames: newFrames(conn)}
	_, err := conn.Write(hello)
	if err == nil && answered {
		_, err = p.read()
	}
	if err != nil {
		_ = conn.Close() // of no use any more
		return nil, fmt.Errorf("shake hands: %w", err)
	}
	return p, nil
}

// event is what the target's sender writes for an event's text.
func (t target) event(text []byte) (frame []byte, textAt int) {
	if t.kind == kindRelay {
		return serverFrame(text)
	}
	return clientFrame(text)
}
