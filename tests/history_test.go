//go:build unix

package tests

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"apps.local/neetbox-tui/protocol"
)

// page is the newest events of a project, as REST tells them.
func (s *sandbox) page(t testing.TB, project, query string) protocol.EventPage {
	t.Helper()
	var p protocol.EventPage
	s.get(t, "/tui/v1/projects/"+project+"/events?"+query, &p)
	return p
}

func (s *sandbox) runList(t testing.TB, project string) []protocol.RunInfo {
	t.Helper()
	var list struct{ Runs []protocol.RunInfo }
	s.get(t, "/tui/v1/projects/"+project+"/runs", &list)
	return list.Runs
}

// end stops a daemon in an orderly way.
func end(t testing.TB, daemon *process) {
	t.Helper()
	if err := daemon.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code, err := daemon.wait(patient(t)); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v", code, err)
	}
}

func TestHistory_ARestartShowsEverythingAgainWithHowItEnded(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	first := s.daemon(t)
	done, cut := s.join(t, "cli", "bert"), s.join(t, "cli", "bert")
	for i := range 300 {
		if err := done.send(frameText("log", "bert", -1, map[string]string{"msg": fmt.Sprintf("line %d", i)})); err != nil {
			t.Fatal(err)
		}
	}
	if err := done.send(`{"event-type":"status","series":"end","payload":{"exit":3}}`); err != nil {
		t.Fatal(err)
	}
	eventually(t, "300 lines and the last words", func() (bool, string) {
		p := s.page(t, "bert", "limit=1000")
		return len(p.Events) >= 303, strconv.Itoa(len(p.Events))
	})
	_ = done.conn.Close()
	eventually(t, "the end of the run", func() (bool, string) {
		runs := s.runList(t, "bert")
		return len(runs) == 2 && !runs[0].State.Online(), fmt.Sprint(runs)
	})
	before := s.page(t, "bert", "limit=1000")
	_ = cut
	end(t, first)
	s.daemon(t)
	after := s.page(t, "bert", "limit=1000")
	if after.Epoch != before.Epoch {
		t.Error("the numbers start again though history is the same")
	}
	for i, ev := range before.Events {
		if i >= len(after.Events) || string(after.Events[i]) != string(ev) {
			t.Fatalf("event %d was %s, is now %s", i, ev, after.Events[min(i, len(after.Events)-1)])
		}
	}
	runs := s.runList(t, "bert")
	if len(runs) != 2 || runs[0].State != protocol.RunFailed || runs[1].State != protocol.RunLost {
		t.Errorf("the runs are %+v", runs)
	}
	if runs[0].Counts[protocol.EventLog] != 300 {
		t.Errorf("the ended run has %d logs", runs[0].Counts[protocol.EventLog])
	}
}

// Killed twenty times under load: what could be read before is there after it,
// and the file opens each time.
func TestHistory_WhatWasReadableSurvivesKills(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	known := 0
	for round := range 20 {
		daemon := s.daemon(t)
		run := s.join(t, "cli", "bert")
		sent := make(chan struct{})
		go func() {
			defer close(sent)
			for i := range 20_000 {
				if run.send(frameText("log", "bert", -1, map[string]string{"msg": fmt.Sprintf("%d.%d %s", round, i, strings.Repeat("x", 200))})) != nil {
					return
				}
			}
		}()
		var before protocol.EventPage
		eventually(t, "events of this round", func() (bool, string) {
			before = s.page(t, "bert", "limit=1000&type=log")
			return len(before.Events) > 0 && strings.Contains(string(before.Events[len(before.Events)-1]), fmt.Sprintf(`"msg":"%d.`, round)), ""
		})
		if err := daemon.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_, _ = daemon.wait(patient(t))
		<-sent
		_ = run.conn.Close()
		again := s.daemon(t)
		var first, last struct{ Seq protocol.Seq }
		for raw, v := range map[*json.RawMessage]any{&before.Events[0]: &first, &before.Events[len(before.Events)-1]: &last} {
			if err := json.Unmarshal(*raw, v); err != nil {
				t.Fatal(err)
			}
		}
		after := s.page(t, "bert", fmt.Sprintf("limit=5000&type=log&after=%d", first.Seq-1))
		kept := map[string]bool{}
		for _, ev := range after.Events {
			kept[string(ev)] = true
		}
		for _, ev := range before.Events {
			if !kept[string(ev)] {
				t.Fatalf("round %d: %s was readable before the kill and is gone", round, ev)
			}
		}
		known += len(before.Events)
		if page := s.page(t, "bert", "limit=1"); page.Last < last.Seq {
			t.Fatalf("round %d: numbers went back from %d to %d", round, last.Seq, page.Last)
		}
		end(t, again)
	}
	t.Logf("%d events read before a kill were there after it", known)
}

// A damaged file is set aside, said where, and the daemon serves.
func TestHistory_ADamagedFileIsSetAsideAndTheDaemonServes(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	first := s.daemon(t)
	run := s.join(t, "cli", "bert")
	if err := run.send(frameText("log", "bert", -1, map[string]string{"msg": "before"})); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the line", func() (bool, string) {
		p := s.page(t, "bert", "type=log")
		return len(p.Events) == 1, strconv.Itoa(len(p.Events))
	})
	end(t, first)
	files, err := filepath.Glob(filepath.Join(s.dataDir(), "*.db"))
	if err != nil || len(files) != 1 {
		t.Fatalf("history is in %v %v", files, err)
	}
	if err := os.WriteFile(files[0], []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	again := s.daemon(t)
	aside, err := filepath.Glob(filepath.Join(s.dataDir(), "*damaged*"))
	if err != nil || len(aside) == 0 {
		t.Errorf("nothing was set aside: %v %v", aside, err)
	}
	if said := again.wrote(); !strings.Contains(said, "damaged") {
		t.Errorf("the daemon does not say where the damaged file is: %s", said)
	}
	run = s.join(t, "cli", "bert")
	if err := run.send(frameText("log", "bert", -1, map[string]string{"msg": "after"})); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the new line", func() (bool, string) {
		p := s.page(t, "bert", "type=log")
		return len(p.Events) == 1 && strings.Contains(string(p.Events[0]), "after"), strconv.Itoa(len(p.Events))
	})
}

// The second daemon on a data directory ends with the owner's pid.
func TestHistory_TwoDaemonsInOneDirectoryAreRefused(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	first := s.daemon(t)
	port, err := freePair()
	if err != nil {
		t.Fatal(err)
	}
	second := s.start(t, "--server-only", "--port", strconv.Itoa(port))
	code, err := second.wait(patient(t))
	if err != nil || code != 4 || !strings.Contains(second.wrote(), strconv.Itoa(first.cmd.Process.Pid)) {
		t.Errorf("exit code %d, %v; %s", code, err, second.wrote())
	}
}
