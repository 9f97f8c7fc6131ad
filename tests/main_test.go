package tests

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// executable is the built program. It is set before any test runs.
var executable string

func TestMain(m *testing.M) {
	os.Exit(runBuilt(m))
}

// runBuilt builds the program, runs the tests and removes it again. A program
// that is there already, such as a release, is named by NEETBOX_TUI_TEST_EXECUTABLE.
func runBuilt(m *testing.M) int {
	if executable = os.Getenv("NEETBOX_TUI_TEST_EXECUTABLE"); executable != "" {
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "neetbox-tui-tests-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "make a directory for the executable:", err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	executable = filepath.Join(dir, "neetbox-tui")
	if runtime.GOOS == "windows" {
		executable += ".exe"
	}
	// The revision is left out so that a change of it alone does not link anew.
	args := append([]string{"build", "-buildvcs=false", "-o", executable}, raceArgs()...)
	build := exec.Command("go", append(args, "..")...)
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "build the executable:", err)
		return 1
	}
	return m.Run()
}
