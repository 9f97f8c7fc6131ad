package store

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"apps.local/neetbox-tui/protocol"
)

// span is where a log's text lies in its frame, and the log's level.
type span struct {
	off, len int
	rank     int
	ok       bool // false: the frame has to be read in full
}

// scanner walks the top level of an object that is valid JSON, apart from bare
// non-finite numbers. It stops at whatever it does not expect.
type scanner struct {
	b []byte
	i int
}

func (s *scanner) space() {
	for s.i < len(s.b) && (s.b[s.i] == ' ' || s.b[s.i] == '\n' || s.b[s.i] == '\t' || s.b[s.i] == '\r') {
		s.i++
	}
}

func (s *scanner) take(c byte) bool {
	s.space()
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
		return true
	}
	return false
}

func (s *scanner) peek() byte {
	s.space()
	if s.i < len(s.b) {
		return s.b[s.i]
	}
	return 0
}

// text takes a string and reports where its inside lies and whether it stands
// for itself.
func (s *scanner) text() (from, to int, plain, ok bool) {
	if !s.take('"') {
		return 0, 0, false, false
	}
	from, plain = s.i, true
	for s.i < len(s.b) {
		n := bytes.IndexByte(s.b[s.i:], '"')
		if n < 0 {
			return 0, 0, false, false
		}
		to = s.i + n
		back := bytes.IndexByte(s.b[s.i:to], '\\')
		if back < 0 {
			s.i = to + 1
			return from, to, plain, true
		}
		plain = false
		s.i += back + 2
	}
	return 0, 0, false, false
}

// skip passes one value.
func (s *scanner) skip() bool {
	switch s.peek() {
	case '"':
		_, _, _, ok := s.text()
		return ok
	case '{', '[':
		return s.skipNested()
	case 0:
		return false
	}
	for s.i < len(s.b) && bytes.IndexByte([]byte(",}] \t\r\n"), s.b[s.i]) < 0 {
		s.i++
	}
	return true
}

func (s *scanner) skipNested() bool {
	depth := 0
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case '"':
			if _, _, _, ok := s.text(); !ok {
				return false
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				s.i++
				return true
			}
		}
		s.i++
	}
	return false
}

// object walks an object's keys. field must take each value; it returns false to
// give up.
func (s *scanner) object(field func(key []byte) bool) bool {
	if !s.take('{') {
		return false
	}
	if s.take('}') {
		return true
	}
	for {
		from, to, plain, ok := s.text()
		if !ok || !plain || !s.take(':') || !field(s.b[from:to]) {
			return false
		}
		if s.take(',') {
			continue
		}
		return s.take('}')
	}
}

// findSpan finds the text of a log in its frame where it is spelled plainly, as
// nearly all are. It agrees with [protocol.ParseLog] or is not ok.
func findSpan(frame []byte) span {
	s := scanner{b: frame}
	series, payload := "", -1
	ok := s.object(func(key []byte) bool {
		switch string(key) {
		case "series":
			if s.peek() != '"' {
				return s.skip()
			}
			from, to, plain, ok := s.text()
			series = string(frame[from:to])
			return ok && plain
		case "payload":
			s.space()
			payload = s.i
		}
		return s.skip()
	})
	if !ok || payload < 0 {
		return span{}
	}
	s.i = payload
	return s.log(series, false)
}

// logFields are what a payload says of a log.
type logFields struct {
	have   uint8   // bits of the keys met
	texts  [3]span // msg, message, text
	levels [2]string
	nested int // where an inner log is; -1: nowhere
}

// log reads a payload that is an object.
func (s *scanner) log(series string, inner bool) span {
	f := logFields{nested: -1}
	if !s.object(func(key []byte) bool { return s.field(&f, logKey(key)) }) {
		return span{}
	}
	if f.nested >= 0 {
		if inner {
			return span{} // deeper than any client nests them
		}
		s.i = f.nested
		return s.log(series, true)
	}
	for _, word := range f.levels {
		if series == "" {
			series = word
		}
	}
	for _, t := range f.texts {
		if t.ok {
			t.rank = protocol.LevelRank(series)
			return t
		}
	}
	return span{}
}

// field takes the value of one key; false gives up.
func (s *scanner) field(f *logFields, key int) bool {
	switch {
	case key == logKeyOther:
		return s.skip()
	case key == oddKey || f.have&(1<<key) != 0:
		return false
	}
	f.have |= 1 << key
	if key == logKeyNested {
		s.space()
		f.nested = s.i
		return s.peek() == '{' && s.skip()
	}
	from, to, plain, ok := s.text()
	if !ok || !plain || !utf8.Valid(s.b[from:to]) {
		return false
	}
	if key < logKeyPrefix {
		f.texts[key] = span{off: from, len: to - from, ok: true}
	} else {
		f.levels[key-logKeyPrefix] = string(s.b[from:to])
	}
	return true
}

const (
	logKeyPrefix = iota + 3 // after the three texts
	logKeyLevel
	logKeyNested
	logKeyOther // whom, datetime and what means nothing: any value
	oddKey
)

// logKey is the place of a key that [protocol.ParseLog] looks at.
// A key that it would take for one of them in another case is odd.
func logKey(key []byte) int {
	switch string(key) {
	case "msg":
		return 0
	case "message":
		return 1
	case "text":
		return 2
	case "prefix":
		return logKeyPrefix
	case "level":
		return logKeyLevel
	case "log":
		return logKeyNested
	case "whom", "datetime":
		return logKeyOther
	}
	for _, c := range key {
		if c >= utf8.RuneSelf || ('A' <= c && c <= 'Z') {
			return oddKey
		}
	}
	return logKeyOther
}

// plainScalar reads {"x": number, "y": number} without reflection; false says
// that it is something else, which may be a scalar all the same.
func plainScalar(payload []byte) (protocol.Scalar, bool) {
	s := scanner{b: payload}
	var v [2]float64
	have := 0
	ok := s.object(func(key []byte) bool {
		if len(key) != 1 || (key[0] != 'x' && key[0] != 'y') {
			return false
		}
		s.space()
		from := s.i
		if c := s.peek(); c != '-' && (c < '0' || c > '9') {
			return false
		}
		if !s.skip() {
			return false
		}
		f, err := strconv.ParseFloat(string(s.b[from:s.i]), 64)
		v[key[0]-'x'] = f
		have |= 1 << (key[0] - 'x')
		return err == nil
	})
	return protocol.Scalar{X: protocol.Float(v[0]), Y: protocol.Float(v[1])}, ok && have == 3
}
