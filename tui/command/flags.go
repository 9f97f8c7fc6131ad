package command

import (
	"github.com/spf13/pflag"
)

// settingFlag is a flag of every command that is a setting too: the environment
// and the configuration know it by the same name.
type settingFlag struct {
	name, value, usage string // value: what the help calls it; "" for a switch
}

func settingFlags() []settingFlag {
	return []settingFlag{
		{"host", "HOST", "where the daemon is (default 127.0.0.1)"},
		{"port", "PORT", "the daemon's REST port (default 5000)"},
		{"ws-port", "PORT", "its WebSocket port (default port + 1)"},
		{"data-dir", "DIR", "where the daemon keeps its data"},
		{"config", "FILE", "the configuration file"},
		{"no-daemon", "", "never start a daemon"},
		{"read-only", "", "no actions, no deletes, no renames"},
		{"color", "WHEN", "auto, always or never"},
		{"theme", "NAME", "calm, contrast or mono"},
		{"glyphs", "SET", "auto, braille, block or ascii"},
		{"log-level", "LEVEL", "debug, info, warn or error"},
		{"log-file", "FILE", "where to log"},
		{"compat-port", "PORT", "where released clients look by default (20202); 0 is off"},
		{"retention", "BOUNDS", "how much history the daemon keeps, size=20GiB,age=180d; 0 is no bound"},
		{"idle-exit", "DURATION", "end the daemon when nobody was connected for so long; 0 is never"},
	}
}

// AddSettingFlags adds the flags of every command. Their values are texts: what
// they mean, and what holds where they were not given, is for package settings.
func AddSettingFlags(flags *pflag.FlagSet) {
	for _, f := range settingFlags() {
		if f.value == "" {
			flags.Bool(f.name, false, f.usage)
			continue
		}
		flags.String(f.name, "", f.usage)
		flags.Lookup(f.name).Usage = "`" + f.value + "`: " + f.usage
	}
}

// GivenFlags are the texts of those flags that were given.
func GivenFlags(flags *pflag.FlagSet) map[string]string {
	given := map[string]string{}
	for _, f := range settingFlags() {
		if flag := flags.Lookup(f.name); flag != nil && flag.Changed {
			given[f.name] = flag.Value.String()
		}
	}
	return given
}
