package attach_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"apps.local/neetbox-tui/daemon/attach"
)

func TestEnsure_EightAtOnceStartOneDaemon(t *testing.T) {
	starts := t.TempDir()
	e := freeEndpoint(t)
	o := options(t, e, "--count", starts)
	ctx := testContext(t)
	kinds := make([]attach.Kind, 8)
	var wg sync.WaitGroup
	for i := range kinds {
		wg.Go(func() {
			at, v, err := attach.Ensure(ctx, o)
			if err != nil || at != e {
				t.Errorf("Ensure = %+v, %v", at, err)
			}
			kinds[i] = v.Kind
		})
	}
	wg.Wait()
	spawned := 0
	for _, k := range kinds {
		if k == attach.Spawned {
			spawned++
		}
	}
	files, err := os.ReadDir(starts)
	if err != nil {
		t.Fatal(err)
	}
	if spawned != 1 || len(files) != 1 {
		t.Fatalf("%d say spawned (%v), %d daemons started; want 1 and 1", spawned, kinds, len(files))
	}
}

func TestEnsure_StaleLockDoesNotMatter(t *testing.T) {
	o := options(t, freeEndpoint(t))
	stale := []byte(`{"pid":1,"version":"0.1"}`)
	for _, path := range []string{attach.LockPath(o.StateDir), attach.LockPath(o.StateDir) + ".json"} {
		if err := os.WriteFile(path, stale, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, v, err := attach.Ensure(testContext(t), o); err != nil || v.Kind != attach.Spawned {
		t.Fatalf("Ensure = %+v, %v, want spawned", v, err)
	}
}

func TestEnsure_UnwritableStateDirectoryDoesNotStopTheStart(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("TMPDIR does not lead there")
	}
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	o := options(t, freeEndpoint(t), "--lines", "1")
	o.StateDir = filepath.Join(file, "state")
	var r recorder
	o.Progress = r.tell
	if _, v, err := attach.Ensure(testContext(t), o); err != nil || v.Kind != attach.Spawned {
		t.Fatalf("Ensure = %+v, %v, want spawned", v, err)
	}
	said := strings.Join(r.all(), "\n")
	if !strings.Contains(said, o.StateDir) || !strings.Contains(said, temp) {
		t.Errorf("said %q, want both directories named", said)
	}
	dirs, err := filepath.Glob(filepath.Join(temp, "neetbox-tui-*"))
	if err != nil || len(dirs) != 1 {
		t.Fatalf("temporary directories: %v, %v", dirs, err)
	}
	info, err := os.Stat(dirs[0])
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v, %v, want 0700", info.Mode(), err)
	}
	if _, err := os.Stat(attach.LogPath(dirs[0])); err != nil {
		t.Errorf("no log there: %v", err)
	}
}

func TestEnsure_RefusesATemporaryDirectoryThatOthersCanWrite(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no permission bits")
	}
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	dir := filepath.Join(temp, fmt.Sprintf("neetbox-tui-%d", os.Getuid()))
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	o := options(t, freeEndpoint(t))
	o.StateDir = ""
	_, _, err := attach.Ensure(testContext(t), o)
	var start *attach.StartError
	if !errors.As(err, &start) || !strings.Contains(err.Error(), "belongs to somebody else") || !strings.Contains(err.Error(), "XDG_STATE_HOME") {
		t.Fatalf("Ensure = %v, want a StartError with the way out", err)
	}
}

func TestEnsure_EarlyDeathShowsTheLastLines(t *testing.T) {
	for _, tt := range []struct {
		name       string
		code, exit int
		want       string
	}{
		{"error", 1, 3, "neetbox-tui --server-only --port"},
		{"port taken", 4, 4, "--ws-port"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := options(t, freeEndpoint(t), "--fake", "die", "--lines", "30", "--code", strconv.Itoa(tt.code))
			if err := os.WriteFile(attach.LogPath(o.StateDir), []byte("of an earlier daemon\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			_, _, err := attach.Ensure(testContext(t), o)
			var start *attach.StartError
			if !errors.As(err, &start) {
				t.Fatalf("Ensure = %v, want a StartError", err)
			}
			if start.Code != tt.code || start.ExitCode() != tt.exit || start.PID != 0 || start.LogPath != attach.LogPath(o.StateDir) {
				t.Errorf("error = %+v, exit code %d, want %d", start, start.ExitCode(), tt.exit)
			}
			if n := len(start.Lines); n != 20 || start.Lines[0] != "line 11 [31mred[0m" || start.Lines[n-1] != "line 30 [31mred[0m" {
				t.Errorf("lines = %q", start.Lines)
			}
			for _, want := range []string{tt.want, start.LogPath, "line 30", fmt.Sprintf("exit status %d", tt.code)} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q lacks %q", err, want)
				}
			}
		})
	}
}

func TestEnsure_OldLogIsNotTakenForThisDaemons(t *testing.T) {
	o := options(t, freeEndpoint(t), "--fake", "die")
	if err := os.WriteFile(attach.LogPath(o.StateDir), []byte("of an earlier daemon\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err := attach.Ensure(testContext(t), o)
	if err == nil || strings.Contains(err.Error(), "earlier") || !strings.Contains(err.Error(), "wrote nothing") {
		t.Fatalf("Ensure = %v", err)
	}
}

func TestEnsure_TakenWebSocketPortIsTold(t *testing.T) {
	e := freeEndpoint(t)
	l, err := net.Listen("tcp", address(e.WS))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, _, err = attach.Ensure(testContext(t), options(t, e))
	var start *attach.StartError
	if !errors.As(err, &start) || start.ExitCode() != 4 || !strings.Contains(err.Error(), strconv.Itoa(e.WS)) {
		t.Fatalf("Ensure = %v, want exit code 4 and port %d", err, e.WS)
	}
}

func TestEnsure_MuteDaemonIsLeftRunning(t *testing.T) {
	o := attach.WithShortLimits(options(t, freeEndpoint(t), "--fake", "mute"), 2*time.Second)
	_, _, err := attach.Ensure(testContext(t), o)
	var start *attach.StartError
	if !errors.As(err, &start) || start.PID == 0 || start.Code != -1 || start.ExitCode() != 3 {
		t.Fatalf("Ensure = %v, want a StartError with the daemon's pid", err)
	}
	if !strings.Contains(err.Error(), "migrating") || !strings.Contains(err.Error(), "still runs") {
		t.Errorf("error %q", err)
	}
}

func TestEnsure_CancelledWhileTheDaemonStarts(t *testing.T) {
	ctx, cancel := context.WithCancel(testContext(t))
	o := options(t, freeEndpoint(t), "--fake", "mute")
	o.Progress = func(s string) {
		if strings.Contains(s, "starting the daemon") {
			cancel()
		}
	}
	if _, _, err := attach.Ensure(ctx, o); !errors.Is(err, context.Canceled) {
		t.Fatalf("Ensure = %v, want context.Canceled", err)
	}
}

func TestEnsure_ProgramThatIsNotThere(t *testing.T) {
	o := options(t, freeEndpoint(t))
	o.Executable = filepath.Join(o.StateDir, "absent")
	_, _, err := attach.Ensure(testContext(t), o)
	var start *attach.StartError
	if !errors.As(err, &start) || !errors.Is(err, os.ErrNotExist) || start.ExitCode() != 3 {
		t.Fatalf("Ensure = %v, want a StartError that wraps not-exist", err)
	}
}

func TestEnsure_LongLogIsSetAside(t *testing.T) {
	o := options(t, freeEndpoint(t), "--lines", "1")
	log := attach.LogPath(o.StateDir)
	if err := os.WriteFile(log, make([]byte, attach.MaxLog+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := attach.Ensure(testContext(t), o); err != nil {
		t.Fatal(err)
	}
	old, err := os.Stat(log + ".1")
	if err != nil || old.Size() != attach.MaxLog+1 {
		t.Errorf("old log: %v, %v", old, err)
	}
	if now, err := os.Stat(log); err != nil || now.Size() > 1000 || (runtime.GOOS != "windows" && now.Mode().Perm() != 0o600) {
		t.Errorf("new log: %v, %v", now, err)
	}
}

func TestEnsure_ForeignAnswerAfterTheStart(t *testing.T) {
	e := freeEndpoint(t)
	o := options(t, e, "--fake", "mute")
	done := make(chan struct{})
	o.Progress = func(s string) {
		if !strings.Contains(s, "starting the daemon") {
			return
		}
		l, err := net.Listen("tcp", address(e.Port))
		if err != nil {
			t.Error(err)
			close(done)
			return
		}
		go func() {
			defer close(done)
			defer func() { _ = l.Close() }()
			if c, err := l.Accept(); err == nil {
				_, _ = c.Write([]byte("SSH-2.0-x\r\n"))
				_ = c.Close()
			}
		}()
	}
	_, _, err := attach.Ensure(testContext(t), o)
	<-done
	if _, ok := errors.AsType[*attach.PortTakenError](err); !ok {
		t.Fatalf("Ensure = %v, want a PortTakenError", err)
	}
}
