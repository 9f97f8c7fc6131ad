package sysinfo

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestTool_DiesWithAKilledParent(t *testing.T) {
	opts, starts := playedBy(t, "daemon")
	daemon := exec.CommandContext(t.Context(), opts.NvidiaSMI)
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	var tool string
	eventually(t, "the tool to start", func() bool {
		text, _ := os.ReadFile(starts)
		var found bool
		tool, _, found = strings.Cut(string(text), " ")
		return found
	})
	if !alive(tool) {
		t.Fatal("the tool has ended before its parent")
	}
	if err := daemon.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = daemon.Wait()
	eventually(t, "the tool to end", func() bool { return !alive(tool) })
}

// alive is false for a zombie too: who reaps an orphan is not our affair.
func alive(pid string) bool {
	stat, err := os.ReadFile(filepath.Join("/proc", pid, "stat"))
	if err != nil {
		return false
	}
	_, after, _ := bytes.Cut(stat, []byte(") "))
	return !bytes.HasPrefix(after, []byte("Z")) && !bytes.HasPrefix(after, []byte("X"))
}

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for !done() {
		select {
		case <-time.After(5 * time.Millisecond):
		case <-deadline:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
