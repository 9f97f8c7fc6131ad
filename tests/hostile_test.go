package tests

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"apps.local/neetbox-tui/protocol"
)

// TestOtherSites_CanNeitherWriteNorListen is what a page of another site, open in
// the same person's browser, may not do. The daemon goes on untouched.
func TestOtherSites_CanNeitherWriteNorListen(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	p := s.daemon(t)
	ctx := patient(t)
	foreign := [][]string{
		{"Sec-Fetch-Site: cross-site"},
		{"Sec-Fetch-Site: same-site", "Origin: http://127.0.0.1:9"},
		{"Origin: http://elsewhere.example"},
		{"Origin: null"},
		{"Origin: http://elsewhere.example", "Content-Type: text/plain"},
	}
	for _, path := range []string{
		"/tui/v1/shutdown", "/web/shutdown", "/shutdown", "/api/server/shutdown", "/cli/sync/planted",
	} {
		for _, headers := range foreign {
			headers = append([]string{"Content-Type: application/json"}, headers...)
			r, err := do(ctx, http.MethodPost, s.url(path), "{}", headers...)
			if err != nil {
				t.Fatalf("POST %s %q: %v", path, headers, err)
			}
			refused(t, "POST "+path+" "+strings.Join(headers, ", "), r)
		}
	}
	for _, port := range []int{s.port, s.port + 1} {
		for _, origin := range []string{
			"http://elsewhere.example", "null", "http://127.0.0.1:9", fmt.Sprintf("http://localhost:%d", port),
			fmt.Sprintf("http://127.0.0.1.elsewhere.example:%d", port),
		} {
			_, response, err := dial(ctx, fmt.Sprintf("ws://127.0.0.1:%d/", port), http.Header{"Origin": {origin}})
			if err == nil || response == nil || response.StatusCode != http.StatusForbidden {
				t.Errorf("WebSocket on %d from %s: %v, %v", port, origin, response, err)
			}
		}
		// A page of the daemon's own, and a released client, which names its target.
		for _, origin := range []int{s.port, port} {
			web, _, err := dial(ctx, fmt.Sprintf("ws://127.0.0.1:%d/", port), http.Header{"Origin": {fmt.Sprintf("http://127.0.0.1:%d", origin)}})
			if err != nil {
				t.Errorf("WebSocket on %d from a page on %d: %v", port, origin, err)
				continue
			}
			_ = web.conn.Close()
		}
	}
	var list struct{ Names []string }
	if s.get(t, "/web/list", &list); len(list.Names) != 0 || !p.running() {
		t.Errorf("names %q, running %v", list.Names, p.running())
	}
}

// refused checks a refusal and its shape.
func refused(t *testing.T, what string, r reply) {
	t.Helper()
	var body protocol.ErrorBody
	if r.status != http.StatusForbidden || json.Unmarshal([]byte(r.body), &body) != nil ||
		body.Error.Code != "forbidden" || body.Error.Hint == "" {
		t.Errorf("%s: %d %s", what, r.status, r.body)
	}
	if r.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("%s: others may read: %v", what, r.header)
	}
}

// TestOtherNames_DoNotLeadHere is about names that were made to point at this
// machine after a page was loaded under them.
func TestOtherNames_DoNotLeadHere(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.daemon(t)
	ctx := patient(t)
	for _, port := range []int{s.port, s.port + 1} {
		for _, host := range []string{"elsewhere.example", fmt.Sprintf("elsewhere.example:%d", port), "127.0.0.1.elsewhere.example", "0.0.0.0"} {
			r, err := do(ctx, http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d/hello", port), "", "Host: "+host)
			if err != nil {
				t.Fatal(err)
			}
			refused(t, fmt.Sprintf("GET on %d as %s", port, host), r)
			header := http.Header{"Host": {host}, "Origin": {"http://" + host}}
			_, response, err := dial(ctx, fmt.Sprintf("ws://127.0.0.1:%d/", port), header)
			if err == nil || response == nil || response.StatusCode != http.StatusForbidden {
				t.Errorf("WebSocket on %d as %s: %v, %v", port, host, response, err)
			}
		}
	}
	for _, host := range []string{"localhost", "127.0.0.1", fmt.Sprintf("localhost:%d", s.port), fmt.Sprintf("[::1]:%d", s.port)} {
		if r, err := do(ctx, http.MethodGet, s.url("/hello"), "", "Host: "+host); err != nil || r.status != http.StatusOK {
			t.Errorf("GET as %s: %d, %v", host, r.status, err)
		}
	}
}

// strangeNames are legal names of projects.
func strangeNames() map[string]string {
	return map[string]string{
		"spaces":      "  two  words ",
		"slashes":     "a/b//c/",
		"dots":        "..",
		"up":          "../../etc/passwd",
		"escapes":     "%2F%2e%2E%00",
		"query":       "a?b=c#d&e",
		"unicode":     "プロジェクト 🦊 ёж",
		"right left":  "\u202egnp.exe",
		"quotes":      "\"'`\\",
		"controls":    "a\x00b\x1b[2J\r\n",
		"every":       "**",
		"drive":       `C:\con`,
		"64 KiB":      strings.Repeat("x", protocol.MaxName),
		"64 KiB wide": strings.Repeat("狐", protocol.MaxName/3),
	}
}

// TestNames_OfAnySpellingWorkOnBothPorts takes each from a run's handshake to a
// frontend, into both kinds of routes and back.
func TestNames_OfAnySpellingWorkOnBothPorts(t *testing.T) {
	s := newSandbox(t)
	s.daemon(t)
	for what, name := range strangeNames() {
		t.Run(what, func(t *testing.T) {
			run, web := s.join(t, "cli", name), s.join(t, "web", name)
			if err := run.send(frameText("log", name, -1, map[string]any{"msg": "I am " + what})); err != nil {
				t.Fatal(err)
			}
			f := web.expect(t, "the log", func(f frame) bool { return f.Type == "log" })
			if f.Name != name || !strings.Contains(string(f.Payload), "I am "+what) {
				t.Errorf("frame %.200s", f.raw)
			}
			segment := segmentOf(name)
			r, err := do(patient(t), http.MethodPost, s.url("/cli/sync/"+segment), `"{\"platform\":{\"value\":{}}}"`, "Content-Type: application/json")
			if err != nil || r.status != http.StatusOK || r.body != "ok" {
				t.Errorf("sync: %d %.200s, %v", r.status, r.body, err)
			}
			if r, err = do(patient(t), http.MethodGet, s.url("/web/status/"+segment), ""); err != nil || r.body != `{"platform":{"value":{}}}` {
				t.Errorf("status: %d %.200s, %v", r.status, r.body, err)
			}
			var list struct{ Runs []protocol.RunInfo }
			if s.get(t, "/tui/v1/projects/"+segment+"/runs", &list); len(list.Runs) != 1 || list.Runs[0].Counts[protocol.EventLog] != 1 {
				t.Errorf("runs %+v", list.Runs)
			}
			var names struct{ Names []string }
			if s.get(t, "/web/list", &names); !slices.Contains(names.Names, name) {
				t.Errorf("the name is not listed")
			}
		})
	}
	// Names of projects never become names of files.
	entries, err := os.ReadDir(s.dataDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), "daemon.lock") && !strings.HasPrefix(e.Name(), "history") {
			t.Errorf("%s appeared in the data directory", e.Name())
		}
	}
	if _, err := os.Stat(filepath.Join(s.home, "etc")); err == nil {
		t.Error("a name led out of the data directory")
	}
	if p := s.run(t, s.at("status")...); p.code != 0 || strings.ContainsAny(p.out.String(), "\x00\x1b\r\u202e") {
		t.Errorf("status: %d, %q", p.code, p.out)
	}
}

// segmentOf escapes a name for a path, dots too, which are cleaned away otherwise.
func segmentOf(name string) string {
	if strings.Trim(name, ".") == "" {
		return strings.ReplaceAll(name, ".", "%2E")
	}
	return url.PathEscape(name)
}

// TestNames_TooLongAreRefusedButNeverARun holds because a released client that is
// refused hangs the program it runs in.
func TestNames_TooLongAreRefusedButNeverARun(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.daemon(t)
	name := strings.Repeat("x", protocol.MaxName+1)
	r, err := do(patient(t), http.MethodPost, s.url("/cli/sync/"+name), `{}`, "Content-Type: application/json")
	if err != nil || r.status < 400 || r.status >= 500 || !strings.Contains(r.body, `"hint"`) {
		t.Errorf("sync: %d %.200s, %v", r.status, r.body, err)
	}
	run := s.join(t, "cli", name)
	if err := run.send(frameText("log", name, 5, map[string]any{"msg": "x"})); err != nil {
		t.Fatal(err)
	}
	run.expect(t, "the ack of the log", func(f frame) bool { return f.Type == "ack" && f.ID == "5" })
	if err := run.ended(); err != nil {
		t.Errorf("the run was dropped: %v", err)
	}
	if _, err := s.hello(patient(t)); err != nil {
		t.Error(err)
	}
}
