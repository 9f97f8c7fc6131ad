package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestStart_EightAtOnceStartOneDaemon(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	const starters = 8
	var all []*process
	for i := range starters {
		all = append(all, s.start(t, s.at("demo", "--duration", "500ms", "--project", fmt.Sprint("p", i))...))
	}
	for _, p := range all {
		if code, err := p.wait(patient(t)); err != nil || code != 0 {
			t.Fatalf("exit code %d, %v; %s", code, err, p.wrote())
		}
	}
	if n := strings.Count(s.daemonLog(), "msg=ready"); n != 1 {
		t.Errorf("%d daemons got ready:\n%s", n, s.daemonLog())
	}
	hello, err := s.hello(patient(t))
	if err != nil {
		t.Fatal(err)
	}
	if pid := s.background(); hello.PID != pid {
		t.Errorf("pid %d says hello, pid %d holds the data directory", hello.PID, pid)
	}
	var list struct{ Projects []struct{ Runs int } }
	s.get(t, "/tui/v1/projects", &list)
	runs := 0
	for _, p := range list.Projects {
		runs += p.Runs
	}
	if runs != starters {
		t.Errorf("%d runs reported, not %d", runs, starters)
	}
}

// TestStart_DaemonOutlivesWhoStartedIt holds also for the settings: the daemon
// keeps to those of who started it.
func TestStart_DaemonOutlivesWhoStartedIt(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	data := filepath.Join(s.home, "chosen")
	p := s.run(t, s.at("demo", "--duration", "200ms", "--data-dir", data)...)
	if p.code != 0 {
		t.Fatalf("exit code %d; %s", p.code, p.wrote())
	}
	defer func() {
		if stop := s.run(t, s.at("stop")...); stop.code != 0 {
			t.Errorf("stop: %d; %s", stop.code, stop.wrote())
		}
	}()
	first, err := s.hello(patient(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(data, "daemon.lock")); err != nil {
		t.Error(err)
	}
	if p := s.run(t, s.at("demo", "--duration", "200ms")...); p.code != 0 {
		t.Fatalf("exit code %d; %s", p.code, p.wrote())
	}
	if second, err := s.hello(patient(t)); err != nil || second.PID != first.PID || second.Started != first.Started {
		t.Errorf("another daemon answers: %+v, before %+v (%v)", second, first, err)
	}
}

func TestStart_FailureShowsWhatTheDaemonSaid(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		prepare func(t *testing.T, s *sandbox) []string // returns more flags
		code    int
		says    []string
	}{
		{"WebSocket port held", func(t *testing.T, s *sandbox) []string {
			o, err := takePort(s.port+1, "silent")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(o.leave)
			return nil
		}, 4, []string{"start the daemon", "daemon.log", "address already in use", "--ws-port"}},
		{"data directory is a file", func(t *testing.T, s *sandbox) []string {
			path := filepath.Join(s.home, "file")
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			return []string{"--data-dir", path}
		}, 3, []string{"start the daemon", "daemon.log", "--data-dir", "neetbox-tui --server-only"}},
		{"data directory can't be written", func(t *testing.T, s *sandbox) []string {
			if os.Geteuid() == 0 || runtime.GOOS == "windows" {
				t.Skip("this user may write everywhere")
			}
			path := filepath.Join(s.home, "readonly")
			if err := os.Mkdir(path, 0o500); err != nil {
				t.Fatal(err)
			}
			return []string{"--data-dir", path}
		}, 3, []string{"start the daemon", "permission denied", "--data-dir"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newSandbox(t)
			more := test.prepare(t, s)
			p := s.run(t, s.at(append([]string{"demo", "--duration", "1s"}, more...)...)...)
			if p.code != test.code {
				t.Errorf("exit code %d, not %d", p.code, test.code)
			}
			for _, want := range test.says {
				if !strings.Contains(p.err.String(), want) {
					t.Errorf("%q is missing in\n%s", want, p.err)
				}
			}
			if p.out.String() != "" {
				t.Errorf("stdout: %s", p.out)
			}
		})
	}
}

// TestStart_SomethingElseOnThePort is never ended, and the way out is told.
func TestStart_SomethingElseOnThePort(t *testing.T) {
	t.Parallel()
	for _, as := range []string{"upstream", "page", "silent"} {
		t.Run(as, func(t *testing.T) {
			t.Parallel()
			s := newSandbox(t)
			o, err := takePort(s.port, as)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(o.leave)
			p := s.run(t, s.at("demo", "--duration", "1s")...)
			if p.code != 4 {
				t.Errorf("exit code %d, not 4", p.code)
			}
			for _, want := range []string{fmt.Sprintf("port %d", s.port), "--port", "NEETBOX_TUI_PORT", "neetbox.toml"} {
				if !strings.Contains(p.err.String(), want) {
					t.Errorf("%q is missing in\n%s", want, p.err)
				}
			}
			if s.background() != 0 {
				t.Errorf("a daemon was started:\n%s", s.daemonLog())
			}
		})
	}
}
