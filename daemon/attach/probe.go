package attach

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"apps.local/neetbox-tui/protocol"
)

// answerKind is who answers.
type answerKind int

const (
	absent   answerKind = iota // nobody takes the connection
	silent                     // somebody takes it and says nothing in time
	ours                       // a daemon of ours
	upstream                   // NEETBOX's own server
	foreign                    // something else
)

// answer is what a probe found.
type answer struct {
	kind   answerKind
	hello  protocol.Hello // of ours
	what   string         // of foreign, in words
	broken bool           // of silent: the connection ended before an answer
	err    error          // of absent and silent
}

// hello asks at e who is there, for at most limit.
func hello(ctx context.Context, e protocol.Endpoint, limit time.Duration) answer {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	r, err := exchange(ctx, e, http.MethodGet, e.URL("hello"), "")
	if err != nil {
		return unanswered(ctx, e, err)
	}
	a := classify(r)
	if a.kind == foreign && newerUpstream(ctx, e) {
		a = answer{kind: upstream}
	}
	return a
}

// newerUpstream asks where NEETBOX's servers from 0.4.10 on say hello.
func newerUpstream(ctx context.Context, e protocol.Endpoint) bool {
	r, err := exchange(ctx, e, http.MethodGet, e.URL("api", "server", "hello"), "")
	return err == nil && classify(r).kind == upstream
}

// unanswered tells "nobody" from "somebody who does not answer".
func unanswered(ctx context.Context, e protocol.Endpoint, err error) answer {
	late := ctx.Err() != nil
	noConn := errors.Is(err, errNoConnection)
	switch {
	case noConn && late && e.Loopback() && canListen(e.Host, e.Port):
		// Windows retries a refused connection for two seconds.
		return answer{kind: absent, err: err}
	case noConn && !late:
		return answer{kind: absent, err: err}
	case late, hungUp(err):
		return answer{kind: silent, broken: !late, err: err}
	default:
		return answer{kind: foreign, what: "something that does not speak HTTP"}
	}
}

// hungUp reports whether the other side ended the connection without a word,
// which a daemon that is just ending does too.
func hungUp(err error) bool {
	var op *net.OpError
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &op)
}

// classify reads who gave an HTTP answer.
func classify(r reply) answer {
	var h protocol.Hello
	if r.status == http.StatusOK && json.Unmarshal(r.body, &h) == nil && h.Hello == "hello" {
		switch h.Server {
		case protocol.ServerName:
			h.Version, h.Build = clean(h.Version, 64), clean(h.Build, 64)
			return answer{kind: ours, hello: h}
		case "":
			return answer{kind: upstream}
		}
	}
	server := clean(r.server, 64)
	switch {
	case strings.HasPrefix(server, "AirTunes"):
		return answer{kind: foreign, what: "an AirPlay receiver (on macOS: System Settings, General, AirDrop & Handoff)"}
	case server != "":
		return answer{kind: foreign, what: "an HTTP server that calls itself " + server}
	default:
		return answer{kind: foreign, what: "an HTTP server that is no NEETBOX daemon"}
	}
}

// portTaken describes who is in the way and looks for a way out.
func (e *ensurer) portTaken(ctx context.Context, a answer) *PortTakenError {
	err := &PortTakenError{Endpoint: e.Endpoint, What: a.what}
	switch {
	case a.kind == upstream:
		err.Upstream = true
		err.What = "NEETBOX's own server"
	case a.kind == silent && a.broken:
		err.What = "something that takes connections and drops them"
	case a.kind == silent:
		err.What = "something that takes connections and does not answer"
	}
	if e.Endpoint.Loopback() {
		err.Suggest = freePair(ctx, e.Endpoint.Host, e.Endpoint.Port)
	}
	return err
}
