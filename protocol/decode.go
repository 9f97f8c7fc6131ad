package protocol

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Errors of [Decode]. They wrap the JSON error where there is one.
var (
	ErrNotJSON     = errors.New("frame is not a JSON object")
	ErrNoEventType = errors.New(`frame has no "event-type"`)
	ErrWrongType   = errors.New("wrong type")
)

// Decode reads one frame. It is [Decoder.Decode] on a fresh decoder, for callers
// that read few frames.
func Decode(frame []byte) (Event, Dialect, error) { return NewDecoder().Decode(frame) }

// Decoder reads frames without allocating for the usual ones. It belongs to one
// goroutine.
type Decoder struct {
	dec    *jsontext.Decoder
	buf    bytes.Buffer
	opts   []jsontext.Options
	name   string // the last project name and run id seen: a connection repeats them
	run    string
	series string
}

// NewDecoder makes a decoder.
func NewDecoder() *Decoder {
	d := &Decoder{
		// Duplicate keys and lone surrogates are what Python and browsers accept.
		opts: []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)},
	}
	d.dec = jsontext.NewDecoder(&d.buf, d.opts...)
	return d
}

// Decode reads one frame into an event whose Payload and Frame alias it, and
// tells the dialect its keys spell. Only the envelope is read; the payload is
// checked to be JSON and left alone. Bare NaN, Infinity and -Infinity are taken
// (see [Event.NonFinite]); of doubled keys the last counts; unknown keys are
// ignored.
//
// Errors: [ErrNotJSON], [ErrNoEventType], [ErrEventID], [ErrWrongType].
func (d *Decoder) Decode(frame []byte) (Event, Dialect, error) {
	ev, dialect, err := d.walk(frame, frame)
	if errors.Is(err, ErrNotJSON) {
		if masked, ok := maskNonFinite(frame); ok {
			ev, dialect, err = d.walk(masked, frame)
			ev.NonFinite = true
		}
	}
	if err != nil {
		return Event{}, dialect, err
	}
	return ev, dialect, nil
}

// walk reads the top level of text; values are cut from frame, which has the
// same length and differs only where non-finite numbers were masked.
func (d *Decoder) walk(text, frame []byte) (Event, Dialect, error) {
	d.buf = *bytes.NewBuffer(text)
	d.dec.Reset(&d.buf, d.opts...)
	ev := Event{ID: NoEventID, Frame: frame}
	if d.dec.PeekKind() != '{' {
		return ev, DialectUnknown, notJSON(d.firstError())
	}
	if _, err := d.dec.ReadToken(); err != nil {
		return ev, DialectUnknown, notJSON(err)
	}
	seen, fieldErr, err := d.fields(&ev, frame)
	if err != nil {
		return ev, seen, notJSON(err)
	}
	if _, err := d.dec.ReadToken(); err != nil {
		return ev, seen, notJSON(err)
	}
	ev.closing = int(d.dec.InputOffset()) - 1
	if d.dec.PeekKind() != 0 || len(bytes.TrimLeft(text[ev.closing+1:], " \t\r\n")) > 0 {
		return ev, seen, notJSON(errors.New("data after the object"))
	}
	switch {
	case fieldErr != nil:
		return ev, seen, fieldErr
	case ev.Type == "":
		return ev, seen, ErrNoEventType
	}
	return ev, seen, nil
}

// fields reads the keys and values up to the closing brace. fieldErr is the first
// value of a wrong type, err what makes the frame no JSON.
func (d *Decoder) fields(ev *Event, frame []byte) (seen Dialect, fieldErr, err error) {
	for d.dec.PeekKind() != '}' {
		key, err := d.dec.ReadValue()
		if err != nil {
			return seen, fieldErr, err
		}
		field := fieldOf(key)
		value, err := d.dec.ReadValue()
		if err != nil {
			return seen, fieldErr, err
		}
		end := int(d.dec.InputOffset())
		raw := frame[end-len(value) : end]
		if field == fieldType || field == fieldID {
			seen = DialectSeed
		}
		if field == fieldPayload {
			ev.payloadAt = end - len(value)
		}
		if err := d.set(ev, field, raw); err != nil && fieldErr == nil {
			fieldErr = err
		}
	}
	return seen, fieldErr, nil
}

// firstError asks the decoder what is wrong with the very first token.
func (d *Decoder) firstError() error {
	if _, err := d.dec.ReadValue(); err != nil {
		return err
	}
	return errors.New("not an object")
}

func notJSON(err error) error { return fmt.Errorf("%w: %w", ErrNotJSON, err) }

type field uint8

const (
	fieldOther field = iota
	fieldType
	fieldName
	fieldPayload
	fieldID
	fieldSeries
	fieldRun
	fieldSeq
	fieldAt
	fieldSent
	fieldN
)

func fieldOf(key []byte) field {
	switch string(key) {
	case `"event-type"`:
		return fieldType
	case `"name"`:
		return fieldName
	case `"payload"`:
		return fieldPayload
	case `"event-id"`:
		return fieldID
	case `"series"`:
		return fieldSeries
	case `"run"`:
		return fieldRun
	case `"seq"`:
		return fieldSeq
	case `"at"`:
		return fieldAt
	case `"sent"`:
		return fieldSent
	case `"n"`:
		return fieldN
	}
	return fieldOther
}

// set stores one value. Only the four keys of the seed are held to their type;
// a wrong extension key is as good as absent, because a client that never heard
// of it may use the name for something else.
//
//nolint:gocyclo // a table of keys
func (d *Decoder) set(ev *Event, f field, raw []byte) error {
	switch f {
	case fieldOther:
	case fieldType:
		if raw[0] != '"' {
			return fmt.Errorf("%w: event-type is not a string", ErrWrongType)
		}
		ev.Type = eventType(raw)
	case fieldName:
		switch {
		case raw[0] == '"':
			ev.Project = intern(&d.name, raw)
			ev.name = ev.Project
		case string(raw) != "null":
			return fmt.Errorf("%w: name is not a string", ErrWrongType)
		}
	case fieldPayload:
		ev.Payload = raw
	case fieldID:
		id, err := ParseEventID(raw)
		if err != nil {
			return err
		}
		ev.ID = id
	case fieldSeries:
		if raw[0] == '"' {
			ev.Series = intern(&d.series, raw)
		}
	case fieldRun:
		if raw[0] == '"' {
			ev.Run = intern(&d.run, raw)
		}
	case fieldSent:
		if raw[0] == '"' {
			ev.Sent = unquote(raw)
		}
	case fieldSeq:
		ev.Seq = Seq(count(raw))
	case fieldAt:
		ev.At = count(raw)
	case fieldN:
		ev.N = count(raw)
	}
	return nil
}

// count reads a number that starts from 1; 0 stands for anything else.
func count(raw []byte) int64 {
	n, _ := parseSmallInt(raw)
	return max(n, 0)
}

func eventType(raw []byte) EventType {
	switch string(raw) {
	case `"log"`:
		return EventLog
	case `"scalar"`:
		return EventScalar
	case `"hardware"`:
		return EventHardware
	case `"progress"`:
		return EventProgress
	case `"status"`:
		return EventStatus
	case `"action"`:
		return EventAction
	case `"ack"`:
		return EventAck
	case `"handshake"`:
		return EventHandshake
	}
	return EventType(unquote(raw))
}

// intern returns the last string when raw spells it again.
func intern(last *string, raw []byte) string {
	if inner := raw[1 : len(raw)-1]; string(inner) == *last && bytes.IndexByte(inner, '\\') < 0 {
		return *last
	}
	*last = unquote(raw)
	return *last
}

// unquote reads a valid JSON string; invalid UTF-8 and lone surrogates become
// U+FFFD.
func unquote(raw []byte) string {
	inner := raw[1 : len(raw)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return strings.ToValidUTF8(string(inner), "\uFFFD")
	}
	// Only invalid UTF-8 is left to complain about, and that is replaced.
	text, _ := jsontext.AppendUnquote(nil, raw)
	return strings.ToValidUTF8(string(text), "\uFFFD")
}
