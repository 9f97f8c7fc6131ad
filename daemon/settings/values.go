package settings

import (
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode"
)

const (
	maxPort = 65535
	day     = 24 * time.Hour
)

// isWord reports whether text is printable and without spaces.
func isWord(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) })
}

// clientHost turns an address to listen on into one to connect to: neetbox.toml
// has one host for both, and "every address" is nowhere to connect to. Brackets
// around an IPv6 address are taken off. It is not ok for text that is no host, a
// URL or a host with its port above all.
func clientHost(text string) (host string, ok bool) {
	host = text
	if h, found := strings.CutPrefix(text, "["); found {
		host = strings.TrimSuffix(h, "]")
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		if addr.IsUnspecified() {
			host = "127.0.0.1"
		}
		return host, isWord(host)
	}
	return host, isWord(host) && !strings.ContainsAny(host, `:/\@?#[]`)
}

func parseBool(text string) (on, ok bool) {
	switch strings.ToLower(text) {
	case "1", "t", "true", "yes", "on":
		return true, true
	case "0", "f", "false", "no", "off":
		return false, true
	}
	return false, false
}

func setAllow(s *Settings, text string) bool {
	var networks []string
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		prefix, err := netip.ParsePrefix(part)
		if err != nil {
			addr, addrErr := netip.ParseAddr(part)
			if addrErr != nil {
				return false
			}
			// A zone can't be part of a network.
			prefix = netip.PrefixFrom(addr.WithZone(""), addr.BitLen())
		}
		networks = append(networks, prefix.Masked().String())
	}
	s.Allow = networks
	return len(networks) > 0
}

// parseDuration takes what time.ParseDuration takes, whole days as in "180d", and
// "0"; nothing negative.
func parseDuration(text string) (time.Duration, bool) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 32)
		if err != nil || n > math.MaxInt64/uint64(day) {
			return 0, false
		}
		return time.Duration(n) * day, true
	}
	d, err := time.ParseDuration(text)
	return d, err == nil && d >= 0
}

func formatDuration(d time.Duration) string {
	switch {
	case d == 0:
		return "0"
	case d%day == 0:
		return fmt.Sprintf("%dd", d/day)
	default:
		return d.String()
	}
}

func setRetention(s *Settings, text string) bool {
	r := s.Retention
	if text == "0" || text == "off" {
		s.Retention = Retention{}
		return true
	}
	for part := range strings.SplitSeq(text, ",") {
		name, value, found := strings.Cut(strings.TrimSpace(part), "=")
		ok := false
		switch {
		case !found:
		case name == "size":
			r.Size, ok = parseSize(value)
		case name == "age":
			r.Age, ok = parseDuration(value)
		}
		if !ok {
			return false
		}
	}
	s.Retention = r
	return true
}

// String is the retention as its flag takes it.
func (r Retention) String() string {
	return "size=" + formatSize(r.Size) + ",age=" + formatDuration(r.Age)
}

// sizeUnits are the suffixes of a size; a longer one comes before its own end.
func sizeUnits() []struct {
	suffix string
	bytes  int64
} {
	return []struct {
		suffix string
		bytes  int64
	}{
		{"TiB", 1 << 40},
		{"GiB", 1 << 30},
		{"MiB", 1 << 20},
		{"KiB", 1 << 10},
		{"TB", 1e12},
		{"GB", 1e9},
		{"MB", 1e6},
		{"kB", 1e3},
		{"B", 1},
	}
}

func parseSize(text string) (int64, bool) {
	unit := int64(1)
	for _, u := range sizeUnits() {
		if number, ok := strings.CutSuffix(text, u.suffix); ok {
			text, unit = strings.TrimSpace(number), u.bytes
			break
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > math.MaxInt64/unit {
		return 0, false
	}
	return n * unit, true
}

func formatSize(n int64) string {
	if n == 0 {
		return "0"
	}
	for _, u := range sizeUnits() {
		if n%u.bytes == 0 {
			return strconv.FormatInt(n/u.bytes, 10) + u.suffix
		}
	}
	return strconv.FormatInt(n, 10)
}

// printable drops what could drive a terminal: files are foreign text.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
}
