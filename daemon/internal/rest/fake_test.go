package rest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"apps.local/neetbox-tui/daemon/internal/rest"
	"apps.local/neetbox-tui/protocol"
)

type document struct {
	text   []byte
	asText bool
	run    string
}

// fake is a hub, a history and a daemon in memory.
type fake struct {
	mu       sync.Mutex
	projects []protocol.ProjectInfo
	runs     map[string][]protocol.RunInfo
	docs     map[string]document
	receipts []protocol.Receipt
	machines []protocol.MachineInfo
	events   []json.RawMessage
	query    protocol.EventQuery
	scalar   protocol.ScalarQuery
	series   string
	edit     protocol.RunEdit
	stopped  []string
	deleted  []string
	err      error // what every call that can fails with
	panics   bool
}

const (
	projectID  = "7f0c1a52-0000-4000-8000-000000000001"
	runOnline  = "run-online"
	runOffline = "run-offline"
)

func newFake() *fake {
	return &fake{
		projects: []protocol.ProjectInfo{{ID: projectID, Name: "bert", Online: true, Runs: 2, LastSeq: 9}},
		runs: map[string][]protocol.RunInfo{projectID: {
			{ID: runOffline, Project: projectID, State: protocol.RunFinished, Dialect: "seed"},
			{ID: runOnline, Project: projectID, State: protocol.RunRunning, Sections: map[string]json.RawMessage{
				"platform": json.RawMessage(`{"os":"Linux","load":NaN}`),
			}},
		}},
		docs:     map[string]document{},
		receipts: []protocol.Receipt{{ID: protocol.ID(1 << 60), Action: "add", State: protocol.ReceiptDone, Result: json.RawMessage(`-Infinity`)}},
		machines: []protocol.MachineInfo{{ID: "m", Host: "box", By: "daemon", Hardware: json.RawMessage(`{"cpus":[]}`)}},
		events:   []json.RawMessage{json.RawMessage(`{"event-type":"log","payload":{"x":NaN,"msg":"NaN"},"seq":1}`)},
	}
}

func (f *fake) Projects() []protocol.ProjectInfo {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.panics {
		panic("a bug")
	}
	return append([]protocol.ProjectInfo(nil), f.projects...)
}

func (f *fake) Resolve(name string) (string, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, p := range f.projects {
		if p.ID == name || p.Name == name {
			return p.ID, true
		}
	}
	return "", false
}

func (f *fake) Runs(project string) []protocol.RunInfo {
	return append([]protocol.RunInfo(nil), f.runs[project]...)
}

func (f *fake) Run(project, run string) (protocol.RunInfo, bool) {
	for _, r := range f.runs[project] {
		if r.ID == run {
			return r, true
		}
	}
	return protocol.RunInfo{}, false
}

func (f *fake) Receipts(string, string) []protocol.Receipt {
	return append([]protocol.Receipt(nil), f.receipts...)
}

func (f *fake) Machines() []protocol.MachineInfo {
	return append([]protocol.MachineInfo(nil), f.machines...)
}

func (f *fake) Sync(project, run string, doc []byte, text bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return f.err
	}
	f.docs[project] = document{doc, text, run}
	for _, p := range f.projects {
		if p.ID == project {
			return nil
		}
	}
	f.projects = append(f.projects, protocol.ProjectInfo{ID: project, Name: project})
	return nil
}

func (f *fake) StatusDoc(project string) ([]byte, bool, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	d := f.docs[project]
	return d.text, d.asText, true
}

func (f *fake) Edit(project, run string, edit protocol.RunEdit) (protocol.RunInfo, error) {
	f.edit = edit
	info, ok := f.Run(project, run)
	if !ok {
		return info, protocol.ErrNotFound
	}
	if edit.Name != nil {
		info.Name = *edit.Name
	}
	return info, nil
}

func (f *fake) Delete(project, run string) error {
	info, ok := f.Run(project, run)
	switch {
	case !ok:
		return protocol.ErrNotFound
	case info.State.Online():
		return errors.Join(errors.New("delete"), protocol.ErrRunOnline)
	}
	f.deleted = append(f.deleted, run)
	return nil
}

func (f *fake) Connected() []protocol.RunInfo {
	var online []protocol.RunInfo
	for _, r := range f.runs[projectID] {
		if r.State.Online() {
			online = append(online, r)
		}
	}
	return online
}

func (f *fake) Events(_ context.Context, _ string, q protocol.EventQuery) (protocol.EventPage, error) {
	f.query = q
	return protocol.EventPage{Epoch: "e", First: 1, Last: 1, Events: append([]json.RawMessage(nil), f.events...)}, f.err
}

func (f *fake) Scalars(_ context.Context, _, run string) ([]protocol.ScalarSummary, error) {
	if run != runOnline {
		return nil, protocol.ErrNotFound
	}
	return []protocol.ScalarSummary{{Series: "loss", Count: 2}}, f.err
}

func (f *fake) Scalar(_ context.Context, _, _, series string, q protocol.ScalarQuery) (protocol.ScalarSeries, error) {
	f.series, f.scalar = series, q
	if series == "absent" {
		return protocol.ScalarSeries{}, protocol.ErrNotFound
	}
	return protocol.ScalarSeries{Series: series}, f.err
}

func (f *fake) Sizes(context.Context) (map[string]int64, error) {
	return map[string]int64{"bert": 4096}, f.err
}

func (f *fake) Storage(context.Context) (protocol.StorageInfo, error) {
	return protocol.StorageInfo{Kind: "memory"}, f.err
}

func (f *fake) Stop(reason string) { f.stopped = append(f.stopped, reason) }

// daemon is the routes over a fake.
type daemon struct {
	*fake
	handler http.Handler
	log     *bytes.Buffer
}

func newDaemon(t *testing.T, change ...func(*rest.Options)) *daemon {
	t.Helper()
	d := &daemon{fake: newFake(), log: &bytes.Buffer{}}
	opts := rest.Options{
		Hello: func() protocol.Hello {
			return protocol.Hello{Hello: "hello", Server: protocol.ServerName, Version: "1.2.3", Protocol: 1, WS: 5001}
		},
		Live: d.fake, Reader: d.fake, Control: d.fake,
		Logger: slog.New(slog.NewTextHandler(d.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, f := range change {
		f(&opts)
	}
	d.handler = rest.Handler(opts)
	return d
}

func debugging(o *rest.Options) { o.Debug = true }

// ask sends one request as a program on this machine would.
func (d *daemon) ask(t *testing.T, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host, r.RemoteAddr = "localhost:5000", "127.0.0.1:40000"
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	return w
}

// refused checks that an answer is an error in the common shape.
func refused(t *testing.T, w *httptest.ResponseRecorder, status int, code string) protocol.ErrorDetail {
	t.Helper()
	dec := json.NewDecoder(w.Body)
	dec.DisallowUnknownFields()
	var body protocol.ErrorBody
	if err := dec.Decode(&body); err != nil {
		t.Errorf("error is not in the common shape: %v", err)
	}
	e := body.Error
	if w.Code != status || e.Code != code || e.Message == "" || e.Hint == "" {
		t.Errorf("answered %d %+v, want %d %s", w.Code, e, status, code)
	}
	if kind := w.Header().Get("Content-Type"); kind != "application/json" {
		t.Errorf("error has content type %q", kind)
	}
	return e
}

func decode[T any](t *testing.T, w *httptest.ResponseRecorder) T {
	t.Helper()
	var v T
	if w.Code/100 != 2 {
		t.Fatalf("answered %d %s", w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("answer is not JSON: %v: %s", err, w.Body)
	}
	return v
}
