package command_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/command"
)

func oneRun(t *testing.T, lines int) *daemon {
	t.Helper()
	d := newDaemon(t)
	d.projects = []protocol.ProjectInfo{{ID: "p", Name: "p"}}
	d.runs["p"] = []protocol.RunInfo{{ID: "aaaaaaaa-1", Name: "fox"}}
	for n := range lines {
		d.log("aaaaaaaa-1", "info", fmt.Sprintf("line %d", n+1))
	}
	return d
}

func printed(t *testing.T, d *daemon, o command.LogsOptions) string {
	t.Helper()
	var out, said bytes.Buffer
	if o.Name == "" {
		o.Name = "p"
	}
	o.Now = time.Date(2026, 11, 22, 15, 30, 0, 0, time.UTC)
	if err := command.Logs(t.Context(), d.endpoint, command.Output{Out: &out, Err: &said}, o); err != nil {
		t.Fatal(err)
	}
	if said.Len() > 0 {
		t.Errorf("said %q", said.String())
	}
	return out.String()
}

func TestLogs_PrintTheNewestLinesOldestFirst(t *testing.T) {
	t.Parallel()
	const most = 2*command.PageSize + 500
	d := oneRun(t, most)
	for given, want := range map[string]int{
		"": 100, "1": 1, "100": 100, "1000": 1000, "1001": 1001, "2400": 2400, "2500": 2500, "9999": most, "0": most, "all": most,
	} {
		lines := strings.Split(strings.TrimSuffix(printed(t, d, command.LogsOptions{Lines: given}), "\n"), "\n")
		if len(lines) != want {
			t.Errorf("-n %q printed %d lines, want %d", given, len(lines), want)
			continue
		}
		for i, line := range lines {
			if n := most - want + i + 1; !strings.HasSuffix(line, fmt.Sprintf(" line %d", n)) {
				t.Errorf("-n %q: line %d is %q, want line %d", given, i, line, n)
				break
			}
		}
	}
}

func TestLogs_AskForOnePageAtATime(t *testing.T) {
	t.Parallel()
	d := oneRun(t, 2*command.PageSize+1)
	printed(t, d, command.LogsOptions{Lines: "all"})
	want := []string{"after=0&limit=1000&type=log", "after=1000&limit=1000&type=log", "after=2000&limit=1000&type=log"}
	if diff := cmp.Diff(want, d.queries); diff != "" {
		t.Error(diff)
	}
}

func TestLogs_FiltersAreTheDaemons(t *testing.T) {
	t.Parallel()
	d := oneRun(t, 3)
	printed(t, d, command.LogsOptions{Name: "p/fox", Level: "warn", Grep: "a+b", Since: "1h", Until: "2026-11-22T15:00:00Z"})
	want := []string{"after=0&level=warning&limit=1000&regex=a%2Bb&run=aaaaaaaa-1&since=1795357800000&type=log&until=1795359600000"}
	if diff := cmp.Diff(want, d.queries); diff != "" {
		t.Error(diff)
	}
}

func TestLogs_TellSeveralRunsApart(t *testing.T) {
	t.Parallel()
	d := oneRun(t, 1)
	if got := printed(t, d, command.LogsOptions{}); strings.Contains(got, "fox") {
		t.Errorf("the only run is named in %q", got)
	}
	d.runs["p"] = append(d.runs["p"], protocol.RunInfo{ID: "bbbbbbbb-2", Name: "ant\x1b[2J-long"}, protocol.RunInfo{ID: "cccccccc-3"})
	d.log("bbbbbbbb-2", "error", "boom")
	d.log("cccccccc-3", "", "nameless")
	d.log("dddddddd-4", "", "forgotten")
	want := "2023-11-14 22:13:20.001  info     fox       main  line 1\n" +
		"2023-11-14 22:13:20.002  error    ant-long  main  boom\n" +
		"2023-11-14 22:13:20.003           cccccccc  main  nameless\n" +
		"2023-11-14 22:13:20.004           dddddddd  main  forgotten\n"
	if diff := cmp.Diff(want, printed(t, d, command.LogsOptions{})); diff != "" {
		t.Error(diff)
	}
	if got := printed(t, d, command.LogsOptions{Name: "p/fox", Lines: "1"}); strings.Contains(got, "fox") {
		t.Errorf("a run that was asked for is named in %q", got)
	}
}

func TestLogs_JSONIsOneObjectALine(t *testing.T) {
	t.Parallel()
	d := oneRun(t, 0)
	d.log("aaaaaaaa-1", "error", "a\n<b>\u009b\x1b")
	d.log("aaaaaaaa-1", "", "c")
	got := printed(t, d, command.LogsOptions{JSON: true})
	want := `{"seq":1,"at":"2023-11-14T22:13:20.001Z","run":"aaaaaaaa-1","level":"error","whom":"main","text":"a\n<b>\u009b\u001b"}` + "\n" +
		`{"seq":2,"at":"2023-11-14T22:13:20.002Z","run":"aaaaaaaa-1","level":"","whom":"main","text":"c"}` + "\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for line := range strings.Lines(got) {
		if !json.Valid([]byte(line)) {
			t.Errorf("%q is no JSON", line)
		}
	}
}

func TestLogs_WrongFlagsAreUsage(t *testing.T) {
	t.Parallel()
	for word, o := range map[string]command.LogsOptions{
		"-n":      {Lines: "-1"},
		"number":  {Lines: "many"},
		"--since": {Since: "x"},
		"--until": {Until: "x"},
		"after":   {Since: "1m", Until: "2m"},
		"--level": {Level: "loud"},
		"--grep":  {Grep: "("},
		"end":     {Follow: true, Until: "1m"},
	} {
		o.Now = time.Now()
		err := command.Logs(t.Context(), protocol.Endpoint{}, command.Output{}, o)
		var wrong *command.UsageError
		if !errors.As(err, &wrong) || !strings.Contains(wrong.Error(), word) || !strings.Contains(wrong.Error(), "; ") {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

// closedAfter is a pipe whose reader leaves.
type closedAfter struct{ writes int }

func (c *closedAfter) Write(p []byte) (int, error) {
	if c.writes--; c.writes < 0 {
		return 0, fmt.Errorf("write |1: %w", syscall.EPIPE)
	}
	return len(p), nil
}

func TestLogs_AReaderThatLeavesEndsThemQuietly(t *testing.T) {
	t.Parallel()
	d := oneRun(t, 3*command.PageSize)
	o := command.LogsOptions{Name: "p", Lines: "all", Now: time.Now()}
	if err := command.Logs(t.Context(), d.endpoint, command.Output{Out: &closedAfter{1}, Err: io.Discard}, o); err != nil {
		t.Errorf("Logs = %v, want nil", err)
	}
	if len(d.queries) > 1 {
		t.Errorf("asked %d times for what nobody reads", len(d.queries))
	}
}

func TestCommands_ADaemonThatIsNoneIsExitThree(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	d.server = ""
	err := command.Logs(t.Context(), d.endpoint, command.Output{}, command.LogsOptions{Name: "p", Now: time.Now()})
	var none *command.NoDaemonError
	if !errors.As(err, &none) || none.ExitCode() != 3 {
		t.Errorf("Logs = %v, want a NoDaemonError", err)
	}
}
