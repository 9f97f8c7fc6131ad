package measure_test

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"apps.local/neetbox-tui/tests/measure"
)

// muteArg makes the test's binary a program that never tells an address.
const muteArg = "mute"

// TestMain lets the test's binary be the program that is measured: as a daemon
// it tells an address and then runs until it is ended.
func TestMain(m *testing.M) {
	switch {
	case slices.Contains(os.Args, "--server-only"):
		fmt.Fprintf(os.Stderr, "first line\nWebSocket on ws://127.0.0.1:1\nlast line\n")
		<-time.After(time.Minute) // ended long before
		os.Exit(1)
	case slices.Contains(os.Args, muteArg):
		fmt.Fprintln(os.Stderr, "no port is free")
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// self is the test's own binary.
func self(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDaemon_TellsItsAddressAndEnds(t *testing.T) {
	where, err := measure.NewPlace(self(t))
	if err != nil {
		t.Fatal(err)
	}
	defer where.Remove()
	daemon, err := where.Daemon(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if daemon.Addr != "127.0.0.1:1" || daemon.PID <= 0 {
		t.Errorf("address %q, process %d", daemon.Addr, daemon.PID)
	}
	start := time.Now()
	daemon.Stop()
	if took := time.Since(start); took > 4*time.Second {
		t.Errorf("the daemon took %v to end: it was made to", took)
	}
	if _, ok := measure.Resident(daemon.PID); ok {
		t.Error("the daemon is still there")
	}
}

func TestStart_WithoutAnAddressTellsWhatWasSaid(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), self(t), muteArg)
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	_, err = measure.Start(cmd, said, "listening on ")
	if err == nil || !strings.Contains(err.Error(), "no port is free") {
		t.Errorf("error %v, want what the program said", err)
	}
}

func TestStart_OfNoProgramIsAnError(t *testing.T) {
	if _, err := measure.Start(exec.CommandContext(t.Context(), t.TempDir()), strings.NewReader(""), ""); err == nil {
		t.Error("a directory was started")
	}
}
