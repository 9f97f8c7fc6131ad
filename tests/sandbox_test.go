package tests

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"apps.local/neetbox-tui/protocol"
)

// sandbox is a world of its own for one test: directories, two ports, and an
// environment in which the program finds nothing of the user's.
type sandbox struct {
	home string // directories of the program lie below it
	work string // where its processes start
	port int    // REST; WebSocket is the next one
	env  []string
}

// newSandbox makes one that is gone, with every daemon in it, when the test ends.
func newSandbox(t testing.TB) *sandbox {
	t.Helper()
	home := t.TempDir()
	s, err := makeSandbox(t, home, filepath.Join(home, "work"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// makeSandbox makes one in directories that somebody else removes.
func makeSandbox(t testing.TB, home, work string) (*sandbox, error) {
	t.Helper()
	port, err := freePair()
	if err != nil {
		return nil, err
	}
	s := &sandbox{home: home, work: work, port: port}
	s.env = append(foreignEnv(),
		"HOME="+home, "USERPROFILE="+home, "TMPDIR="+filepath.Join(home, "tmp"),
		"XDG_DATA_HOME="+filepath.Join(home, "data"),
		"XDG_STATE_HOME="+filepath.Join(home, "state"),
		"XDG_CONFIG_HOME="+filepath.Join(home, "config"),
		"GORACE=atexit_sleep_ms=0", // else a program that watches for races ends a second late
	)
	for _, dir := range []string{work, filepath.Join(home, "tmp")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
	}
	t.Cleanup(func() { s.endBackground(t) })
	return s, nil
}

// foreignEnv is this process's environment without what would change the
// program's settings.
func foreignEnv() []string {
	var env []string
	for _, item := range os.Environ() {
		name, _, _ := strings.Cut(item, "=")
		switch {
		case strings.HasPrefix(name, "NEETBOX_TUI_"), strings.HasPrefix(name, "XDG_"), name == "HOME",
			name == "NO_COLOR", name == "CLICOLOR_FORCE", name == "FORCE_COLOR", name == "TERM", name == "TMPDIR":
			continue
		}
		env = append(env, item)
	}
	return env
}

func (s *sandbox) dataDir() string  { return filepath.Join(s.home, "data", "neetbox-tui") }
func (s *sandbox) stateDir() string { return filepath.Join(s.home, "state", "neetbox-tui") }

// command is the program with arguments, ready to start.
func (s *sandbox) command(args ...string) *exec.Cmd {
	cmd := exec.Command(executable, args...)
	cmd.Dir, cmd.Env = s.work, s.env
	return cmd
}

// at adds the flags that lead to this sandbox's ports.
func (s *sandbox) at(args ...string) []string {
	return append(args, "--port", strconv.Itoa(s.port))
}

// start starts the program; it is ended with the test, and a race that it saw
// fails the test.
func (s *sandbox) start(t testing.TB, args ...string) *process {
	t.Helper()
	p, err := launch(s.command(args...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.stop()
		checkRaces(t, p.err.String())
	})
	return p
}

// run runs the program to its end.
func (s *sandbox) run(t testing.TB, args ...string) *process {
	t.Helper()
	p := s.start(t, args...)
	if _, err := p.wait(patient(t)); err != nil {
		t.Fatal(err)
	}
	return p
}

// daemon starts one in the foreground and returns when it answers.
func (s *sandbox) daemon(t testing.TB, more ...string) *process {
	t.Helper()
	p := s.start(t, append(s.at("--server-only"), more...)...)
	if err := ready(patient(t), p); err != nil {
		t.Fatal(err)
	}
	return p
}

// ready waits until a daemon in the foreground says where it listens.
func ready(ctx context.Context, p *process) error {
	ended := false
	err := until(ctx, "the daemon's lines about its listeners", func() (bool, string) {
		ended = !p.running()
		return ended || strings.Contains(p.err.String(), "WebSocket on ws://"), p.wrote()
	})
	if err == nil && ended {
		return fmt.Errorf("the daemon ended with %d instead of getting ready; %s", p.code, p.wrote())
	}
	return err
}

// reply is an answer over HTTP.
type reply struct {
	status int
	header http.Header
	body   string
}

// url is the REST address of a path.
func (s *sandbox) url(path string) string {
	return fmt.Sprintf("http://127.0.0.1:%d%s", s.port, path)
}

// do sends one request on a connection of its own, past any proxy. Headers are
// "Name: value".
func do(ctx context.Context, method, url, body string, headers ...string) (reply, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ":")
		if value = strings.TrimSpace(value); strings.EqualFold(name, "Host") {
			req.Host = value
			continue
		}
		req.Header.Set(name, value)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	return reply{answer.StatusCode, answer.Header, string(text)}, err
}

// get reads a JSON document of the REST side into v.
func (s *sandbox) get(t testing.TB, path string, v any) {
	t.Helper()
	r, err := do(patient(t), http.MethodGet, s.url(path), "")
	if err != nil {
		t.Fatal(err)
	}
	if r.status != http.StatusOK {
		t.Fatalf("GET %s: %d %s", path, r.status, r.body)
	}
	if err := json.Unmarshal([]byte(r.body), v); err != nil {
		t.Fatalf("GET %s: %v in %s", path, err, r.body)
	}
}

// hello asks who answers at this sandbox's port.
func (s *sandbox) hello(ctx context.Context) (protocol.Hello, error) {
	var h protocol.Hello
	r, err := do(ctx, http.MethodGet, s.url("/hello"), "")
	if err != nil {
		return h, err
	}
	return h, json.Unmarshal([]byte(r.body), &h)
}

// daemonLog is what daemons in the background wrote.
func (s *sandbox) daemonLog() string {
	text, _ := os.ReadFile(filepath.Join(s.stateDir(), "daemon.log")) // none yet is empty
	return string(text)
}

// background is the pid of the daemon that holds this sandbox's data directory,
// and so was started in it; 0 when there is none.
func (s *sandbox) background() int {
	text, err := os.ReadFile(filepath.Join(s.dataDir(), "daemon.lock.json"))
	var owner struct{ PID int }
	if err != nil || json.Unmarshal(text, &owner) != nil {
		return 0
	}
	return owner.PID
}

// endBackground ends the daemon that a command of the test left behind.
func (s *sandbox) endBackground(t testing.TB) {
	t.Helper()
	defer func() { checkRaces(t, s.daemonLog()) }()
	pid := s.background()
	if pid == 0 {
		return
	}
	process, err := os.FindProcess(pid)
	if err != nil {
		return
	}
	if err := process.Signal(os.Interrupt); err != nil {
		_ = process.Kill() // where there are no signals
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := until(ctx, "the end of the daemon in the background", func() (bool, string) {
		return s.background() != pid, fmt.Sprintf("pid %d", pid)
	}); err != nil {
		t.Error(err)
		_ = process.Kill()
	}
}

// checkRaces fails the test when a process under test saw a race.
func checkRaces(t testing.TB, output string) {
	t.Helper()
	if strings.Contains(output, "WARNING: DATA RACE") {
		t.Errorf("the program raced:\n%s", output)
	}
}

// listening reports whether something accepts connections at a port.
func listening(ctx context.Context, port int) bool {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return false
	}
	return conn.Close() == nil
}
