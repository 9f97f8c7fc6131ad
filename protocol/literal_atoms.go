package protocol

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

func (p *literalParser) signed(sign byte) (any, error) {
	p.at++
	p.space()
	if c := p.peek(); !isDigit(c) && c != '.' {
		return nil, p.stop(p.at, p.hintForText(), "%q stands before a number only", sign)
	}
	v, err := p.number()
	if err != nil || sign == '+' {
		return v, err
	}
	switch n := v.(type) {
	case int64:
		return -n, nil
	case *big.Int:
		return smallest(n.Neg(n)), nil
	case float64:
		return -n, nil
	}
	return v, nil
}

// smallest is n as an int64 where that holds it.
func smallest(n *big.Int) any {
	if n.IsInt64() {
		return n.Int64()
	}
	return n
}

func (p *literalParser) number() (any, error) {
	start := p.at
	for p.at < len(p.text) {
		c := p.text[p.at]
		exponent := (c == '+' || c == '-') && p.text[p.at-1]|0x20 == 'e' && p.at > start && !prefixed(p.text[start:p.at])
		if c != '.' && !exponent && !isWord(p.rune()) {
			break
		}
		p.at += utf8.RuneLen(p.rune())
	}
	word := p.text[start:p.at]
	v, problem := numberOf(word)
	if problem != "" {
		return nil, p.stop(start, p.hintForText(), "%s is not a number: %s", clip(word), problem)
	}
	return v, nil
}

// prefixed reports 0x, 0o and 0b, in which e is a digit or a mistake.
func prefixed(word string) bool {
	return len(word) > 1 && word[0] == '0' && strings.IndexByte("xXoObB", word[1]) >= 0
}

// numberOf reads an unsigned number, or says what is wrong with it.
//
//nolint:gocyclo // a table of spellings
func numberOf(word string) (any, string) {
	last := word[len(word)-1]
	if !prefixed(word) && (last == 'j' || last == 'J') {
		return nil, "complex numbers are not taken"
	}
	digits, ok := withoutUnderscores(word)
	if !ok {
		return nil, "an underscore stands between two digits"
	}
	if !prefixed(word) && strings.ContainsAny(word, ".eE") {
		f, err := strconv.ParseFloat(digits, 64)
		if err != nil && !math.IsInf(f, 0) || strings.Trim(digits, "0123456789.eE+-") != "" {
			return nil, "write it like 0.5 or 1e-3"
		}
		return f, ""
	}
	switch {
	case len(digits) > maxDigits:
		return nil, fmt.Sprintf("it has more than %d digits", maxDigits)
	case !prefixed(word) && digits[0] == '0' && strings.Trim(digits, "0") != "":
		return nil, "an integer does not begin with 0"
	case !prefixed(word):
		n, ok := new(big.Int).SetString(digits, 10)
		if !ok {
			return nil, "write it like 5 or 0.5"
		}
		return smallest(n), ""
	}
	n, ok := new(big.Int).SetString(digits, 0)
	if !ok {
		return nil, "write it like 0xff, 0o17 or 0b101"
	}
	return smallest(n), ""
}

// withoutUnderscores takes out those that stand between digits, or after the
// prefix of a base; false when there are others.
func withoutUnderscores(word string) (string, bool) {
	if !strings.Contains(word, "_") {
		return word, true
	}
	hex := func(i int) bool {
		return i < len(word) && strings.IndexByte("0123456789abcdefABCDEF", word[i]) >= 0
	}
	for i := range len(word) {
		if word[i] != '_' {
			continue
		}
		afterBase := i == 2 && prefixed(word)
		if !hex(i+1) || (!hex(i-1) && !afterBase) {
			return "", false
		}
		if !prefixed(word) && (!isDigit(word[i-1]) || !isDigit(word[i+1])) {
			return "", false
		}
	}
	return strings.ReplaceAll(word, "_", ""), true
}

// word reads what begins with a letter: a constant, a string's prefix, or what a
// person forgot to quote.
func (p *literalParser) word() (any, error) {
	start := p.at
	for p.at < len(p.text) && isWord(p.rune()) {
		p.at += utf8.RuneLen(p.rune())
	}
	word := p.text[start:p.at]
	p.at = start
	if p.atString() {
		return p.strings()
	}
	p.at += len(word)
	switch word {
	case "True", "False":
		return word == "True", nil
	case "None":
		return nil, nil
	case "set":
		if strings.HasPrefix(p.text[p.at:], "()") {
			p.at += 2
			return Set{}, nil
		}
	}
	hint, known := map[string]string{
		"true": "write True", "false": "write False", "none": "write None", "null": "write None",
		"inf": "write 1e999 for infinity", "Infinity": "write 1e999 for infinity",
		"nan": "Python has no literal for nan", "NaN": "Python has no literal for nan",
	}[word]
	if !known || strings.TrimSpace(p.text) != word {
		if whole := p.hintForText(); whole != "" {
			hint = whole
		} else if !known {
			hint = "text needs quotes: " + QuoteLiteral(clip(word))
		}
	}
	return nil, p.stop(start, hint, "%s is a bare word", clip(word))
}

// clip keeps errors short.
func clip(word string) string {
	const long = 40
	if len(word) <= long {
		return word
	}
	return strings.ToValidUTF8(word[:long], "") + "…"
}

// strings reads one or more strings in a row, which Python joins.
func (p *literalParser) strings() (any, error) {
	var text []byte
	var kind byte
	for first := true; ; first = false {
		start := p.at
		prefix := strings.ToLower(p.text[p.at : p.at+strings.IndexAny(p.text[p.at:], `'"`)])
		if !slices.Contains([]string{"", "r", "u", "b", "br", "rb"}, prefix) {
			hint := ""
			if strings.Contains(prefix, "f") {
				hint = "an f-string is no literal: write the text itself"
			}
			return nil, p.stop(start, hint, "%s is no string prefix", prefix)
		}
		p.at += len(prefix)
		now := byte('s')
		if strings.Contains(prefix, "b") {
			now = 'b'
		}
		if !first && now != kind {
			return nil, p.stop(start, "", "text and bytes can't be joined")
		}
		kind = now
		var err error
		if text, err = p.quoted(text, now == 'b', strings.Contains(prefix, "r")); err != nil {
			return nil, err
		}
		p.space()
		if !p.atString() {
			break
		}
	}
	if kind == 'b' {
		if text == nil {
			text = []byte{}
		}
		return text, nil
	}
	return string(text), nil
}

// atString reports whether a string, with or without prefix, begins here.
func (p *literalParser) atString() bool {
	rest := p.text[p.at:]
	i := 0
	for i < len(rest) && i < 2 && strings.IndexByte("rRuUbBfF", rest[i]) >= 0 {
		i++
	}
	return i < len(rest) && (rest[i] == '\'' || rest[i] == '"')
}

func (p *literalParser) quoted(dst []byte, bytes, raw bool) ([]byte, error) {
	start := p.at
	quote := p.text[p.at : p.at+1]
	long := strings.Repeat(quote, 3)
	if strings.HasPrefix(p.text[p.at:], long) {
		quote = long
	}
	p.at += len(quote)
	for p.at < len(p.text) {
		rest := p.text[p.at:]
		switch c := rest[0]; {
		case strings.HasPrefix(rest, quote):
			p.at += len(quote)
			return dst, nil
		case c == '\n' && len(quote) == 1:
			return nil, p.stop(start, `write \n for a new line, or use '''`, "the string is not closed on its line")
		case c >= utf8.RuneSelf && bytes:
			return nil, p.stop(p.at, `write it as \x escapes`, "bytes hold ASCII characters only")
		case c == '\\' && raw && len(rest) > 1:
			dst = append(dst, c, rest[1])
			p.at += 2
		case c == '\\':
			var err error
			if dst, err = p.escape(dst, bytes); err != nil {
				return nil, err
			}
		default:
			dst = append(dst, c)
			p.at++
		}
	}
	return nil, p.stop(start, fmt.Sprintf("add a %s at the end", quote), "the string is never closed")
}

//
//nolint:gocyclo // a table of escapes
func (p *literalParser) escape(dst []byte, bytes bool) ([]byte, error) {
	start := p.at
	if p.at++; p.at == len(p.text) {
		return dst, nil // quoted says that the string is not closed
	}
	c := p.text[p.at]
	p.at++
	if i := strings.IndexByte(`\'"abfnrtv`, c); i >= 0 {
		return append(dst, "\\'\"\a\b\f\n\r\t\v"[i]), nil
	}
	var digits int
	switch {
	case c == '\n':
		return dst, nil
	case '0' <= c && c <= '7':
		return p.octal(dst, bytes), nil
	case c == 'x':
		digits = 2
	case c == 'u' && !bytes:
		digits = 4
	case c == 'U' && !bytes:
		digits = 8
	case c == 'N' && !bytes:
		return nil, p.stop(start, "write the character itself", `\N{…} is not taken`)
	default:
		// Python keeps the backslash of an escape that it does not know.
		p.at--
		return append(dst, '\\'), nil
	}
	if p.at+digits > len(p.text) {
		return nil, p.stop(start, "", `\%c needs %d hexadecimal digits`, c, digits)
	}
	n, err := strconv.ParseUint(p.text[p.at:p.at+digits], 16, 32)
	if err != nil || n > unicode.MaxRune {
		return nil, p.stop(start, "", `\%c needs %d hexadecimal digits of a character`, c, digits)
	}
	p.at += digits
	return appendChar(dst, rune(n), bytes), nil
}

func (p *literalParser) octal(dst []byte, bytes bool) []byte {
	p.at--
	var n rune
	for i := 0; i < 3 && '0' <= p.peek() && p.peek() <= '7'; i++ {
		n = n*8 + rune(p.peek()-'0')
		p.at++
	}
	return appendChar(dst, n, bytes)
}

func appendChar(dst []byte, r rune, bytes bool) []byte {
	if bytes {
		return append(dst, byte(r))
	}
	// Half a surrogate pair, which Python can hold, becomes U+FFFD.
	return utf8.AppendRune(dst, r)
}
