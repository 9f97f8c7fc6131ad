package term

import (
	"math"
	"strconv"
	"strings"
)

// darkByEnv reads COLORFGBG, which rxvt and its kin set to the palette numbers
// of text and background, "15;0" or "15;default;0". Of the first sixteen colours
// 7 and the bright ones but grey are light; higher numbers say nothing
// agreed upon.
func darkByEnv(value string) (dark, known bool) {
	fields := strings.Split(value, ";")
	if len(fields) < 2 {
		return false, false
	}
	n, err := strconv.ParseUint(fields[len(fields)-1], 10, 8)
	if err != nil || n > 15 {
		return false, false
	}
	return n < 7 || n == 8, true
}

// darkByColour tells whether white text is easier to read on the colour than
// black text, by the contrast of WCAG 2.1, whose two ratios are equal at a
// luminance of about 0.179.
func darkByColour(text string) (dark, known bool) {
	r, g, b, ok := parseColour(text)
	if !ok {
		return false, false
	}
	luminance := 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
	return luminance < 0.179, true
}

// linear undoes the gamma of sRGB, per WCAG 2.1's relative luminance.
func linear(c float64) float64 {
	if c <= 0.04045 {
		return c / 12.92
	}
	return math.Pow((c+0.055)/1.055, 2.4)
}

// parseColour reads the spellings of XParseColor that terminals reply with,
// rgb:hhhh/hhhh/hhhh with one to four digits each and #hhhhhh or longer, and
// rgba: with a fourth part that is left out of account. Parts are 0 to 1.
func parseColour(text string) (r, g, b float64, ok bool) {
	var parts []string
	if digits, found := strings.CutPrefix(text, "#"); found {
		n := len(digits) / 3
		if n == 0 || len(digits)%3 != 0 {
			return 0, 0, 0, false
		}
		parts = []string{digits[:n], digits[n : 2*n], digits[2*n:]}
	} else if list, found := strings.CutPrefix(text, "rgb:"); found {
		parts = strings.Split(list, "/")
	} else if list, found := strings.CutPrefix(text, "rgba:"); found {
		parts = strings.Split(list, "/")
		parts = parts[:min(3, len(parts))]
	}
	if len(parts) != 3 {
		return 0, 0, 0, false
	}
	var value [3]float64
	for k, part := range parts {
		if len(part) > 4 {
			return 0, 0, 0, false
		}
		n, err := strconv.ParseUint(part, 16, 16)
		if err != nil {
			return 0, 0, 0, false
		}
		value[k] = float64(n) / float64(uint64(1)<<(4*len(part))-1)
	}
	return value[0], value[1], value[2], true
}
