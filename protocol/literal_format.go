package protocol

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// FormatLiteral writes v as a Python literal that [ParseLiteral] reads back. It
// takes what ParseLiteral gives, int and map[string]any (in the order of its
// keys). Infinity is written 1e999; NaN, which Python has no literal for, any
// other type and nesting over 100 are errors.
func FormatLiteral(v any) (string, error) {
	text, err := appendLiteral(nil, v, 0)
	return string(text), err
}

func appendLiteral(dst []byte, v any, depth int) ([]byte, error) {
	if depth > maxLiteralDepth {
		return nil, fmt.Errorf("write literal: more than %d levels", maxLiteralDepth)
	}
	switch v := v.(type) {
	case []any:
		return appendItems(dst, "[", "]", v, depth)
	case Tuple:
		if len(v) == 1 {
			return appendItems(dst, "(", ",)", v, depth)
		}
		return appendItems(dst, "(", ")", v, depth)
	case Set:
		if len(v) == 0 {
			return append(dst, "set()"...), nil
		}
		return appendItems(dst, "{", "}", v, depth)
	case Dict:
		return appendDict(dst, v, depth)
	case map[string]any:
		d := make(Dict, 0, len(v))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			d = append(d, DictItem{key, v[key]})
		}
		return appendDict(dst, d, depth)
	}
	return appendAtom(dst, v)
}

// appendAtom writes what has nothing within it.
func appendAtom(dst []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(dst, "None"...), nil
	case bool:
		if v {
			return append(dst, "True"...), nil
		}
		return append(dst, "False"...), nil
	case int:
		return strconv.AppendInt(dst, int64(v), 10), nil
	case int64:
		return strconv.AppendInt(dst, v, 10), nil
	case *big.Int:
		return appendBig(dst, v), nil
	case float64:
		return appendFloat(dst, v)
	case string:
		return append(dst, QuoteLiteral(v)...), nil
	case []byte:
		return appendBytes(dst, v), nil
	}
	return nil, fmt.Errorf("write literal: Python has none for %T", v)
}

func appendItems(dst []byte, open, closing string, items []any, depth int) ([]byte, error) {
	dst = append(dst, open...)
	for i, item := range items {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		var err error
		if dst, err = appendLiteral(dst, item, depth+1); err != nil {
			return nil, err
		}
	}
	return append(dst, closing...), nil
}

func appendDict(dst []byte, d Dict, depth int) ([]byte, error) {
	dst = append(dst, '{')
	for i, item := range d {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		var err error
		if dst, err = appendLiteral(dst, item.Key, depth+1); err != nil {
			return nil, err
		}
		dst = append(dst, ": "...)
		if dst, err = appendLiteral(dst, item.Value, depth+1); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

func appendBig(dst []byte, n *big.Int) []byte {
	if decimal := n.Append(nil, 10); len(decimal) <= maxDigits {
		return append(dst, decimal...)
	}
	if n.Sign() < 0 {
		dst = append(dst, '-')
	}
	return append(append(dst, "0x"...), new(big.Int).Abs(n).Text(16)...)
}

// appendFloat writes a float as Python's repr does.
func appendFloat(dst []byte, f float64) ([]byte, error) {
	switch {
	case math.IsNaN(f):
		return nil, errors.New("write literal: Python has none for nan")
	case math.IsInf(f, 1):
		return append(dst, "1e999"...), nil
	case math.IsInf(f, -1):
		return append(dst, "-1e999"...), nil
	}
	if size := math.Abs(f); size != 0 && (size < 1e-4 || size >= 1e16) {
		return strconv.AppendFloat(dst, f, 'e', -1, 64), nil
	}
	from := len(dst)
	dst = strconv.AppendFloat(dst, f, 'f', -1, 64)
	if !slices.Contains(dst[from:], '.') {
		dst = append(dst, ".0"...)
	}
	return dst, nil
}

func appendBytes(dst, text []byte) []byte {
	dst = append(dst, 'b', '\'')
	for _, c := range text {
		switch {
		case c == '\'' || c == '\\':
			dst = append(dst, '\\', c)
		case c < ' ' || c > '~':
			dst = fmt.Appendf(dst, `\x%02x`, c)
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '\'')
}

// QuoteLiteral writes text as a Python string, with the quotes and escapes that
// Python itself would choose.
func QuoteLiteral(s string) string {
	quote := '\''
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = '"'
	}
	b := []byte(string(quote))
	for _, r := range s {
		switch {
		case r == quote || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case strconv.IsPrint(r):
			b = utf8.AppendRune(b, r)
		case r < 0x100:
			b = fmt.Appendf(b, `\x%02x`, r)
		case r < 0x10000:
			b = fmt.Appendf(b, `\u%04x`, r)
		default:
			b = fmt.Appendf(b, `\U%08x`, r)
		}
	}
	return string(append(b, byte(quote)))
}
