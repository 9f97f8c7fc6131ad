package attach_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"apps.local/neetbox-tui/daemon/attach"
	"apps.local/neetbox-tui/protocol"
)

func TestEnsure_AttachesToWhatSpeaksTheProtocol(t *testing.T) {
	tests := []struct {
		name           string
		version, build string
		kind           attach.Kind
		note           string
	}{
		{"same", "1.2.0", "abc", attach.Attached, ""},
		{"older version", "1.1.9", "abc", attach.AttachedOlder, "older version 1.1.9"},
		{"newer version", "1.3.0", "abc", attach.Attached, "version 1.3.0, this is 1.2.0"},
		{"version without numbers", "dev", "abc", attach.Attached, "version dev"},
		{"other build", "1.2.0", "def", attach.Attached, "another build (def)"},
		{"no build known", "1.2.0", "", attach.Attached, ""},
		{"hostile version", "\x1b]0;x\a1.1", "abc", attach.Attached, "version ]0;x1.1,"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := helloOf(4321)
			h.Version, h.Build = tt.version, tt.build
			e := stub(t, answerJSON(http.StatusOK, h))
			at, v, err := attach.Ensure(testContext(t), attach.Options{Endpoint: e, Version: "1.2.0", Build: "abc"})
			if err != nil {
				t.Fatal(err)
			}
			if at.Port != e.Port || at.WS != 4321 {
				t.Errorf("endpoint = %+v, want port %d and the daemon's own WebSocket port", at, e.Port)
			}
			if v.Kind != tt.kind || v.Hello.PID != h.PID {
				t.Errorf("verdict = %+v, want %v", v, tt.kind)
			}
			if !strings.Contains(v.Note, tt.note) || (tt.note == "") != (v.Note == "") {
				t.Errorf("note = %q, want %q in it", v.Note, tt.note)
			}
		})
	}
}

func TestEnsure_NamesWhatTookThePort(t *testing.T) {
	hello := map[string]string{"hello": "hello"}
	tests := []struct {
		name     string
		handler  http.HandlerFunc
		want     string
		upstream bool
	}{
		{"a server with a name", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Server", "nginx/1.27\u202e")
			w.WriteHeader(http.StatusNotFound)
		}, "calls itself nginx/1.27", false},
		{"a server without one", http.NotFound, "an HTTP server that is no NEETBOX daemon", false},
		{"AirPlay", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Server", "AirTunes/775.3.1")
			w.WriteHeader(http.StatusForbidden)
		}, "an AirPlay receiver", false},
		{"NEETBOX's own server", answerJSON(http.StatusOK, hello), "NEETBOX's own server, and watching it is not available yet", true},
		{"NEETBOX's own newer server", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/api/server/hello" {
				http.NotFound(w, r)
				return
			}
			answerJSON(http.StatusOK, hello)(w, r)
		}, "NEETBOX's own server", true},
		{"another program's hello", answerJSON(http.StatusOK, map[string]string{"hello": "hello", "server": "other"}), "no NEETBOX daemon", false},
		{"a redirect, which is not followed", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/ours" {
				answerJSON(http.StatusOK, helloOf(1))(w, r)
				return
			}
			http.Redirect(w, r, "/ours", http.StatusFound)
		}, "no NEETBOX daemon", false},
		{"an endless body", func(w http.ResponseWriter, _ *http.Request) {
			chunk := []byte(strings.Repeat(" ", 32<<10))
			for {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		}, "no NEETBOX daemon", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := stub(t, tt.handler)
			_, _, err := attach.Ensure(testContext(t), attach.Options{Endpoint: e})
			var taken *attach.PortTakenError
			if !errors.As(err, &taken) {
				t.Fatalf("Ensure = %v, want a PortTakenError", err)
			}
			for _, want := range []string{tt.want, "--port", "NEETBOX_TUI_PORT", "[daemon]"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q lacks %q", err, want)
				}
			}
			if taken.Upstream != tt.upstream || taken.ExitCode() != 4 {
				t.Errorf("upstream %v, exit code %d", taken.Upstream, taken.ExitCode())
			}
			if taken.Suggest <= e.Port && e.Port < 65000 {
				t.Errorf("suggests port %d, want a free one above %d", taken.Suggest, e.Port)
			}
		})
	}
}

func TestEnsure_NamesWhatDoesNotSpeakHTTP(t *testing.T) {
	tests := []struct {
		name string
		talk func(net.Conn)
		want string
	}{
		{"chatter", func(c net.Conn) { _, _ = c.Write([]byte("220 mail ready\r\n")); _ = c.Close() }, "does not speak HTTP"},
		{"silence", func(net.Conn) {}, "does not answer"},
		{"hanging up", func(c net.Conn) {
			buf := make([]byte, 512)
			_, _ = c.Read(buf)
			_ = c.Close()
		}, "drops them"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			var conns []net.Conn
			done := make(chan struct{})
			go func() {
				defer close(done)
				for {
					c, err := l.Accept()
					if err != nil {
						return
					}
					conns = append(conns, c)
					tt.talk(c)
				}
			}()
			t.Cleanup(func() {
				_ = l.Close()
				<-done
				for _, c := range conns {
					_ = c.Close()
				}
			})
			e := endpointOf(t, "http://"+l.Addr().String())
			o := attach.WithShortLimits(attach.Options{Endpoint: e}, 500*time.Millisecond)
			_, _, err = attach.Ensure(testContext(t), o)
			var taken *attach.PortTakenError
			if !errors.As(err, &taken) || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("Ensure = %v, want port taken, %q", err, tt.want)
			}
		})
	}
}

func TestEnsure_SlowDaemonIsNoStranger(t *testing.T) {
	var asked atomic.Int32
	e := stub(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) == 1 {
			<-r.Context().Done()
			return
		}
		answerJSON(http.StatusOK, helloOf(1))(w, r)
	}))
	if _, v, err := attach.Ensure(testContext(t), attach.Options{Endpoint: e, Version: "1.2.0"}); err != nil || v.Kind != attach.Attached {
		t.Fatalf("Ensure = %+v, %v, want attached at the second probe", v, err)
	}
}

func TestEnsure_UsesNoProxy(t *testing.T) {
	proxy := stub(t, answerJSON(http.StatusOK, helloOf(1)))
	t.Setenv("HTTP_PROXY", "http://"+proxy.Address())
	t.Setenv("http_proxy", "http://"+proxy.Address())
	o := attach.Options{Endpoint: protocol.Endpoint{Host: "daemon.invalid", Port: 5000, WS: 5001}}
	if _, v, err := attach.Ensure(testContext(t), o); !errors.Is(err, attach.ErrNoDaemon) {
		t.Fatalf("Ensure = %+v, %v, want no daemon", v, err)
	}
}

func TestEnsure_NoDaemonWhereNoneMayBeStarted(t *testing.T) {
	local := freeEndpoint(t)
	tests := []struct {
		name string
		o    attach.Options
		want string
	}{
		{"forbidden", attach.Options{Endpoint: local, NoDaemon: true}, "neetbox-tui --server-only --port"},
		{"another machine", attach.Options{Endpoint: protocol.Endpoint{Host: "daemon.invalid", Port: local.Port}}, "check --host and --port"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := attach.Ensure(testContext(t), tt.o)
			var none *attach.NoDaemonError
			if !errors.Is(err, attach.ErrNoDaemon) || !errors.As(err, &none) || none.ExitCode() != 3 {
				t.Fatalf("Ensure = %v, want ErrNoDaemon", err)
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %q lacks %q", err, tt.want)
			}
		})
	}
}

func TestEnsure_EndsWithItsContext(t *testing.T) {
	e := stub(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, _, err := attach.Ensure(ctx, attach.Options{Endpoint: e}); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("Ensure = %v, want the context's error", err)
	}
}

// olderDaemon speaks another protocol and answers to being asked to end.
type olderDaemon struct {
	hello  protocol.Hello
	end    http.HandlerFunc
	asked  atomic.Int32
	server *httptest.Server
}

func startOlder(t *testing.T, proto int, end http.HandlerFunc) (*olderDaemon, protocol.Endpoint) {
	t.Helper()
	d := &olderDaemon{hello: helloOf(freeEndpoint(t).WS), end: end}
	d.hello.Version, d.hello.Protocol = "0.9.0", proto
	mux := http.NewServeMux()
	mux.Handle("GET /hello", answerJSON(http.StatusOK, d.hello))
	mux.HandleFunc("POST /tui/v1/shutdown", func(w http.ResponseWriter, r *http.Request) {
		d.asked.Add(1)
		body := make([]byte, 64)
		n, _ := r.Body.Read(body)
		if string(body[:n]) != `{"if_idle":true}` {
			t.Errorf("asked to end with %q", body[:n])
		}
		d.end(w, r)
	})
	d.server = httptest.NewServer(mux)
	t.Cleanup(d.server.Close)
	e := endpointOf(t, d.server.URL)
	return d, e
}

func TestEnsure_IncompatibleDaemonStays(t *testing.T) {
	busy := answerJSON(http.StatusConflict, protocol.ErrorBody{Error: protocol.ErrorDetail{Code: "busy", Message: "2 runs are \x1bconnected"}})
	tests := []struct {
		name     string
		proto    int
		noDaemon bool
		end      http.HandlerFunc
		asked    int32
		want     []string
	}{
		{"busy", 0, false, busy, 1, []string{"2 runs are connected", "version 0.9.0", "version 1.2.0", "neetbox-tui stop --port"}},
		{"without such a route", 0, false, http.NotFound, 1, []string{"answered 404", "neetbox-tui stop"}},
		{"agrees and stays", 0, false, answerJSON(http.StatusAccepted, nil), 1, []string{"holds its ports"}},
		{"newer", 2, false, busy, 0, []string{"update this program"}},
		{"older, where none may be started", 0, true, busy, 0, []string{"neetbox-tui stop"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, e := startOlder(t, tt.proto, tt.end)
			o := attach.Options{Endpoint: e, StateDir: t.TempDir(), NoDaemon: tt.noDaemon, Version: "1.2.0"}
			_, _, err := attach.Ensure(testContext(t), attach.WithShortLimits(o, time.Second))
			var inc *attach.IncompatibleError
			if !errors.As(err, &inc) || inc.ExitCode() != 3 || inc.Hello.PID != d.hello.PID {
				t.Fatalf("Ensure = %v, want an IncompatibleError", err)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q lacks %q", err, want)
				}
			}
			if got := d.asked.Load(); got != tt.asked {
				t.Errorf("asked to end %d times, want %d", got, tt.asked)
			}
		})
	}
}

func TestEnsure_ReplacesAnIdleOlderDaemon(t *testing.T) {
	var d *olderDaemon
	ended := make(chan struct{})
	d, e := startOlder(t, 0, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusAccepted)
		go func() {
			defer close(ended)
			d.server.Close()
		}()
	})
	at, v, err := attach.Ensure(testContext(t), options(t, e))
	<-ended
	if err != nil || v.Kind != attach.Spawned || v.Hello.Protocol != protocol.ProtocolVersion || at != e {
		t.Fatalf("Ensure = %+v, %+v, %v, want a new daemon at %+v", at, v, err, e)
	}
}
