package store_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"apps.local/neetbox-tui/daemon/internal/saved"
	"apps.local/neetbox-tui/daemon/internal/store"
	"apps.local/neetbox-tui/protocol"
)

// tell records a frame as the hub would.
func tell(t *testing.T, h *store.History, run string, seq int, frame string) {
	t.Helper()
	ev, _, err := protocol.Decode([]byte(frame))
	if err != nil {
		t.Fatal(err)
	}
	ev.Project, ev.Run, ev.Seq, ev.At = "p", run, protocol.Seq(seq), 1000*int64(seq)
	h.Record(ev)
}

func restored(t *testing.T, h *store.History) saved.Project {
	t.Helper()
	projects, err := h.Restore(t.Context())
	if err != nil || len(projects) != 1 {
		t.Fatalf("restored %d projects: %v", len(projects), err)
	}
	return projects[0]
}

func TestRestore_RunsComeBackAsSaved(t *testing.T) {
	dir := t.TempDir()
	h := openIn(t, dir, store.Options{}, store.Small{})
	want := saved.Run{
		RunInfo: protocol.RunInfo{
			ID: "r", Project: "p", Name: "green-fox-12", State: protocol.RunFailed, Reason: "exit code 3", Started: 5, Ended: 9000,
			LastEvent: 3000, LastSeq: 3, Dialect: "seed", Extensions: 1, Machine: "host", Tags: []string{"a", "b"}, Notes: "# hm",
			Counts: map[protocol.EventType]int64{"log": 3, "odd": 4}, Ignored: 2,
			Sections: map[string]json.RawMessage{"config": json.RawMessage(`{"lr":0.1}`)},
		},
		Given: true, StoredN: 77,
	}
	for seq := 1; seq <= 3; seq++ {
		tell(t, h, "r", seq, `{"event-type":"log","payload":{"message":"x"}}`)
	}
	h.SaveRun("p", saved.Run{RunInfo: protocol.RunInfo{ID: "r", State: protocol.RunRunning, Name: "older"}})
	h.SaveRun("p", want)
	h.SaveRun("p", saved.Run{RunInfo: protocol.RunInfo{ID: "silent", State: protocol.RunFinished}})
	epoch := h.Epoch()
	shut(t, h)

	h = openIn(t, dir, store.Options{}, store.Small{})
	p := restored(t, h)
	if h.Epoch() != epoch || p.ID != "p" || p.LastSeq != 3 || p.LastAt != 3000 || len(p.Gaps) != 0 || len(p.Runs) != 2 {
		t.Errorf("epoch %q, project %+v", h.Epoch(), p)
	}
	if diff := cmp.Diff(want, p.Runs[0]); diff != "" {
		t.Errorf("run (-saved +restored):\n%s", diff)
	}
}

func TestRestore_ACutOffRunIsPutTogetherFromItsEvents(t *testing.T) {
	h := openIn(t, t.TempDir(), store.Options{}, store.Small{})
	for i, frame := range []string{
		`{"event-type":"status","series":"config","payload":{"lr":1},"n":1}`,
		`{"event-type":"status","series":"config","payload":{"lr":NaN},"n":2}`,
		`{"event-type":"hardware","payload":{"cpus":[1]}}`,
		`{"event-type":"hyperparameters","payload":{"depth":3}}`,
		`{"event-type":"action","payload":{"name":"save","args":{"to":"'x'"}},"event-id":11}`,
		`{"event-type":"status","series":"action-state","payload":{"event-id":11,"state":"running"}}`,
		`{"event-type":"ack","payload":{"name":"save","result":42},"event-id":11}`,
		`{"event-type":"action","payload":{"name":"wait","args":{}},"event-id":12}`,
	} {
		tell(t, h, "r", i+1, frame)
	}
	flush(t, h)
	// As a power failure would leave it: the file and its journal as they are.
	dir := t.TempDir()
	for _, part := range []string{"", "-wal"} {
		text, err := os.ReadFile(h.Path() + part)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(h.Path())+part), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // what was settled stays
		h := openIn(t, dir, store.Options{}, store.Small{})
		cutOff(t, restored(t, h))
		shut(t, h)
	}
}

func cutOff(t *testing.T, p saved.Project) {
	t.Helper()
	if p.LastSeq <= 8 || len(p.Gaps) != 1 || p.Gaps[0].First != 9 || p.Gaps[0].Last != p.LastSeq {
		t.Errorf("last %d, gaps %v", p.LastSeq, p.Gaps)
	}
	r := p.Runs[0]
	if r.State != protocol.RunLost || r.Reason != "the daemon ended" || r.Ended != 8000 || r.StoredN != 2 || r.LastSeq != 8 {
		t.Errorf("run %+v", r)
	}
	want := map[string]json.RawMessage{
		"config": json.RawMessage(`{"lr":"NaN"}`), "hardware": json.RawMessage(`{"cpus":[1]}`), "hyperparameters": json.RawMessage(`{"depth":3}`),
	}
	if diff := cmp.Diff(want, r.Sections); diff != "" {
		t.Errorf("sections (-want +got):\n%s", diff)
	}
	if r.Counts["action"] != 2 || r.Counts["status"] != 3 {
		t.Errorf("counts %v", r.Counts)
	}
	var got []string
	for _, receipt := range r.Receipts {
		got = append(got, fmt.Sprintf("%s %s %s %d %d", receipt.Action, receipt.State, receipt.Result, receipt.Sent, receipt.Began))
	}
	if diff := cmp.Diff([]string{"wait lost  8000 0", "save done 42 5000 6000"}, got); diff != "" {
		t.Errorf("receipts (-want +got):\n%s", diff)
	}
}

func TestRestore_PresenceEndsARunThatWasNeverSaved(t *testing.T) {
	dir := t.TempDir()
	h := openIn(t, dir, store.Options{}, store.Small{})
	tell(t, h, "r", 1, `{"event-type":"status","series":"presence","payload":{"online":true,"state":"running"}}`)
	tell(t, h, "r", 2, `{"event-type":"status","series":"presence","payload":{"online":false,"state":"failed","reason":"exit code 1"}}`)
	shut(t, h)
	r := restored(t, openIn(t, dir, store.Options{}, store.Small{})).Runs[0]
	if r.State != protocol.RunFailed || r.Reason != "exit code 1" || r.Ended != 2000 {
		t.Errorf("run %+v", r)
	}
}

func TestRetention_DropsWhatEndedFirstAndNeverAConnectedRun(t *testing.T) {
	h := openIn(t, t.TempDir(), store.Options{Retention: store.Retention{Size: 3 << 20}}, store.Small{ColdAfter: time.Hour})
	seq := 0
	for _, run := range []string{"running", "first", "second", "third"} {
		for range 4000 {
			seq++
			h.Record(logEvent(t, "p", run, seq))
		}
		if run != "running" {
			h.SaveRun("p", saved.Run{RunInfo: protocol.RunInfo{ID: run, State: protocol.RunFinished, Ended: time.Now().UnixMilli() + int64(seq)}})
		}
		flush(t, h)
	}
	until(t, "small enough", func() bool {
		info, err := h.Storage(t.Context())
		return err == nil && info.Bytes <= info.Limit && info.Trimmed == 8000 && info.Events == 8000
	})
	var runs []string
	for _, r := range restored(t, h).Runs {
		runs = append(runs, r.ID)
	}
	if diff := cmp.Diff([]string{"running", "third"}, runs); diff != "" {
		t.Errorf("runs left (-want +got):\n%s", diff)
	}
}

func TestRetention_DropsWhatIsOld(t *testing.T) {
	now := time.Now()
	h := openIn(t, t.TempDir(), store.Options{
		Now: func() time.Time { return now }, Retention: store.Retention{Age: 24 * time.Hour},
	}, store.Small{})
	for i, run := range []string{"old", "new", "running"} {
		tell(t, h, run, i+1, `{"event-type":"log","payload":{"message":"x"}}`)
	}
	h.SaveRun("p", saved.Run{RunInfo: protocol.RunInfo{ID: "old", State: protocol.RunLost, Ended: now.Add(-25 * time.Hour).UnixMilli()}})
	h.SaveRun("p", saved.Run{RunInfo: protocol.RunInfo{ID: "new", State: protocol.RunLost, Ended: now.Add(-23 * time.Hour).UnixMilli()}})
	flush(t, h)
	until(t, "the old run is dropped", func() bool {
		info, err := h.Storage(t.Context())
		return err == nil && info.Trimmed == 1
	})
	if runs := restored(t, h).Runs; len(runs) != 2 {
		t.Errorf("%d runs are left", len(runs))
	}
}

func TestDeleteRun_GivesTheSpaceBack(t *testing.T) {
	h := openIn(t, t.TempDir(), store.Options{}, store.Small{HotRows: 5000})
	for seq := 1; seq <= 40_000; seq++ {
		h.Record(logEvent(t, "p", "big", seq))
		if seq%5000 == 0 {
			flush(t, h)
		}
	}
	tell(t, h, "small", 40_001, `{"event-type":"log","payload":{"message":"x"}}`)
	flush(t, h)
	h.DeleteRun("p", "big")
	if err := h.Cold(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	until(t, "the file is small", func() bool {
		shutdown := h.Path()
		if err := h.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(shutdown)
		return err == nil && info.Size() < 4<<20
	})
	page, err := h.Events(t.Context(), "p", protocol.EventQuery{})
	if err != nil || len(page.Events) != 1 || page.First != 40_001 {
		t.Errorf("left: %d events from %d, %v", len(page.Events), page.First, err)
	}
}
