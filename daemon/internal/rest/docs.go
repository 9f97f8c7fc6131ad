package rest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/swaggest/swgui"
	"github.com/swaggest/swgui/v5emb"
)

const (
	pathOpenAPI = "/openapi.json"
	pathDocs    = "/docs"
)

// serveDocs serves the OpenAPI document and the page to read and try it, all of
// it from the executable: the page works without a network.
func (r *routes) serveDocs(mux *http.ServeMux) {
	document := r.document()
	mux.HandleFunc("GET "+pathOpenAPI, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentJSON)
		_, _ = w.Write(document) // into memory
	})
	ui := v5emb.NewHandlerWithConfig(swgui.Config{
		Title: r.api.OpenAPI().Info.Title, SwaggerJSON: pathOpenAPI, BasePath: pathDocs,
	})
	policy := docsPolicy(ui)
	page := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		ui.ServeHTTP(w, req)
	})
	mux.Handle("GET "+pathDocs, page)
	mux.Handle("GET "+pathDocs+"/", page)
}

// hideDocs says why they are not here.
func (r *routes) hideDocs(mux *http.ServeMux) {
	hidden := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		newFailure(http.StatusNotFound, "the API's description is served in debug mode only",
			"start the daemon with --debug").write(w)
	})
	for _, path := range []string{pathOpenAPI, pathDocs, pathDocs + "/"} {
		mux.Handle("GET "+path, hidden)
	}
}

// document is the OpenAPI document. The library's own error types are left out:
// no answer has them.
func (r *routes) document() []byte {
	api := r.api.OpenAPI()
	for name := range api.Components.Schemas.Map() {
		if strings.HasPrefix(name, librarySchema) {
			delete(api.Components.Schemas.Map(), name)
		}
	}
	document, err := json.Marshal(api)
	if err != nil {
		// The document is made of this package's constants and types alone.
		panic(err)
	}
	return document
}

// docsPolicy lets the page run its own scripts, told by their hashes, and no
// others: it shows what runs report when somebody tries a route.
func docsPolicy(ui http.Handler) string {
	page := &answer{ResponseWriter: headerOnly{}}
	ui.ServeHTTP(page, &http.Request{Method: http.MethodGet, URL: &url.URL{Path: pathDocs}})
	scripts := "script-src 'self'"
	rest := page.body.Bytes()
	var scriptsSb76 strings.Builder
	for {
		_, after, found := bytes.Cut(rest, []byte("<script>"))
		if !found {
			break
		}
		script, tail, _ := bytes.Cut(after, []byte("</script>"))
		sum := sha256.Sum256(script)
		scriptsSb76.WriteString(" 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'")
		rest = tail
	}
	scripts += scriptsSb76.String()
	return strings.Join([]string{
		"default-src 'none'", scripts, "style-src 'self' 'unsafe-inline'", "img-src 'self' data:",
		"connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
	}, "; ")
}

// headerOnly is a response that nobody reads.
type headerOnly http.Header

func (h headerOnly) Header() http.Header          { return http.Header(h) }
func (headerOnly) Write(text []byte) (int, error) { return len(text), nil }
func (headerOnly) WriteHeader(int)                {}
