package rest

import (
	"bytes"
	"net/http"
	"strconv"
)

// answer is a response held in memory until it is whole.
type answer struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// WriteHeader keeps the first status. 422, which the schema checks use for
// parameters of the wrong kind, is told as 400: to whoever asks there is no
// difference, and one status is easier to handle than two.
func (a *answer) WriteHeader(status int) {
	if a.status != 0 {
		return
	}
	if status == http.StatusUnprocessableEntity {
		status = http.StatusBadRequest
	}
	a.status = status
}

// Write adds to the body.
func (a *answer) Write(text []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(text)
}

// Unwrap lets http.ResponseController reach the connection's deadlines.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// fail replaces what was written so far.
func (a *answer) fail(f *failure) {
	a.status = 0
	a.body.Reset()
	for _, name := range []string{"Content-Encoding", "Content-Length", "Content-Range", "Etag", "Last-Modified", "Location"} {
		a.Header().Del(name)
	}
	f.write(a)
}

// send writes the answer out. Whoever below answered an error in words of its
// own (the router, the files of the docs page) is put into the common shape.
func (a *answer) send() {
	a.WriteHeader(http.StatusOK)
	kind := a.Header().Get("Content-Type")
	switch {
	case a.status >= http.StatusMultipleChoices && a.status < http.StatusBadRequest && a.status != http.StatusNotModified:
		// Only the router redirects, and only to tidy a path up. No client of a
		// daemon follows, and a tidied name would be another project's.
		a.fail(newFailure(http.StatusNotFound, "the path has empty or dot segments",
			"write %2F for a slash and %2E for a dot inside a name"))
	case a.status >= http.StatusBadRequest && kind != contentJSON:
		a.fail(failureOf(a.status))
	}
	if a.status != http.StatusNoContent && a.status != http.StatusNotModified {
		a.Header().Set("Content-Length", strconv.Itoa(a.body.Len()))
	}
	a.ResponseWriter.WriteHeader(a.status)
	// The peer may be gone already; there is nobody else to tell.
	_, _ = a.ResponseWriter.Write(a.body.Bytes())
}
