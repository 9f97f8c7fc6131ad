package protocol

import "fmt"

// CloseCode is a WebSocket close code that the daemon sends to frontends. Runs
// never get one: a released client that reads a close frame never comes back.
type CloseCode int

// Close codes: those of RFC 6455 section 7.4.1 that fit, and one of our own.
const (
	CloseGoingAway   CloseCode = 1001 // the daemon ends
	CloseUnsupported CloseCode = 1003 // binary frame
	CloseBadFrame    CloseCode = 1007 // not a JSON object, or not an event
	ClosePolicy      CloseCode = 1008 // an event that this peer may not send
	CloseTooBig      CloseCode = 1009 // over MaxFrontendFrame
	CloseStalled     CloseCode = 4000 // a write did not finish in time
)

// Reconnect reports whether a frontend that was closed with c should connect
// again by itself: not when it would be closed for the same reason again.
func (c CloseCode) Reconnect() bool {
	switch c {
	case CloseUnsupported, CloseBadFrame, ClosePolicy, CloseTooBig:
		return false
	case CloseGoingAway, CloseStalled:
		return true
	}
	return true
}

// CloseError is why a frontend's connection ends.
type CloseError struct {
	Code   CloseCode
	Reason string // at most 123 bytes of UTF-8, the limit of a control frame
}

func (e *CloseError) Error() string { return fmt.Sprintf("close %d: %s", int(e.Code), e.Reason) }
