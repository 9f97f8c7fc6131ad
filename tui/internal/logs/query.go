package logs

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"

	"apps.local/neetbox-tui/tui/internal/text"
)

// maxMarks is how many hits are marked in one line; a search for one letter in
// a very long line would otherwise style each of them.
const maxMarks = 200

// query is what is searched for: a text, or an expression. The zero value
// finds nothing.
type query struct {
	source string
	needle string // lower case where fold is set
	fold   bool
	re     *regexp.Regexp
}

func (q query) active() bool { return q.source != "" }

// parseQuery reads what a person typed. Text between slashes, or with a sign
// that means something in one, is a regular expression; a point alone is taken
// for itself, since logs are full of numbers. Without a capital letter the case
// does not matter. The error is fit to be shown.
func parseQuery(source string) (query, error) {
	q := query{source: source}
	expr := source
	if len(source) > 2 && source[0] == '/' && strings.HasSuffix(source, "/") {
		expr = source[1 : len(source)-1]
	} else if !strings.ContainsAny(source, `\+*?()|[]{}^$`) {
		q.fold = !hasUpper(source)
		if !q.fold || ascii(source) {
			q.needle = source
			return q, nil
		}
	}
	if expr == source && q.fold {
		expr = regexp.QuoteMeta(expr)
	}
	if !hasUpper(expr) && hasLetter(expr) {
		expr = "(?i)" + expr
	}
	re, err := regexp.Compile(expr)
	if err != nil {
		return query{}, spoken(err)
	}
	q.re = re
	return q, nil
}

// spoken is what is wrong with an expression in few words.
func spoken(err error) error {
	if bad, ok := errors.AsType[*syntax.Error](err); ok {
		s := bad.Code.String()
		if expr := text.Plain(strings.TrimPrefix(bad.Expr, "(?i)")); expr != "" {
			s += ": " + expr
		}
		return errors.New(s)
	}
	return err
}

// hasUpper reports a capital letter that is not the name of a class, as in \W.
func hasUpper(s string) bool {
	escaped := false
	for _, r := range s {
		if !escaped && unicode.IsUpper(r) {
			return true
		}
		escaped = r == '\\' && !escaped
	}
	return false
}

func hasLetter(s string) bool { return strings.IndexFunc(s, unicode.IsLetter) >= 0 }

func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

func (q query) match(s string) bool {
	switch {
	case !q.active():
		return false
	case q.re != nil:
		return q.re.MatchString(s)
	case q.fold:
		return indexFold(s, q.needle) >= 0
	}
	return strings.Contains(s, q.needle)
}

// ranges are the places of the hits in s, as pairs of byte offsets.
func (q query) ranges(s string) [][]int {
	if q.re != nil {
		return q.re.FindAllStringIndex(s, maxMarks)
	}
	var found [][]int
	for from := 0; len(found) < maxMarks && q.active(); {
		var i int
		if q.fold {
			i = indexFold(s[from:], q.needle)
		} else {
			i = strings.Index(s[from:], q.needle)
		}
		if i < 0 {
			break
		}
		found = append(found, []int{from + i, from + i + len(q.needle)})
		from += i + len(q.needle)
	}
	return found
}

// indexFold finds an ASCII text in lower case, whatever its case in s. An
// expression would take twenty times as long, too long for every key typed.
func indexFold(s, lower string) int {
	first := lower[0]
	for i := 0; i+len(lower) <= len(s); i++ {
		if lowered(s[i]) == first && equalFold(s[i:i+len(lower)], lower) {
			return i
		}
	}
	return -1
}

func equalFold(s, lower string) bool {
	for i := range len(lower) {
		if lowered(s[i]) != lower[i] {
			return false
		}
	}
	return true
}

func lowered(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
