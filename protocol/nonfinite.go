package protocol

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
)

// The tokens that Python's encoder writes for non-finite floats, and a JSON
// number of the same length for each, so that offsets survive the masking.
func nonFiniteTokens() [3]struct{ token, mask string } {
	return [3]struct{ token, mask string }{
		{"NaN", "0e0"}, {"-Infinity", "-0.000000"}, {"Infinity", "0.000000"},
	}
}

// maskNonFinite copies frame with every bare non-finite token outside strings
// masked, and reports whether there was one.
func maskNonFinite(frame []byte) ([]byte, bool) {
	var out []byte
	walkNonFinite(frame, func(from, to int, mask string) {
		if out == nil {
			out = bytes.Clone(frame)
		}
		copy(out[from:to], mask)
	})
	return out, out != nil
}

// QuoteNonFinite copies JSON text with every bare NaN, Infinity and -Infinity
// outside strings as a string of that name: what [Float] reads, and what the
// daemon's own REST writes.
func QuoteNonFinite(text []byte) []byte {
	return appendReplaced(nil, text, func(token string) string { return `"` + token + `"` })
}

// NullNonFinite copies JSON text with null in their place, for browsers.
func NullNonFinite(text []byte) []byte {
	return appendReplaced(nil, text, func(string) string { return "null" })
}

// appendReplaced appends frame with every bare non-finite token replaced.
func appendReplaced(dst, frame []byte, replace func(token string) string) []byte {
	last := 0
	walkNonFinite(frame, func(from, to int, _ string) {
		dst = append(dst, frame[last:from]...)
		dst = append(dst, replace(string(frame[from:to]))...)
		last = to
	})
	return append(dst, frame[last:]...)
}

func walkNonFinite(frame []byte, found func(from, to int, mask string)) {
	tokens := nonFiniteTokens()
	inString := false
	for i := 0; i < len(frame); i++ {
		switch c := frame[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString || (c != 'N' && c != 'I' && c != '-'):
		default:
			for _, t := range tokens {
				if bytes.HasPrefix(frame[i:], []byte(t.token)) && standsAlone(frame, i, i+len(t.token)) {
					found(i, i+len(t.token), t.mask)
					i += len(t.token) - 1
					break
				}
			}
		}
	}
}

// standsAlone reports whether frame[from:to] is a whole value: "1NaN" is not.
func standsAlone(frame []byte, from, to int) bool {
	const before, after = "[:, \t\r\n", "]}, \t\r\n"
	return (from == 0 || bytes.IndexByte([]byte(before), frame[from-1]) >= 0) &&
		(to == len(frame) || bytes.IndexByte([]byte(after), frame[to]) >= 0)
}

// Float is a number of a payload that may be NaN or infinite. It reads JSON
// numbers, null (NaN) and the strings "NaN", "Infinity" and "-Infinity", and
// writes those strings for what JSON has no number for.
type Float float64

// MarshalJSON writes a number, or the name of a non-finite one as a string.
func (f Float) MarshalJSON() ([]byte, error) {
	v := float64(f)
	switch {
	case math.IsNaN(v):
		return []byte(`"NaN"`), nil
	case math.IsInf(v, 1):
		return []byte(`"Infinity"`), nil
	case math.IsInf(v, -1):
		return []byte(`"-Infinity"`), nil
	}
	return json.Marshal(v)
}

// UnmarshalJSON reads what MarshalJSON writes, and null as NaN.
func (f *Float) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case `"NaN"`, "null":
		*f = Float(math.NaN())
	case `"Infinity"`:
		*f = Float(math.Inf(1))
	case `"-Infinity"`:
		*f = Float(math.Inf(-1))
	default:
		v, err := strconv.ParseFloat(string(text), 64)
		if err != nil && !math.IsInf(v, 0) {
			return err
		}
		*f = Float(v)
	}
	return nil
}
