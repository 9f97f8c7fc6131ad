package protocol

import (
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// AppendFrame appends the event as one frame's text in the given spelling.
//
// An event that came in as a frame goes out as the very bytes it came in, to a
// peer that did not ask for extensions (with null for non-finite numbers, which
// JSON does not have); to one that did, with the extra keys spliced in before
// the closing brace. An event made here is written in the order of the seed's
// examples.
func (e Event) AppendFrame(dst []byte, s Spelling) []byte {
	if e.Frame == nil {
		return e.appendMade(dst, s)
	}
	if !s.Extended {
		if e.NonFinite {
			return appendReplaced(dst, e.Frame, func(string) string { return "null" })
		}
		return append(dst, e.Frame...)
	}
	dst = append(dst, e.Frame[:e.closing]...)
	if e.name != e.Project {
		// A frontend of many projects could not tell where the event belongs.
		dst = appendKey(dst, "name", e.Project)
	}
	return append(e.appendExtensions(dst), '}')
}

func (e Event) appendMade(dst []byte, s Spelling) []byte {
	dst = append(dst, `{"event-type":`...)
	dst = appendString(dst, string(e.Type))
	dst = append(dst, `,"name":`...)
	dst = appendString(dst, e.Project)
	dst = append(dst, `,"payload":`...)
	if len(e.Payload) == 0 {
		dst = append(dst, "null"...)
	} else {
		dst = append(dst, e.Payload...)
	}
	dst = append(dst, `,"event-id":`...)
	dst = e.ID.append(dst)
	if s.Extended {
		if e.Series != "" {
			dst = appendKey(dst, "series", e.Series)
		}
		if e.N > 0 {
			dst = append(dst, `,"n":`...)
			dst = strconv.AppendInt(dst, e.N, 10)
		}
		dst = e.appendExtensions(dst)
	}
	return append(dst, '}')
}

// appendExtensions appends the daemon's extra keys, each with a comma before it.
// A key that the frame has already is overridden, because of doubled keys the
// last counts.
func (e Event) appendExtensions(dst []byte) []byte {
	if e.Seq > 0 {
		dst = append(dst, `,"seq":`...)
		dst = strconv.AppendInt(dst, int64(e.Seq), 10)
	}
	if e.Run != "" {
		dst = appendKey(dst, "run", e.Run)
	}
	if e.At > 0 {
		dst = append(dst, `,"at":`...)
		dst = strconv.AppendInt(dst, e.At, 10)
	}
	if e.Sent != "" {
		dst = appendKey(dst, "sent", e.Sent)
	}
	return dst
}

func appendKey(dst []byte, key, value string) []byte {
	dst = append(dst, ',', '"')
	dst = append(dst, key...)
	dst = append(dst, '"', ':')
	return appendString(dst, value)
}

func appendString(dst []byte, s string) []byte {
	// The only error is invalid UTF-8, which AppendQuote replaces.
	dst, _ = jsontext.AppendQuote(dst, s)
	return dst
}
