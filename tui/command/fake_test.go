package command_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"

	"apps.local/neetbox-tui/protocol"
)

// daemon answers REST from what a test puts into it.
type daemon struct {
	endpoint protocol.Endpoint

	mu       sync.Mutex
	server   string // of /hello
	projects []protocol.ProjectInfo
	runs     map[string][]protocol.RunInfo
	logs     []json.RawMessage // frames, by ascending seq from 1
	queries  []string          // of the events route
	curves   []protocol.ScalarSummary
	points   map[string]protocol.ScalarSeries
	storage  protocol.StorageInfo
}

func newDaemon(t *testing.T) *daemon {
	t.Helper()
	d := &daemon{server: protocol.ServerName, runs: map[string][]protocol.RunInfo{}, points: map[string]protocol.ScalarSeries{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, protocol.Hello{Hello: "hello", Server: d.server})
	})
	mux.HandleFunc("GET /tui/v1/storage", func(w http.ResponseWriter, _ *http.Request) { answer(w, d.storage) })
	mux.HandleFunc("GET /tui/v1/projects", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"projects": d.projects})
	})
	mux.HandleFunc("GET /tui/v1/projects/{p}/runs", func(w http.ResponseWriter, r *http.Request) {
		answer(w, map[string]any{"runs": d.runs[r.PathValue("p")]})
	})
	mux.HandleFunc("GET /tui/v1/projects/{p}/runs/{r}", func(w http.ResponseWriter, r *http.Request) {
		for _, run := range d.runs[r.PathValue("p")] {
			if run.ID == r.PathValue("r") {
				answer(w, run)
				return
			}
		}
		http.NotFound(w, r)
	})
	mux.HandleFunc("GET /tui/v1/projects/{p}/runs/{r}/scalars", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"scalars": d.curves})
	})
	mux.HandleFunc("GET /tui/v1/projects/{p}/runs/{r}/scalars/{s}", func(w http.ResponseWriter, r *http.Request) {
		answer(w, d.points[r.PathValue("s")])
	})
	mux.HandleFunc("GET /tui/v1/projects/{p}/events", d.events)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	address, ok := server.Listener.Addr().(*net.TCPAddr)
	if !ok {
		t.Fatal("the server has no port")
	}
	d.endpoint = protocol.Endpoint{Host: "127.0.0.1", Port: address.Port, WS: address.Port}
	return d
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

// log files a log event of a run.
func (d *daemon) log(run, level, text string) {
	payload, _ := json.Marshal(map[string]string{"prefix": level, "whom": "main", "msg": text}) //nolint:errchkjson // strings marshal
	seq := len(d.logs) + 1
	d.logs = append(d.logs, json.RawMessage(fmt.Sprintf(
		`{"event-type":"log","name":"p","payload":%s,"event-id":-1,"run":%q,"seq":%d,"at":%d}`, payload, run, seq, 1_700_000_000_000+seq)))
}

// events pages as the daemon does; of the filters it knows none.
func (d *daemon) events(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.queries = append(d.queries, r.URL.RawQuery)
	q := r.URL.Query()
	limit, _ := strconv.Atoi(q.Get("limit"))
	before, err := strconv.Atoi(q.Get("before"))
	if err != nil {
		before = len(d.logs) + 1
	}
	from, to := max(0, before-1-limit), before-1
	if q.Has("after") {
		from, _ = strconv.Atoi(q.Get("after"))
		to = min(len(d.logs), from+limit)
	}
	answer(w, protocol.EventPage{Epoch: "e", First: 1, Last: protocol.Seq(len(d.logs)), Events: d.logs[min(from, to):to]})
}
