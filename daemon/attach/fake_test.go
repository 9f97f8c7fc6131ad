package attach_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"apps.local/neetbox-tui/daemon/attach"
	"apps.local/neetbox-tui/protocol"
)

// TestMain turns the test binary into a small daemon when it is started as one.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "--server-only" {
		os.Exit(fakeDaemon(os.Args[2:]))
	}
	os.Exit(m.Run())
}

// fakeLife bounds the life of a fake daemon that nobody ends.
const fakeLife = time.Minute

// fakeDaemon behaves as the flag --fake says: "serve" answers until asked to
// end, "mute" lives without answering, "die" writes lines and ends.
func fakeDaemon(args []string) int {
	flags := flag.NewFlagSet("fake", flag.ContinueOnError)
	port := flags.Int("port", 0, "")
	ws := flags.Int("ws-port", 0, "")
	mode := flags.String("fake", "serve", "")
	count := flags.String("count", "", "directory that gets one file a start")
	lines := flags.Int("lines", 0, "")
	code := flags.Int("code", 1, "")
	if flags.Parse(args) != nil {
		return 2
	}
	if *count != "" {
		if _, err := os.CreateTemp(*count, "start-*"); err != nil {
			return 1
		}
	}
	for i := range *lines {
		fmt.Fprintf(os.Stderr, "line %d \x1b[31mred\x1b[0m\n", i+1)
	}
	ctx, cancel := context.WithTimeout(context.Background(), fakeLife)
	defer cancel()
	switch *mode {
	case "die":
		return *code
	case "mute":
		fmt.Fprintln(os.Stdout, "migrating")
		return muteUntilAsked(ctx, *ws)
	}
	return serveUntilAsked(ctx, *port, *ws)
}

func muteUntilAsked(ctx context.Context, ws int) int {
	l, err := net.Listen("tcp", address(ws))
	if err != nil {
		return 1
	}
	go func() {
		<-ctx.Done()
		_ = l.Close()
	}()
	_, _ = l.Accept()
	return 0
}

func serveUntilAsked(ctx context.Context, port, ws int) int {
	rest, err := net.Listen("tcp", address(port))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 4
	}
	sockets, err := net.Listen("tcp", address(ws))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 4
	}
	defer func() { _ = sockets.Close() }()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	mux := http.NewServeMux()
	mux.Handle("GET /hello", answerJSON(http.StatusOK, helloOf(ws)))
	mux.HandleFunc("POST /end", func(http.ResponseWriter, *http.Request) { cancel() })
	srv := &http.Server{Handler: mux}
	go func() {
		<-ctx.Done()
		_ = srv.Close()
	}()
	if err := srv.Serve(rest); !errors.Is(err, http.ErrServerClosed) {
		return 1
	}
	return 0
}

func address(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

func helloOf(ws int) protocol.Hello {
	return protocol.Hello{
		Hello: "hello", Server: protocol.ServerName, Version: "1.2.0", Build: "abc",
		Protocol: protocol.ProtocolVersion, PID: os.Getpid(), Started: 1, WS: ws,
	}
}

func answerJSON(status int, body any) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body)
	}
}

// freeEndpoint returns two ports that were free a moment ago.
func freeEndpoint(t *testing.T) protocol.Endpoint {
	t.Helper()
	var ports [2]int
	var open [2]net.Listener
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		open[i], ports[i] = l, l.Addr().(*net.TCPAddr).Port
	}
	for _, l := range open {
		_ = l.Close()
	}
	return protocol.Endpoint{Host: "127.0.0.1", Port: ports[0], WS: ports[1]}
}

// stub serves handler and returns where.
func stub(t *testing.T, handler http.Handler) protocol.Endpoint {
	t.Helper()
	srv := httptest.NewServer(handler)
	t.Cleanup(srv.Close)
	return endpointOf(t, srv.URL)
}

func endpointOf(t *testing.T, rawURL string) protocol.Endpoint {
	t.Helper()
	u, err := url.Parse(rawURL)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil {
		t.Fatal(err)
	}
	return protocol.Endpoint{Host: u.Hostname(), Port: port, WS: freeEndpoint(t).WS}
}

// options start a fake daemon at e that behaves as args say, and end it with the
// test.
func options(t *testing.T, e protocol.Endpoint, args ...string) attach.Options {
	t.Helper()
	stateDir := t.TempDir()
	t.Cleanup(func() { endFake(t, e) })
	return attach.Options{
		Endpoint: e, Executable: os.Args[0], StateDir: stateDir, Version: "1.2.0", Build: "abc",
		Args: append([]string{"--port", strconv.Itoa(e.Port), "--ws-port", strconv.Itoa(e.WS)}, args...),
	}
}

// endFake ends the fake daemon at e, if there is one: asked to at its REST port
// where it has one, by the first connection to its other port where not.
func endFake(t *testing.T, e protocol.Endpoint) {
	t.Helper()
	client := http.Client{Timeout: 5 * time.Second}
	if resp, err := client.Post(e.URL("end"), "text/plain", nil); err == nil {
		_ = resp.Body.Close()
		return
	}
	if conn, err := net.Dial("tcp", address(e.WS)); err == nil {
		_ = conn.Close()
	}
}

// testContext is long enough for a loaded machine and ends a test that hangs.
func testContext(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// recorder collects what Progress says.
type recorder struct {
	mu   sync.Mutex
	said []string
}

func (r *recorder) tell(s string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.said = append(r.said, s)
}

func (r *recorder) all() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.said...)
}
