package rest_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"apps.local/neetbox-tui/daemon/internal/rest"
	"apps.local/neetbox-tui/protocol"
)

const (
	runs    = "/tui/v1/projects/bert/runs"
	online  = runs + "/" + runOnline
	offline = runs + "/" + runOffline
)

func TestLists_AreNamedAndNeverNull(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	d.projects = append(d.projects, protocol.ProjectInfo{ID: "empty"})
	d.receipts, d.machines, d.events = nil, nil, nil
	for path, want := range map[string]string{
		"/tui/v1/projects/empty/runs":    `{"runs":[]}`,
		"/tui/v1/projects/empty/events":  `{"epoch":"e","first":1,"last":1,"events":[]}`,
		online + "/receipts":             `{"receipts":[]}`,
		"/tui/v1/machines":               `{"machines":[]}`,
		"/tui/v1/projects/bert/runs/x/y": "",
	} {
		w := d.ask(t, "GET", path, "")
		if want == "" {
			refused(t, w, http.StatusNotFound, "not_found")
			continue
		}
		if got := strings.TrimSpace(w.Body.String()); w.Code != http.StatusOK || got != want {
			t.Errorf("%s answered %d %s, want %s", path, w.Code, got, want)
		}
	}
	d.projects = nil
	if got := strings.TrimSpace(d.ask(t, "GET", "/tui/v1/projects", "").Body.String()); got != `{"projects":[]}` {
		t.Errorf("no projects: %s", got)
	}
}

func TestRuns_NullsAndNonFiniteNumbersBecomeJSON(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	list := decode[struct {
		Runs []map[string]json.RawMessage `json:"runs"`
	}](t, d.ask(t, "GET", runs, "")).Runs
	if len(list) != 2 || string(list[0]["tags"]) != "[]" || string(list[0]["counts"]) != "{}" {
		t.Errorf("runs = %s", list)
	}
	run := decode[protocol.RunInfo](t, d.ask(t, "GET", online, ""))
	if got, want := string(run.Sections["platform"]), `{"os":"Linux","load":"NaN"}`; got != want {
		t.Errorf("section = %s, want %s", got, want)
	}
	receipts := d.ask(t, "GET", online+"/receipts", "").Body.String()
	if !strings.Contains(receipts, `"result":"-Infinity"`) || !strings.Contains(receipts, `"event-id":1152921504606846976`) || !strings.Contains(receipts, `"args":{}`) {
		t.Errorf("receipts = %s", receipts)
	}
	events := d.ask(t, "GET", "/tui/v1/projects/bert/events", "").Body.String()
	if !strings.Contains(events, `{"event-type":"log","payload":{"x":"NaN","msg":"NaN"},"seq":1}`) {
		t.Errorf("events = %s", events)
	}
	if kept := string(d.runs[projectID][1].Sections["platform"]); kept != `{"os":"Linux","load":NaN}` {
		t.Errorf("the hub's own section became %s", kept)
	}
}

func TestNotFound_SaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	for _, c := range []struct{ method, path, body, word string }{
		{"GET", "/tui/v1/projects/nobody/runs", "", `project "nobody"`},
		{"GET", "/tui/v1/projects/nobody/events", "", `project "nobody"`},
		{"GET", "/tui/v1/projects/nobody/runs/r/scalars", "", `project "nobody"`},
		{"GET", "/tui/v1/projects/*/runs", "", `project "*"`},
		{"GET", runs + "/absent", "", `run "absent"`},
		{"GET", runs + "/a%2Fb", "", `run "a/b"`},
		{"GET", runs + "/absent/receipts", "", `run "absent"`},
		{"GET", runs + "/absent/scalars", "", `run "absent"`},
		{"GET", online + "/scalars/absent", "", `curve "absent"`},
		{"PATCH", runs + "/absent", `{"name":"x"}`, `run "absent"`},
		{"DELETE", runs + "/absent", "", `run "absent"`},
	} {
		if e := refused(t, d.ask(t, c.method, c.path, c.body), http.StatusNotFound, "not_found"); !strings.Contains(e.Message, c.word) {
			t.Errorf("%s %s: %q does not name %s", c.method, c.path, e.Message, c.word)
		}
	}
}

func TestEvents_QueryReachesTheHistory(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]protocol.EventQuery{
		"": {Limit: rest.DefaultPage},
		"?run=r&type=log&series=loss%2Ftrain&level=warning&limit=10000&grep=a%20%26%20b": {
			Run: "r", Type: protocol.EventLog, Series: "loss/train", Level: "warning", Limit: rest.MaxPage, Grep: "a & b",
		},
		"?after=0":                    {After: -1, Limit: rest.DefaultPage},
		"?after=7":                    {After: 7, Limit: rest.DefaultPage},
		"?before=7&limit=1":           {Before: 7, Limit: 1},
		"?after=9223372036854775807":  {After: 1<<63 - 1, Limit: rest.DefaultPage},
		"?after=&before=&level=&run=": {Limit: rest.DefaultPage},
		"?regex=loss%3D(nan%7Cinf)&grep=loss&since=5&until=6": {
			Grep: "loss", Regex: "loss=(nan|inf)", From: 5, To: 6, Limit: rest.DefaultPage,
		},
		"?since=0&regex=":      {Limit: rest.DefaultPage},
		"?until=1":             {To: 1, Limit: rest.DefaultPage},
		"?since=1700000000000": {From: 1700000000000, Limit: rest.DefaultPage},
		"?type=custom":         {Type: "custom", Limit: rest.DefaultPage},
		"?later=1":             {Limit: rest.DefaultPage},
	} {
		d := newDaemon(t)
		if w := d.ask(t, "GET", "/tui/v1/projects/bert/events"+query, ""); w.Code != http.StatusOK {
			t.Errorf("%s answered %d %s", query, w.Code, w.Body)
		}
		if diff := cmp.Diff(want, d.query); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
}

func TestQueries_OutOfBoundsAreRefusedByName(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	for query, word := range map[string]string{
		"/tui/v1/projects/bert/events?after=1&before=9":                   "after and before",
		"/tui/v1/projects/bert/events?after=0&before=1":                   "after and before",
		"/tui/v1/projects/bert/events?after=-1":                           "query.after",
		"/tui/v1/projects/bert/events?after=x":                            "query.after",
		"/tui/v1/projects/bert/events?after=1.5":                          "query.after",
		"/tui/v1/projects/bert/events?after=9223372036854775808":          "query.after",
		"/tui/v1/projects/bert/events?before=0":                           "query.before",
		"/tui/v1/projects/bert/events?limit=0":                            "query.limit",
		"/tui/v1/projects/bert/events?limit=10001":                        "query.limit",
		"/tui/v1/projects/bert/events?limit=many":                         "query.limit",
		"/tui/v1/projects/bert/events?level=loud":                         "query.level",
		"/tui/v1/projects/bert/events?grep=" + strings.Repeat("x", 5000):  "query.grep",
		"/tui/v1/projects/bert/events?regex=a%28":                         `missing closing ) in "a("`,
		"/tui/v1/projects/bert/events?regex=%28%3F%3Dx%29":                "regex is no RE2 pattern",
		"/tui/v1/projects/bert/events?regex=" + strings.Repeat("x", 5000): "query.regex",
		"/tui/v1/projects/bert/events?since=-1":                           "query.since",
		"/tui/v1/projects/bert/events?since=yesterday":                    "query.since",
		"/tui/v1/projects/bert/events?until=0":                            "query.until",
		"/tui/v1/projects/bert/events?since=7&until=7":                    "until is not above since",
		online + "/scalars/loss?buckets=-1":                               "query.buckets",
		online + "/scalars/loss?buckets=100001":                           "query.buckets",
		online + "/scalars/loss?from=x":                                   "query.from",
		online + "/scalars/loss?from=NaN":                                 "not a number",
		online + "/scalars/loss?from=2&to=1":                              "from is above to",
	} {
		if e := refused(t, d.ask(t, "GET", query, ""), http.StatusBadRequest, "bad_request"); !strings.Contains(e.Message, word) {
			t.Errorf("%.80s: %q does not name %s", query, e.Message, word)
		}
	}
}

func TestScalar_QueryReachesTheHistory(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	from, to := -1.5, 2e3
	w := d.ask(t, "GET", online+"/scalars/loss%2F..%2Ftrain%20%25?from=-1.5&to=2e3&buckets=10", "")
	if w.Code != http.StatusOK || d.series != "loss/../train %" {
		t.Errorf("series %q answered %d %s", d.series, w.Code, w.Body)
	}
	if diff := cmp.Diff(protocol.ScalarQuery{From: &from, To: &to, Buckets: 10}, d.scalar); diff != "" {
		t.Error(diff)
	}
	d.ask(t, "GET", online+"/scalars/%2E%2E?from=0", "")
	zero := 0.0
	if diff := cmp.Diff(protocol.ScalarQuery{From: &zero}, d.scalar); diff != "" || d.series != ".." {
		t.Errorf("series %q: %s", d.series, diff)
	}
}

func TestEdit_ChangesWhatIsGiven(t *testing.T) {
	t.Parallel()
	name, notes, tags := "n", "", []string{"a", "b"}
	for body, want := range map[string]protocol.RunEdit{
		`{}`:                     {},
		`{"name":"n"}`:           {Name: &name},
		`{"name":null}`:          {},
		`{"notes":""}`:           {Notes: &notes},
		`{"tags":["a","b"]}`:     {Tags: &tags},
		`{"tags":[]}`:            {Tags: &[]string{}},
		`{"name":"n","tags":[]}`: {Name: &name, Tags: &[]string{}},
	} {
		d := newDaemon(t)
		if w := d.ask(t, "PATCH", offline, body); w.Code != http.StatusOK {
			t.Errorf("%s answered %d %s", body, w.Code, w.Body)
		}
		if diff := cmp.Diff(want, d.edit); diff != "" {
			t.Errorf("%s: %s", body, diff)
		}
	}
	d := newDaemon(t)
	for _, body := range []string{
		"", "x", "[]", `{"name":1}`, `{"nam":"x"}`, `{"tags":"a"}`, `{"tags":[1]}`, `{"tags":[""]}`,
		`{"name":"` + strings.Repeat("n", 201) + `"}`, `{"tags":["` + strings.Repeat("t", 201) + `"]}`,
	} {
		refused(t, d.ask(t, "PATCH", offline, body, "Content-Type", "application/json"), http.StatusBadRequest, "bad_request")
	}
	refused(t, d.ask(t, "PATCH", offline, `{}`, "Content-Type", "text/plain"), http.StatusUnsupportedMediaType, "unsupported_media_type")
	refused(t, d.ask(t, "PATCH", offline, `{"notes":"`+strings.Repeat("n", 1<<20)+`"}`), http.StatusRequestEntityTooLarge, "too_large")
}

func TestDelete_SparesConnectedRuns(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	refused(t, d.ask(t, "DELETE", online, ""), http.StatusConflict, "busy")
	if w := d.ask(t, "DELETE", offline, ""); w.Code != http.StatusNoContent || w.Body.Len() != 0 {
		t.Errorf("answered %d %s", w.Code, w.Body)
	}
	if diff := cmp.Diff([]string{runOffline}, d.deleted); diff != "" {
		t.Error(diff)
	}
}

func TestShutdown_IfIdleSparesConnectedRuns(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	w := d.ask(t, "POST", "/tui/v1/shutdown", `{"if_idle":true}`)
	var reply protocol.ShutdownReply
	if err := json.Unmarshal(w.Body.Bytes(), &reply); err != nil {
		t.Fatal(err)
	}
	if w.Code != http.StatusConflict || reply.Stopping || len(reply.Runs) != 1 || len(d.stopped) != 0 {
		t.Errorf("answered %d %+v, stopped %q", w.Code, reply, d.stopped)
	}
	for _, body := range []string{"", "{}", `{"if_idle":false}`} {
		d := newDaemon(t)
		w := d.ask(t, "POST", "/tui/v1/shutdown", body)
		if reply := decode[protocol.ShutdownReply](t, w); w.Code != http.StatusAccepted || !reply.Stopping || len(reply.Runs) != 1 || len(d.stopped) != 1 {
			t.Errorf("%q answered %d %+v, stopped %q", body, w.Code, reply, d.stopped)
		}
	}
	d = newDaemon(t)
	d.runs = nil
	w = d.ask(t, "POST", "/tui/v1/shutdown", `{"if_idle":true}`)
	if w.Code != http.StatusAccepted || !strings.Contains(w.Body.String(), `"runs":[]`) {
		t.Errorf("idle: answered %d %s", w.Code, w.Body)
	}
}

func TestHistory_FailureStaysInTheLog(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	d.err = errors.New("disk on fire")
	for _, path := range []string{"/tui/v1/projects/bert/events", online + "/scalars", online + "/scalars/loss", "/tui/v1/storage"} {
		d.log.Reset()
		e := refused(t, d.ask(t, "GET", path, ""), http.StatusInternalServerError, "internal")
		if strings.Contains(e.Message+e.Hint, "fire") || !strings.Contains(d.log.String(), "disk on fire") {
			t.Errorf("%s: answered %+v, logged %s", path, e, d.log)
		}
	}
}
