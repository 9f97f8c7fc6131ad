package rest

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"apps.local/neetbox-tui/protocol"
)

const (
	contentJSON = "application/json"
	contentHTML = "text/html; charset=utf-8"
)

// failure is an error as it is answered.
type failure struct {
	status int
	detail protocol.ErrorDetail
	cause  error // for the log
}

func newFailure(status int, problem, hint string) *failure {
	return &failure{status: status, detail: protocol.ErrorDetail{Code: codeOf(status), Message: problem, Hint: hint}}
}

// Error is the message; the cause stays in the log.
func (f *failure) Error() string { return f.detail.Message }

// Unwrap is the cause.
func (f *failure) Unwrap() error { return f.cause }

// GetStatus makes a failure an error that huma answers with this status.
func (f *failure) GetStatus() int { return f.status }

func (f *failure) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", contentJSON)
	w.WriteHeader(f.status)
	// The peer may be gone already; there is nobody else to tell.
	_ = json.NewEncoder(w).Encode(protocol.ErrorBody{Error: f.detail})
}

// codeOf is the word for programs that goes with a status.
func codeOf(status int) string {
	switch status {
	case http.StatusForbidden:
		return "forbidden"
	case http.StatusNotFound:
		return "not_found"
	case http.StatusMethodNotAllowed:
		return "method_not_allowed"
	case http.StatusRequestTimeout:
		return "timeout"
	case http.StatusConflict:
		return "busy"
	case http.StatusRequestEntityTooLarge:
		return "too_large"
	case http.StatusRequestURITooLong:
		return "too_long"
	case http.StatusUnsupportedMediaType:
		return "unsupported_media_type"
	case http.StatusServiceUnavailable:
		return "unavailable"
	}
	if status >= http.StatusInternalServerError {
		return "internal"
	}
	return "bad_request"
}

// failureOf is what is said about a status that nobody said more about.
func failureOf(status int) *failure {
	f := newFailure(status, strings.ToLower(http.StatusText(status)), hintOf(status))
	switch status {
	case http.StatusNotFound:
		f.detail.Message = "no such route"
	case http.StatusMethodNotAllowed:
		f.detail.Message = "the route does not take this method"
	case http.StatusInternalServerError:
		f.detail.Message = "the daemon could not answer"
	}
	return f
}

// hintOf is the next step where only the status is known.
func hintOf(status int) string {
	switch status {
	case http.StatusNotFound:
		return "start the daemon with --debug and open /docs to see all routes"
	case http.StatusMethodNotAllowed:
		return "use a method of the Allow header"
	case http.StatusRequestEntityTooLarge:
		return "send less at once"
	case http.StatusUnsupportedMediaType:
		return "send Content-Type: application/json"
	case http.StatusRequestTimeout:
		return "send the whole body at once"
	}
	if status >= http.StatusInternalServerError {
		return "read the daemon's log; neetbox-tui doctor shows where it is"
	}
	return "start the daemon with --debug and open /docs to see what the route takes"
}

func noProject(name string) *failure {
	return newFailure(http.StatusNotFound, "no project "+quote(name), "list the projects with neetbox-tui status")
}

func noRun(run string) *failure {
	return newFailure(http.StatusNotFound, "no run "+quote(run), "list the runs with neetbox-tui status PROJECT")
}

// quote shows a foreign name inside a message, cut to what a person reads.
func quote(name string) string {
	const most = 80
	runes := []rune(name)
	if len(runes) > most {
		name = string(runes[:most]) + "…"
	}
	return strconv.Quote(name)
}

// fail turns an error of a route into one that can be answered. notFound is what
// [protocol.ErrNotFound] means there. The log gets what the answer does not say.
func (r *routes) fail(ctx context.Context, err error, notFound *failure) error {
	var f *failure
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, protocol.ErrNotFound):
		return notFound
	case errors.Is(err, protocol.ErrRunOnline):
		return newFailure(http.StatusConflict, "the run is connected", "wait for it to end, or stop it, and delete it then")
	case ctx.Err() != nil:
		// Whoever asked has gone; nobody reads the answer and nothing is broken.
		return failureOf(http.StatusServiceUnavailable)
	}
	r.Logger.Error("answer request", "err", err)
	f = failureOf(http.StatusInternalServerError)
	f.cause = err
	return f
}

// commonErrors writes every error in the common shape, those too that the
// library makes of parameters and bodies that don't fit the schema.
func commonErrors(ctx huma.Context, _ string, v any) (any, error) {
	var detail protocol.ErrorDetail
	switch v := v.(type) {
	case *failure:
		detail = v.detail
	case *huma.ErrorModel:
		detail = protocol.ErrorDetail{Code: codeOf(v.Status), Message: messageOf(v), Hint: hintOf(v.Status)}
	default:
		return v, nil
	}
	ctx.SetHeader("Content-Type", contentJSON)
	return protocol.ErrorBody{Error: detail}, nil
}

// messageOf says which parameters are wrong and how, without their values, which
// may be megabytes.
func messageOf(e *huma.ErrorModel) string {
	if e.Status >= http.StatusInternalServerError || len(e.Errors) == 0 {
		return e.Detail
	}
	parts := make([]string, 0, len(e.Errors))
	for _, each := range e.Errors {
		if each != nil {
			parts = append(parts, strings.TrimSpace(each.Location+": "+each.Message))
		}
	}
	return strings.Join(parts, "; ")
}
