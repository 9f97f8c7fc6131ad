package sysinfo

import (
	"strconv"
	"strings"
)

// amount is a finite number and the unit that was written behind it.
type amount struct {
	value float64
	unit  string
}

// quantity reads a plain decimal number with an optional unit: "37 %",
// "143771 MiB", "41". The unit is defaultUnit where the text has none. It
// refuses everything else, and so all the spellings of a missing value.
func quantity(text, defaultUnit string) (amount, bool) {
	text = strings.TrimSpace(text)
	number, unit := text, ""
	if end := strings.IndexFunc(text, notDecimal); end >= 0 {
		number, unit = text[:end], strings.TrimSpace(text[end:])
	}
	value, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return amount{}, false
	}
	if unit == "" {
		unit = defaultUnit
	}
	return amount{value: value, unit: unit}, true
}

func notDecimal(r rune) bool {
	return (r < '0' || r > '9') && r != '.' && r != '-' && r != '+'
}
