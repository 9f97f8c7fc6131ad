package protocol

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// ActionSpec is what a run announces of one action.
type ActionSpec struct {
	Description string            `json:"description"` // null reads as ""
	Args        map[string]string `json:"args"`        // parameter name -> type name: str, int, float, bool, list, dict, any, …
	Blocking    bool              `json:"blocking"`    // the run hears nothing else while it runs

	// ArgNames are the parameters in the order they were announced in.
	ArgNames []string `json:"-"`
}

// UnmarshalJSON reads an announcement and keeps the order of its arguments, in
// which a person expects to be asked for them.
func (s *ActionSpec) UnmarshalJSON(text []byte) error {
	var wire struct {
		Description any             `json:"description"`
		Args        json.RawMessage `json:"args"`
		Blocking    bool            `json:"blocking"`
	}
	if err := json.Unmarshal(text, &wire); err != nil {
		return err
	}
	*s = ActionSpec{Description: textOf(wire.Description), Blocking: wire.Blocking, Args: map[string]string{}}
	if len(wire.Args) == 0 || wire.Args[0] != '{' {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(wire.Args))
	if _, err := dec.Token(); err != nil {
		return err
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		var typ any
		if err := dec.Decode(&typ); err != nil {
			return err
		}
		name := fmt.Sprint(key)
		if _, twice := s.Args[name]; !twice {
			s.ArgNames = append(s.ArgNames, name)
		}
		s.Args[name] = textOf(typ)
	}
	return nil
}

// ActionCall asks a run to do something. Every argument's value is a string that
// holds a Python literal; see [ParseLiteral].
type ActionCall struct {
	Name string
	Args map[string]string
}

// ActionResult is the answer to a call.
type ActionResult struct {
	Name   string
	Result json.RawMessage // nil when there is an error
	Error  string
	// FromServer says that the daemon answered because the run could not.
	FromServer bool
	// Lost says that the run went away before it answered.
	Lost bool
}

type wireAction struct {
	Name   string                     `json:"name"`
	Args   map[string]json.RawMessage `json:"args"`
	Action json.RawMessage            `json:"action"`
	Result json.RawMessage            `json:"result"`
	Error  json.RawMessage            `json:"error"`
	From   string                     `json:"from"`
	State  string                     `json:"state"`
}

// ParseActionCall reads a call: {"name","args"}, the seed's {"action":{…}} or
// {"action":"name"}. An argument that is not a string is kept as its JSON text.
func ParseActionCall(e Event) (ActionCall, error) {
	w, err := parseAction(e)
	if err != nil {
		return ActionCall{}, err
	}
	call := ActionCall{Name: w.Name, Args: make(map[string]string, len(w.Args))}
	for name, value := range w.Args {
		if len(value) > 0 && value[0] == '"' {
			call.Args[name] = unquote(value)
		} else {
			call.Args[name] = string(value)
		}
	}
	if call.Name == "" {
		return call, fmt.Errorf("%w: action without a name", ErrWrongType)
	}
	return call, nil
}

// IsActionResult tells a result from a call: released clients answer an action
// with an event of type action. It is told by "result" or "error".
func IsActionResult(e Event) bool {
	w, err := parseAction(e)
	return err == nil && (len(w.Result) > 0 || len(w.Error) > 0)
}

// ParseActionResult reads an answer: an ack or an action event with {"name",
// "result"|"error"}, the seed's {"action":{…}}, or both. An answer with neither
// result nor error is a success without a value.
func ParseActionResult(e Event) ActionResult {
	w, err := parseAction(e)
	if err != nil {
		return ActionResult{Result: json.RawMessage(e.Payload)}
	}
	r := ActionResult{Name: w.Name, FromServer: w.From == "server", Lost: w.State == string(ReceiptLost)}
	if len(w.Error) > 0 && string(w.Error) != "null" {
		r.Error = textOfRaw(w.Error)
		return r
	}
	r.Result = w.Result
	if r.Result == nil {
		r.Result = json.RawMessage("null")
	}
	return r
}

func textOfRaw(raw json.RawMessage) string {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return string(raw)
	}
	return textOf(v)
}

// parseAction folds the seed's inner object into the outer keys.
func parseAction(e Event) (wireAction, error) {
	var w wireAction
	if err := e.DecodePayload(&w); err != nil {
		return w, err
	}
	if len(w.Action) == 0 {
		return w, nil
	}
	if w.Action[0] == '"' {
		if w.Name == "" {
			w.Name = unquote(w.Action)
		}
		return w, nil
	}
	var inner wireAction
	if json.Unmarshal(w.Action, &inner) != nil {
		return w, nil //nolint:nilerr // an "action" of another shape is the client's own business
	}
	if w.Name == "" {
		w.Name = inner.Name
	}
	if w.Args == nil {
		w.Args = inner.Args
	}
	if len(w.Result) == 0 {
		w.Result = inner.Result
	}
	if len(w.Error) == 0 {
		w.Error = inner.Error
	}
	return w, nil
}

// Payload is the call in the superset that both the seed's example and the
// released clients understand.
func (c ActionCall) Payload() []byte {
	args := c.Args
	if args == nil {
		args = map[string]string{}
	}
	type call struct {
		Name string            `json:"name"`
		Args map[string]string `json:"args"`
	}
	inner := call{Name: c.Name, Args: args}
	return mustMarshal(struct {
		call
		Action call `json:"action"`
	}{inner, inner})
}

// Payload is the answer in the same superset.
func (r ActionResult) Payload() []byte {
	type answer struct {
		Name   string          `json:"name"`
		Result json.RawMessage `json:"result,omitempty"`
		Error  string          `json:"error,omitempty"`
	}
	inner := answer{Name: r.Name, Result: r.Result, Error: r.Error}
	if r.Error == "" && len(r.Result) == 0 {
		inner.Result = json.RawMessage("null")
	}
	return mustMarshal(struct {
		answer
		Action answer `json:"action"`
	}{inner, inner})
}

// ServerAnswer is the payload of the ack that the daemon sends in a run's place.
func ServerAnswer(action, problem string, lost bool) []byte {
	type named struct {
		Name string `json:"name"`
	}
	w := struct {
		Action named  `json:"action"`
		Error  string `json:"error"`
		From   string `json:"from"`
		State  string `json:"state,omitempty"`
	}{named{action}, problem, "server", ""}
	if lost {
		w.State = string(ReceiptLost)
	}
	return mustMarshal(w)
}

// mustMarshal is for values of this package's own types, which always marshal
// but for a RawMessage that is not JSON; that one is carried as a string.
func mustMarshal(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		text, _ = json.Marshal(map[string]string{"error": err.Error()}) //nolint:errchkjson // strings marshal
	}
	return text
}

// ReceiptState is how far an action has come.
type ReceiptState string

// The states of a receipt.
const (
	ReceiptSent     ReceiptState = "sent"    // handed to the run's socket
	ReceiptRunning  ReceiptState = "running" // only where the run says so
	ReceiptDone     ReceiptState = "done"
	ReceiptFailed   ReceiptState = "failed"
	ReceiptTimedOut ReceiptState = "timed out"
	ReceiptLost     ReceiptState = "lost" // the run went away
)

// Open reports whether an answer is still to come in time.
func (s ReceiptState) Open() bool {
	switch s {
	case ReceiptSent, ReceiptRunning:
		return true
	case ReceiptDone, ReceiptFailed, ReceiptTimedOut, ReceiptLost:
		return false
	}
	return false
}
