package settings_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"apps.local/neetbox-tui/daemon/settings"
)

func TestResolve_MistakesOfAPersonAreErrors(t *testing.T) {
	tests := []struct {
		given given
		want  string
	}{
		{given{flags: flags("port", "0")}, `read --port: port is "0"; it must be a port from 1 to 65535`},
		{given{flags: flags("port", "http")}, "--port"},
		{given{flags: flags("host", "")}, "--host"},
		{given{flags: flags("host", "a b")}, "--host"},
		{given{flags: flags("host", "localhost:5000")}, "without a port"},
		{given{flags: flags("host", "http://a")}, "--host"},
		{given{flags: flags("host", "[[")}, "--host"},
		{given{flags: flags("log-file", "")}, "--log-file"},
		{given{flags: flags("color", "sometimes")}, "auto, always, never"},
		{given{flags: flags("allow", "10.0.0.0/33")}, "--allow"},
		{given{flags: flags("retention", "size=1 apple")}, "--retention"},
		{given{flags: flags("retention", "age=9999999999999d")}, "--retention"},
		{given{flags: flags("retention", "size=99999999TiB")}, "--retention"},
		{given{flags: flags("idle-exit", "-3h")}, "--idle-exit"},
		{given{env: []string{"NEETBOX_TUI_WS_PORT=-1"}}, "NEETBOX_TUI_WS_PORT"},
		{given{env: []string{"NEETBOX_TUI_READ_ONLY=maybe"}}, "true or false"},
		{given{flags: flags("config", "")}, "--config"},
	}
	for _, tt := range tests {
		_, _, _, err := newWorld(t).resolve(t, tt.given)
		var value *settings.ValueError
		if !errors.As(err, &value) || value.ExitCode() != 2 || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: error %v, want %q", tt.given, err, tt.want)
		}
	}
}

func TestResolve_FoundConfigNeverStopsTheStart(t *testing.T) {
	tests := []struct{ name, toml, warning string }{
		{"broken", "port = 1\nport = \n", "config.toml:2"},
		{"wrong value", "read-only = true\nport = 'http'", `config.toml:2: port is "http"`},
		{"wrong type", "port = 1.5", "config.toml:1"},
		{"unknown key", "read-only = true\n\nprot = 6000", `config.toml:3: "prot" is no setting; did you mean "port"?`},
		{"unknown spelling", "ws_port = 6000", `did you mean "ws-port"?`},
		{"unknown table", "[keys]\nquit = 'q'", `config.toml:2: "keys.quit" is no setting; ` + "`neetbox-tui config show`"},
		{"terminal sequences", "\"\\u001b[31m\" = 1", `is no setting`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _, warnings, err := newWorld(t).resolve(t, given{config: tt.toml})
			if err != nil || got.Port != 5000 {
				t.Fatalf("port %d, %v", got.Port, err)
			}
			checkWarnings(t, warnings, tt.warning)
			if strings.ContainsRune(strings.Join(warnings, ""), '\x1b') {
				t.Errorf("warnings %q hold an escape", warnings)
			}
		})
	}
}

func TestResolve_ManyUnknownKeysAreCounted(t *testing.T) {
	var toml strings.Builder
	for i := range 30 {
		toml.WriteString("zzzzzzzzzz" + strings.Repeat("y", i) + " = 1\n")
	}
	_, _, warnings, err := newWorld(t).resolve(t, given{config: toml.String()})
	if err != nil || len(warnings) != 11 || !strings.Contains(warnings[10], "20 more") {
		t.Fatalf("%d warnings, %v: %q", len(warnings), err, warnings)
	}
}

func TestResolve_NamedConfigMustBeGood(t *testing.T) {
	for name, toml := range map[string]string{"absent": "", "broken": "port = ", "wrong": "port = 0"} {
		t.Run(name, func(t *testing.T) {
			for _, g := range []given{{flags: flags("config", "my.toml")}, {env: []string{"NEETBOX_TUI_CONFIG=my.toml"}}} {
				w := newWorld(t)
				if toml != "" {
					write(t, filepath.Join(w.dir, "my.toml"), toml)
				}
				_, _, _, err := w.resolve(t, g)
				var coded interface{ ExitCode() int }
				if !errors.As(err, &coded) || coded.ExitCode() != 2 || !strings.Contains(err.Error(), filepath.Join(w.dir, "my.toml")) {
					t.Errorf("error %v", err)
				}
			}
		})
	}
	w := newWorld(t)
	write(t, filepath.Join(w.dir, "my.toml"), "port = 6000\nlog-file = 'x.log'")
	got, from, _, err := w.resolve(t, given{config: "port = 7000", flags: flags("config", "my.toml")})
	if err != nil || got.Port != 6000 || got.ConfigFile != filepath.Join(w.dir, "my.toml") || from["config"].Kind != settings.Flag {
		t.Fatalf("%+v, %v", got, err)
	}
	if got.LogFile != filepath.Join(w.dir, "x.log") {
		t.Errorf("log file %s, want it beside its config", got.LogFile)
	}
}
