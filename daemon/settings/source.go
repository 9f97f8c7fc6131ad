package settings

import (
	"fmt"
	"strconv"
)

// Kind is a kind of source. A greater one wins.
type Kind int

// The kinds, weakest first.
const (
	Default Kind = iota
	UserConfig
	ProjectFile
	Environment
	Flag
)

// String is the kind in a word or two.
func (k Kind) String() string {
	switch k {
	case Default:
		return "default"
	case UserConfig:
		return "user config"
	case ProjectFile:
		return "neetbox.toml"
	case Environment:
		return "environment"
	case Flag:
		return "flag"
	default:
		return "Kind(" + strconv.Itoa(int(k)) + ")"
	}
}

// Source is where a value came from.
type Source struct {
	Kind Kind
	// Place is "--port", "NEETBOX_TUI_PORT", "/home/a/p/neetbox.toml:7". A default
	// has none, but for the variable of its base directory.
	Place string
}

// String is the place, or "default".
func (s Source) String() string {
	if s.Place == "" {
		return s.Kind.String()
	}
	return s.Place
}

// Origins tells where each value came from, by the name of its setting. Every
// setting of [Names] has one.
type Origins map[string]Source

// exitUsage is the exit code of wrong usage.
const exitUsage = 2

// ValueError says that a value can't be used, and where it stands.
type ValueError struct {
	Key    string
	Value  string
	Source Source
	Want   string // what is wanted: "a port from 1 to 65535"
}

// Error names the place, the value and what is wanted.
func (e *ValueError) Error() string {
	return fmt.Sprintf("read %s: %s is %.80q; it must be %s", e.Source, e.Key, e.Value, e.Want)
}

// ExitCode is 2.
func (e *ValueError) ExitCode() int { return exitUsage }

// FileError says that a settings file that was asked for can't be used.
type FileError struct {
	Path   string // with the line where one is to blame
	Source Source // what named the file
	Err    error
}

// Error names the file and what named it.
func (e *FileError) Error() string {
	return printable(fmt.Sprintf("read settings from %s: %v; correct it or change %s", e.Path, e.Err, e.Source))
}

// Unwrap returns what is wrong with the file.
func (e *FileError) Unwrap() error { return e.Err }

// ExitCode is 2.
func (e *FileError) ExitCode() int { return exitUsage }
