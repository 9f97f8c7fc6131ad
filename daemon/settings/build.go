package settings

import (
	"os"
	"runtime/debug"
	"time"
)

// BuildInfo is this program's version and build. The version is released when
// the linker set one, else the module's; the build is the VCS revision where
// there is one, else the executable's modification time, so that each `go run`
// of a changed tree counts as another build.
func BuildInfo(released string) (version, build string) {
	version = released
	if info, ok := debug.ReadBuildInfo(); ok {
		if version == "" {
			version = info.Main.Version
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				build = s.Value
			}
		}
	}
	if version == "" {
		version = "(devel)"
	}
	if build != "" {
		return version, build
	}
	path, err := os.Executable()
	if err != nil {
		return version, ""
	}
	stat, err := os.Stat(path)
	if err != nil {
		return version, ""
	}
	return version, stat.ModTime().UTC().Format(time.RFC3339)
}
