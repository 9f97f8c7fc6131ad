package link_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/link"
)

// serve answers every request of a client with handler.
func serve(t *testing.T, handler http.HandlerFunc) *link.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	client := link.NewClient(endpointOf(t, server.Listener.Addr()))
	t.Cleanup(func() { client.Close(); server.Close() })
	return client
}

func jsonAnswer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func TestClient_AsksForItsRoutes(t *testing.T) {
	ctx := t.Context()
	tests := []struct {
		want string // method and request URI
		call func(*link.Client) error
	}{
		{"GET /hello", func(c *link.Client) error { _, err := c.Hello(ctx); return err }},
		{"GET /tui/v1/projects", func(c *link.Client) error { _, err := c.Projects(ctx); return err }},
		{"GET /tui/v1/projects/a%2Fb%20%25/runs", func(c *link.Client) error { _, err := c.Runs(ctx, "a/b %"); return err }},
		{"GET /tui/v1/projects/%2E%2E/runs/r", func(c *link.Client) error { _, err := c.Run(ctx, "..", "r"); return err }},
		{"GET /tui/v1/projects/p/runs/r/receipts", func(c *link.Client) error { _, err := c.Receipts(ctx, "p", "r"); return err }},
		{"GET /tui/v1/machines", func(c *link.Client) error { _, err := c.Machines(ctx); return err }},
		{"GET /tui/v1/storage", func(c *link.Client) error { _, err := c.Storage(ctx); return err }},
		{"GET /tui/v1/projects/p/events", func(c *link.Client) error { _, err := c.Events(ctx, "p", protocol.EventQuery{}); return err }},
		{"GET /tui/v1/projects/p/events?after=0", func(c *link.Client) error {
			_, err := c.Events(ctx, "p", protocol.EventQuery{After: link.FromStart})
			return err
		}},
		{"GET /tui/v1/projects/p/events?after=7&grep=a+%26+b&level=error&limit=9&run=r&series=x&type=log", func(c *link.Client) error {
			_, err := c.Events(ctx, "p", protocol.EventQuery{Run: "r", Type: "log", Series: "x", Level: "error", After: 7, Limit: 9, Grep: "a & b"})
			return err
		}},
		{"GET /tui/v1/projects/p/events?before=7", func(c *link.Client) error {
			_, err := c.Events(ctx, "p", protocol.EventQuery{Before: 7})
			return err
		}},
		{"GET /tui/v1/projects/p/events?regex=%5Ea%2B%24&since=5&until=9", func(c *link.Client) error {
			_, err := c.Events(ctx, "p", protocol.EventQuery{Regex: "^a+$", From: 5, To: 9})
			return err
		}},
		{"GET /tui/v1/projects/p/runs/r/scalars", func(c *link.Client) error { _, err := c.Scalars(ctx, "p", "r"); return err }},
		{"GET /tui/v1/projects/p/runs/r/scalars/loss%2Ftrain", func(c *link.Client) error {
			_, err := c.Scalar(ctx, "p", "r", "loss/train", protocol.ScalarQuery{})
			return err
		}},
		{"GET /tui/v1/projects/p/runs/r/scalars/%2E%2E?buckets=7&from=-1.5&to=1e%2B30", func(c *link.Client) error {
			from, to := -1.5, 1e30
			_, err := c.Scalar(ctx, "p", "r", "..", protocol.ScalarQuery{From: &from, To: &to, Buckets: 7})
			return err
		}},
		{"POST /tui/v1/shutdown", func(c *link.Client) error { _, err := c.Shutdown(ctx, true); return err }},
	}
	for _, test := range tests {
		t.Run(test.want, func(t *testing.T) {
			var got, host string
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				got, host = r.Method+" "+r.RequestURI, r.Host
				jsonAnswer(http.StatusOK, "{}")(w, r)
			})
			if err := test.call(c); err != nil {
				t.Fatal(err)
			}
			if got != test.want {
				t.Errorf("asked %s", got)
			}
			if host != c.Endpoint().Address() {
				t.Errorf("Host = %q, want %q", host, c.Endpoint().Address())
			}
		})
	}
}

func TestClient_ErrorsSayWhatAndWhatNext(t *testing.T) {
	tests := []struct {
		name    string
		handler http.HandlerFunc
		want    *link.APIError
		is      error
		text    string
	}{
		{
			"our own error", jsonAnswer(404, `{"error":{"code":"not_found","message":"no such project","hint":"see status"}}`),
			&link.APIError{Status: 404, ErrorDetail: protocol.ErrorDetail{Code: "not_found", Message: "no such project", Hint: "see status"}},
			nil, "list projects: no such project (see status)",
		},
		{
			"somebody else's error", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<html>", http.StatusBadGateway) },
			&link.APIError{Status: 502}, nil, "list projects: the daemon answered 502 Bad Gateway",
		},
		{
			"redirect", func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "http://192.0.2.1/", http.StatusFound)
			},
			&link.APIError{Status: 302}, nil, "list projects: the daemon answered 302 Found",
		},
		{"a web page", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") }, nil, link.ErrNotJSON, ""},
		{"broken JSON", jsonAnswer(200, `{"projects":[`), nil, link.ErrNotJSON, ""},
		{"too big", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			block := bytes.Repeat([]byte(" "), 1<<20)
			for range 65 {
				if _, err := w.Write(block); err != nil {
					return
				}
			}
		}, nil, link.ErrTooBig, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := serve(t, test.handler).Projects(t.Context())
			if err == nil {
				t.Fatal("no error")
			}
			api, _ := errors.AsType[*link.APIError](err)
			if diff := cmp.Diff(test.want, api); diff != "" {
				t.Errorf("error %v (-want +got):\n%s", err, diff)
			}
			if test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("error %v, want %v", err, test.is)
			}
			if test.text != "" && err.Error() != test.text {
				t.Errorf("error reads %q, want %q", err, test.text)
			}
		})
	}
}

func TestClient_EventsAreDecoded(t *testing.T) {
	c := serve(t, jsonAnswer(200, `{"epoch":"e","first":3,"last":9,"events":[
		{"event-type":"log","name":"p","payload":{"log":{"msg":"hi"}},"event-id":-1,"seq":4,"run":"r","at":5},
		{"no":"event"},
		{"event-type":"scalar","name":"p","payload":{"x":1,"y":"NaN"},"event-id":-1,"seq":5,"series":"loss"}]}`))
	page, err := c.Events(t.Context(), "p", protocol.EventQuery{})
	if err != nil {
		t.Fatal(err)
	}
	if page.Epoch != "e" || page.First != 3 || page.Last != 9 || page.Unread != 1 || len(page.Events) != 2 {
		t.Fatalf("page = %+v", page)
	}
	if e := page.Events[0]; e.Seq != 4 || e.Run != "r" || e.At != 5 || protocol.ParseLog(e).Text != "hi" {
		t.Errorf("first event = %+v", e)
	}
	if e := page.Events[1]; e.Series != "loss" || e.Type != protocol.EventScalar {
		t.Errorf("second event = %+v", e)
	}
}

func TestClient_ShutdownTellsWhoIsConnected(t *testing.T) {
	tests := []struct {
		name   string
		status int
		body   string
		want   protocol.ShutdownReply
		fails  bool
	}{
		{"ends", 202, `{"stopping":true,"runs":[]}`, protocol.ShutdownReply{Stopping: true, Runs: []protocol.RunInfo{}}, false},
		{"busy", 409, `{"stopping":false,"runs":[{"id":"r1"}]}`, protocol.ShutdownReply{Runs: []protocol.RunInfo{{ID: "r1"}}}, false},
		{"conflict without runs", 409, `{"error":{"message":"busy"}}`, protocol.ShutdownReply{}, true},
		{"forbidden", 403, `{"error":{"message":"no"}}`, protocol.ShutdownReply{}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var body, kind string
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				text, _ := io.ReadAll(r.Body)
				body, kind = string(text), r.Header.Get("Content-Type")
				jsonAnswer(test.status, test.body)(w, r)
			})
			reply, err := c.Shutdown(t.Context(), true)
			if diff := cmp.Diff(test.want, reply); diff != "" || (err != nil) != test.fails {
				t.Errorf("err %v, reply (-want +got):\n%s", err, diff)
			}
			if body != `{"if_idle":true}` || kind != "application/json" {
				t.Errorf("sent %s as %s", body, kind)
			}
		})
	}
}

func TestClient_EndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	if _, err := c.Hello(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want context.Canceled", err)
	}
}

func BenchmarkIntake(b *testing.B) {
	frame := []byte(`{"event-type":"log","name":"bert","payload":{"log":{"prefix":"info","datetime":"2026-11-22-09:23:12","whom":"train","msg":"step 1200 loss 0.4213 lr 3e-4"}},"event-id":-1,"seq":123456,"run":"2f1b7a52-6d3f-4f7e-9a43-0d8c1f6a2b11","at":1795000000000}`)
	for _, batch := range []int{1, 100} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			in := link.NewIntake(link.DefaultBuffer)
			b.ReportAllocs()
			b.SetBytes(int64(len(frame)))
			for i := 0; b.Loop(); i++ {
				if err := in.Put(frame); err != nil {
					b.Fatal(err)
				}
				if i%batch == batch-1 {
					in.Move()
				}
			}
		})
	}
}
