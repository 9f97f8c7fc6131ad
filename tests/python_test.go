//go:build unix

package tests

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"apps.local/neetbox-tui/protocol"
)

// train starts a training that reports through the released client to the
// sandbox's daemon, which must run, and returns when its run is there.
func train(t *testing.T, s *sandbox, project string) *process {
	t.Helper()
	exe := needPython(t)
	dir := filepath.Join(s.work, "train-"+project)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	config := fmt.Sprintf("name = %q\n[daemon]\nhost = \"127.0.0.1\"\nport = %d\n", project, s.port)
	if err := os.WriteFile(filepath.Join(dir, "neetbox.toml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	script, err := filepath.Abs(filepath.Join("testdata", "python", "train_020.py"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-u", script)
	cmd.Dir, cmd.Env = dir, append(slices.Clone(s.env), "PYTHONDONTWRITEBYTECODE=1")
	p, err := launch(cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.stop()
		if t.Failed() {
			t.Logf("the training wrote:\n%s", tail(p.out.String()+p.err.String()))
		}
	})
	waitForLog(t, s, project, p)
	return p
}

// waitForLog waits until a log of the training has come over the WebSocket.
func waitForLog(t *testing.T, s *sandbox, project string, p *process) {
	t.Helper()
	eventually(t, "logs of the training", func() (bool, string) {
		if !p.running() {
			t.Fatalf("the training ended: %s", p.wrote())
		}
		runs, err := s.runs(t, project)
		if err != nil {
			return false, err.Error()
		}
		for _, r := range runs {
			if r.State == protocol.RunRunning && r.Counts[protocol.EventLog] > 0 {
				return true, ""
			}
		}
		return false, fmt.Sprintf("%+v", runs)
	})
}

// runs are those of a project, oldest first.
func (s *sandbox) runs(t *testing.T, project string) ([]protocol.RunInfo, error) {
	t.Helper()
	r, err := do(patient(t), http.MethodGet, s.url("/tui/v1/projects/"+project+"/runs"), "")
	if err != nil {
		return nil, err
	}
	var list struct {
		Runs []protocol.RunInfo `json:"runs"`
	}
	if r.status != http.StatusOK {
		return nil, fmt.Errorf("%d: %s", r.status, r.body)
	}
	return list.Runs, json.Unmarshal([]byte(r.body), &list)
}

// newestRun is the project's last run with its sections, once it has those asked for.
func (s *sandbox) newestRun(t *testing.T, project string, sections ...string) protocol.RunInfo {
	t.Helper()
	var run protocol.RunInfo
	eventually(t, fmt.Sprintf("the sections %q", sections), func() (bool, string) {
		runs, err := s.runs(t, project)
		if err != nil || len(runs) == 0 {
			return false, fmt.Sprint(runs, err)
		}
		run = protocol.RunInfo{}
		s.get(t, "/tui/v1/projects/"+project+"/runs/"+runs[len(runs)-1].ID, &run)
		for _, name := range sections {
			if run.Sections[name] == nil {
				return false, fmt.Sprintf("%+v", run)
			}
		}
		return true, ""
	})
	return run
}

// runWithActions is the training's run once it has said all that it can do: its
// first document may leave between two registrations.
func (s *sandbox) runWithActions(t *testing.T, project string) protocol.RunInfo {
	t.Helper()
	const offered = 5
	var run protocol.RunInfo
	eventually(t, "all actions of the training", func() (bool, string) {
		run = s.newestRun(t, project, protocol.SeriesPlatform, protocol.SeriesAction, "hardware")
		return len(run.Actions()) == offered, fmt.Sprintf("%+v", run.Actions())
	})
	return run
}

// wireLog is a log as the released client writes it.
type wireLog struct {
	Prefix   string `json:"prefix"`
	Datetime string `json:"datetime"`
	Whom     string `json:"whom"`
	Msg      string `json:"msg"`
}

// logs reads a project's logs over REST, by what they say.
func (s *sandbox) logs(t *testing.T, project, query string) []wireLog {
	t.Helper()
	var page struct{ Events []frame }
	s.get(t, "/tui/v1/projects/"+project+"/events?type=log&limit=1000"+query, &page)
	var logs []wireLog
	for _, e := range page.Events {
		var l wireLog
		if err := json.Unmarshal(e.Payload, &l); err != nil {
			t.Fatalf("%v in %s", err, e.Payload)
		}
		logs = append(logs, l)
	}
	return logs
}

func TestReleasedClient_ItsLogsArriveWithTheirLevels(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.daemon(t)
	train(t, s, "bert")
	want := map[string]string{
		"plain step": "", "checkpoint": "ok", "of many": "info", "gradient norm": "warning", "lost a shard": "error",
		"watched loss 0.25": "info",
	}
	eventually(t, "a log of each level", func() (bool, string) {
		missing := []string{}
		logs := s.logs(t, "bert", "")
		for text, level := range want {
			if !slices.ContainsFunc(logs, func(l wireLog) bool { return strings.Contains(l.Msg, text) && l.Prefix == level }) {
				missing = append(missing, text)
			}
		}
		return len(missing) == 0, fmt.Sprintf("no %q in %+v", missing, logs)
	})
	for _, l := range s.logs(t, "bert", "") {
		if strings.Contains(l.Msg, "not sent") || l.Datetime == "" || l.Whom == "" {
			t.Errorf("log %+v", l)
		}
	}
	severe := s.logs(t, "bert", "&level=warning")
	if len(severe) == 0 {
		t.Error("no log of level warning or above")
	}
	for _, l := range severe {
		if l.Prefix != "warning" && l.Prefix != "error" {
			t.Errorf("level=warning gave %+v", l)
		}
	}
	for _, l := range s.logs(t, "bert", "&grep=shard") {
		if l.Prefix != "error" {
			t.Errorf("grep=shard gave %+v", l)
		}
	}

	// A frontend of the seed's dialect gets the very frame: four keys, not one more.
	web := s.join(t, "web", "bert")
	f := web.expect(t, "a log on the WebSocket", func(f frame) bool { return f.Type == "log" })
	var keys map[string]json.RawMessage
	if err := json.Unmarshal([]byte(f.raw), &keys); err != nil || len(keys) != 4 || f.Name != "bert" || f.ID != "-1" {
		t.Errorf("%v in %s", err, f.raw)
	}
}

func TestReleasedClient_ItsStatusIsKeptInSections(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.daemon(t)
	train(t, s, "bert")
	run := s.runWithActions(t, "bert")
	if run.State != protocol.RunRunning || run.Project != "bert" {
		t.Errorf("run %+v", run)
	}
	actions := run.Actions()
	add := actions["add"]
	if add.Description != "add two numbers" || !slices.Equal(add.ArgNames, []string{"a", "b"}) ||
		add.Args["a"] != "int" || add.Args["b"] != "float" || add.Blocking {
		t.Errorf("add is %+v", add)
	}
	if !actions["rest"].Blocking {
		t.Errorf("actions %+v", actions)
	}
	if platform := string(run.Sections[protocol.SeriesPlatform]); !strings.Contains(platform, "python_version") {
		t.Errorf("platform %s", platform)
	}
	if hardware := string(run.Sections["hardware"]); !strings.Contains(hardware, `"cpus"`) || !strings.Contains(hardware, `"ram"`) {
		t.Errorf("hardware %s", hardware)
	}

	// The seed's route gives the document back as the client wrote it.
	r, err := do(patient(t), http.MethodGet, s.url("/web/status/bert"), "")
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]struct{ Value json.RawMessage }
	if err := json.Unmarshal([]byte(r.body), &document); err != nil || document["__action"].Value == nil || document["platform"].Value == nil {
		t.Errorf("%v in %s", err, r.body)
	}
	var list struct{ Names []string }
	s.get(t, "/web/list", &list)
	if !slices.Equal(list.Names, []string{"bert"}) {
		t.Errorf("names %q", list.Names)
	}
}

func TestReleasedClient_ActionsReachItAndAnswersComeBack(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.daemon(t)
	p := train(t, s, "bert")
	s.runWithActions(t, "bert")
	web := s.join(t, "web", "bert")
	for i, test := range []struct {
		action string
		args   map[string]string
		event  string // type of the answer
		want   string // what its payload holds
	}{
		{"add", map[string]string{"a": "1", "b": "2.5"}, "action", `"result": 3.5`},
		{"greet", map[string]string{"name": "'Ada Lovelace'"}, "action", `"result": "hello Ada Lovelace"`},
		{"boom", map[string]string{"x": "7"}, "action", `"error": "boom 7"`},
		{"greet", map[string]string{"name": "no literal"}, "action", `"error": `},
		{"add", map[string]string{"a": "1"}, "action", `"error": `},
		{"rest", map[string]string{"seconds": "0.5"}, "action", `"result": "rested"`},
		{"dance", nil, "ack", `"from":"server"`},
	} {
		id := int64(5538294000 + i)
		answer := web.call(t, "bert", test.action, id, test.args)
		if answer.Type != test.event || !strings.Contains(string(answer.Payload), test.want) {
			t.Errorf("%s %v: %s", test.action, test.args, answer.raw)
		}
	}

	var list struct{ Receipts []protocol.Receipt }
	s.get(t, "/tui/v1/projects/bert/runs/"+s.newestRun(t, "bert").ID+"/receipts", &list)
	states := map[string]int{}
	for _, r := range list.Receipts {
		states[string(r.State)]++
	}
	if states["done"] != 3 || states["failed"] < 3 {
		t.Errorf("receipts %+v", list.Receipts)
	}

	if answer := web.call(t, "bert", "finish", 99, nil); !strings.Contains(string(answer.Payload), `"bye"`) {
		t.Errorf("finish: %s", answer.raw)
	}
	if code, err := p.wait(patient(t)); err != nil || code != 0 {
		t.Errorf("the training exited with %d, %v: %s", code, err, p.wrote())
	}
	eventually(t, "the end of the run", func() (bool, string) {
		run := s.newestRun(t, "bert")
		return run.Ended > 0, fmt.Sprintf("%+v", run)
	})
	answer := web.call(t, "bert", "add", 100, map[string]string{"a": "1", "b": "2"})
	if answer.Type != "ack" || !strings.Contains(string(answer.Payload), `"error"`) {
		t.Errorf("an action to a run that is gone: %s", answer.raw)
	}
}

// TestReleasedClient_IsBackAfterTheDaemonWas ends the daemon both ways and starts
// another: a released client can't be asked to reconnect, so it must come back by
// itself, and its logs and actions with it.
func TestReleasedClient_IsBackAfterTheDaemonWas(t *testing.T) {
	t.Parallel()
	for _, how := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		t.Run(how.String(), func(t *testing.T) {
			t.Parallel()
			s := newSandbox(t)
			first := s.daemon(t)
			p := train(t, s, "bert")
			if err := first.cmd.Process.Signal(how); err != nil {
				t.Fatal(err)
			}
			if _, err := first.wait(patient(t)); err != nil {
				t.Fatal(err)
			}
			s.daemon(t)
			waitForLog(t, s, "bert", p)
			web := s.join(t, "web", "bert")
			web.expect(t, "a log after the restart", func(f frame) bool { return f.Type == "log" })
			answer := web.call(t, "bert", "add", 5, map[string]string{"a": "2", "b": "2"})
			if !strings.Contains(string(answer.Payload), `"result": 4`) {
				t.Errorf("add after the restart: %s", answer.raw)
			}
		})
	}
}
