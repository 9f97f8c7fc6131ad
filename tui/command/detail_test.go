package command_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/command"
)

func detailed(t *testing.T) (d *daemon, now time.Time) {
	t.Helper()
	d = newDaemon(t)
	now = time.Date(2026, 11, 22, 15, 30, 0, 0, time.UTC)
	d.projects = []protocol.ProjectInfo{{ID: "p", Name: "p", Runs: 2}}
	d.runs["p"] = []protocol.RunInfo{
		{ID: "aaaaaaaa-1", Name: "fox", State: protocol.RunRunning, Started: now.Add(-time.Minute).UnixMilli(), LastEvent: now.UnixMilli()},
		{
			ID: "bbbbbbbb-2", Name: "ant", State: protocol.RunFailed, Reason: "CUDA out of \x1b[2Jmemory",
			Started: now.Add(-2 * time.Hour).UnixMilli(), Ended: now.Add(-time.Hour).UnixMilli(), LastEvent: now.Add(-time.Hour).UnixMilli(),
			Machine: "gpu-a", Tags: []string{"a", "b"}, Notes: "# Why\nnot", Ignored: 2,
			Counts: map[protocol.EventType]int64{"scalar": 2, "log": 1204},
			Sections: map[string]json.RawMessage{
				protocol.SeriesAction:          json.RawMessage(`{"stop":{"description":"End it.\nNow.","args":{}},"set_lr":{"args":{"lr":"float","note":"str"}}}`),
				protocol.SeriesHyperparameters: json.RawMessage(`{"lr":"NaN","model":{"name":"r18"}}`),
			},
		},
	}
	return d, now
}

func TestDetail_TellsAllAboutARun(t *testing.T) {
	t.Parallel()
	d, now := detailed(t)
	var out bytes.Buffer
	if err := command.Detail(t.Context(), d.endpoint, &out, "p/ant", false, now); err != nil {
		t.Fatal(err)
	}
	want := `p/ant
  state       failed: CUDA out of memory
  id          bbbbbbbb-2
  started     2026-11-22 13:30:00 UTC (2h00 ago)
  ended       2026-11-22 14:30:00 UTC (1h00 ago)
  duration    1h00
  heard       2026-11-22 14:30:00 UTC (1h00 ago)
  machine     gpu-a
  tags        a, b
  events      log 1,204, scalar 2
  not taken   2 frames
notes
  # Why
  not
actions
  set_lr(lr: float, note: str)
  stop()                        End it.
hyperparameters
  lr          NaN
  model.name  r18
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestDetail_OfAProjectListsItsRunsAndTellsOfTheNewest(t *testing.T) {
	t.Parallel()
	d, now := detailed(t)
	var out bytes.Buffer
	if err := command.Detail(t.Context(), d.endpoint, &out, "p", false, now); err != nil {
		t.Fatal(err)
	}
	got := out.String()
	if !strings.HasPrefix(got, "p, 2 runs\nPROJECT/RUN  STATE") || !strings.Contains(got, "\np/fox ") ||
		!strings.Contains(got, "\n\np/ant\n  state       failed") || strings.Contains(got, "p/fox\n  state") {
		t.Error(got)
	}
}

func TestDetail_JSONIsOneDocumentWithSections(t *testing.T) {
	t.Parallel()
	d, now := detailed(t)
	for name, want := range map[string]int{"p": 2, "p/@1": 1} {
		var out bytes.Buffer
		if err := command.Detail(t.Context(), d.endpoint, &out, name, true, now); err != nil {
			t.Fatal(err)
		}
		var doc command.DetailDocument
		if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		if len(doc.Runs) != want || doc.Project.ID != "p" || len(doc.Runs[want-1].Sections) != 2 {
			t.Errorf("%s: %s", name, out.String())
		}
	}
}

func TestStatus_SaysThatHistoryIsPaused(t *testing.T) {
	t.Parallel()
	d, now := detailed(t)
	d.storage.History = protocol.HistoryState{State: "paused", Reason: "disk full", Missed: 7}
	var out bytes.Buffer
	if err := command.Status(t.Context(), d.endpoint, &out, false, now); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(out.String(), "\n"); !strings.HasPrefix(lines[1], "History is paused (disk full): 7 events were not stored.") {
		t.Error(out.String())
	}
	out.Reset()
	if err := command.Status(t.Context(), d.endpoint, &out, true, now); err != nil {
		t.Fatal(err)
	}
	var doc command.StatusDocument
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil || doc.History != d.storage.History {
		t.Errorf("%v: %s", err, out.String())
	}
}
