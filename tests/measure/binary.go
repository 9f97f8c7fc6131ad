package measure

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// Binary is the program that is measured: the given file or, where that is "",
// what this module builds to. remove deletes what was built; call it once the
// program has ended.
func Binary(ctx context.Context, given string) (path string, remove func(), err error) {
	if given != "" {
		return given, func() {}, nil
	}
	dir, err := os.MkdirTemp("", "neetbox-tui-build-")
	if err != nil {
		return "", nil, fmt.Errorf("make a directory to build in: %w", err)
	}
	remove = func() { _ = os.RemoveAll(dir) } // what is left is in the system's temporary directory
	path = filepath.Join(dir, "neetbox-tui")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	build := exec.CommandContext(ctx, "go", "build", "-o", path, "apps.local/neetbox-tui") //nolint:gosec // its own arguments
	if said, err := build.CombinedOutput(); err != nil {
		remove()
		return "", nil, fmt.Errorf("build the program: %w\n%s", err, said)
	}
	return path, remove, nil
}
