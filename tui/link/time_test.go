package link_test

import (
	"context"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/link"
)

// pipes is a network inside the process, whose waits a bubble's clock knows.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 5000} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.conns <- far:
		return near, nil
	case <-p.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// newDaemonInBubble is a daemon that a link reaches without the kernel.
func newDaemonInBubble(t *testing.T) (*daemon, *link.Link) {
	t.Helper()
	d := script(t)
	network := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
	d.server = httptest.NewUnstartedServer(d)
	if err := d.server.Listener.Close(); err != nil {
		t.Fatal(err)
	}
	d.server.Listener = network
	d.server.Start()
	t.Cleanup(d.stop)
	l := link.New(link.Options{Endpoint: protocol.Endpoint{Host: "127.0.0.1", Port: 5000, WS: 5001}})
	l.SetDial(network.dial)
	return d, l
}

func TestLink_UnansweredHandshakeEndsAfterTenSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, l := newDaemonInBubble(t)
		d.set(func() { d.mute = true })
		began := time.Now()
		s := start(t, l)
		d.joined()
		s.phase(link.Offline)
		if took := time.Since(began); took != 10*time.Second {
			t.Errorf("gave up after %v, want 10s", took)
		}
		if s.state.Err == nil || !strings.Contains(s.state.Err.Error(), "did not answer") {
			t.Errorf("err = %v", s.state.Err)
		}
	})
}

func TestLink_BackoffStartsAnewAfterAHealthyMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, l := newDaemonInBubble(t)
		s := start(t, l)
		pauseAfter := func(health time.Duration) time.Duration {
			p := d.joined()
			s.phase(link.Online)
			<-time.After(health)
			p.close(protocol.CloseGoingAway, "")
			s.phase(link.Offline)
			return time.Until(s.state.RetryAt)
		}
		for range 4 {
			pauseAfter(time.Second)
		}
		if pause := pauseAfter(time.Second); pause < 3*time.Second {
			t.Errorf("fifth pause = %v, want about 4s", pause)
		}
		if pause := pauseAfter(time.Minute); pause > time.Second {
			t.Errorf("pause after a minute of health = %v, want about 0.25s", pause)
		}
	})
}

func TestLink_IdleIsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, l := newDaemonInBubble(t)
		d.record("bert", 1)
		s := start(t, l)
		p := d.joined()
		s.phase(link.Online)
		<-time.After(time.Minute) // REST connections are given up meanwhile
		for len(s.batches) > 0 {
			s.take(<-s.batches)
		}
		before, asked := s.count, d.requests("/tui/v1/projects")
		// A ticker would have had thousands of chances in a day to say something.
		<-time.After(24 * time.Hour)
		synctest.Wait()
		if len(s.batches) > 0 || s.count != before || d.requests("/tui/v1/projects") != asked || len(p.frames) > 0 {
			t.Errorf("an idle day brought %d batches, %d frames", len(s.batches), len(p.frames))
		}
		p.send(d.record("bert", 1)...)
		s.gathered(1)
	})
}
