package settings

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"
)

const dirName = "neetbox-tui"

// Dirs are the directories that this program keeps things in.
type Dirs struct {
	Data   string
	State  string
	Config string
}

// Dirs are the directories of these settings.
func (s Settings) Dirs() Dirs {
	return Dirs{Data: s.DataDir, State: s.StateDir, Config: filepath.Dir(s.ConfigFile)}
}

// MakeData makes the data directory, for this user only.
func (d Dirs) MakeData() error { return makeDir(d.Data, "--data-dir or "+Variable("data-dir")) }

// MakeState makes the state directory, for this user only.
func (d Dirs) MakeState() error { return makeDir(d.State, "XDG_STATE_HOME") }

// MakeConfig makes the directory of the user config, for this user only.
func (d Dirs) MakeConfig() error { return makeDir(d.Config, "--config or "+Variable(configName)) }

func makeDir(dir, mover string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make directory %s: %w; use another with %s", dir, err, mover)
	}
	return nil
}

// directories are those of the XDG base directory specification, or the native
// ones on macOS and Windows.
func (r *resolver) directories() {
	r.s.DataDir, r.origins["data-dir"] = r.directory("XDG_DATA_HOME", xdg.DataHome)
	r.s.StateDir, r.origins["state-dir"] = r.directory("XDG_STATE_HOME", xdg.StateHome)
	config, _ := r.directory("XDG_CONFIG_HOME", xdg.ConfigHome)
	r.s.ConfigFile = filepath.Join(config, "config.toml")
}

// directory is this program's in one of the base directories. A relative one
// does not count, as the specification wants it; without any, as for a service
// that has no home, it lies among the temporary files.
func (r *resolver) directory(variable, native string) (string, Source) {
	if dir := r.env[variable]; filepath.IsAbs(dir) {
		return filepath.Join(dir, dirName), Source{Default, variable}
	}
	if !filepath.IsAbs(native) {
		dir := filepath.Join(os.TempDir(), dirName)
		r.warn("no home directory is known; %s is used: set %s", dir, variable)
		return dir, Source{}
	}
	return filepath.Join(native, dirName), Source{}
}
