package term

import "unicode/utf8"

// firstKey returns how many bytes at the start of b belong to one key: a
// character, ESC alone, Alt with a key, or a control sequence (ECMA-48, CSI and
// SS3). whole is false when the key goes on behind the end of b. A lone ESC at
// the end counts as whole: the sieve has waited for what might follow.
func firstKey(b []byte) (n int, whole bool) {
	switch {
	case len(b) == 0:
		return 0, false
	case b[0] != escape:
		return firstRune(b)
	case len(b) == 1 || b[1] == escape:
		return 1, true
	case b[1] == 'O':
		return min(3, len(b)), len(b) >= 3
	case b[1] != '[':
		n, whole = firstRune(b[1:])
		return n + 1, whole
	}
	for k, c := range b[2:] {
		if c >= '@' && c <= '~' {
			return k + 3, true
		}
	}
	return len(b), false
}

func firstRune(b []byte) (n int, whole bool) {
	if !utf8.FullRune(b) {
		return len(b), false
	}
	_, n = utf8.DecodeRune(b)
	return n, true
}
