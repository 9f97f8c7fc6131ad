package protocol

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// ErrNoObject says that a payload is neither a JSON object nor a string that
// holds one.
var ErrNoObject = errors.New("payload is not an object")

// Object is the payload as a JSON object: itself, or the object that it holds
// as a string (the seed's table calls the payload a string).
func (e Event) Object() ([]byte, error) {
	body := bytes.TrimSpace(e.Payload)
	if len(body) > 0 && body[0] == '"' {
		body = bytes.TrimSpace([]byte(unquote(body)))
	}
	if len(body) == 0 || body[0] != '{' {
		return nil, ErrNoObject
	}
	return body, nil
}

// DecodePayload reads the payload, as [Event.Object] finds it, into v. Bare
// non-finite numbers reach v as the strings that [Float] reads.
func (e Event) DecodePayload(v any) error {
	body, err := e.Object()
	if err != nil {
		return err
	}
	if err := json.Unmarshal(e.quoteNonFinite(body), v); err != nil {
		return fmt.Errorf("read %s payload: %w", e.Type, err)
	}
	return nil
}

func (e Event) quoteNonFinite(body []byte) []byte {
	if !e.NonFinite && e.Payload != nil && e.Payload[0] != '"' {
		return body
	}
	return QuoteNonFinite(body)
}

// Handshake is the payload of a peer's handshake.
type Handshake struct {
	Who        Who      `json:"who"`
	Extensions int      `json:"extensions,omitempty"` // 0: none asked for
	Run        *RunName `json:"run,omitempty"`        // from our runs
}

// RunName says which run connects.
type RunName struct {
	ID   string `json:"id"`             // a UUID
	Name string `json:"name,omitempty"` // for people: "green-fox-12"
}

// ParseHandshake reads a handshake's payload: an object, a string that holds
// one, or the bare word "cli" or "web".
func ParseHandshake(e Event) (Handshake, error) {
	if body := bytes.TrimSpace(e.Payload); len(body) > 0 && body[0] == '"' {
		if who := Who(unquote(body)); who == WhoCLI || who == WhoWeb {
			return Handshake{Who: who}, nil
		}
	}
	var h Handshake
	if err := e.DecodePayload(&h); err != nil {
		// A client may put anything beside "who"; only "who" is needed.
		var only struct {
			Who Who `json:"who"`
		}
		if e.DecodePayload(&only) != nil {
			return Handshake{}, err
		}
		h = Handshake{Who: only.Who}
	}
	if h.Who != WhoCLI && h.Who != WhoWeb {
		return Handshake{}, fmt.Errorf(`%w: payload "who" is %q, not "cli" or "web"`, ErrWrongType, h.Who)
	}
	return h, nil
}

// Results of a handshake.
const (
	ResultJoined   = 200
	ResultNotFound = 404
)

// HandshakeReply is the payload of the daemon's answer.
type HandshakeReply struct {
	Result     int            `json:"result"`
	Reason     string         `json:"reason"`
	Extensions int            `json:"extensions,omitempty"`
	Server     *ServerInfo    `json:"server,omitempty"`
	Epoch      string         `json:"epoch,omitempty"`  // changes when sequence numbers start again
	Heads      map[string]Seq `json:"heads,omitempty"`  // highest number of each project
	Run        string         `json:"run,omitempty"`    // to our runs: the id it is filed under
	Stored     *int64         `json:"stored,omitempty"` // to our runs: the highest n that the daemon has
}

// ServerInfo names the daemon.
type ServerInfo struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Log is a log event's data, from whichever spelling of it.
type Log struct {
	Level string // "", ok, info, debug, warning, error, mention, or the user's word
	Whom  string // where in the program
	Text  string
	Time  string // the sender's clock, as it was written; may be empty
}

type wireLog struct {
	Prefix   *string         `json:"prefix"`
	Level    *string         `json:"level"`
	Datetime any             `json:"datetime"`
	Whom     any             `json:"whom"`
	Msg      any             `json:"msg"`
	Message  any             `json:"message"`
	Text     any             `json:"text"`
	Log      json.RawMessage `json:"log"`
}

// ParseLog reads the data of a log event: the seed's {"log":{…}}, the early
// clients' {prefix, datetime, whom, msg}, the later ones' {whom, message} with
// the level in series, or bare text. What fits none of them is shown as it is.
func ParseLog(e Event) Log {
	if body := bytes.TrimSpace(e.Payload); len(body) > 0 && body[0] == '"' {
		if _, err := e.Object(); err != nil {
			return Log{Level: e.Series, Text: unquote(body)}
		}
	}
	var w wireLog
	if err := e.DecodePayload(&w); err != nil {
		return Log{Level: e.Series, Text: string(e.Payload)}
	}
	if len(w.Log) > 0 && string(w.Log) != "null" {
		inner := e
		inner.Payload = w.Log
		return ParseLog(inner)
	}
	l := Log{Level: e.Series, Whom: textOf(w.Whom), Time: textOf(w.Datetime)}
	for _, level := range []*string{w.Prefix, w.Level} {
		if l.Level == "" && level != nil {
			l.Level = *level
		}
	}
	switch {
	case w.Msg != nil:
		l.Text = textOf(w.Msg)
	case w.Message != nil:
		l.Text = textOf(w.Message)
	case w.Text != nil:
		l.Text = textOf(w.Text)
	default:
		l.Text = string(e.Payload)
	}
	return l
}

// textOf shows a JSON value as a person would write it.
func textOf(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}

// LogPayload is the payload that our own runs log with, in the early clients'
// keys, which every frontend reads.
type LogPayload struct {
	Prefix   string `json:"prefix"`
	Datetime string `json:"datetime"` // local time, 2026-11-22-09:23:12
	Whom     string `json:"whom"`
	Msg      string `json:"msg"`
}

// Scalar is a scalar event's payload; the curve is the event's series.
type Scalar struct {
	X Float `json:"x"`
	Y Float `json:"y"`
}

// Progress is a progress event's payload; the bar is the event's series.
type Progress struct {
	Name    string          `json:"name"`
	Step    Float           `json:"step"`
	Current json.RawMessage `json:"current,omitempty"` // the item, as text
	Total   *Float          `json:"total"`             // nil when unknown
	Rate    Float           `json:"rate"`              // steps a second since the start; -1 before the second step
}

// Presence is the payload of a status event of series presence, from the daemon.
type Presence struct {
	Online bool     `json:"online"`
	State  RunState `json:"state"`
	Reason string   `json:"reason,omitempty"`
	Name   string   `json:"name,omitempty"` // the run's, for people
}

// End is the payload of a status event of series end: a run's last words.
type End struct {
	Exit   *int   `json:"exit,omitempty"`
	Signal string `json:"signal,omitempty"` // "KILL"
	Error  string `json:"error,omitempty"`
}

// State is how the run ended by its own words, and the words for it.
func (e End) State() (state RunState, reason string) {
	switch {
	case e.Error != "":
		return RunFailed, e.Error
	case e.Signal != "":
		return RunFailed, "ended by signal " + e.Signal
	case e.Exit != nil && *e.Exit != 0:
		return RunFailed, "exit code " + strconv.Itoa(*e.Exit)
	}
	return RunFinished, ""
}

// HistoryState is the payload of a status event of series history: whether the
// daemon stores what it hears.
type HistoryState struct {
	State  string `json:"state"` // "ok" or "paused"
	Reason string `json:"reason,omitempty"`
	Missed int64  `json:"missed,omitempty"` // events not stored so far
}

// ActionState is the payload of a status event of series action-state: the
// action that was called with this event-id has begun.
type ActionState struct {
	ID    EventID `json:"event-id"`
	State string  `json:"state"` // "running"
}

// RunState is what the daemon makes of a run's signs of life.
type RunState string

// The states of a run.
const (
	RunRunning  RunState = "running"
	RunQuiet    RunState = "quiet"    // connected, silent for long against its own habit
	RunFinished RunState = "finished" // said goodbye, or exited with 0
	RunFailed   RunState = "failed"   // said so, or exited with something else
	RunLost     RunState = "lost"     // gone without a word
)

// Online reports whether a run in this state is connected.
func (s RunState) Online() bool {
	switch s {
	case RunRunning, RunQuiet:
		return true
	case RunFinished, RunFailed, RunLost:
		return false
	}
	return false
}
