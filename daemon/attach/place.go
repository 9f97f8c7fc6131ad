package attach

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Names in the state directory.
const (
	lockName = "start.lock"
	logName  = "daemon.log"
)

const (
	maxLog   = 8 << 20  // bytes; a longer log is set aside before the next start
	tailSize = 64 << 10 // bytes of the log that are looked at
	tailLen  = 20       // lines of it that are shown
	lineLen  = 400      // characters of a line
)

// place is the directory that start.lock and daemon.log lie in.
type place string

// findPlace returns the state directory, or one among the temporary files when
// that can't be written; then why says so in a sentence.
func findPlace(stateDir string) (p place, why string, err error) {
	stateErr := usable(stateDir)
	if stateErr == nil {
		return place(stateDir), "", nil
	}
	dir, err := privateTemp()
	if err != nil {
		return "", "", fmt.Errorf("write to the state directory %s: %w; make it writable, or use another with XDG_STATE_HOME",
			stateDir, errors.Join(stateErr, err))
	}
	return place(dir), fmt.Sprintf("the state directory %s can't be written (%s); the daemon's log is in %s",
		stateDir, rootCause(stateErr), dir), nil
}

// usable makes dir and tries to write to it: permission bits do not tell of
// read-only file systems, quotas or access lists.
func usable(dir string) error {
	if dir == "" {
		return errors.New("no state directory is known")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".write-*")
	if err != nil {
		return err
	}
	_ = f.Close()
	return os.Remove(f.Name())
}

// privateTemp returns a directory that every process of this user finds again,
// since a start lock must be shared, and that nobody else can write: among the
// temporary files another user may have made one of that name first.
func privateTemp() (string, error) {
	dir := filepath.Join(os.TempDir(), "neetbox-tui-"+userID())
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", err
	}
	if !info.IsDir() || !private(info) {
		return "", fmt.Errorf("%s belongs to somebody else", dir)
	}
	return dir, usable(dir)
}

func (p place) lock() string { return filepath.Join(string(p), lockName) }
func (p place) log() string  { return filepath.Join(string(p), logName) }

// openLog opens the daemon's log for appending and returns its size. Called
// under the start lock, when no daemon of this place should be writing; should
// one be, it goes on in the file set aside.
func (p place) openLog() (*os.File, int64, error) {
	if info, err := os.Stat(p.log()); err == nil && info.Size() > maxLog {
		_ = os.Rename(p.log(), p.log()+".1")
	}
	f, err := os.OpenFile(p.log(), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, 0, fmt.Errorf("open the daemon's log: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		_ = f.Close()
		return nil, 0, fmt.Errorf("open the daemon's log: %w", err)
	}
	return f, info.Size(), nil
}

// tail returns the last lines of the log, of what was written after offset.
func (p place) tail(offset int64) []string {
	f, err := os.Open(p.log())
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	offset = max(offset, info.Size()-tailSize)
	data, err := io.ReadAll(io.NewSectionReader(f, offset, tailSize))
	if err != nil {
		return nil
	}
	return lastLines(string(data))
}

func lastLines(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(clean(line, lineLen), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return lines[max(0, len(lines)-tailLen):]
}
