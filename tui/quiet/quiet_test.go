//go:build unix

package quiet_test

import (
	"io"
	"os"
	"os/exec"
	"testing"

	_ "github.com/charmbracelet/bubbletea" // what must be kept from asking
	"github.com/creack/pty"

	_ "apps.local/neetbox-tui/tui/quiet"
)

const child = "NEETBOX_TUI_QUIET_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(child) != "" {
		os.Exit(0) // packages are initialised, and that is all
	}
	os.Exit(m.Run())
}

func TestQuiet_NothingIsAskedOfATerminal(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), child+"=1", "TERM=xterm-256color")
	tty, err := pty.Start(cmd)
	if err != nil {
		t.Skipf("open a terminal: %v", err)
	}
	defer tty.Close()
	// Reading ends with an error once the child has closed the other side.
	asked, _ := io.ReadAll(tty)
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	if len(asked) > 0 {
		t.Errorf("the terminal was asked %q", asked)
	}
}
