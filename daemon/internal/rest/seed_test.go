package rest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"apps.local/neetbox-tui/daemon/internal/rest"
	"apps.local/neetbox-tui/protocol"
)

func TestHello_AnswersReleasedClientsAndOurs(t *testing.T) {
	t.Parallel()
	w := newDaemon(t).ask(t, "GET", "/hello", "")
	hello := decode[protocol.Hello](t, w)
	if hello.Hello != "hello" || hello.Server != protocol.ServerName || hello.WS != 5001 {
		t.Errorf("hello = %+v", hello)
	}
	if kind := w.Header().Get("Content-Type"); kind != "application/json" {
		t.Errorf("content type %q", kind)
	}
}

// doubly is how released clients encode their status.
func doubly(doc string) string {
	text, _ := json.Marshal(doc)
	return string(text)
}

func TestSync_ThenStatusGivesTheSameBack(t *testing.T) {
	t.Parallel()
	const object, html = "application/json", "text/html; charset=utf-8"
	for _, c := range []struct{ what, body, want, kind string }{
		{"as released clients send it", doubly(`{"platform": {"value": 1}}`), `{"platform": {"value": 1}}`, html},
		{"text with NaN", doubly(`{"x": NaN, "y": [-Infinity, Infinity]}`), `{"x": NaN, "y": [-Infinity, Infinity]}`, html},
		{"text with escapes", doubly(`{"a":"é\ud83d\"</script>"}`), `{"a":"é\ud83d\"</script>"}`, html},
		{"a text array", doubly(` [1]`), ` [1]`, html},
		{"an object", ` {"a": 1} `, `{"a": 1}`, object},
		{"an array", `[]`, `[]`, object},
		{"an object with NaN", `{"x": NaN, "s": "NaN \" -Infinity", "y": -Infinity}`, `{"x": null, "s": "NaN \" -Infinity", "y": null}`, object},
		{"bytes that are no text", "{\"a\":\"\xff\"}", "{\"a\":\"\uFFFD\"}", object},
	} {
		d := newDaemon(t)
		w := d.ask(t, "POST", "/cli/sync/neet_test", c.body)
		if w.Code != http.StatusOK || w.Body.String() != "ok" || w.Header().Get("Content-Type") != html {
			t.Errorf("%s: sync answered %d %q %q", c.what, w.Code, w.Header().Get("Content-Type"), w.Body)
			continue
		}
		w = d.ask(t, "GET", "/web/status/neet_test", "")
		if w.Code != http.StatusOK || w.Body.String() != c.want || w.Header().Get("Content-Type") != c.kind {
			t.Errorf("%s: status answered %d %q %q, want %q %q", c.what, w.Code, w.Header().Get("Content-Type"), w.Body, c.kind, c.want)
		}
	}
}

func TestSync_RefusesWhatIsNoStatusDocument(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		"", " ", "1", "null", "true", "NaN", `"`, `"x"`, `""`, `"1"`, `"null"`, `"\"{}\""`, "{", `{"a":}`, `{"a":1}}`, `{NaN:1}`,
		`[-NaN]`, `[1NaN]`, `[NaNNaN]`, `[nan]`, "a=1&b=2", "\ufeff{}", strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000),
	} {
		d := newDaemon(t)
		w := d.ask(t, "POST", "/cli/sync/p", body, "Content-Type", "application/json")
		refused(t, w, http.StatusBadRequest, "bad_request")
		if len(d.docs) != 0 {
			t.Errorf("body %.40q was taken", body)
		}
	}
}

func TestSync_TakesJSONContentTypesOnly(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]bool{
		"application/json": true, "application/json; charset=utf-8": true, "Application/JSON": true, "application/x+json": true,
		"": false, "text/plain": false, "application/x-www-form-urlencoded": false, "text/json": false, "json": false, ";": false,
	} {
		w := newDaemon(t).ask(t, "POST", "/cli/sync/p", "{}", "Content-Type", kind)
		if want && w.Code != http.StatusOK {
			t.Errorf("%q answered %d %s", kind, w.Code, w.Body)
		}
		if !want {
			refused(t, w, http.StatusBadRequest, "bad_request")
		}
	}
}

func TestSync_BodyIsBounded(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	fits := `["` + strings.Repeat("x", rest.MaxBody-4) + `"]`
	if w := d.ask(t, "POST", "/cli/sync/p", fits); w.Code != http.StatusOK {
		t.Errorf("a body of %d bytes was answered %d %s", len(fits), w.Code, w.Body)
	}
	refused(t, d.ask(t, "POST", "/cli/sync/p", fits+" "), http.StatusRequestEntityTooLarge, "too_large")
}

func TestSync_KeepsItsOwnCopyOfTheDocument(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	d.ask(t, "POST", "/cli/sync/first", `{"mine":1}`)
	for range 50 {
		d.ask(t, "POST", "/cli/sync/second", `{"x":2222}`)
	}
	if got := d.docs["first"].text; !bytes.Equal(got, []byte(`{"mine":1}`)) {
		t.Errorf("the document became %s", got)
	}
}

func TestSync_PassesTheRunAndHidesTheCauseOfAFailure(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	d.ask(t, "POST", "/cli/sync/p?run=r%201", "{}")
	if got := d.docs["p"].run; got != "r 1" {
		t.Errorf("run = %q", got)
	}
	refused(t, d.ask(t, "POST", "/cli/sync/p?run="+strings.Repeat("r", 300), "{}"), http.StatusBadRequest, "bad_request")
	d.err = errors.New("secret detail")
	e := refused(t, d.ask(t, "POST", "/cli/sync/p", "{}"), http.StatusInternalServerError, "internal")
	if strings.Contains(e.Message, "secret") || !strings.Contains(d.log.String(), "secret detail") {
		t.Errorf("the cause belongs into the log alone: %+v; log %s", e, d.log)
	}
}

func TestNames_OfAnySpellingArriveWhole(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"neet_test":                           "neet_test",
		"a%20b":                               "a b",
		"a+b":                                 "a+b",
		"a/b/c":                               "a/b/c",
		"a%2Fb":                               "a/b",
		"a//b":                                "a//b",
		"/a/":                                 "/a/",
		"%2E":                                 ".",
		"%2E%2E":                              "..",
		"..":                                  "..",
		"../../etc":                           "../../etc",
		"a/../b":                              "a/../b",
		"%2e%2e%2fweb":                        "../web",
		"100%25":                              "100%",
		"%E4%BD%A0%E5%A5%BD":                  "你好",
		"%F0%9F%8C%B1":                        "🌱",
		"%00%1b[31m":                          "\x00\x1b[31m",
		"{name}":                              "{name}",
		"%3Frun=1%23x":                        "?run=1#x",
		strings.Repeat("n", protocol.MaxName): strings.Repeat("n", protocol.MaxName),
	} {
		d := newDaemon(t)
		if w := d.ask(t, "POST", "/cli/sync/"+path, "[]"); w.Code != http.StatusOK {
			t.Errorf("sync %.40q answered %d %s", path, w.Code, w.Body)
			continue
		}
		if _, ok := d.docs[want]; !ok {
			t.Errorf("sync %.40q made another project than %.40q", path, want)
		}
		if w := d.ask(t, "GET", "/web/status/"+path, ""); w.Code != http.StatusOK || w.Body.String() != "[]" {
			t.Errorf("status %.40q answered %d %s", path, w.Code, w.Body)
		}
		endpoint := protocol.Endpoint{Host: "localhost", Port: 5000}
		u, err := url.Parse(endpoint.URL("tui", "v1", "projects", want, "runs"))
		if err != nil {
			t.Fatal(err)
		}
		if w := d.ask(t, "GET", u.EscapedPath(), ""); w.Code != http.StatusOK {
			t.Errorf("runs of %.40q answered %d %s", want, w.Code, w.Body)
		}
	}
}

func TestNames_ThatCantBeAreRefused(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	long := strings.Repeat("n", protocol.MaxName+1)
	for _, route := range []string{"/cli/sync/", "/web/status/"} {
		method, body := "GET", ""
		if route == "/cli/sync/" {
			method, body = "POST", "{}"
		}
		refused(t, d.ask(t, method, route, body), http.StatusNotFound, "not_found")
		refused(t, d.ask(t, method, route+long, body), http.StatusRequestURITooLong, "too_long")
		refused(t, d.ask(t, method, route+"%ff", body), http.StatusBadRequest, "bad_request")
	}
	refused(t, d.ask(t, "GET", "/tui/v1/projects/"+long+"/runs", ""), http.StatusRequestURITooLong, "too_long")
	refused(t, d.ask(t, "GET", "/tui/v1/projects/%ff/runs", ""), http.StatusBadRequest, "bad_request")
	refused(t, d.ask(t, "GET", "/tui/v1/projects/../runs", ""), http.StatusNotFound, "not_found")
	refused(t, d.ask(t, "GET", "/tui/v1/projects//runs", ""), http.StatusNotFound, "not_found")
	if len(d.docs) != 0 {
		t.Errorf("projects were made: %v", d.docs)
	}
}

func TestList_NamesAreUnambiguousAndSorted(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	d.projects = []protocol.ProjectInfo{
		{ID: "id-9", Name: "zebra"},
		{ID: "id-2", Name: "twin"},
		{ID: "id-1", Name: "twin"},
		{ID: "plain", Name: "plain"},
		{ID: "id-3", Name: ""},
		{ID: "id-4", Name: "id-9"},
	}
	got := decode[struct{ Names []string }](t, d.ask(t, "GET", "/web/list", "")).Names
	// "id-9" as a display name is another project's id.
	if want := []string{"id-1", "id-2", "id-3", "id-4", "plain", "zebra"}; !slices.Equal(got, want) {
		t.Errorf("names = %q, want %q", got, want)
	}
	d.projects = nil
	if body := strings.TrimSpace(d.ask(t, "GET", "/web/list", "").Body.String()); body != `{"names":[]}` {
		t.Errorf("no projects: %s", body)
	}
}

func TestStatus_BeforeTheFirstSyncAndOfNobody(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	w := d.ask(t, "GET", "/web/status/bert", "")
	if w.Code != http.StatusOK || w.Body.String() != "{}" || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("before the first sync: %d %q %q", w.Code, w.Header().Get("Content-Type"), w.Body)
	}
	refused(t, d.ask(t, "GET", "/web/status/nobody", ""), http.StatusNotFound, "not_found")
}

func TestShutdown_OfEveryEraAnswersAndEndsTheDaemon(t *testing.T) {
	t.Parallel()
	for path, kind := range map[string]string{
		"/web/shutdown": "text/html; charset=utf-8", "/shutdown": "application/json", "/api/server/shutdown": "application/json",
	} {
		d := newDaemon(t)
		w := d.ask(t, "POST", path, "")
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != kind || w.Body.Len() == 0 {
			t.Errorf("%s answered %d %q %s", path, w.Code, w.Header().Get("Content-Type"), w.Body)
		}
		if kind == "application/json" && decode[map[string]string](t, w)["result"] == "" {
			t.Errorf("%s has no result: %s", path, w.Body)
		}
		if len(d.stopped) != 1 || !strings.Contains(d.stopped[0], path) {
			t.Errorf("%s: stopped %q", path, d.stopped)
		}
		refused(t, d.ask(t, "GET", path, ""), http.StatusMethodNotAllowed, "method_not_allowed")
		refused(t, d.ask(t, "POST", path, "", "Sec-Fetch-Site", "cross-site"), http.StatusForbidden, "forbidden")
		if len(d.stopped) != 1 {
			t.Errorf("%s: another site's page ended the daemon", path)
		}
	}
}

func FuzzSync(f *testing.F) {
	for _, seed := range []string{
		`{}`, `[]`, `"{}"`, `"{\"a\": NaN}"`, `{"a":-Infinity}`, `{"NaN":"\\\"NaN"}`, `"\"{}\""`, `1`, "\xff", `{"a":"\ud800"}`,
	} {
		f.Add(seed, "application/json", "p")
	}
	f.Add(`{}`, `application/json; charset="`, "a/../b")
	f.Fuzz(func(t *testing.T, body, kind, name string) {
		d := newDaemon(t)
		w := d.ask(t, "POST", "/cli/sync/"+url.PathEscape(name), body, "Content-Type", kind)
		if w.Code >= http.StatusInternalServerError {
			t.Fatalf("answered %d %s", w.Code, w.Body)
		}
		if w.Code != http.StatusOK {
			if len(d.docs) != 0 {
				t.Fatal("a refused document was taken")
			}
			return
		}
		doc, ok := d.docs[name]
		if !ok {
			t.Fatalf("another project than %q was made", name)
		}
		status := d.ask(t, "GET", "/web/status/"+url.PathEscape(name), "")
		switch {
		case status.Code != http.StatusOK:
			t.Fatalf("status answered %d %s", status.Code, status.Body)
		case doc.asText && !bytes.Equal(status.Body.Bytes(), doc.text):
			t.Fatalf("text %q came back as %q", doc.text, status.Body)
		case !doc.asText && !json.Valid(status.Body.Bytes()):
			t.Fatalf("document %q came back as no JSON: %q", doc.text, status.Body)
		}
	})
}
