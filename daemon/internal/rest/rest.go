package rest

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"apps.local/neetbox-tui/daemon/internal/guard"
	"apps.local/neetbox-tui/protocol"
)

// Options is what the routes answer from.
type Options struct {
	Hello   func() protocol.Hello // asked on every hello, and once by Handler
	Live    Live
	Reader  Reader
	Control Control
	Debug   bool         // serve /docs and /openapi.json, log a line per request
	Logger  *slog.Logger // nil: nothing is logged
	// WebSocket takes upgrade requests that arrive on the REST port, on any path,
	// once they passed the guard; nil refuses them.
	WebSocket http.Handler
}

// Handler serves every route, guarded as package guard describes. It is for one
// server's whole lifetime and safe for concurrent use.
func Handler(opts Options) http.Handler {
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	mux := http.NewServeMux()
	r := &routes{Options: opts, api: humago.New(mux, apiConfig(opts.Hello().Version))}
	r.registerSeed()
	r.registerTUI()
	if opts.Debug {
		r.serveDocs(mux)
	} else {
		r.hideDocs(mux)
	}
	s := &server{
		log:      opts.Logger,
		debug:    opts.Debug,
		pages:    guard.Loopback(guard.SameOrigin(named(mux))),
		upgrades: guard.Loopback(r.upgrades()),
	}
	return s
}

// routes answers requests; one method for each route.
type routes struct {
	Options
	api huma.API
}

// server is what all routes have in common.
type server struct {
	log      *slog.Logger
	debug    bool
	pages    http.Handler
	upgrades http.Handler
}

// ServeHTTP answers one request. Upgrades get the connection's own writer, which
// they take over; everything else is written to memory first, so that a route
// that breaks halfway is still answered with an error and nothing but.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	if upgrades(r) {
		s.logRequest(r, slog.String("upgrade", "websocket"))
		s.upgrades.ServeHTTP(w, r)
		return
	}
	began := time.Now()
	a := &answer{ResponseWriter: w}
	s.answer(a, r)
	a.send()
	s.logRequest(r, slog.Int("status", a.status), slog.Int("bytes", a.body.Len()), slog.Duration("took", time.Since(began)))
}

// answer runs the routes; a panic in one becomes a 500, its stack goes to the log.
func (s *server) answer(a *answer, r *http.Request) {
	defer func() {
		switch problem := recover(); problem {
		case nil:
		case http.ErrAbortHandler:
			panic(problem)
		default:
			s.log.Error("answer request", "method", r.Method, "path", clip(r.URL.EscapedPath()),
				"panic", problem, "stack", string(debug.Stack()))
			a.fail(failureOf(http.StatusInternalServerError))
		}
	}()
	s.pages.ServeHTTP(a, r)
}

func (s *server) logRequest(r *http.Request, more ...slog.Attr) {
	if !s.debug {
		return
	}
	attrs := append([]slog.Attr{slog.String("method", r.Method), slog.String("path", clip(r.URL.EscapedPath()))}, more...)
	s.log.LogAttrs(r.Context(), slog.LevelDebug, "request", attrs...)
}

// clip keeps a hostile path from filling the log.
func clip(path string) string {
	const most = 256
	if len(path) > most {
		return path[:most] + "…"
	}
	return path
}

// secure sets what every answer has. What runs report is shown to browsers as
// HTML by the seed's contract, so no answer may run a script, be framed, be
// guessed to be another type or be embedded by another site.
func secure(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
}

// upgrades reports whether r wants a WebSocket.
func upgrades(r *http.Request) bool {
	return hasToken(r.Header["Connection"], "upgrade") && hasToken(r.Header["Upgrade"], "websocket")
}

func hasToken(lines []string, token string) bool {
	for _, line := range lines {
		for part := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.TrimSpace(part), token) {
				return true
			}
		}
	}
	return false
}

// upgrades hands a WebSocket over. An upgrade is a GET, which no browser holds
// back from other sites' pages, so its Origin decides.
func (r *routes) upgrades() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		switch {
		case !guard.AllowOrigin(req):
			newFailure(http.StatusForbidden, "the WebSocket is asked for by another site's page",
				"open it from a page of this daemon, or without an Origin").write(w)
		case r.WebSocket == nil:
			newFailure(http.StatusNotFound, "this port has no WebSocket",
				"connect to the port that /hello gives as \"ws\"").write(w)
		default:
			r.WebSocket.ServeHTTP(w, req)
		}
	})
}
