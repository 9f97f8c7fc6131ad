package tests

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestScript runs the promises of the command line, one file each.
//
// Beside testscript's own commands a script has: exits, settles, daemon, await, ends,
// http, occupy, untouched, peer, send, expect, hangup, mode, one_document, expand; and the variables
// PORT, WSPORT (a free pair), PORT2, WSPORT2 (another), DATA and STATE.
// The condition free:N holds while ports N and N+1 are free on this machine.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                filepath.Join("testdata", "script"),
		RequireUniqueNames: true,
		Setup:              setupScript,
		Condition: func(condition string) (bool, error) {
			port, ok := strings.CutPrefix(condition, "free:")
			if !ok {
				return false, fmt.Errorf("unknown condition %q", condition)
			}
			n, err := strconv.Atoi(port)
			return canListen(n) && canListen(n+1), err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "settles": settles, "daemon": scriptDaemon, "await": await, "ends": ends,
			"http": scriptHTTP, "occupy": occupy, "untouched": untouched,
			"peer": scriptPeer, "send": send, "expect": expect, "hangup": hangup, "mode": mode,
			"one_document": oneDocument, "expand": expand,
		},
	})
}

// script is what the commands of one script share.
type script struct {
	t       testing.TB
	sandbox *sandbox
	daemons map[string]*process
	peers   map[string]*peer
	taken   map[string]*occupant
}

type scriptKey struct{}

func scriptOf(ts *testscript.TestScript) *script {
	return ts.Value(scriptKey{}).(*script)
}

func setupScript(env *testscript.Env) error {
	t, ok := env.T().(testing.TB)
	if !ok {
		return errors.New("a script needs a test")
	}
	s, err := makeSandbox(t, filepath.Join(env.WorkDir, ".home"), env.WorkDir)
	if err != nil {
		return err
	}
	second, err := freePair()
	if err != nil {
		return err
	}
	env.Values[scriptKey{}] = &script{
		t: t, sandbox: s, daemons: map[string]*process{}, peers: map[string]*peer{}, taken: map[string]*occupant{},
	}
	// testscript's own variables come first: WORK, HOME, PATH.
	for _, item := range s.env {
		name, value, _ := strings.Cut(item, "=")
		if name != "PATH" && name != "PWD" {
			env.Setenv(name, value)
		}
	}
	env.Setenv("PATH", filepath.Dir(executable)+string(filepath.ListSeparator)+os.Getenv("PATH"))
	env.Setenv("PORT", strconv.Itoa(s.port))
	env.Setenv("WSPORT", strconv.Itoa(s.port+1))
	env.Setenv("PORT2", strconv.Itoa(second))
	env.Setenv("WSPORT2", strconv.Itoa(second+1))
	env.Setenv("DATA", s.dataDir())
	env.Setenv("STATE", s.stateDir())
	return nil
}

// usage ends the script when a command of ours is used wrongly.
func usage(ts *testscript.TestScript, neg bool, ok bool, text string) {
	if neg || !ok {
		ts.Fatalf("usage: %s", text)
	}
}

// exits runs a program that must end with a given code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) > 1, "exits CODE PROGRAM [ARG…]")
	if got := execute(ts, args[1:]); got != args[0] {
		ts.Fatalf("%v exited with %s, not %s; stdout:\n%s\nstderr:\n%s", args[1:], got, args[0],
			ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}

// settles runs a program again and again until it ends with a given code: what
// it tells may take a moment to become true.
func settles(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) > 1, "settles CODE PROGRAM [ARG…]")
	ts.Check(until(patient(scriptOf(ts).t), strings.Join(args, " "), func() (bool, string) {
		got := execute(ts, args[1:])
		return got == args[0], got + ts.ReadFile("stderr")
	}))
}

// execute gives the exit code of a program, whose output stays for the script.
func execute(ts *testscript.TestScript, args []string) string {
	err := ts.Exec(args[0], args[1:]...)
	if err == nil {
		return "0"
	}
	var coded *exec.ExitError
	if !errors.As(err, &coded) {
		ts.Fatalf("%v", err)
	}
	return strconv.Itoa(coded.ExitCode())
}

// scriptDaemon starts a daemon in the foreground, in the script's directory and
// environment, and goes on when it answers.
func scriptDaemon(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) > 0, "daemon NAME [ARG…]")
	s := scriptOf(ts)
	cmd := s.sandbox.command(append([]string{"--server-only"}, args[1:]...)...)
	cmd.Dir = ts.MkAbs(".")
	for i, item := range cmd.Env {
		name, _, _ := strings.Cut(item, "=")
		if name != "PATH" {
			cmd.Env[i] = name + "=" + ts.Getenv(name)
		}
	}
	for _, name := range []string{"NEETBOX_TUI_PORT", "NEETBOX_TUI_DATA_DIR"} {
		if value := ts.Getenv(name); value != "" {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	p, err := launch(cmd)
	ts.Check(err)
	ts.Defer(func() {
		p.stop()
		checkRaces(s.t, p.err.String())
	})
	s.daemons[args[0]] = p
	ts.Check(ready(patient(s.t), p))
	_, _ = fmt.Fprint(ts.Stdout(), p.out.String())
	_, _ = fmt.Fprint(ts.Stderr(), p.err.String())
}

func daemonNamed(ts *testscript.TestScript, name string) *process {
	p := scriptOf(ts).daemons[name]
	if p == nil {
		ts.Fatalf("no daemon %q was started", name)
	}
	return p
}

// await waits until a daemon's standard error has a line that matches.
func await(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 2, "await NAME REGEXP")
	p := daemonNamed(ts, args[0])
	re := regexp.MustCompile("(?m)" + args[1])
	ts.Check(until(patient(scriptOf(ts).t), "a line like "+args[1], func() (bool, string) {
		return re.MatchString(p.err.String()), p.wrote()
	}))
}

// ends sends a signal to a daemon, unless it is "-", and checks its exit code.
func ends(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 3, "ends NAME SIGTERM|SIGINT|- CODE")
	p := daemonNamed(ts, args[0])
	want, err := strconv.Atoi(args[2])
	ts.Check(err)
	switch args[1] {
	case "SIGTERM":
		ts.Check(p.cmd.Process.Signal(syscall.SIGTERM))
	case "SIGINT":
		ts.Check(p.cmd.Process.Signal(os.Interrupt))
	case "-":
	default:
		ts.Fatalf("unknown signal %s", args[1])
	}
	got, err := p.wait(patient(scriptOf(ts).t))
	ts.Check(err)
	_, _ = fmt.Fprint(ts.Stdout(), p.out.String())
	_, _ = fmt.Fprint(ts.Stderr(), p.err.String())
	if got != want {
		ts.Fatalf("the daemon exited with %d, not %d; %s", got, want, p.wrote())
	}
}

// scriptHTTP sends a request that must be answered with a status; the answer's
// body is then stdout, its headers are stderr.
func scriptHTTP(ts *testscript.TestScript, neg bool, args []string) {
	var headers []string
	for len(args) > 1 && args[0] == "-H" {
		headers, args = append(headers, args[1]), args[2:]
	}
	usage(ts, neg, len(args) == 3 || len(args) == 4, "http [-H HEADER] STATUS METHOD URL [BODY]")
	body := ""
	if len(args) == 4 {
		body = args[3]
		headers = append([]string{"Content-Type: application/json"}, headers...)
	}
	r, err := do(patient(scriptOf(ts).t), args[1], args[2], body, headers...)
	ts.Check(err)
	_, _ = fmt.Fprint(ts.Stdout(), r.body)
	_ = r.header.Write(ts.Stderr())
	if got := strconv.Itoa(r.status); got != args[0] {
		ts.Fatalf("%s %s: %s, not %s: %s", args[1], args[2], got, args[0], r.body)
	}
}

// scriptPeer joins a project over the WebSocket.
func scriptPeer(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 3, "peer NAME cli|web PROJECT")
	s := scriptOf(ts)
	p, err := s.sandbox.tryJoin(patient(s.t), args[1], args[2])
	ts.Check(err)
	ts.Defer(func() { _ = p.conn.Close() })
	s.peers[args[0]] = p
}

func peerNamed(ts *testscript.TestScript, name string) *peer {
	p := scriptOf(ts).peers[name]
	if p == nil {
		ts.Fatalf("no peer %q has joined", name)
	}
	return p
}

// send sends one frame as it stands.
func send(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 2, "send NAME FRAME")
	ts.Check(peerNamed(ts, args[0]).send(args[1]))
}

// expect waits for a frame that matches.
func expect(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 2, "expect NAME REGEXP")
	p := peerNamed(ts, args[0])
	re := regexp.MustCompile(args[1])
	ts.Check(until(patient(scriptOf(ts).t), "a frame like "+args[1], func() (bool, string) {
		_, ok := p.take(func(f frame) bool { return re.MatchString(f.raw) })
		return ok, p.seen()
	}))
}

// hangup ends a peer's connection.
func hangup(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 1, "hangup NAME")
	ts.Check(peerNamed(ts, args[0]).conn.Close())
}

// mode checks the permissions of files.
func mode(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) > 1, "mode OCTAL FILE…")
	for _, name := range args[1:] {
		info, err := os.Stat(ts.MkAbs(name))
		ts.Check(err)
		if got := fmt.Sprintf("%04o", info.Mode().Perm()); got != args[0] {
			ts.Fatalf("%s has mode %s, not %s", name, got, args[0])
		}
	}
}

// oneDocument checks that a file is one JSON document and nothing else.
func oneDocument(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 1, "one_document FILE")
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &v))
}

// expand copies a file and puts the values of variables in place of their names.
func expand(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 2, "expand FROM TO")
	text := os.Expand(ts.ReadFile(args[0]), ts.Getenv)
	const private = 0o600
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), private))
}

// occupy takes a port with something that is no daemon of ours: silent takes
// connections and says nothing, page answers as some web server, upstream as
// NEETBOX's own server.
func occupy(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 2, "occupy PORT silent|page|upstream")
	port, err := strconv.Atoi(args[0])
	ts.Check(err)
	o, err := takePort(port, args[1])
	ts.Check(err)
	ts.Defer(o.leave)
	scriptOf(ts).taken[args[0]] = o
}

// untouched checks that nothing has connected to an occupied port.
func untouched(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 1, "untouched PORT")
	o := scriptOf(ts).taken[args[0]]
	if o == nil {
		ts.Fatalf("port %s is not occupied", args[0])
	}
	if n := o.connections.Load(); n > 0 {
		ts.Fatalf("port %s was connected to %d times", args[0], n)
	}
}
