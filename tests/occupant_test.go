package tests

import (
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// occupant holds a port and counts who connects.
type occupant struct {
	net.Listener
	connections atomic.Int64

	mu   sync.Mutex
	held []net.Conn
}

// takePort listens on a loopback port as one of: silent, page, upstream.
func takePort(port int, as string) (*occupant, error) {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return nil, err
	}
	o := &occupant{Listener: l}
	switch as {
	case "silent":
		go o.hold()
	case "page":
		go o.serve(http.NotFound)
	case "upstream":
		go o.serve(upstreamHello)
	default:
		_ = l.Close()
		return nil, fmt.Errorf("unknown occupant %q", as)
	}
	return o, nil
}

// Accept counts.
func (o *occupant) Accept() (net.Conn, error) {
	conn, err := o.Listener.Accept()
	if err == nil {
		o.connections.Add(1)
	}
	return conn, err
}

func (o *occupant) serve(handler http.HandlerFunc) {
	const headerTimeout = 10 * time.Second
	server := http.Server{Handler: handler, ReadHeaderTimeout: headerTimeout}
	_ = server.Serve(o) // ends when the listener is closed
}

// hold takes connections and never answers.
func (o *occupant) hold() {
	for {
		conn, err := o.Accept()
		if err != nil {
			return
		}
		o.mu.Lock()
		o.held = append(o.held, conn)
		o.mu.Unlock()
	}
}

// leave gives the port back.
func (o *occupant) leave() {
	_ = o.Close()
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, conn := range o.held {
		_ = conn.Close()
	}
}

// upstreamHello answers as NEETBOX 0.2.0's server does.
func upstreamHello(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if r.URL.Path != "/hello" {
		w.WriteHeader(http.StatusNotFound)
		_, _ = fmt.Fprint(w, "<title>404 Not Found</title>") // the asker may be gone
		return
	}
	_, _ = fmt.Fprint(w, `{"hello": "hello"}`) // the asker may be gone
}
