package link_test

import (
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/link"
)

func TestClient_EditSendsOnlyWhatChanges(t *testing.T) {
	name, notes, none := "green \"fox\"", "# why\nbecause", []string(nil)
	for _, test := range []struct {
		name string
		edit protocol.RunEdit
		want string
	}{
		{"name", protocol.RunEdit{Name: &name}, `{"name":"green \"fox\""}`},
		{"notes", protocol.RunEdit{Notes: &notes}, `{"notes":"# why\nbecause"}`},
		{"empty name", protocol.RunEdit{Name: new(string)}, `{"name":""}`},
		{"tags", protocol.RunEdit{Tags: &[]string{"good", "lr"}}, `{"tags":["good","lr"]}`},
		{"no tags left", protocol.RunEdit{Tags: &none}, `{"tags":[]}`},
		{"nothing", protocol.RunEdit{}, `{}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var asked, body, kind string
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				text, _ := io.ReadAll(r.Body)
				asked, body, kind = r.Method+" "+r.RequestURI, string(text), r.Header.Get("Content-Type")
				jsonAnswer(http.StatusOK, `{"id":"r/1","name":"after","tags":["x"]}`)(w, r)
			})
			info, err := c.Edit(t.Context(), "a b", "r/1", test.edit)
			if err != nil || info.Name != "after" || !cmp.Equal(info.Tags, []string{"x"}) {
				t.Errorf("%+v, %v", info, err)
			}
			if asked != "PATCH /tui/v1/projects/a%20b/runs/r%2F1" || body != test.want || kind != "application/json" {
				t.Errorf("%s %s as %s", asked, body, kind)
			}
		})
	}
}

func TestClient_EditAndDeleteTellWhatTheDaemonRefused(t *testing.T) {
	refusal := `{"error":{"code":"conflict","message":"run is connected","hint":"end it first"}}`
	c := serve(t, jsonAnswer(http.StatusConflict, refusal))
	_, edited := c.Edit(t.Context(), "p", "r", protocol.RunEdit{})
	deleted := c.Delete(t.Context(), "p", "r")
	for want, err := range map[string]error{
		`change run "r": run is connected (end it first)`: edited,
		`delete run "r": run is connected (end it first)`: deleted,
	} {
		api, ok := errors.AsType[*link.APIError](err)
		if !ok || api.Status != http.StatusConflict || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestClient_DeleteEndsWithWhateverSaysYes(t *testing.T) {
	for _, test := range []struct {
		name    string
		handler http.HandlerFunc
		want    error
	}{
		{"no content", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }, nil},
		{"an answer", jsonAnswer(http.StatusOK, `{}`), nil},
		{"a web page", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") }, link.ErrNotJSON},
	} {
		t.Run(test.name, func(t *testing.T) {
			var asked string
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				asked = r.Method + " " + r.RequestURI
				test.handler(w, r)
			})
			if err := c.Delete(t.Context(), "p", ".."); !errors.Is(err, test.want) {
				t.Errorf("err = %v, want %v", err, test.want)
			}
			if asked != "DELETE /tui/v1/projects/p/runs/%2E%2E" {
				t.Errorf("asked %s", asked)
			}
		})
	}
}

func TestLink_EditAndDeleteAnswerWithWhatTheyWereAsked(t *testing.T) {
	asked := 0
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		jsonAnswer(http.StatusOK, `{"id":"r1","name":"after"}`)(w, r)
	})
	name := "after"
	for _, readOnly := range []bool{false, true} {
		l := link.New(link.Options{Endpoint: c.Endpoint(), ReadOnly: readOnly})
		asked = 0
		edited, _ := l.Edit("p", "r1", protocol.RunEdit{Name: &name})().(link.EditMsg)
		deleted, _ := l.Delete("p", "r1")().(link.DeleteMsg)
		l.Client().Close()
		if edited.Project != "p" || edited.Run != "r1" || edited.Edit.Name != &name || deleted.Project != "p" || deleted.Run != "r1" {
			t.Errorf("%+v, %+v", edited, deleted)
		}
		if readOnly && (asked != 0 || !errors.Is(edited.Err, link.ErrReadOnly) || !errors.Is(deleted.Err, link.ErrReadOnly)) {
			t.Errorf("a read-only link asked %d times: %v, %v", asked, edited.Err, deleted.Err)
		}
		if !readOnly && (asked != 2 || edited.Err != nil || deleted.Err != nil || edited.Info.Name != "after") {
			t.Errorf("%d asked, %+v, %+v", asked, edited, deleted)
		}
	}
}
