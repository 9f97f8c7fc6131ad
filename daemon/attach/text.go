package attach

import (
	"strconv"
	"strings"
	"unicode"
)

// clean makes foreign text safe to print on one line: no control or format
// characters, at most limit characters.
func clean(s string, limit int) string {
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(s, "") {
		if limit == 0 {
			b.WriteRune('…')
			break
		}
		switch {
		case r == '\t':
			r = ' '
		case !unicode.IsPrint(r):
			continue
		}
		b.WriteRune(r)
		limit--
	}
	return b.String()
}

// older reports whether version a comes before b. Versions that are not numbers
// with dots, such as "dev", are neither older nor newer.
func older(a, b string) bool {
	an, aPre, okA := parseVersion(a)
	bn, bPre, okB := parseVersion(b)
	if !okA || !okB {
		return false
	}
	for i := range an {
		if an[i] != bn[i] {
			return an[i] < bn[i]
		}
	}
	if aPre == "" || bPre == "" {
		return aPre != "" // a pre-release comes before its release
	}
	return aPre < bPre
}

func parseVersion(v string) (numbers [3]int, pre string, ok bool) {
	v, _, _ = strings.Cut(strings.TrimPrefix(v, "v"), "+")
	v, pre, _ = strings.Cut(v, "-")
	parts := strings.Split(v, ".")
	if len(parts) > len(numbers) {
		return numbers, "", false
	}
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 31)
		if err != nil {
			return numbers, "", false
		}
		numbers[i] = int(n)
	}
	return numbers, pre, true
}
