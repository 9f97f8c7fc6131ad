package measure_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"apps.local/neetbox-tui/tests/measure"
)

func newPlace(t *testing.T) *measure.Place {
	t.Helper()
	where, err := measure.NewPlace("program")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(where.Remove)
	return where
}

func TestPlace_TakesNothingOfTheUsers(t *testing.T) {
	for _, name := range []string{"NEETBOX_PORT", "NO_COLOR", "TMUX"} {
		t.Setenv(name, "the user's")
	}
	t.Setenv("HOME", "/the user's")
	cmd := newPlace(t).Command(t.Context(), "version")
	last := map[string]string{} // of two the last one counts
	for _, v := range cmd.Env {
		name, value, _ := strings.Cut(v, "=")
		last[name] = value
	}
	for name, value := range last {
		if strings.Contains(value, "the user's") {
			t.Errorf("%s=%s", name, value)
		}
	}
	if last["HOME"] != cmd.Dir || last["XDG_DATA_HOME"] != cmd.Dir {
		t.Errorf("home %q, data %q, directory %q", last["HOME"], last["XDG_DATA_HOME"], cmd.Dir)
	}
	if !slices.Equal(cmd.Args, []string{"program", "version"}) {
		t.Errorf("runs %q", cmd.Args)
	}
}

func TestPlace_HasPortsAndAHomeOfItsOwn(t *testing.T) {
	one, other := newPlace(t), newPlace(t)
	flags := one.Flags("--server-only")
	if flags[len(flags)-1] != "--server-only" {
		t.Errorf("flags %q", flags)
	}
	rest, sockets := after(t, flags, "--port"), after(t, flags, "--ws-port")
	if rest == sockets || rest == "0" || sockets == "0" {
		t.Errorf("ports %s and %s", rest, sockets)
	}
	if mine, theirs := after(t, flags, "--data-dir"), after(t, other.Flags(), "--data-dir"); mine == theirs {
		t.Errorf("two places share %s", mine)
	}
	home := one.Command(t.Context()).Dir
	one.Remove()
	if _, err := os.Stat(home); !os.IsNotExist(err) {
		t.Errorf("the home is still there: %v", err)
	}
}

// after is what follows a flag.
func after(t *testing.T, flags []string, name string) string {
	t.Helper()
	at := slices.Index(flags, name)
	if at < 0 || at+1 == len(flags) {
		t.Fatalf("no %s in %q", name, flags)
	}
	return flags[at+1]
}

func TestBinary_GivenIsNotBuiltAndNotRemoved(t *testing.T) {
	given := t.TempDir() + "/program"
	if err := os.WriteFile(given, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	path, remove, err := measure.Binary(t.Context(), given)
	if err != nil || path != given {
		t.Fatalf("%q, %v", path, err)
	}
	remove()
	if _, err := os.Stat(given); err != nil {
		t.Errorf("removed: %v", err)
	}
}
