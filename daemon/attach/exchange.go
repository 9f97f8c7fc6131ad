package attach

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"apps.local/neetbox-tui/protocol"
)

// maxAnswer bounds what is read of any answer, headers and body together, in
// bytes: it may come from anybody.
const maxAnswer = 64 << 10

// errNoConnection marks that nobody took the connection.
var errNoConnection = errors.New("connect")

// reply is the part of an HTTP answer that tells who gave it.
type reply struct {
	status int
	server string
	body   []byte
}

// exchange asks once over a connection of its own, until ctx ends. It goes
// exactly where it is told: it follows no redirect, keeps no connection that
// could answer for the next daemon, and knows no proxy, which would speak for a
// daemon that is not there. That, and that http.Transport writes to the standard
// logger, and so over the screen, when a stranger talks first, is why it is not
// an http.Client.
func exchange(ctx context.Context, e protocol.Endpoint, method, url, body string) (reply, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	req.Close = true
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", e.Address())
	if err != nil {
		return reply{}, fmt.Errorf("%w: %w", errNoConnection, err)
	}
	defer func() { _ = conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()

	// Whoever talks first and hangs up breaks the writing; what it said is still
	// there to be read, and where nothing is, reading says why.
	_ = req.Write(conn)
	resp, err := http.ReadResponse(bufio.NewReader(io.LimitReader(conn, maxAnswer)), req)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if ctx.Err() == nil {
		err = nil // a body cut short still has a status and headers
	}
	return reply{status: resp.StatusCode, server: resp.Header.Get("Server"), body: data}, err
}
