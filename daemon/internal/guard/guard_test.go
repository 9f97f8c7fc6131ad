package guard_test

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"apps.local/neetbox-tui/daemon/internal/guard"
	"apps.local/neetbox-tui/protocol"
)

const here = "127.0.0.1:40000"

func request(method, host, remote string, headers map[string]string) *http.Request {
	r := httptest.NewRequest(method, "/", nil)
	r.Host, r.RemoteAddr = host, remote
	for key, value := range headers {
		r.Header.Set(key, value)
	}
	return r
}

// through sends r through a guard and tells whether it arrived.
func through(t *testing.T, wrap func(http.Handler) http.Handler, r *http.Request) (arrived bool) {
	t.Helper()
	w := httptest.NewRecorder()
	wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { arrived = true })).ServeHTTP(w, r)
	if arrived {
		return true
	}
	var body protocol.ErrorBody
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Errorf("refusal is not JSON: %v: %q", err, w.Body)
	}
	if w.Code != http.StatusForbidden || body.Error.Code != "forbidden" || body.Error.Hint == "" {
		t.Errorf("refusal = %d %+v", w.Code, body)
	}
	if ct := w.Header().Get("Content-Type"); ct != "application/json" {
		t.Errorf("refusal has content type %q", ct)
	}
	return false
}

func TestLoopback_TakesOnlyHostsOfThisMachine(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"localhost:5000":                true,
		"localhost":                     true,
		"LocalHost:5000":                true,
		"127.0.0.1:5000":                true,
		"127.0.0.1":                     true,
		"127.8.9.10:1":                  true,
		"[::1]:5000":                    true,
		"[::1]":                         true,
		"[0:0:0:0:0:0:0:1]:5000":        true,
		"":                              false,
		":5000":                         false,
		"localhost.":                    false,
		"localhost.:5000":               false,
		"localhost.evil.example":        false,
		"evil.example":                  false,
		"evil.example:5000":             false,
		"127.0.0.1.evil.example":        false,
		"127.0.0.1.":                    false,
		"127.1":                         false,
		"2130706433":                    false,
		"0x7f000001":                    false,
		"0.0.0.0:5000":                  false,
		"192.168.0.2:5000":              false,
		"localhost@evil.example":        false,
		"evil.example@localhost":        false,
		"user:pass@localhost":           false,
		"localhost:5000@evil.example":   false,
		"localhost/evil.example":        false,
		"localhost:5000/":               false,
		"localhost:":                    false,
		"localhost:0":                   false,
		"localhost:65536":               false,
		"localhost:99999999999999999":   false,
		"localhost:-1":                  false,
		"localhost:+80":                 false,
		"localhost:http":                false,
		"localhost:5000:80":             false,
		"localhost 127.0.0.1":           false,
		"localhost,evil.example":        false,
		"localhost\x00":                 false,
		"locälhost":                     false,
		"::1":                           false,
		"::1:5000":                      false,
		"[::1":                          false,
		"[::1]5000":                     false,
		"[::1%25lo]:5000":               false,
		"[127.0.0.1]:5000":              false,
		"[::ffff:192.168.0.2]:5000":     false,
		"[2001:db8::1]:5000":            false,
		"[]:5000":                       false,
		"%6c%6f%63%61%6c%68%6f%73%74":   false,
		strings.Repeat("a", 1<<16):      false,
		strings.Repeat("localhost:", 9): false,
	} {
		if got := through(t, guard.Loopback, request("GET", host, here, nil)); got != want {
			t.Errorf("Host %.60q arrived = %v, want %v", host, got, want)
		}
	}
}

func TestLoopback_RefusesOtherMachines(t *testing.T) {
	t.Parallel()
	for remote, want := range map[string]bool{
		"127.0.0.1:1":             true,
		"127.3.2.1:65535":         true,
		"[::1]:40000":             true,
		"[::ffff:127.0.0.1]:4000": true,
		"192.0.2.1:1234":          false,
		"[2001:db8::1]:1":         false,
		"[fe80::1%eth0]:1":        false,
		"0.0.0.0:1":               false,
		"":                        false,
		"@":                       false,
		"localhost:1":             false,
	} {
		r := request("GET", "localhost:5000", remote, map[string]string{"X-Forwarded-For": "127.0.0.1"})
		if got := through(t, guard.Loopback, r); got != want {
			t.Errorf("remote %q arrived = %v, want %v", remote, got, want)
		}
	}
}

func TestSameOrigin_RefusesWritesOfOtherSites(t *testing.T) {
	t.Parallel()
	const host = "localhost:5000"
	for _, c := range []struct {
		what    string
		method  string
		headers map[string]string
		want    bool
	}{
		{"a program", "POST", nil, true},
		{"our own page", "POST", map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost:5000"}, true},
		{"an old browser on our own page", "POST", map[string]string{"Origin": "http://localhost:5000"}, true},
		{"another site", "POST", map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "http://evil.example"}, false},
		{"another local page", "POST", map[string]string{"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:3000"}, false},
		{"an old browser elsewhere", "POST", map[string]string{"Origin": "http://evil.example"}, false},
		{"a sandboxed page", "DELETE", map[string]string{"Origin": "null"}, false},
		{"another site patching", "PATCH", map[string]string{"Sec-Fetch-Site": "cross-site"}, false},
		{"another site reading", "GET", map[string]string{"Sec-Fetch-Site": "cross-site"}, true},
	} {
		if got := through(t, guard.SameOrigin, request(c.method, host, here, c.headers)); got != c.want {
			t.Errorf("%s arrived = %v, want %v", c.what, got, c.want)
		}
	}
}

func TestAllowOrigin_TakesReleasedClientsAndRefusesForeignPages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		host, origin string
		want         bool
	}{
		// The Python clients name the address they dial.
		{"localhost:5001", "http://localhost:5001", true},
		{"127.0.0.1:20203", "http://127.0.0.1:20203", true},
		{"[::1]:5001", "http://[::1]:5001", true},
		// Pages of the early clients come from the port before.
		{"localhost:5001", "http://localhost:5000", true},
		{"127.0.0.1:5001", "http://127.0.0.1:5000", true},
		{"[::1]:5001", "http://[0:0::1]:5000", true},
		// Pages of the later ones, and of a daemon behind TLS.
		{"localhost:5000", "http://localhost:5000", true},
		{"localhost:5000", "https://localhost:5000", true},
		{"LOCALHOST:5001", "HTTP://LocalHost:5000", true},
		{"localhost", "http://localhost", true},
		{"localhost:81", "http://localhost", true},

		{"localhost:5001", "http://localhost:5002", false},
		{"localhost:5001", "http://localhost:4999", false},
		{"localhost:5001", "http://localhost", false},
		{"localhost:5001", "http://127.0.0.1:5000", false},
		{"localhost:5001", "http://127.0.0.1:3000", false},
		{"localhost:5001", "http://localhost.:5000", false},
		{"localhost:5001", "http://localhost.evil.example:5000", false},
		{"localhost:5001", "http://evil.example", false},
		{"localhost:5001", "http://evil.example:5001", false},
		// A page whose own name was pointed at this machine.
		{"evil.example", "http://evil.example", false},
		{"evil.example:5001", "http://evil.example:5000", false},
		{"evil.example:5001", "http://localhost:5001", false},
		{"192.168.0.2:5001", "http://192.168.0.2:5000", false},
		{"", "http://localhost:5001", false},
		{"localhost:1", "http://localhost:0", false},

		{"localhost:5001", "", false},
		{"localhost:5001", "null", false},
		{"localhost:5001", "file://", false},
		{"localhost:5001", "file:///etc", false},
		{"localhost:5001", "ftp://localhost:5000", false},
		{"localhost:5001", "ws://localhost:5001", false},
		{"localhost:5001", "chrome-extension://localhost:5001", false},
		{"localhost:5001", "localhost:5001", false},
		{"localhost:5001", "//localhost:5001", false},
		{"localhost:5001", "://localhost:5001", false},
		{"localhost:5001", "http://localhost:5001/", false},
		{"localhost:5001", "http://localhost:5001#", false},
		{"localhost:5001", "http://localhost:5001?", false},
		{"localhost:5001", "http://evil.example@localhost:5001", false},
		{"localhost:5001", "http://localhost:5001@evil.example", false},
		{"localhost:5001", "http://localhost:5001 http://evil.example", false},
		{"localhost:5001", "http://localhost\\.evil.example:5001", false},
		{"localhost:5001", "http://", false},
		{"localhost:5001", "http://[::1", false},
		{"localhost:5001", "\x00", false},
	} {
		if got := guard.AllowOrigin(request("GET", c.host, here, map[string]string{"Origin": c.origin})); got != c.want {
			t.Errorf("Host %q, Origin %q allowed = %v, want %v", c.host, c.origin, got, c.want)
		}
	}
}

func TestAllowOrigin_AbsentIsFineTwiceIsNot(t *testing.T) {
	t.Parallel()
	r := request("GET", "localhost:5001", here, nil)
	if !guard.AllowOrigin(r) {
		t.Error("an absent Origin was refused")
	}
	r.Header["Origin"] = []string{"http://localhost:5001", "http://evil.example"}
	if guard.AllowOrigin(r) {
		t.Error("two Origins were allowed")
	}
}

func TestAllowOrigin_HostWithoutPortOverTLS(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodGet, "https://localhost/", nil)
	r.Header.Set("Origin", "https://localhost")
	if !guard.AllowOrigin(r) {
		t.Error("the same origin over TLS was refused")
	}
}

func FuzzAllowOrigin(f *testing.F) {
	for _, seed := range [][2]string{
		{"localhost:5001", "http://localhost:5000"},
		{"[::1]:5001", "http://[::1]:5001"},
		{"evil.example:5001", "http://evil.example:5000"},
		{"localhost:5001", "http://localhost:5001@evil.example"},
		{"localhost", "null"},
		{"", ""},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, host, origin string) {
		r := &http.Request{Host: host, Header: http.Header{"Origin": {origin}}}
		if !guard.AllowOrigin(r) {
			return
		}
		lower := strings.ToLower(origin)
		rest, plain := strings.CutPrefix(lower, "http://")
		if !plain {
			rest, plain = strings.CutPrefix(lower, "https://")
		}
		name, _, err := net.SplitHostPort(rest)
		if err != nil {
			name = strings.Trim(rest, "[]")
		}
		if ip := net.ParseIP(name); !plain || (name != "localhost" && (ip == nil || !ip.IsLoopback())) {
			t.Errorf("Host %q, Origin %q was allowed", host, origin)
		}
	})
}
