package rest_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type operation struct {
	Summary    string
	Parameters []struct{ Name, In, Description string }
	Responses  map[string]struct {
		Description string
		Content     map[string]struct{ Schema json.RawMessage }
	}
}

type openAPI struct {
	OpenAPI    string
	Info       struct{ Title, Version, Description string }
	Paths      map[string]map[string]operation
	Components struct{ Schemas map[string]json.RawMessage }
}

func describe(t *testing.T, d *daemon) openAPI {
	t.Helper()
	return decode[openAPI](t, d.ask(t, "GET", "/openapi.json", ""))
}

// served is every route, as a contract: what is missing here or there is a bug.
func served() []string {
	return []string{
		"delete /tui/v1/projects/{project}/runs/{run}",
		"get /hello",
		"get /tui/v1/machines",
		"get /tui/v1/projects",
		"get /tui/v1/projects/{project}/events",
		"get /tui/v1/projects/{project}/runs",
		"get /tui/v1/projects/{project}/runs/{run}",
		"get /tui/v1/projects/{project}/runs/{run}/receipts",
		"get /tui/v1/projects/{project}/runs/{run}/scalars",
		"get /tui/v1/projects/{project}/runs/{run}/scalars/{series}",
		"get /tui/v1/storage",
		"get /web/list",
		"get /web/status/{name}",
		"patch /tui/v1/projects/{project}/runs/{run}",
		"post /api/server/shutdown",
		"post /cli/sync/{name}",
		"post /shutdown",
		"post /tui/v1/shutdown",
		"post /web/shutdown",
	}
}

func fill(path string) string {
	return strings.NewReplacer("{project}", "bert", "{run}", runOnline, "{series}", "loss", "{name}", "bert").Replace(path)
}

func TestDocument_HasEveryServedRouteAndNoOther(t *testing.T) {
	t.Parallel()
	d := newDaemon(t, debugging)
	doc := describe(t, d)
	var documented []string
	for path, item := range doc.Paths {
		for method, op := range item {
			documented = append(documented, method+" "+path)
			if op.Summary == "" || op.Responses["default"].Description == "" {
				t.Errorf("%s %s says too little: %+v", method, path, op)
			}
			named := map[string]bool{}
			for _, p := range op.Parameters {
				named[p.Name] = true
				if p.Description == "" {
					t.Errorf("%s %s: parameter %s has no description", method, path, p.Name)
				}
			}
			for _, match := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(path, -1) {
				if !named[match[1]] {
					t.Errorf("%s %s: %s is no parameter", method, path, match[1])
				}
			}
		}
	}
	slices.Sort(documented)
	if diff := cmp.Diff(served(), documented); diff != "" {
		t.Errorf("served and documented differ: %s", diff)
	}
	for _, route := range served() {
		method, path, _ := strings.Cut(route, " ")
		w := d.ask(t, strings.ToUpper(method), fill(path), "")
		if w.Code == http.StatusNotFound || w.Code == http.StatusMethodNotAllowed || w.Code >= http.StatusInternalServerError {
			t.Errorf("%s answered %d %s", route, w.Code, w.Body)
		}
	}
	if doc.OpenAPI != "3.1.0" || doc.Info.Title == "" || doc.Info.Description == "" || doc.Info.Version != "1.2.3" {
		t.Errorf("document is of %s %+v", doc.OpenAPI, doc.Info)
	}
}

func TestDocument_GetsAnswerAsDocumented(t *testing.T) {
	t.Parallel()
	d := newDaemon(t, debugging)
	for path, item := range describe(t, d).Paths {
		op, ok := item["get"]
		if !ok {
			continue
		}
		for _, target := range []string{fill(path), strings.ReplaceAll(fill(path), "bert", "nobody")} {
			w := d.ask(t, "GET", target, "")
			response, listed := op.Responses[strconv.Itoa(w.Code)]
			if !listed {
				response = op.Responses["default"]
			}
			kind := w.Header().Get("Content-Type")
			if _, known := response.Content[kind]; !known {
				t.Errorf("%s answered %d %q, documented are %v", target, w.Code, kind, slices.Collect(maps.Keys(response.Content)))
			}
			if base, _, err := mime.ParseMediaType(kind); err != nil || (base == "application/json") != json.Valid(w.Body.Bytes()) {
				t.Errorf("%s answered %q with %s", target, kind, w.Body)
			}
		}
	}
}

func TestDocument_ReferencesResolveAndErrorsAreOurs(t *testing.T) {
	t.Parallel()
	d := newDaemon(t, debugging)
	text := d.ask(t, "GET", "/openapi.json", "").Body.String()
	schemas := describe(t, d).Components.Schemas
	for _, match := range regexp.MustCompile(`"\$ref":"#/components/schemas/([^"]+)"`).FindAllStringSubmatch(text, -1) {
		if _, ok := schemas[match[1]]; !ok {
			t.Errorf("schema %s is referred to and missing", match[1])
		}
	}
	for name := range schemas {
		if strings.HasPrefix(name, "Huma") {
			t.Errorf("schema %s is of no answer", name)
		}
	}
	if strings.Contains(text, "problem+json") {
		t.Error("the document promises problem+json")
	}
}

func TestDocs_AreWholeWithoutANetwork(t *testing.T) {
	t.Parallel()
	d := newDaemon(t, debugging)
	for _, path := range []string{"/docs", "/docs/"} {
		w := d.ask(t, "GET", path, "")
		page := w.Body.String()
		if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			t.Fatalf("%s answered %d %s", path, w.Code, w.Body)
		}
		files := regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(page, -1)
		if len(files) < 3 || !strings.Contains(page, "/openapi.json") {
			t.Errorf("%s is not the page: %s", path, page)
		}
		for _, file := range files {
			if strings.Contains(file[1], "//") {
				t.Errorf("%s needs %s", path, file[1])
				continue
			}
			if w := d.ask(t, "GET", file[1], "", "Accept-Encoding", "gzip"); w.Code != http.StatusOK || w.Body.Len() == 0 {
				t.Errorf("%s answered %d", file[1], w.Code)
			}
		}
		policy := w.Header().Get("Content-Security-Policy")
		inline := regexp.MustCompile(`(?s)<script>(.*?)</script>`).FindAllStringSubmatch(page, -1)
		if n := strings.Count(policy, "'sha256-"); n != len(inline) || n == 0 {
			t.Errorf("%d inline scripts are allowed of %d: %s", n, len(inline), policy)
		}
		for _, script := range inline {
			sum := sha256.Sum256([]byte(script[1]))
			if !strings.Contains(policy, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") {
				t.Errorf("%s may not run its own script %s", path, script[1])
			}
		}
		scripts, _, _ := strings.Cut(policy[strings.Index(policy, "script-src"):], ";")
		if strings.Contains(scripts, "unsafe") || strings.Contains(policy, "http") {
			t.Errorf("policy is too wide: %s", policy)
		}
	}
	refused(t, d.ask(t, "GET", "/docs/absent.js", ""), http.StatusNotFound, "not_found")
	refused(t, d.ask(t, "POST", "/docs", ""), http.StatusMethodNotAllowed, "method_not_allowed")
}

func TestDocs_WithoutDebugSayHowToGetThem(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	for _, path := range []string{"/docs", "/docs/", "/docs/swagger-ui.css", "/openapi.json"} {
		e := refused(t, d.ask(t, "GET", path, ""), http.StatusNotFound, "not_found")
		if !strings.Contains(e.Hint, "--debug") {
			t.Errorf("%s: hint is %q", path, e.Hint)
		}
	}
}
