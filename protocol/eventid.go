package protocol

import (
	"errors"
	"math/rand/v2"
	"strconv"
)

// EventID is an event's "event-id": any JSON integer, kept exactly as it was
// written. Two EventIDs are equal when their texts are.
type EventID struct {
	n    int64
	text string // only for integers that int64 can't hold
}

// NoEventID is the default: nobody waits for an answer.
var NoEventID = EventID{n: -1} //nolint:gochecknoglobals // a constant that Go can't spell as one

// ErrEventID says that an "event-id" is not a JSON integer.
var ErrEventID = errors.New("event-id is not an integer")

// maxSafeID is the largest integer that a JavaScript number keeps exactly.
const maxSafeID = 1<<53 - 1

// ID makes an EventID of n.
func ID(n int64) EventID { return EventID{n: n} }

// NewEventID draws an event-id at random from 1 to 2^53-1, so that every JSON
// reader keeps it exactly.
func NewEventID() EventID { return EventID{n: 1 + rand.Int64N(maxSafeID)} }

// ParseEventID reads the JSON text of an event-id. null counts as left out.
// Fractions, exponents and anything but a number give [ErrEventID].
func ParseEventID(text []byte) (EventID, error) {
	if string(text) == "null" {
		return NoEventID, nil
	}
	if n, ok := parseSmallInt(text); ok {
		return EventID{n: n}, nil
	}
	digits := text
	if len(digits) > 0 && digits[0] == '-' {
		digits = digits[1:]
	}
	if len(digits) == 0 {
		return EventID{}, ErrEventID
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return EventID{}, ErrEventID
		}
	}
	if n, err := strconv.ParseInt(string(text), 10, 64); err == nil && strconv.FormatInt(n, 10) == string(text) {
		return EventID{n: n}, nil
	}
	return EventID{text: string(text)}, nil
}

// parseSmallInt reads up to 18 digits without allocating; "-0" is left to the
// exact path because its text differs from that of its value.
func parseSmallInt(text []byte) (int64, bool) {
	neg := len(text) > 0 && text[0] == '-'
	digits := text
	if neg {
		digits = text[1:]
	}
	if len(digits) == 0 || len(digits) > 18 || (digits[0] == '0' && (len(digits) > 1 || neg)) {
		return 0, false
	}
	var n int64
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	if neg {
		n = -n
	}
	return n, true
}

// Waits reports whether the sender expects an answer: the id is greater than 0.
func (id EventID) Waits() bool {
	if id.text != "" {
		return id.text[0] != '-'
	}
	return id.n > 0
}

// Int64 is the id as a number, and whether it fits one.
func (id EventID) Int64() (int64, bool) { return id.n, id.text == "" }

// String is the id's JSON text.
func (id EventID) String() string { return string(id.append(nil)) }

func (id EventID) append(dst []byte) []byte {
	if id.text != "" {
		return append(dst, id.text...)
	}
	return strconv.AppendInt(dst, id.n, 10)
}

// MarshalJSON writes the integer exactly.
func (id EventID) MarshalJSON() ([]byte, error) { return id.append(nil), nil }

// UnmarshalJSON reads what [ParseEventID] does.
func (id *EventID) UnmarshalJSON(text []byte) error {
	v, err := ParseEventID(text)
	if err != nil {
		return err
	}
	*id = v
	return nil
}
