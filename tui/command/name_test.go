package command_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/command"
	"apps.local/neetbox-tui/tui/link"
)

func named(t *testing.T) *daemon {
	t.Helper()
	d := newDaemon(t)
	d.projects = []protocol.ProjectInfo{
		{ID: "bert", Name: "bert"},
		{ID: "bert/large", Name: "bert/large"},
		{ID: "1", Name: "twin"},
		{ID: "2", Name: "twin"},
		{ID: "empty", Name: "empty"},
		{ID: "twice", Name: "1"},
	}
	d.runs["bert"] = []protocol.RunInfo{
		{ID: "aaaa1111-0001", Name: "green-fox-12", State: protocol.RunFinished},
		{ID: "aaaa1111-0002", Name: "tall-ant-2", State: protocol.RunFailed},
		{ID: "bbbb2222-0003", Name: "green-fox-12", State: protocol.RunRunning},
		{ID: "cccc3333-0004", Name: "large/x", State: protocol.RunRunning},
		{ID: "dddd4444-0005", Name: "cccc", State: protocol.RunRunning},
	}
	d.runs["bert/large"] = []protocol.RunInfo{{ID: "eeee5555-0006", Name: "slow/est"}, {ID: "ffff6666-0007"}}
	return d
}

func TestResolve_FindsWhatAPersonMeans(t *testing.T) {
	t.Parallel()
	d := named(t)
	for name, want := range map[string][2]string{
		"bert":                    {"bert", ""},
		"bert/large":              {"bert/large", ""},
		"bert/aaaa1111-0001":      {"bert", "aaaa1111-0001"},
		"bert/tall-ant-2":         {"bert", "aaaa1111-0002"},
		"bert/b":                  {"bert", "bbbb2222-0003"},
		"bert/@1":                 {"bert", "dddd4444-0005"},
		"bert/@5":                 {"bert", "aaaa1111-0001"},
		"bert/cccc":               {"bert", "dddd4444-0005"}, // a name wins over the beginning of an id
		"bert/large/@2":           {"bert/large", "eeee5555-0006"},
		"bert/large/slow/est":     {"bert/large", "eeee5555-0006"},
		"bert/large/x":            {"bert", "cccc3333-0004"}, // the longer project has no such run
		"bert/large/ffff":         {"bert/large", "ffff6666-0007"},
		"1":                       {"1", ""}, // an id wins over a display name
		"2":                       {"2", ""},
		"bert/large/eeee5555-000": {"bert/large", "eeee5555-0006"},
	} {
		client := link.NewClient(d.endpoint)
		project, run, err := command.Resolve(t.Context(), client, name)
		client.Close()
		if err != nil || project != want[0] || run != want[1] {
			t.Errorf("%s is project %q, run %q, %v; want %q", name, project, run, err, want)
		}
	}
}

func TestResolve_RefusalsNameWhatThereIs(t *testing.T) {
	t.Parallel()
	d := named(t)
	for name, words := range map[string][]string{
		"twin":              {"2 projects are called \"twin\"", "1, 2"},
		"twin/@1":           {"2 projects are called"},
		"brt":               {`no project "brt"`, "bert"},
		"brt/@1":            {`no project "brt/@1"`, ": bert"},
		"bert/green-fox-12": {"could be any of 2 runs", "bert/bbbb2222 running, bert/aaaa1111-0001 finished"},
		"bert/aaaa":         {"could be any of 2 runs", "bert/aaaa1111-0002 (tall-ant-2) failed"},
		"bert/green-fox-21": {`no run "green-fox-21"`, "green-fox-12"},
		"bert/@6":           {"has 5 runs", `no "@6"`},
		"bert/@0":           {`no run "@0"`},
		"bert/":             {`no run ""`},
		"bert/large/zzz":    {`no run "zzz" in project "bert/large"`, "ffff6666", "slow/est"},
		"empty/@1":          {"has 0 runs"},
		"empty/x":           {"no runs"},
		"\x1b[2J":           {"no project"},
		"":                  {"no project"},
	} {
		client := link.NewClient(d.endpoint)
		_, _, err := command.Resolve(t.Context(), client, name)
		client.Close()
		var wrong *command.NameError
		if !errors.As(err, &wrong) || wrong.ExitCode() != 5 {
			t.Errorf("%q: %v is no NameError", name, err)
			continue
		}
		for _, word := range words {
			if !strings.Contains(wrong.Error(), word) {
				t.Errorf("%q: %q does not say %q", name, wrong, word)
			}
		}
		if strings.Contains(wrong.Error(), "\x1b") || strings.Contains(wrong.Error(), "\n") {
			t.Errorf("%q: %q drives the terminal", name, wrong)
		}
	}
	d.projects = nil
	client := link.NewClient(d.endpoint)
	defer client.Close()
	if _, _, err := command.Resolve(t.Context(), client, "x"); err == nil || !strings.Contains(err.Error(), "nothing has reported yet") {
		t.Errorf("no projects at all: %v", err)
	}
}

func TestNearest_OffersSlipsAndParts(t *testing.T) {
	t.Parallel()
	names := []string{"green-fox-12", "tall-ant-2", "blue-owl-3", "GREEN", "x", strings.Repeat("y", 1000)}
	for name, want := range map[string][]string{
		"green-fox-21":             {"green-fox-12"},
		"green":                    {"GREEN", "green-fox-12"},
		"ant":                      {"tall-ant-2"},
		"tal-ant-2":                {"tall-ant-2"},
		"z":                        {"x"},
		"nothing":                  {},
		strings.Repeat("y", 1_001): {},
	} {
		if diff := cmp.Diff(want, command.Nearest(name, names)); diff != "" {
			t.Errorf("%.20s: %s", name, diff)
		}
	}
}
