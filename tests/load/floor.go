package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// The floors, each in a process of its own so that its CPU can be told apart.
const (
	floorRelay = "relay" // raw TCP, one shared log, a cursor per receiver
	floorNaive = "naive" // gorilla: ReadMessage, then WriteMessage per receiver
	floorCount = "count" // gorilla: ReadMessage and nothing else
)

// floorArg as the first argument makes this program one of the floors.
const floorArg = "floor"

// Paths of the gorilla floors; the relay reads the first byte instead.
const (
	pathIn  = "/in"
	pathOut = "/out"
)

const (
	relaySender   = 'S'
	relayReceiver = 'R'
)

// welcome tells a receiver that it is on the list, and a sender that its last
// event was read.
const welcome = `{"event-type":"handshake"}`

// serveFloor serves until standard input ends, which is when the parent does.
func serveFloor(mode string, in io.Reader, out io.Writer) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if _, err := fmt.Fprintln(out, l.Addr()); err != nil {
		return fmt.Errorf("tell the address: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- serveMode(mode, l) }()
	parent := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, in) // ends with the parent, however it ends
		close(parent)
	}()
	select {
	case err := <-ended:
		return err
	case <-parent:
		return nil
	}
}

func serveMode(mode string, l net.Listener) error {
	switch mode {
	case floorRelay:
		return newRelay().serve(l)
	case floorNaive, floorCount:
		server := http.Server{Handler: &naive{}, ReadHeaderTimeout: time.Second}
		return server.Serve(l)
	}
	return fmt.Errorf("no such floor: %q", mode)
}

// naive forwards as a first version would: each receiver written to in turn by
// the reader. Without receivers it is the count floor.
type naive struct {
	mu        sync.Mutex
	receivers []*websocket.Conn
}

func (s *naive) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var upgrader websocket.Upgrader
	c, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	defer func() { _ = c.Close() }() // gone either way
	s.mu.Lock()
	if r.URL.Path == pathOut {
		s.receivers = append(s.receivers, c)
	}
	err = c.WriteMessage(websocket.TextMessage, []byte(welcome))
	s.mu.Unlock()
	for err == nil {
		var text []byte
		if _, text, err = c.ReadMessage(); err == nil {
			s.forward(c, text)
		}
	}
	s.mu.Lock()
	s.receivers = slices.DeleteFunc(s.receivers, func(other *websocket.Conn) bool { return other == c })
	s.mu.Unlock()
}

func (s *naive) forward(from *websocket.Conn, text []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.receivers {
		// A receiver that is gone is taken off by its own reader.
		_ = c.WriteMessage(websocket.TextMessage, text)
	}
	if bytes.HasSuffix(text, []byte(asks)) {
		_ = from.WriteMessage(websocket.TextMessage, []byte(welcome)) // its reader tells when it is gone
	}
}

// relay copies bytes from senders to receivers through one shared log, with the
// same window, flush size and chunks as the daemon: what no server of this
// structure can do without. It knows no frames and never drops.
type relay struct {
	sender  sync.Mutex // held while a sender is read: the part of the last chunk behind n is its own
	mu      sync.Mutex // guards the rest
	last    *relayChunk
	free    []*relayChunk
	cursors map[*relayCursor]struct{}
	waiting int
	flushed time.Time
	armed   bool
}

const (
	relayWindow = 2 * time.Millisecond
	relayFlush  = 64 << 10
	chunkSize   = 256 << 10
)

// relayChunk is read by every cursor once and then used again.
type relayChunk struct {
	buf  [chunkSize]byte
	n    int // bytes that cursors may read
	next *relayChunk
	left int // cursors that are not past it
}

type relayCursor struct {
	chunk *relayChunk
	off   int
	wake  chan struct{}
}

func newRelay() *relay {
	return &relay{cursors: map[*relayCursor]struct{}{}, last: &relayChunk{}}
}

func (r *relay) serve(l net.Listener) error {
	for {
		conn, err := l.Accept()
		if err != nil {
			return fmt.Errorf("accept: %w", err)
		}
		go func() {
			defer func() { _ = conn.Close() }() // gone either way
			kind := make([]byte, 1)
			if _, err := io.ReadFull(conn, kind); err != nil {
				return
			}
			if kind[0] == relayReceiver {
				r.write(conn)
				return
			}
			r.read(conn)
		}()
	}
}

// read takes bytes straight into the log's last chunk.
func (r *relay) read(conn net.Conn) {
	r.sender.Lock()
	defer r.sender.Unlock()
	r.mu.Lock()
	at := r.last
	r.mu.Unlock()
	for {
		if at.n == chunkSize {
			at = r.grow()
		}
		n, err := conn.Read(at.buf[at.n:min(chunkSize, at.n+relayFlush)])
		if n > 0 {
			got := at.buf[at.n : at.n+n]
			r.publish(at, n)
			if bytes.HasSuffix(got, []byte(asks)) {
				frame, _ := serverFrame([]byte(welcome))
				_, err = conn.Write(frame)
			}
		}
		if err != nil {
			return
		}
	}
}

func (r *relay) grow() *relayChunk {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := &relayChunk{}
	if len(r.cursors) == 0 {
		c = r.last
	} else if n := len(r.free); n > 0 {
		c, r.free = r.free[n-1], r.free[:n-1]
	}
	c.n, c.next, c.left = 0, nil, len(r.cursors)
	if c != r.last {
		r.last.next = c
		r.last = c
	}
	return c
}

func (r *relay) publish(at *relayChunk, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	at.n += n
	r.waiting += n
	now := time.Now()
	since := now.Sub(r.flushed)
	switch {
	case since >= relayWindow || r.waiting >= relayFlush:
		r.flush(now)
	case !r.armed:
		r.armed = true
		time.AfterFunc(relayWindow-since, func() {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.armed = false
			if r.waiting > 0 {
				r.flush(time.Now())
			}
		})
	}
}

func (r *relay) flush(now time.Time) {
	r.flushed, r.waiting = now, 0
	for c := range r.cursors {
		select {
		case c.wake <- struct{}{}:
		default:
		}
	}
}

// write sends a receiver what waits for it, with one system call a time.
func (r *relay) write(conn net.Conn) {
	c := &relayCursor{wake: make(chan struct{}, 1)}
	r.mu.Lock()
	c.chunk, c.off = r.last, r.last.n
	c.chunk.left++
	r.cursors[c] = struct{}{}
	r.mu.Unlock()
	defer r.leave(c)
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_, _ = io.Copy(io.Discard, conn) // ends when the receiver leaves
	}()
	frame, _ := serverFrame([]byte(welcome))
	_, err := conn.Write(frame)
	for err == nil {
		if waiting := r.waitingFor(c); len(waiting) > 0 {
			_, err = conn.Write(waiting)
			continue
		}
		select {
		case <-c.wake:
		case <-gone:
			err = errors.New("receiver left")
		}
	}
}

func (r *relay) waitingFor(c *relayCursor) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	for c.off == c.chunk.n && c.chunk.next != nil {
		r.pass(c)
	}
	from := c.off
	c.off = c.chunk.n
	return c.chunk.buf[from:c.off]
}

// pass moves a cursor to the next chunk; the last cursor frees the one it leaves.
func (r *relay) pass(c *relayCursor) {
	old := c.chunk
	c.chunk, c.off = old.next, 0
	old.left--
	if old.left == 0 {
		r.free = append(r.free, old)
	}
}

func (r *relay) leave(c *relayCursor) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.cursors, c)
	for c.chunk.next != nil {
		r.pass(c)
	}
	c.chunk.left--
}

// floorMain runs this program as a floor when its arguments say so.
func floorMain(args []string) (code int, isFloor bool) {
	if len(args) != 2 || args[0] != floorArg {
		return 0, false
	}
	if err := serveFloor(args[1], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "load: %s floor: %v\n", args[1], err)
		return 1, true
	}
	return 0, true
}
