package protocol

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

type literalParser struct {
	text  string
	at    int
	depth int
}

// stop makes the error of the character at offset.
func (p *literalParser) stop(offset int, hint, problem string, args ...any) *LiteralError {
	return &LiteralError{
		Position: utf8.RuneCountInString(p.text[:min(offset, len(p.text))]) + 1,
		Problem:  fmt.Sprintf(problem, args...),
		Hint:     hint,
	}
}

func (p *literalParser) whole() (any, error) {
	if len(p.text) > MaxLiteral {
		return nil, p.stop(0, "put it into a file and pass the name", "%d bytes is over the limit of %d", len(p.text), MaxLiteral)
	}
	if at := strings.IndexByte(p.text, 0); at >= 0 || !utf8.ValidString(p.text) {
		return nil, p.stop(max(at, 0), `write it as an escape such as '\x00'`, "not text")
	}
	if strings.Contains(p.text, "\r") {
		// Python reads its source with universal newlines.
		p.text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(p.text)
	}
	p.spaceAnd("\n")
	if p.at == len(p.text) {
		return nil, p.stop(p.at, "write '' for empty text, None for nothing", "nothing is written here")
	}
	v, err := p.value()
	if err != nil {
		return nil, err
	}
	p.space()
	if p.peek() == ',' {
		if v, err = p.restOfTuple(v, 0); err != nil {
			return nil, err
		}
	}
	p.spaceAnd("\n")
	if p.at < len(p.text) {
		return nil, p.stop(p.at, p.hintForText(), "unexpected %s", p.shown())
	}
	return v, nil
}

// hintForText proposes quotes around everything, for somebody who wrote text as
// it is; not where brackets or quotes say that a literal was meant.
func (p *literalParser) hintForText() string {
	const long = 60
	text := strings.TrimSpace(p.text)
	if text == "" || len(text) > long || strings.ContainsRune(`'"[({`, rune(text[0])) {
		return ""
	}
	return "text needs quotes: " + QuoteLiteral(text)
}

func (p *literalParser) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

// shown is the character here as errors show it.
func (p *literalParser) shown() string {
	r, size := utf8.DecodeRuneInString(p.text[p.at:])
	if size == 0 {
		return "end"
	}
	return strconv.QuoteRune(r)
}

// space skips what separates tokens: newlines too inside brackets.
func (p *literalParser) space() {
	if p.depth > 0 {
		p.spaceAnd("\n")
		return
	}
	p.spaceAnd("")
}

func (p *literalParser) spaceAnd(more string) {
	for p.at < len(p.text) {
		rest := p.text[p.at:]
		switch c := rest[0]; {
		case c == ' ' || c == '\t' || c == '\f' || strings.IndexByte(more, c) >= 0:
			p.at++
		case strings.HasPrefix(rest, "\\\n"):
			p.at += 2
		case c == '#':
			end := strings.IndexByte(rest, '\n')
			if end < 0 {
				end = len(rest)
			}
			p.at += end
		default:
			return
		}
	}
}

func (p *literalParser) value() (any, error) {
	p.space()
	switch c := p.peek(); {
	case c == '[' || c == '(' || c == '{':
		return p.bracket(c)
	case c == '+' || c == '-':
		return p.signed(c)
	case c == '\'' || c == '"':
		return p.strings()
	case isDigit(c), c == '.' && p.at+1 < len(p.text) && isDigit(p.text[p.at+1]):
		return p.number()
	case p.at == len(p.text):
		return nil, p.stop(p.at, "", "a value is missing at the end")
	case isWord(p.rune()):
		return p.word()
	}
	return nil, p.stop(p.at, p.hintForText(), "unexpected %s", p.shown())
}

func (p *literalParser) rune() rune {
	r, _ := utf8.DecodeRuneInString(p.text[p.at:])
	return r
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isWord(r rune) bool  { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

func (p *literalParser) bracket(open byte) (any, error) {
	start := p.at
	if p.depth++; p.depth > maxLiteralDepth {
		return nil, p.stop(p.at, "", "more than %d brackets within each other", maxLiteralDepth)
	}
	p.at++
	var v any
	var err error
	switch open {
	case '[':
		v, err = p.items(start, ']')
	case '(':
		v, err = p.parenthesis(start)
	default:
		v, err = p.brace(start)
	}
	p.depth--
	return v, err
}

// items reads values up to the closing bracket.
func (p *literalParser) items(start int, closing byte) ([]any, error) {
	list := []any{}
	for {
		if done, err := p.closes(start, closing); done || err != nil {
			return list, err
		}
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		if err := p.comma(closing); err != nil {
			return nil, err
		}
	}
}

func (p *literalParser) closes(start int, closing byte) (bool, error) {
	p.space()
	switch p.peek() {
	case closing:
		p.at++
		return true, nil
	case 0:
		return false, p.stop(start, fmt.Sprintf("add a %q at the end", closing), "%q is never closed", p.text[start])
	}
	return false, nil
}

// comma takes the comma between values; none is needed before the closing
// bracket, nor at the end, where closes says what is missing.
func (p *literalParser) comma(closing byte) error {
	p.space()
	switch c := p.peek(); c {
	case ',':
		p.at++
	case closing, 0:
	default:
		return p.stop(p.at, "values are separated by commas", "unexpected %s", p.shown())
	}
	return nil
}

func (p *literalParser) parenthesis(start int) (any, error) {
	if done, err := p.closes(start, ')'); done || err != nil {
		return Tuple{}, err
	}
	v, err := p.value()
	if err != nil {
		return nil, err
	}
	p.space()
	if p.peek() == ',' {
		return p.restOfTuple(v, start)
	}
	if err := p.comma(')'); err != nil {
		return nil, err
	}
	_, err = p.closes(start, ')')
	return v, err
}

// restOfTuple reads on from the first comma: to the parenthesis, or to the end
// where the tuple has none.
func (p *literalParser) restOfTuple(first any, start int) (any, error) {
	p.at++
	if p.depth > 0 {
		rest, err := p.items(start, ')')
		return append(Tuple{first}, rest...), err
	}
	t := Tuple{first}
	for {
		p.space()
		if p.at == len(p.text) || p.peek() == '\n' {
			return t, nil
		}
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		t = append(t, v)
		p.space()
		if p.peek() != ',' {
			return t, nil
		}
		p.at++
	}
}

// brace reads a dict or a set; the first colon decides.
func (p *literalParser) brace(start int) (any, error) {
	b := braces{seen: map[string]int{}}
	for {
		done, err := p.closes(start, '}')
		if err != nil {
			return nil, err
		}
		if done {
			return b.value(), nil
		}
		if err := p.braceItem(&b); err != nil {
			return nil, err
		}
		if err := p.comma('}'); err != nil {
			return nil, err
		}
	}
}

// braces collects what stands between { and }.
type braces struct {
	dict Dict
	set  Set
	seen map[string]int // place by literalHash
}

func (b *braces) value() any {
	switch {
	case len(b.set) > 0:
		return b.set
	case b.dict == nil:
		return Dict{}
	}
	return b.dict
}

func (p *literalParser) braceItem(b *braces) error {
	at := p.at
	key, err := p.value()
	if err != nil {
		return err
	}
	hash, ok := literalHash(key)
	if !ok {
		return p.stop(at, "a key or a set's value is a number, text or a tuple of those", "a list, dict or set can't be here")
	}
	p.space()
	colon := p.peek() == ':'
	if colon && len(b.set) > 0 || !colon && len(b.dict) > 0 {
		return p.stop(p.at, "a dict is written {'key': value}", "a key without a value")
	}
	place, again := b.seen[hash]
	if !colon {
		if !again {
			b.seen[hash] = len(b.set)
			b.set = append(b.set, key)
		}
		return nil
	}
	p.at++
	v, err := p.value()
	if err != nil {
		return err
	}
	if again {
		b.dict[place].Value = v
		return nil
	}
	b.seen[hash] = len(b.dict)
	b.dict = append(b.dict, DictItem{key, v})
	return nil
}

// literalHash is equal for values that Python takes for the same key, for which
// 1, 1.0 and True are one; false for what can't be a key.
func literalHash(v any) (string, bool) {
	switch v := v.(type) {
	case []any, Dict, Set:
		return "", false
	case bool:
		if v {
			return "1", true
		}
		return "0", true
	case float64:
		if v == math.Trunc(v) && !math.IsInf(v, 0) {
			n, _ := big.NewFloat(v).Int(nil)
			return n.String(), true
		}
	case Tuple:
		text := "("
		var textSb345 strings.Builder
		for _, item := range v {
			h, ok := literalHash(item)
			if !ok {
				return "", false
			}
			// Lengths keep ("a", "b") apart from ("a,b",).
			textSb345.WriteString(strconv.Itoa(len(h)) + ":" + h)
		}
		text += textSb345.String()
		return text, true
	}
	text, err := FormatLiteral(v)
	return text, err == nil
}
