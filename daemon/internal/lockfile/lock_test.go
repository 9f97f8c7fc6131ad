package lockfile_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"apps.local/neetbox-tui/daemon/internal/lockfile"
)

const holderEnv = "LOCKFILE_TEST_HOLD"

// TestMain turns the test binary into a process that holds a lock until its
// standard input ends.
func TestMain(m *testing.M) {
	path := os.Getenv(holderEnv)
	if path == "" {
		os.Exit(m.Run())
	}
	if _, err := lockfile.Try(path, lockfile.Owner{PID: os.Getpid(), Version: "child"}); err != nil {
		os.Exit(1)
	}
	_, _ = os.Stdout.WriteString("held\n")
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0) // without Release, as a crash would
}

func startHolder(t *testing.T, path string) (end func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), holderEnv+"="+path)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	end = sync.OnceFunc(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	t.Cleanup(end)
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "held\n" {
		t.Fatalf("holder said %q, %v", line, err)
	}
	return end
}

func owner(version string) lockfile.Owner {
	return lockfile.Owner{PID: os.Getpid(), Version: version, Started: time.Unix(1700000000, 0).UTC()}
}

func TestTry_NamesTheOtherProcessAndOutlivesIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "start.lock")
	end := startHolder(t, path)

	_, err := lockfile.Try(path, owner("mine"))
	var held *lockfile.HeldError
	if !errors.Is(err, lockfile.ErrHeld) || !errors.As(err, &held) {
		t.Fatalf("Try = %v, want ErrHeld", err)
	}
	if held.Owner.Version != "child" || held.Owner.PID == os.Getpid() {
		t.Fatalf("owner = %+v, want the child", held.Owner)
	}

	end()
	if left, ok := lockfile.Read(path); !ok || left.Version != "child" {
		t.Fatalf("the dead holder left %+v, %v; the test wants stale content", left, ok)
	}
	lock, err := lockfile.Try(path, owner("mine"))
	if err != nil {
		t.Fatalf("Try after the holder died: %v", err)
	}
	defer func() { _ = lock.Release() }()
	if now, _ := lockfile.Read(path); now.Version != "mine" {
		t.Fatalf("owner = %+v, want mine", now)
	}
}

func TestTry_OneHolderInOneProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b", "daemon.lock")
	var holders, most, taken atomic.Int32
	var wg sync.WaitGroup
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for range 8 {
		wg.Go(func() {
			lock, err := lockfile.Acquire(ctx, path, owner("x"))
			if err != nil {
				t.Error(err)
				return
			}
			if n := holders.Add(1); n > most.Load() {
				most.Store(n)
			}
			taken.Add(1)
			runtime.Gosched()
			holders.Add(-1)
			if err := lock.Release(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if most.Load() != 1 || taken.Load() != 8 {
		t.Fatalf("at most %d held it at once, %d had it; want 1 and 8", most.Load(), taken.Load())
	}
}

func TestAcquire_EndsWithItsContextAndTellsWhoHolds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "start.lock")
	lock, err := lockfile.Try(path, owner("first"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Release() }()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Millisecond)
	defer cancel()
	_, err = lockfile.Acquire(ctx, path, owner("second"))
	if !errors.Is(err, lockfile.ErrHeld) || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "first") {
		t.Fatalf("Acquire = %v, want held by first, deadline exceeded", err)
	}
}

func TestLock_UpdateAndRelease(t *testing.T) {
	path := filepath.Join(t.TempDir(), "daemon.lock")
	lock, err := lockfile.Try(path, owner("1"))
	if err != nil {
		t.Fatal(err)
	}
	want := owner("1")
	want.Port = 5000
	if err := lock.Update(want); err != nil {
		t.Fatal(err)
	}
	if got, ok := lockfile.Read(path); !ok || got != want {
		t.Fatalf("Read = %+v, %v, want %+v", got, ok, want)
	}
	for range 2 {
		if err := lock.Release(); err != nil {
			t.Fatal(err)
		}
	}
	if got, ok := lockfile.Read(path); ok {
		t.Fatalf("Read after release = %+v, want nothing", got)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("the lock's file must stay: %v", err)
	}
	if err := lock.Update(want); !errors.Is(err, lockfile.ErrReleased) {
		t.Fatalf("Update after release = %v, want ErrReleased", err)
	}
}

func TestTry_PermissionsAreForThisUserOnly(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no permission bits")
	}
	dir := filepath.Join(t.TempDir(), "state")
	path := filepath.Join(dir, "start.lock")
	lock, err := lockfile.Try(path, owner("1"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Release() }()
	for name, want := range map[string]os.FileMode{dir: 0o700, path: 0o600, lockfile.OwnerPath(path): 0o600} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", filepath.Base(name), got, want)
		}
	}
}

func TestTry_UnusableDirectorySaysWhatMovesIt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(file, "state")
	_, err := lockfile.Try(filepath.Join(dir, "start.lock"), owner("1"))
	var de *lockfile.DirError
	if !errors.As(err, &de) || de.Dir != dir {
		t.Fatalf("Try = %v, want a DirError for %s", err, dir)
	}
	for _, want := range []string{dir, "--data-dir", "NEETBOX_TUI_DATA_DIR", "XDG_STATE_HOME"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q lacks %q", err, want)
		}
	}
}

func TestRead_RefusesWhatIsNoOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.lock")
	for _, content := range []string{"", "{", "[]", `{"pid":0}`, `{"pid":-3}`, strings.Repeat(" ", 10_000) + `{"pid":3}`} {
		if err := os.WriteFile(lockfile.OwnerPath(path), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if o, ok := lockfile.Read(path); ok {
			t.Errorf("Read of %.20q = %+v, want nothing", content, o)
		}
	}
}

func TestOwner_StringCarriesNoControlCharacters(t *testing.T) {
	o := lockfile.Owner{PID: 7, Version: "1\x1b[31m\n2", Port: 5000}
	if got, want := o.String(), "pid 7, version 1[31m2, port 5000"; got != want {
		t.Fatalf("String = %q, want %q", got, want)
	}
}
