package sysinfo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"runtime"

	"github.com/shirou/gopsutil/v3/host"
)

// thisHost describes this machine. What can't be read stays empty.
func thisHost(ctx context.Context) Host {
	h := Host{OS: runtime.GOOS, Arch: runtime.GOARCH}
	if name, err := os.Hostname(); err == nil {
		h.Hostname = name
	}
	var id string
	// The id is read once and kept, so a cancelled first sample must not leave
	// this machine with another id than it has in the next process.
	err := attempt(context.WithoutCancel(ctx), func(ctx context.Context) (err error) {
		id, err = host.HostIDWithContext(ctx)
		return err
	})
	if err != nil {
		id = ""
	}
	h.MachineID = machineID(id, h.Hostname)
	return h
}

// machineID hashes the platform's id, or the host's name on a platform without
// one. The prefix keeps the result from matching what any other program makes
// of the same id, as machine-id(5) asks of those who publish it.
func machineID(platformID, hostname string) string {
	source := "id " + platformID
	if platformID == "" {
		source = "name " + hostname
	}
	sum := sha256.Sum256([]byte("neetbox-tui machine " + source))
	return hex.EncodeToString(sum[:16])
}
