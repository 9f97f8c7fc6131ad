package settings

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"apps.local/neetbox-tui/protocol"
)

// key is one setting: its name as flag and config key, and how its value is read
// and written as text.
type key struct {
	name string
	want string // what a value must be, for messages
	set  func(s *Settings, text string) bool
	text func(s Settings) string
	path bool // a relative value is relative to where it was written
}

// keys are all settings, in the order in which people are shown them. "config"
// is not among them: a config file can't name another.
func keys() []key {
	return []key{
		{name: "host", want: "a host name or address, without a port", set: setHost, text: func(s Settings) string { return s.Host }},
		port("port", func(s *Settings) *int { return &s.Port }),
		port("ws-port", func(s *Settings) *int { return &s.WSPort }),
		path("data-dir", func(s *Settings) *string { return &s.DataDir }),
		boolean("no-daemon", func(s *Settings) *bool { return &s.NoDaemon }),
		boolean("read-only", func(s *Settings) *bool { return &s.ReadOnly }),
		choice("color", func(s *Settings) *string { return &s.Color }, "auto", "always", "never"),
		choice("log-level", func(s *Settings) *string { return &s.LogLevel }, "debug", "info", "warn", "error"),
		path("log-file", func(s *Settings) *string { return &s.LogFile }),
		boolean("linear", func(s *Settings) *bool { return &s.Linear }),
		word("theme", func(s *Settings) *string { return &s.Theme }),
		choice("glyphs", func(s *Settings) *string { return &s.Glyphs }, "auto", "braille", "block", "ascii"),
		word("listen", func(s *Settings) *string { return &s.Listen }),
		path("token-file", func(s *Settings) *string { return &s.TokenFile }),
		{
			name: "allow", want: "networks such as 10.0.0.0/8, with commas between them", set: setAllow,
			text: func(s Settings) string { return strings.Join(s.Allow, ",") },
		},
		path("tls-cert", func(s *Settings) *string { return &s.TLSCert }),
		path("tls-key", func(s *Settings) *string { return &s.TLSKey }),
		{
			name: "retention", want: "size=20GiB,age=180d or a part of it; 0 for no bound", set: setRetention,
			text: func(s Settings) string { return s.Retention.String() },
		},
		{
			name: "compat-port", want: "a port from 1 to 65534, or 0 for none", set: setCompatPort,
			text: func(s Settings) string { return strconv.Itoa(s.CompatPort) },
		},
		path("web-dir", func(s *Settings) *string { return &s.WebDir }),
		{
			name: "idle-exit", want: "a duration such as 12h or 2d, or 0 for never", set: setIdleExit,
			text: func(s Settings) string { return formatDuration(s.IdleExit) },
		},
	}
}

// defaults are the values where nobody says anything, directories excepted.
func defaults() Settings {
	return Settings{
		Host: "127.0.0.1", Port: protocol.DefaultPort, WSPort: protocol.DefaultPort + 1,
		Color: "auto", LogLevel: "info", Glyphs: "auto",
		Listen:     "127.0.0.1",
		Retention:  Retention{Size: 20 << 30, Age: 180 * day},
		CompatPort: protocol.CompatPort,
	}
}

// Names are the names of all settings, as flags and config keys, in the order in
// which people are shown them.
func Names() []string {
	var names []string
	for _, k := range keys() {
		names = append(names, k.name)
	}
	return names
}

// Text is the value of a setting as one would write it after its flag; empty for
// a name that is not among [Names].
func (s Settings) Text(name string) string {
	for _, k := range keys() {
		if k.name == name {
			return k.text(s)
		}
	}
	return ""
}

// Variable is the environment variable of a setting.
func Variable(name string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

func port(name string, field func(*Settings) *int) key {
	return key{
		name: name, want: "a port from 1 to 65535",
		set: func(s *Settings, text string) bool {
			n, err := strconv.Atoi(text)
			if err != nil || n < 1 || n > maxPort {
				return false
			}
			*field(s) = n
			return true
		},
		text: func(s Settings) string { return strconv.Itoa(*field(&s)) },
	}
}

func boolean(name string, field func(*Settings) *bool) key {
	return key{
		name: name, want: "true or false",
		set: func(s *Settings, text string) bool {
			on, ok := parseBool(text)
			if ok {
				*field(s) = on
			}
			return ok
		},
		text: func(s Settings) string { return strconv.FormatBool(*field(&s)) },
	}
}

func choice(name string, field func(*Settings) *string, of ...string) key {
	return key{
		name: name, want: "one of " + strings.Join(of, ", "),
		set: func(s *Settings, text string) bool {
			if slices.Contains(of, text) {
				*field(s) = text
				return true
			}
			return false
		},
		text: func(s Settings) string { return *field(&s) },
	}
}

// word is text that whoever uses it checks further.
func word(name string, field func(*Settings) *string) key {
	return key{
		name: name, want: "a word",
		set: func(s *Settings, text string) bool {
			if !isWord(text) {
				return false
			}
			*field(s) = text
			return true
		},
		text: func(s Settings) string { return *field(&s) },
	}
}

func path(name string, field func(*Settings) *string) key {
	return key{
		name: name, want: "a path", path: true,
		set: func(s *Settings, text string) bool {
			if text == "" || strings.ContainsRune(text, 0) {
				return false
			}
			*field(s) = text
			return true
		},
		text: func(s Settings) string { return *field(&s) },
	}
}

func setHost(s *Settings, text string) bool {
	host, ok := clientHost(text)
	if ok {
		s.Host = host
	}
	return ok
}

func setCompatPort(s *Settings, text string) bool {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n >= maxPort {
		return false
	}
	s.CompatPort = n
	return true
}

func setIdleExit(s *Settings, text string) bool {
	var d time.Duration
	if text != "off" && text != "never" {
		var ok bool
		if d, ok = parseDuration(text); !ok {
			return false
		}
	}
	s.IdleExit = d
	return true
}
