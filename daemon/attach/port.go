package attach

import (
	"context"
	"errors"
	"net"
	"os"
	"strconv"
	"time"
)

// Where freePair looks: every pairStep ports, at pairTries places.
const (
	pairStep  = 10
	pairTries = 100
)

// canListen reports whether a port can be opened now.
func canListen(host string, port int) bool {
	l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port))) //nolint:noctx // does not wait
	if err != nil {
		return false
	}
	_ = l.Close()
	return true
}

// freePair finds a port above from that is free together with the next one, or
// returns 0.
func freePair(ctx context.Context, host string, from int) int {
	for i := 1; i <= pairTries && ctx.Err() == nil; i++ {
		p := from + i*pairStep
		if p+1 > 65535 {
			return 0
		}
		if unused(ctx, host, p) && unused(ctx, host, p+1) {
			return p
		}
	}
	return 0
}

// unused reports whether nobody answers at a port. A connection that is refused
// says so at once; opening the port only decides where that takes long, because
// on BSD systems it succeeds beside somebody who listens on every address.
func unused(ctx context.Context, host string, port int) bool {
	d := net.Dialer{Timeout: 300 * time.Millisecond}
	conn, err := d.DialContext(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err == nil {
		_ = conn.Close()
		return false
	}
	if ctx.Err() != nil {
		return false
	}
	var netErr net.Error
	if errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &netErr) && netErr.Timeout() {
		return canListen(host, port)
	}
	return true
}
