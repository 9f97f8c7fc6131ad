package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// eventSize is the length of a log event's JSON text, in bytes: what a line of a
// training loop weighs.
const eventSize = 250

// stampDigits is the width of a Unix time in nanoseconds.
const stampDigits = 19

const stampPlace = "0000000000000000000"

// asks ends an event whose sender waits for an answer; the servers here tell the
// last event of a run by it.
const asks = `"event-id":1}`

// logEvent makes a log event of eventSize bytes as a released client writes it.
// Its stamp, stampDigits long, begins at the offset given back.
func logEvent(project string, waits bool) (text []byte, stampAt int) {
	end := `"},"event-id":-1}`
	if waits {
		end = `"},` + asks
	}
	text = append(text, `{"event-type":"log","name":`...)
	text = strconv.AppendQuote(text, project)
	text = append(text, `,"payload":{"series":"info","whom":"train.py","datetime":"2024-03-01T12:30:45.123456","message":"`...)
	stampAt = len(text)
	text = append(text, stampPlace...)
	const words = " epoch 12/90 step 3400/5005 loss 2.3187 acc 0.4121 lr 0.0125 eta 01:12:33"
	for len(text)+len(end) < eventSize {
		text = append(text, words[:min(len(words), eventSize-len(end)-len(text))]...)
	}
	return append(text, end...), stampAt
}

// stamp writes the time into an event's text.
func stamp(place []byte, now time.Time) {
	n := now.UnixNano()
	for i := stampDigits - 1; i >= 0; i-- {
		place[i] = byte('0' + n%10)
		n /= 10
	}
}

// stamped reads what stamp wrote, as Unix nanoseconds.
func stamped(place []byte) int64 {
	var n int64
	for _, c := range place[:stampDigits] {
		n = n*10 + int64(c-'0')
	}
	return n
}

// isLog reports whether a frame's text is a log event: frontends get status and
// hardware events as well, which are not what is counted.
func isLog(text []byte) bool {
	const at = len(`{"event-type":"`)
	return len(text) > at && text[at] == 'l'
}

// Opcode with the FIN bit, and the mask bit of the second byte: RFC 6455,
// section 5.2.
const (
	opText = 0x81
	masked = 0x80
)

const (
	len16  = 126
	len64  = 127
	header = 2
)

// maskKey is fixed: what masking costs the server does not depend on the key,
// and a fixed one lets a frame be stamped in place.
var maskKey = [4]byte{0x5a, 0xa5, 0x3c, 0xc3} // a constant that Go can't spell as one

// clientFrame is a masked text frame; the text begins at the offset given back.
func clientFrame(text []byte) (frame []byte, textAt int) {
	frame = appendSize([]byte{opText}, len(text), masked)
	frame = append(frame, maskKey[:]...)
	textAt = len(frame)
	frame = append(frame, text...)
	mask(frame[textAt:], 0)
	return frame, textAt
}

// serverFrame is an unmasked text frame; the text begins at the offset given
// back.
func serverFrame(text []byte) (frame []byte, textAt int) {
	frame = appendSize([]byte{opText}, len(text), 0)
	return append(frame, text...), len(frame)
}

func appendSize(dst []byte, size int, bit byte) []byte {
	switch {
	case size < len16:
		return append(dst, bit|byte(size))
	case size <= 0xFFFF:
		return binary.BigEndian.AppendUint16(append(dst, bit|len16), uint16(size)) //nolint:gosec // just checked
	}
	return binary.BigEndian.AppendUint64(append(dst, bit|len64), uint64(size)) //nolint:gosec // a length is not negative
}

// mask masks or unmasks text that begins at the given offset of its frame.
func mask(text []byte, at int) {
	for i := range text {
		text[i] ^= maskKey[(at+i)%len(maskKey)]
	}
}

// frames reads unmasked frames and looks at their headers only, so that a
// receiver costs next to nothing beside the server that is measured.
type frames struct {
	conn     net.Conn
	buf      []byte
	from, to int
}

const receiveBuffer = 128 << 10

func newFrames(conn net.Conn) *frames {
	return &frames{conn: conn, buf: make([]byte, receiveBuffer)}
}

var errTooLarge = errors.New("frame is larger than the receive buffer")

// fill reads once from the socket.
func (f *frames) fill() error {
	if f.from > 0 {
		f.to = copy(f.buf, f.buf[f.from:f.to])
		f.from = 0
	}
	if f.to == len(f.buf) {
		return errTooLarge
	}
	n, err := f.conn.Read(f.buf[f.to:])
	f.to += n
	if n > 0 {
		return nil
	}
	return err
}

// next gives the text of the next whole frame in the buffer; it stands until the
// next fill.
func (f *frames) next() (text []byte, ok bool) {
	have := f.buf[f.from:f.to]
	if len(have) < header {
		return nil, false
	}
	at, size := header, int(have[1]&^masked)
	switch size {
	case len16:
		at += 2
		if len(have) < at {
			return nil, false
		}
		size = int(binary.BigEndian.Uint16(have[header:]))
	case len64:
		at += 8
		if len(have) < at {
			return nil, false
		}
		large := binary.BigEndian.Uint64(have[header:])
		if large > receiveBuffer {
			return nil, false // fill then says that it can't be held
		}
		size = int(large) //nolint:gosec // just checked
	}
	if len(have) < at+size {
		return nil, false
	}
	f.from += at + size
	return have[at : at+size], true
}

// read waits for one frame.
func (f *frames) read() ([]byte, error) {
	for {
		if text, ok := f.next(); ok {
			return text, nil
		}
		if err := f.fill(); err != nil {
			return nil, fmt.Errorf("read a frame: %w", err)
		}
	}
}

// dial connects; every socket of a case is bounded by its deadline.
func dial(ctx context.Context, addr string) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline) // fails only on a closed socket, which the next call tells
	}
	return conn, nil
}

// dialWebSocket connects and upgrades at path.
func dialWebSocket(ctx context.Context, addr, path string) (net.Conn, error) {
	conn, err := dial(ctx, addr)
	if err != nil {
		return nil, err
	}
	if err := upgrade(conn, addr, path); err != nil {
		_ = conn.Close() // of no use any more
		return nil, err
	}
	return conn, nil
}

func upgrade(conn net.Conn, addr, path string) error {
	request := "GET " + path + " HTTP/1.1\r\nHost: " + addr + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
	if _, err := io.WriteString(conn, request); err != nil {
		return fmt.Errorf("ask for a WebSocket: %w", err)
	}
	// A byte at a time: what follows the answer belongs to the frames.
	var answer []byte
	one := make([]byte, 1)
	for !bytes.HasSuffix(answer, []byte("\r\n\r\n")) {
		if _, err := io.ReadFull(conn, one); err != nil {
			return fmt.Errorf("read the answer to the upgrade: %w", err)
		}
		answer = append(answer, one[0])
	}
	response, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(answer)), nil)
	if err != nil {
		return fmt.Errorf("read the answer to the upgrade: %w", err)
	}
	_ = response.Body.Close() // empty
	if response.StatusCode != http.StatusSwitchingProtocols {
		return fmt.Errorf("upgrade refused: %s", response.Status)
	}
	return nil
}
