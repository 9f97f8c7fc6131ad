package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// eventSize is the length of a log event's JSON text, in bytes: what a line of a
// training loop weighs.
const eventSize = 250

// numberDigits is the width of a line's number, which keeps lines apart: the
// dashboard folds equal ones.
const numberDigits = 12

// logEvent makes a log event of eventSize bytes as a client of the seed writes
// it. Its number begins at the offset given back.
func logEvent(project string) (text []byte, numberAt int) {
	const end = `"},"event-id":-1}`
	text = append(text, `{"event-type":"log","name":`...)
	text = strconv.AppendQuote(text, project)
	text = append(text, `,"payload":{"series":"info","whom":"train.py","datetime":"2024-03-01T12:30:45.123456","message":"`+numberMark...)
	numberAt = len(text)
	text = append(text, strings.Repeat("0", numberDigits)...)
	const words = " epoch 12/90 step 3400/5005 loss 2.3187 acc 0.4121 lr 0.0125 eta 01:12:33"
	for len(text)+len(end) < eventSize {
		text = append(text, words[:min(len(words), eventSize-len(end)-len(text))]...)
	}
	return append(text, end...), numberAt
}

// numberMark stands before a line's number.
const numberMark = "line "

func setNumber(place []byte, n int64) {
	for i := numberDigits - 1; i >= 0; i-- {
		place[i] = byte('0' + n%10)
		n /= 10
	}
}

// clientFrame is a text frame of a size from 126 to 65535 bytes, masked with the
// key 0, which leaves the text as it is (RFC 6455, section 5.3): its number can
// be set in place.
func clientFrame(text []byte) (frame []byte, textAt int) {
	const fin, opText, masked, size16 = 0x80, 0x1, 0x80, 126
	frame = append(frame, fin|opText, masked|size16)
	frame = binary.BigEndian.AppendUint16(frame, uint16(len(text))) //nolint:gosec // eventSize
	frame = append(frame, 0, 0, 0, 0)
	return append(frame, text...), len(frame)
}

// sending is a run that logs lines at a rate that can be changed.
type sending struct {
	conn     net.Conn
	frame    []byte
	numberAt int
	buf      []byte
	sent     int64
}

// send joins a project as a run and logs one line. Then each line of in is a
// rate, in lines a second; each is answered with how many lines were sent so far
// and the Unix time in nanoseconds. It returns when in ends.
func send(addr, project string, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ws, err := join(ctx, addr, project)
	if err != nil {
		return err
	}
	defer func() { _ = ws.Close() }() // the run ends with its socket
	lost := make(chan error, 1)
	go func() { // answers pings
		for {
			if _, _, err := ws.NextReader(); err != nil {
				lost <- fmt.Errorf("read from the daemon: %w", err)
				return
			}
		}
	}()
	rates := make(chan int)
	go func() {
		defer close(rates)
		for lines := bufio.NewScanner(in); lines.Scan(); {
			n, err := strconv.Atoi(lines.Text())
			if err != nil {
				return
			}
			rates <- n
		}
	}()
	text, numberAt := logEvent(project)
	frame, textAt := clientFrame(text)
	s := &sending{conn: ws.NetConn(), frame: frame, numberAt: textAt + numberAt}
	if err := s.write(1); err != nil {
		return err
	}
	return s.run(rates, lost, out)
}

func join(ctx context.Context, addr, project string) (*websocket.Conn, error) {
	//nolint:bodyclose // gorilla has read it and gives a copy
	ws, _, err := websocket.DefaultDialer.DialContext(ctx, "ws://"+addr+"/", nil)
	if err != nil {
		return nil, fmt.Errorf("connect to the daemon: %w", err)
	}
	hello := fmt.Sprintf(`{"event-type":"handshake","name":%q,"payload":{"who":"cli"},"event-id":0}`, project)
	err = ws.WriteMessage(websocket.TextMessage, []byte(hello))
	var reply []byte
	if err == nil {
		_, reply, err = ws.ReadMessage()
	}
	if err == nil && !strings.Contains(string(reply), `"result":200`) {
		err = errors.New(string(reply))
	}
	if err != nil {
		_ = ws.Close() // of no use any more
		return nil, fmt.Errorf("shake hands: %w", err)
	}
	return ws, nil
}

// run sends what each millisecond owes.
func (s *sending) run(rates <-chan int, lost <-chan error, out io.Writer) error {
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	rate, from, start := 0, s.sent, time.Now()
	for {
		select {
		case err := <-lost:
			return err
		case next, ok := <-rates:
			if !ok {
				return nil
			}
			rate, from, start = next, s.sent, time.Now()
			if _, err := fmt.Fprintln(out, s.sent, start.UnixNano()); err != nil {
				return err
			}
		case <-ticker.C:
			owed := int64(time.Since(start).Seconds()*float64(rate)) - (s.sent - from)
			if err := s.write(owed); err != nil {
				return err
			}
		}
	}
}

// write sends so many lines with as few system calls as there are 64 KiB: what
// the sender costs is not measured, but it shares the machine.
func (s *sending) write(n int64) error {
	const most = 64 << 10
	for n > 0 {
		s.buf = s.buf[:0]
		for ; n > 0 && len(s.buf)+len(s.frame) <= most; n-- {
			setNumber(s.frame[s.numberAt:], s.sent)
			s.buf = append(s.buf, s.frame...)
			s.sent++
		}
		if _, err := s.conn.Write(s.buf); err != nil {
			return fmt.Errorf("send lines: %w", err)
		}
	}
	return nil
}
