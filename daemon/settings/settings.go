package settings

import (
	"time"

	"apps.local/neetbox-tui/protocol"
)

// Settings are the values that hold. Every path in them is absolute or empty.
type Settings struct {
	Host   string // where the daemon is looked for
	Port   int    // REST
	WSPort int    // WebSocket

	DataDir    string // history and the daemon's lock
	StateDir   string // logs and the start lock; XDG_STATE_HOME moves it
	ConfigFile string // the user config, also where there is none yet

	NoDaemon bool // never start a daemon
	ReadOnly bool // no actions, deletes or renames

	// Color is "auto", "always" or "never". NO_COLOR, CLICOLOR_FORCE and
	// FORCE_COLOR have decided an "auto" already.
	Color    string
	LogLevel string // "debug", "info", "warn" or "error"
	LogFile  string // empty: the default one in StateDir

	Linear bool   // a screen for screen readers and dumb terminals
	Theme  string // a name; empty for the default
	Glyphs string // "auto", "braille", "block" or "ascii"

	Listen     string   // address that the daemon opens
	TokenFile  string   // what a peer from elsewhere must present
	Allow      []string // networks that may connect, as CIDR
	TLSCert    string
	TLSKey     string
	Retention  Retention
	CompatPort int // where released clients look, with the port after it; 0 is off
	WebDir     string
	// IdleExit ends a daemon that nobody was connected to for so long; 0 is never.
	IdleExit time.Duration

	// Project is the name that neetbox.toml gives the project, as it stands there:
	// foreign text. Empty where there is none.
	Project string
	// ProjectFile is the neetbox.toml that was found, or empty.
	ProjectFile string
}

// BackgroundIdleExit is the idle exit of a daemon that was started in the
// background, unless somebody set another.
const BackgroundIdleExit = 12 * time.Hour

// Endpoint is where the daemon answers or, once started, will.
func (s Settings) Endpoint() protocol.Endpoint {
	return protocol.Endpoint{Host: s.Host, Port: s.Port, WS: s.WSPort}
}

// Retention bounds the history. Zero means no bound of that kind.
type Retention struct {
	Size int64 // bytes
	Age  time.Duration
}

// Inputs are all that settings are made of.
type Inputs struct {
	// Flags are the values of those flags that were given, by name without dashes.
	// Names that are no settings are passed over.
	Flags map[string]string
	// Env is the environment as os.Environ gives it. An empty value counts as none.
	Env []string
	// Dir is the working directory, absolute.
	Dir string
	// Debug is --server-only --debug: the port is then the default one unless the
	// command line says otherwise, whatever files and the environment say.
	Debug bool
}
