package text

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Count writes a whole number with a comma between thousands: 88,310.
func Count(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	var b strings.Builder
	b.WriteString(sign)
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(digits[i])
	}
	return b.String()
}

// Plural writes a count with its noun: "1 run", "1,204 lines".
func Plural(n int, one, many string) string {
	noun := many
	if n == 1 {
		noun = one
	}
	return Count(n) + " " + noun
}

// SI writes a count in at most three digits and a prefix of the thousands:
// 41.2k, 1.03M. Below one thousand there is no prefix, below one it is Number.
func SI(n float64) string {
	if math.Abs(n) < 1 {
		return Number(n)
	}
	return scaled(n, "", "k", "M", "G", "T", "P", "E")
}

// Bytes writes a size of n bytes in powers of 1,000, the unit in which runs
// report memory: 812 MB, 31.2 GB.
func Bytes(n uint64) string {
	return scaled(float64(n), " B", " kB", " MB", " GB", " TB", " PB", " EB")
}

func scaled(n float64, units ...string) string {
	if s, ok := notFinite(n); ok {
		return s
	}
	i := 0
	// 999.5 would round to 1000 and take a fourth digit.
	for math.Abs(n) >= 999.5 && i < len(units)-1 {
		n /= 1000
		i++
	}
	decimals := 0
	switch a := math.Abs(n); {
	case a < 9.995:
		decimals = 2
	case a < 99.95:
		decimals = 1
	}
	return trimZeros(strconv.FormatFloat(n, 'f', decimals, 64)) + units[i]
}

// Number writes a scalar in few characters: four significant digits, whole
// numbers below ten million as they are, an exponent for the very small and
// the very large. What is no number is NaN, ∞ or -∞.
func Number(f float64) string {
	if s, ok := notFinite(f); ok {
		return s
	}
	a := math.Abs(f)
	switch {
	case f == 0:
		return "0" // and not "-0"
	case a == math.Trunc(a) && a < 1e7:
		return strconv.FormatFloat(f, 'f', 0, 64)
	case a < 1e-3 || a >= 1e6:
		mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', 3, 64), "e")
		return trimZeros(mantissa) + "e" + exponent
	case a >= 1e3:
		return trimZeros(strconv.FormatFloat(f, 'f', 1, 64))
	}
	return strconv.FormatFloat(f, 'g', 4, 64)
}

func notFinite(f float64) (string, bool) {
	switch {
	case math.IsNaN(f):
		return "NaN", true
	case math.IsInf(f, 1):
		return "∞", true
	case math.IsInf(f, -1):
		return "-∞", true
	}
	return "", false
}

func trimZeros(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" {
		return "0"
	}
	return s
}

// Age writes how long ago something was in at most five characters up to a
// hundred days: 3s, 14m, 2h05, 3d. What lies ahead, as after a clock was set,
// is 0s.
func Age(d time.Duration) string {
	switch {
	case d < time.Second:
		return "0s"
	case d < time.Minute:
		return strconv.Itoa(int(d/time.Second)) + "s"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + "m"
	case d < 24*time.Hour:
		minutes := int(d % time.Hour / time.Minute)
		return strconv.Itoa(int(d/time.Hour)) + "h" + strconv.Itoa(minutes/10) + strconv.Itoa(minutes%10)
	}
	return strconv.Itoa(int(d/(24*time.Hour))) + "d"
}
