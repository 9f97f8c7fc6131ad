// Package settings finds out what holds and why: one value per setting, and the
// place that it came from.
//
// The stronger source wins, for each setting by itself:
//
//	flag             --port 5000
//	environment      NEETBOX_TUI_PORT=5000
//	neetbox.toml     in the working directory or the nearest parent that has one:
//	                 host and port of [daemon] (or [client], as later releases of
//	                 NEETBOX call it), and the project's name
//	user config      config.toml: a key of the flag's name, port = 5000
//	default
//
// A mistake on the command line or in the environment is an error, and so is one
// in a file that somebody named; one in a file that was merely found is a
// warning, and the next source counts: a dashboard must come up to be of use.
//
// Nothing here reads the process's own arguments, environment or directory: all
// of it comes in through [Inputs].
package settings
