package protocol_test

import (
	"errors"
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"

	"apps.local/neetbox-tui/protocol"
)

func bigInt(text string) *big.Int {
	n, _ := new(big.Int).SetString(text, 10)
	return n
}

func TestParseLiteral_TakesWhatPythonTakes(t *testing.T) {
	for _, c := range []struct {
		text string
		want any
	}{
		{"1", int64(1)},
		{" 1 ", int64(1)},
		{"-7", int64(-7)},
		{"+7", int64(7)},
		{"- 7", int64(-7)},
		{"1_000", int64(1000)},
		{"0x_ff", int64(255)},
		{"0o17", int64(15)},
		{"0B101", int64(5)},
		{"000", int64(0)},
		{"-9223372036854775808", int64(math.MinInt64)},
		{"9223372036854775808", bigInt("9223372036854775808")},
		{"1e3", 1000.0},
		{".5", 0.5},
		{"5.", 5.0},
		{"-3e-4", -3e-4},
		{"01.5", 1.5},
		{"1_0.5", 10.5},
		{"1e999", math.Inf(1)},
		{"True", true},
		{"False", false},
		{"None", nil},
		{`'hi'`, "hi"},
		{`"it's"`, "it's"},
		{`''`, ""},
		{`'''a
b'''`, "a\nb"},
		{`"""say "hi" """`, `say "hi" `},
		{`'a\n\t\\\'\x41\u00e9\U0001F600\101\
z\q'`, "a\n\t\\'Aé😀Az\\q"},
		{`r'C:\new'`, `C:\new`},
		{`u'x'`, "x"},
		{`b'\xff\x00a'`, []byte{0xff, 0, 'a'}},
		{`Rb'\n'`, []byte(`\n`)},
		{`'a' "b" r'\c'`, `ab\c`},
		{"[]", []any{}},
		{"[1, 'a', [2.5,],]", []any{int64(1), "a", []any{2.5}}},
		{"[\n1,\n# one\n2]", []any{int64(1), int64(2)}},
		{"()", protocol.Tuple{}},
		{"(1)", int64(1)},
		{"(1,)", protocol.Tuple{int64(1)}},
		{"1, 2", protocol.Tuple{int64(1), int64(2)}},
		{"(1, 2)", protocol.Tuple{int64(1), int64(2)}},
		{"{}", protocol.Dict{}},
		{"{'a': 1, (1, 2): None}", protocol.Dict{{"a", int64(1)}, {protocol.Tuple{int64(1), int64(2)}, nil}}},
		{"{'b': 1, 'a': 2, 'b': 3}", protocol.Dict{{"b", int64(3)}, {"a", int64(2)}}},
		{"{1: 'a', 1.0: 'b', True: 'c'}", protocol.Dict{{int64(1), "c"}}},
		{"{1, 2, 1}", protocol.Set{int64(1), int64(2)}},
		{"set()", protocol.Set{}},
	} {
		got, err := protocol.ParseLiteral(c.text)
		if err != nil {
			t.Errorf("ParseLiteral(%q): %v", c.text, err)
			continue
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("ParseLiteral(%q) = %#v, want %#v", c.text, got, c.want)
		}
	}
}

func TestParseLiteral_ErrorsSayWhereAndWhatToWrite(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"hi", "position 1: hi is a bare word; text needs quotes: 'hi'"},
		{"hello world", "position 1: hello is a bare word; text needs quotes: 'hello world'"},
		{"it's", `position 1: it is a bare word; text needs quotes: "it's"`},
		{"ckpt/v3.pt", "position 1: ckpt is a bare word; text needs quotes: 'ckpt/v3.pt'"},
		{"2026-11-22", "position 5: unexpected '-'; text needs quotes: '2026-11-22'"},
		{"[a, b]", "position 2: a is a bare word; text needs quotes: 'a'"},
		{"true", "position 1: true is a bare word; write True"},
		{"null", "position 1: null is a bare word; write None"},
		{"nan", "position 1: nan is a bare word; Python has no literal for nan"},
		{"inf", "position 1: inf is a bare word; write 1e999 for infinity"},
		{"", "position 1: nothing is written here; write '' for empty text, None for nothing"},
		{"[1, 2", `position 1: '[' is never closed; add a ']' at the end`},
		{"[1 2]", "position 4: unexpected '2'; values are separated by commas"},
		{"[,]", "position 2: unexpected ','"},
		{"'abc", "position 1: the string is never closed; add a ' at the end"},
		{"['é', x]", "position 7: x is a bare word; text needs quotes: 'x'"},
		{"{'a': 1, 'b'}", "position 13: a key without a value; a dict is written {'key': value}"},
		{"{1, 'a': 2}", "position 8: a key without a value; a dict is written {'key': value}"},
		{"{[1]: 2}", "position 2: a list, dict or set can't be here; a key or a set's value is a number, text or a tuple of those"},
		{"f'{x}'", "position 1: f is no string prefix; an f-string is no literal: write the text itself"},
		{"'a' b'b'", "position 5: text and bytes can't be joined"},
		{"b'é'", `position 3: bytes hold ASCII characters only; write it as \x escapes`},
		{`'\xZZ'`, `position 2: \x needs 2 hexadecimal digits of a character`},
	} {
		_, err := protocol.ParseLiteral(c.text)
		if err == nil {
			t.Errorf("ParseLiteral(%q) took it", c.text)
			continue
		}
		if _, ok := errors.AsType[*protocol.LiteralError](err); !ok {
			t.Errorf("ParseLiteral(%q): %T is no LiteralError", c.text, err)
		}
		if err.Error() != c.want {
			t.Errorf("ParseLiteral(%q):\n got %s\nwant %s", c.text, err, c.want)
		}
	}
}

func TestParseLiteral_RefusesWhatPythonRefuses(t *testing.T) {
	for _, text := range []string{
		"--1", "-True", "-'a'", "012", "1__0", "1_", "_1", "0x", "0b12", "1e", "1.2.3", "1j", "1+2",
		"[1,,2]", "(,)", "{,}", "{**a}", "'a\nb'", "1\n2", "f()", "set(1)", "a.b", "lambda: 1", "...x",
		"'\\ud'", "x'a'", "ur'a'", "[1)", "(1]", "1,,", ",", "\x00", "\xff", "'\x00'",
		strings.Repeat("[", 101) + strings.Repeat("]", 101),
		strings.Repeat("9", 4301),
		"'" + strings.Repeat("a", protocol.MaxLiteral) + "'",
	} {
		if v, err := protocol.ParseLiteral(text); err == nil {
			t.Errorf("ParseLiteral(%.40q) = %#v, want an error", text, v)
		}
	}
}

func TestFormatLiteral_WritesWhatPythonWrites(t *testing.T) {
	for _, c := range []struct {
		value any
		want  string
	}{
		{nil, "None"},
		{true, "True"},
		{3, "3"},
		{int64(-3), "-3"},
		{bigInt("9223372036854775808"), "9223372036854775808"},
		{5.0, "5.0"},
		{0.1, "0.1"},
		{1e-5, "1e-05"},
		{1e15, "1000000000000000.0"},
		{1e16, "1e+16"},
		{math.Copysign(0, -1), "-0.0"},
		{math.Inf(-1), "-1e999"},
		{"it's", `"it's"`},
		{"a\n\x1b\u202e", `'a\n\x1b\u202e'`},
		{`both ' and "`, `'both \' and "'`},
		{[]byte("a\x00'"), `b'a\x00\''`},
		{[]any{1, "a"}, "[1, 'a']"},
		{protocol.Tuple{1}, "(1,)"},
		{protocol.Tuple{}, "()"},
		{protocol.Set{1, 2}, "{1, 2}"},
		{protocol.Dict{{1, "a"}}, "{1: 'a'}"},
		{map[string]any{"b": 1, "a": nil}, "{'a': None, 'b': 1}"},
	} {
		got, err := protocol.FormatLiteral(c.value)
		if err != nil || got != c.want {
			t.Errorf("FormatLiteral(%#v) = %q, %v; want %q", c.value, got, err, c.want)
		}
	}
	for _, v := range []any{math.NaN(), struct{}{}, []any{make(chan int)}} {
		if text, err := protocol.FormatLiteral(v); err == nil {
			t.Errorf("FormatLiteral(%#v) = %q, want an error", v, text)
		}
	}
}

func TestCheckLiteral_HoldsToTheAnnouncedType(t *testing.T) {
	for _, c := range []struct{ text, typeName, want string }{
		{"'a'", "str", ""},
		{"1", "str", "position 1: 1 is int, not str; write '1'"},
		{"a", "str", "position 1: a is a bare word; text needs quotes: 'a'"},
		{"1", "float", ""},
		{"1.5", "int", "position 1: 1.5 is float, not int; write 5"},
		{"True", "int", "position 1: True is bool, not int; write 5"},
		{"1", "bool", "position 1: 1 is int, not bool; write True or False"},
		{"(1, 2)", "list", "position 1: (1, 2) is tuple, not list; write [1, 2]"},
		{"[1]", "list", ""},
		{"{}", "dict", ""},
		{"{}", "set", "position 1: {} is dict, not set; write {1, 2}"},
		{"None", "any", ""},
		{"None", "Optional[int]", ""},
		{"x", "any", "position 1: x is a bare word; text needs quotes: 'x'"},
	} {
		got := ""
		if err := protocol.CheckLiteral(c.text, c.typeName); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("CheckLiteral(%q, %q):\n got %q\nwant %q", c.text, c.typeName, got, c.want)
		}
	}
}

func FuzzParseLiteral(f *testing.F) {
	for _, seed := range []string{
		"1", "-1.5e3", "0x_ff", "'a\\n'", `b"\xff"`, "r'\\'", "[1, (2,), {3: 4}, {5}, None]", "'a' 'b'",
		"1, 2", "set()", "hi", "{'a': [", "1e999", "'\\ud800'", "\"\"\"\n\"\"\"", "0x" + strings.Repeat("f", 4299),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := protocol.ParseLiteral(text)
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Fatal("an error without words")
			}
			return
		}
		once, err := protocol.FormatLiteral(v)
		if err != nil {
			t.Fatalf("FormatLiteral(%#v): %v", v, err)
		}
		again, err := protocol.ParseLiteral(once)
		if err != nil {
			if len(once) > protocol.MaxLiteral {
				return // escapes are longer than what they stand for
			}
			t.Fatalf("ParseLiteral(%q): %v", once, err)
		}
		twice, err := protocol.FormatLiteral(again)
		if err != nil || once != twice {
			t.Fatalf("%q, then %q, %v", once, twice, err)
		}
	})
}

func FuzzQuoteLiteral(f *testing.F) {
	f.Add("it's")
	f.Add("a\x1b[31m\u202e\\")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := protocol.ParseLiteral(protocol.QuoteLiteral(text))
		if len(text) > 100_000 {
			return
		}
		if want := strings.ToValidUTF8(text, "\uFFFD"); err != nil || (got != want && string([]rune(text)) != got) {
			t.Fatalf("%q came back as %q, %v", text, got, err)
		}
	})
}
