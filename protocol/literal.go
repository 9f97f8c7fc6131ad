package protocol

import (
	"fmt"
	"math/big"
	"strings"
)

// Limits of a literal. A run that is asked to read more has been asked by
// mistake or by malice.
const (
	MaxLiteral      = 1 << 20 // bytes
	maxLiteralDepth = 100     // brackets within brackets
	maxDigits       = 4300    // of an integer, Python's own limit
)

// Tuple is a Python tuple.
type Tuple []any

// Set is a Python set, in the order it was written in, each value once.
type Set []any

// Dict is a Python dictionary in the order it was written in, each key once.
type Dict []DictItem

// DictItem is one key of a [Dict] and its value.
type DictItem struct{ Key, Value any }

// Find returns the value of a text key.
func (d Dict) Find(key string) (any, bool) {
	for _, item := range d {
		if item.Key == key {
			return item.Value, true
		}
	}
	return nil, false
}

// LiteralError says what is wrong with a literal, where, and what to write
// instead.
type LiteralError struct {
	Position int    // of the character, from 1
	Problem  string // lower case, without a full stop
	Hint     string // what a person should write; may be empty
}

func (e *LiteralError) Error() string {
	text := fmt.Sprintf("position %d: %s", e.Position, e.Problem)
	if e.Hint != "" {
		text += "; " + e.Hint
	}
	return text
}

// ParseLiteral reads one Python literal, the form of an action's argument, as
// ast.literal_eval of the released clients takes it:
//
//	int             int64, or *big.Int where that can't hold it
//	float           float64; 1e999 is infinite, inf and nan are no literals
//	str, bytes      string, []byte
//	True, None      bool, nil
//	[…] (…) {…}     []any, Tuple, Dict or Set
//
// Complex numbers, f-strings and \N{…} escapes are refused. The error is a
// [*LiteralError].
func ParseLiteral(s string) (any, error) {
	p := literalParser{text: s}
	v, err := p.whole()
	if err != nil {
		return nil, err
	}
	return v, nil
}

// CheckLiteral reports whether s is a literal of the Python type that an
// action's argument was announced with: str, bytes, int, float, bool, list,
// dict, tuple or set. An int does for a float. Any other name, "any" among
// them, takes every literal. The error is a [*LiteralError].
func CheckLiteral(s, typeName string) error {
	v, err := ParseLiteral(s)
	if err != nil {
		return err
	}
	given := literalType(v)
	example, known := map[string]string{
		"str": QuoteLiteral(clip(strings.TrimSpace(s))), "bytes": "b'…'", "int": "5", "float": "0.5", "bool": "True or False",
		"list": "[1, 2]", "dict": "{'key': 1}", "tuple": "(1, 2)", "set": "{1, 2}",
	}[typeName]
	if !known || given == typeName || given == "int" && typeName == "float" {
		return nil
	}
	return &LiteralError{
		Position: 1,
		Problem:  fmt.Sprintf("%s is %s, not %s", clip(strings.TrimSpace(s)), given, typeName),
		Hint:     "write " + example,
	}
}

func literalType(v any) string {
	switch v.(type) {
	case nil:
		return "None"
	case bool:
		return "bool"
	case int64, *big.Int:
		return "int"
	case float64:
		return "float"
	case string:
		return "str"
	case []byte:
		return "bytes"
	case []any:
		return "list"
	case Tuple:
		return "tuple"
	case Dict:
		return "dict"
	case Set:
		return "set"
	}
	return "any"
}
