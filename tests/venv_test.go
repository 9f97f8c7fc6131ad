//go:build unix

package tests

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// requirePython turns the skips of the tests with the released client into
// failures, for machines that are meant to run them.
const requirePython = "NEETBOX_TUI_REQUIRE_PYTHON"

// released is the client under test, and with it what it imports without
// declaring it.
func released() []string {
	return []string{"neetbox==0.2.0", "gputil", "psutil", "websocket-client", "setuptools<81"}
}

// python gives the interpreter of an environment that has the released client.
// All tests share one.
var python = sync.OnceValues(func() (string, error) {
	const fetching = 5 * time.Minute
	ctx, cancel := context.WithTimeout(context.Background(), fetching)
	defer cancel()
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "neetbox-tui-tests", "python-neetbox-0.2.0")
	if exe := interpreter(dir); complete(ctx, exe) {
		return exe, nil
	}
	return makeEnvironment(ctx, dir)
})

func interpreter(dir string) string { return filepath.Join(dir, "bin", "python") }

// complete reports whether an environment still has all it needs: it may be half
// made, or its system's Python may have changed.
func complete(ctx context.Context, exe string) bool {
	const check = "import importlib.metadata as m; assert m.version('neetbox') == '0.2.0'; import GPUtil, psutil, websocket, httpx"
	return exec.CommandContext(ctx, exe, "-c", check).Run() == nil
}

// makeEnvironment makes it beside its place and moves it there when it is whole,
// so that two test processes don't see each other's halves.
func makeEnvironment(ctx context.Context, dir string) (string, error) {
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return "", err
	}
	fresh, err := os.MkdirTemp(filepath.Dir(dir), "new-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(fresh) }()
	for _, args := range [][]string{
		{"python3", "-m", "venv", fresh},
		append([]string{interpreter(fresh), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"}, released()...),
	} {
		output, err := exec.CommandContext(ctx, args[0], args[1:]...).CombinedOutput()
		if err != nil {
			return "", errors.New(strings.Join(args[:3], " ") + ": " + err.Error() + "\n" + tail(string(output)))
		}
	}
	if !complete(ctx, interpreter(fresh)) {
		return "", errors.New("the released client was installed but can't be imported")
	}
	_ = os.RemoveAll(dir) // an old half
	if err := os.Rename(fresh, dir); err != nil && !complete(ctx, interpreter(dir)) {
		return "", err
	}
	return interpreter(dir), nil
}

// needPython is python, or the end of the test where it can't be had.
func needPython(t *testing.T) string {
	t.Helper()
	exe, err := python()
	switch {
	case err == nil:
		return exe
	case os.Getenv(requirePython) == "1":
		t.Fatalf("%s is 1, and the released client can't be had: %v", requirePython, err)
	default:
		t.Skipf("the released client can't be had, so nothing is tested with it: %v", err)
	}
	return ""
}
