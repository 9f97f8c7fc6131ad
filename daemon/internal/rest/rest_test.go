package rest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"

	"apps.local/neetbox-tui/daemon/internal/rest"
)

func TestErrors_OfTheRouterAreJSONToo(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	for _, c := range []struct {
		method, path string
		status       int
		code         string
	}{
		{"GET", "/", http.StatusNotFound, "not_found"},
		{"GET", "/favicon.ico", http.StatusNotFound, "not_found"},
		{"GET", "/tui/v1", http.StatusNotFound, "not_found"},
		{"GET", "/tui/v1/projects/", http.StatusNotFound, "not_found"},
		{"GET", "/tui//v1/projects", http.StatusNotFound, "not_found"},
		{"GET", "/tui/../hello", http.StatusNotFound, "not_found"},
		{"POST", "/hello", http.StatusMethodNotAllowed, "method_not_allowed"},
		{"GET", "/cli/sync/p", http.StatusMethodNotAllowed, "method_not_allowed"},
		{"OPTIONS", "/tui/v1/projects", http.StatusMethodNotAllowed, "method_not_allowed"},
		{"PUT", online, http.StatusMethodNotAllowed, "method_not_allowed"},
		{"BREW", "/hello", http.StatusMethodNotAllowed, "method_not_allowed"},
	} {
		w := d.ask(t, c.method, c.path, "")
		refused(t, w, c.status, c.code)
		if allow := w.Header().Get("Allow"); (allow == "") == (c.status == http.StatusMethodNotAllowed) {
			t.Errorf("%s %s: Allow is %q", c.method, c.path, allow)
		}
		if location := w.Header().Get("Location"); location != "" {
			t.Errorf("%s %s leads to %q", c.method, c.path, location)
		}
	}
}

func TestPanic_IsAnsweredAndLoggedWithItsStack(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	d.panics = true
	refused(t, d.ask(t, "GET", "/tui/v1/projects", ""), http.StatusInternalServerError, "internal")
	if log := d.log.String(); !strings.Contains(log, "a bug") || !strings.Contains(log, "fake_test.go") {
		t.Errorf("logged %s", log)
	}
}

func TestPanic_OfWhatCannotBeJSONLeavesNoHalfAnswer(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	d.machines[0].Hardware = json.RawMessage(`{"broken":`)
	refused(t, d.ask(t, "GET", "/tui/v1/machines", ""), http.StatusInternalServerError, "internal")
}

func TestGuard_ComesBeforeEveryRoute(t *testing.T) {
	t.Parallel()
	d := newDaemon(t, debugging)
	for _, path := range []string{"/hello", "/docs", "/openapi.json", "/tui/v1/projects", "/nowhere"} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Host, r.RemoteAddr = "evil.example:5000", "127.0.0.1:40000"
		w := httptest.NewRecorder()
		d.handler.ServeHTTP(w, r)
		refused(t, w, http.StatusForbidden, "forbidden")
	}
	r := httptest.NewRequest(http.MethodGet, "/hello", nil)
	r.Host = "localhost:5000" // from 192.0.2.1
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	refused(t, w, http.StatusForbidden, "forbidden")

	refused(t, d.ask(t, "DELETE", offline, "", "Origin", "http://localhost:3000"), http.StatusForbidden, "forbidden")
	refused(t, d.ask(t, "POST", "/cli/sync/p", "{}", "Sec-Fetch-Site", "same-site"), http.StatusForbidden, "forbidden")
	if len(d.deleted) != 0 || len(d.docs) != 0 {
		t.Error("another site's page has written")
	}
}

func TestHeaders_KeepBrowsersFromRunningAndSharingAnswers(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	for _, path := range []string{"/hello", "/nowhere", "/tui/v1/projects", "/docs"} {
		h := d.ask(t, "GET", path, "").Header()
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		if csp := h.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "sandbox") {
			t.Errorf("%s: policy is %q", path, csp)
		}
		if h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s is shared with other sites", path)
		}
	}
}

func TestLog_HasALinePerRequestInDebugOnly(t *testing.T) {
	t.Parallel()
	quiet := newDaemon(t)
	quiet.ask(t, "GET", "/hello", "")
	if quiet.log.Len() != 0 {
		t.Errorf("logged %s", quiet.log)
	}
	d := newDaemon(t, debugging)
	d.ask(t, "GET", "/hello", "")
	d.ask(t, "GET", "/no/"+strings.Repeat("%0A", 500), "")
	lines := strings.Split(strings.TrimSpace(d.log.String()), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], "status=200") || !strings.Contains(lines[1], "status=404") || len(lines[1]) > 600 {
		t.Errorf("logged %q", lines)
	}
}

func TestHead_HasTheLengthAndNoBody(t *testing.T) {
	t.Parallel()
	server := newServer(t, newDaemon(t))
	resp, err := http.Head(server.URL + "/hello")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if body, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK || len(body) != 0 || resp.ContentLength <= 0 {
		t.Errorf("answered %d, %d bytes announced, %q", resp.StatusCode, resp.ContentLength, body)
	}
}

func newServer(t *testing.T, d *daemon) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(d.handler)
	t.Cleanup(server.Close)
	return server
}

func TestUpgrade_IsHandedOverUnlessAnotherSitesPageAsks(t *testing.T) {
	t.Parallel()
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	server := newServer(t, newDaemon(t, debugging, func(o *rest.Options) {
		o.WebSocket = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			conn, err := upgrader.Upgrade(w, r, nil)
			if err != nil {
				t.Error(err)
				return
			}
			_ = conn.WriteMessage(websocket.TextMessage, []byte(r.URL.Path))
			_ = conn.Close()
		})
	}))
	address := "ws" + strings.TrimPrefix(server.URL, "http")
	for _, path := range []string{"/", "/ws/project/", "/hello"} {
		conn, resp, err := websocket.DefaultDialer.Dial(address+path, http.Header{"Origin": {server.URL}})
		if err != nil {
			t.Fatal(err)
		}
		if _, text, err := conn.ReadMessage(); err != nil || string(text) != path {
			t.Errorf("%s: read %q, %v", path, text, err)
		}
		_, _ = conn.Close(), resp.Body.Close()
	}
	for _, header := range []http.Header{
		{"Origin": {"http://evil.example"}}, {"Origin": {"null"}}, {"Origin": {"http://127.0.0.1:3000"}}, {"Host": {"evil.example"}},
	} {
		_, resp, err := websocket.DefaultDialer.Dial(address, header)
		if err == nil {
			t.Errorf("%v was let in", header)
			continue
		}
		if resp == nil || resp.StatusCode != http.StatusForbidden || resp.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%v was answered %+v", header, resp)
		}
		_ = resp.Body.Close()
	}
}

func TestUpgrade_WithoutAWebSocketSaysWhereItIs(t *testing.T) {
	t.Parallel()
	w := newDaemon(t).ask(t, "GET", "/", "", "Connection", "keep-alive, Upgrade", "Upgrade", "WebSocket")
	refused(t, w, http.StatusNotFound, "not_found")
}

func TestHandler_ServesManyAtOnce(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			for range 20 {
				if w := d.ask(t, "POST", "/cli/sync/p", doubly(`{"a":1}`)); w.Code != http.StatusOK {
					t.Errorf("sync answered %d", w.Code)
				}
				if w := d.ask(t, "GET", "/web/status/p", ""); w.Body.String() != `{"a":1}` {
					t.Errorf("status answered %s", w.Body)
				}
				d.ask(t, "GET", "/tui/v1/projects", "")
				d.ask(t, "GET", "/nowhere", "")
			}
		})
	}
	group.Wait()
}
