package link

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"syscall"

	"apps.local/neetbox-tui/protocol"
)

// APIError is an answer of the daemon's REST side that says no.
type APIError struct {
	Status int // HTTP status
	protocol.ErrorDetail
}

func (e *APIError) Error() string {
	text := e.Message
	if text == "" {
		text = fmt.Sprintf("the daemon answered %d %s", e.Status, http.StatusText(e.Status))
	}
	if e.Hint != "" {
		text += " (" + e.Hint + ")"
	}
	return text
}

// apiError reads an error's body. One that is not ours, from a proxy for
// instance, leaves the status to speak.
func apiError(status int, body []byte) *APIError {
	var told protocol.ErrorBody
	if json.Unmarshal(body, &told) != nil {
		told = protocol.ErrorBody{}
	}
	return &APIError{Status: status, ErrorDetail: told.Error}
}

// Refused reports whether err says that nothing listens on the daemon's port,
// which is the one case in which starting a daemon helps.
func Refused(err error) bool {
	// WSAECONNREFUSED: package syscall's ECONNREFUSED is not what Windows returns.
	const windowsRefused = syscall.Errno(10061)
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, windowsRefused)
}
