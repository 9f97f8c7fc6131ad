package lockfile

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// maxOwner bounds what is read of an owner file, in bytes: anybody may have
// written it.
const maxOwner = 4 << 10

// Owner says who holds a lock.
type Owner struct {
	PID     int       `json:"pid"`
	Version string    `json:"version,omitempty"`
	Build   string    `json:"build,omitempty"`
	Started time.Time `json:"started,omitzero"`
	Port    int       `json:"port,omitempty"` // REST port; 0 while it has none
}

// String is the owner in words, such as "pid 4711, version 1.2.0, port 5000,
// since 2026-03-01T10:00:00Z". Parts that are not known are left out.
func (o Owner) String() string {
	parts := []string{fmt.Sprintf("pid %d", o.PID)}
	if o.Version != "" {
		parts = append(parts, "version "+printable(o.Version))
	}
	if o.Port > 0 {
		parts = append(parts, fmt.Sprintf("port %d", o.Port))
	}
	if !o.Started.IsZero() {
		parts = append(parts, "since "+o.Started.Format(time.RFC3339))
	}
	return strings.Join(parts, ", ")
}

// Read returns the owner that was last written for the lock at path. It tells
// nothing about whether that owner still holds the lock, or lives: only [Try]
// does. The result is false when there is no owner or none that can be read.
func Read(path string) (Owner, bool) {
	f, err := os.Open(ownerPath(path))
	if err != nil {
		return Owner{}, false
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, maxOwner))
	if err != nil {
		return Owner{}, false
	}
	var o Owner
	if json.Unmarshal(data, &o) != nil || o.PID <= 0 {
		return Owner{}, false
	}
	return o, true
}

func ownerPath(path string) string { return path + ".json" }

// writeOwner replaces the owner file as a whole, so that nobody reads half of it.
func writeOwner(path string, o Owner) error {
	data, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("encode lock owner: %w", err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return fmt.Errorf("write lock owner: %w", err)
	}
	_, err = tmp.Write(append(data, '\n'))
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), ownerPath(path))
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
		return fmt.Errorf("write lock owner: %w", err)
	}
	return nil
}

// printable drops what could drive a terminal from text that another process wrote.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, s)
}
