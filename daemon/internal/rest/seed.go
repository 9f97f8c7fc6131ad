package rest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"apps.local/neetbox-tui/protocol"
)

// syncTimeout bounds how long the body of a sync may take to arrive.
const syncTimeout = 30 * time.Second

// registerSeed serves what clients 0.2.0 to 0.2.5 and their page ask for, and the
// routes by which every era's command line ends its daemon.
func (r *routes) registerSeed() {
	register(r, huma.Operation{
		OperationID: "hello", Method: http.MethodGet, Path: "/hello", Tags: []string{tagSeed},
		Summary:     "Whether a daemon answers here, and which",
		Description: "Released clients look at `hello` only; `server` is what tells this daemon from theirs.",
		Responses: jsonResponse("The daemon", protocol.Hello{
			Hello: "hello", Server: protocol.ServerName, Version: "1.0.0", Build: "3f2a9c1", Protocol: protocol.ProtocolVersion,
			PID: 4242, Started: 1795339388244, WS: protocol.DefaultPort + 1,
		}),
	}, r.hello, nothingMissing)

	register(r, huma.Operation{
		OperationID: "sync", Method: http.MethodPost, Path: pathSync + "{name}", Tags: []string{tagSeed},
		Summary: "Take the status of a running program",
		Description: "The body is a JSON object or array, or a JSON string that holds one, as released clients send it. " +
			"Bare NaN and Infinity are taken. The project is made when it is new.",
		Responses:    textResponse("Taken", "ok"),
		MaxBodyBytes: MaxBody + 1, // the library refuses what reaches its bound
		// The body is read here: the library knows no NaN and no double encoding.
		SkipValidateBody: true,
		BodyReadTimeout:  syncTimeout,
	}, r.sync, func(in *syncInput) *failure { return noProject(in.Name) })
	r.api.OpenAPI().Paths[pathSync+"{name}"].Post.RequestBody.Content[contentJSON] = &huma.MediaType{
		Schema: &huma.Schema{OneOf: []*huma.Schema{
			{Type: huma.TypeString, Description: "the document as JSON text"},
			{Type: huma.TypeObject, AdditionalProperties: true},
			{Type: huma.TypeArray, Items: &huma.Schema{}},
		}},
		Example: `{"platform":{"value":{"os_name":"Linux"},"timestamp":1795339388.2,"interval":null}}`,
	}

	register(r, huma.Operation{
		OperationID: "list", Method: http.MethodGet, Path: "/web/list", Tags: []string{tagSeed},
		Summary:     "The names of all projects",
		Description: "Display names where they are unambiguous, ids otherwise; sorted.",
		Responses:   jsonResponse("The names", listBody{Names: []string{"neet_test"}}),
	}, r.list, nothingMissing)

	status := jsonResponse("The document; `{}` before the first sync", map[string]any{})
	status["200"].Content[contentJSON].Schema = &huma.Schema{}
	status["200"].Content[contentHTML] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	register(r, huma.Operation{
		OperationID: "status", Method: http.MethodGet, Path: pathStatus + "{name}", Tags: []string{tagSeed},
		Summary: "The status document that a project's program synced last",
		Description: "What came as a JSON string goes out as it came, as text/html; what came as an object or array " +
			"is application/json, with null for NaN and Infinity.",
		Responses: status,
	}, r.status, func(in *nameInput) *failure { return noProject(in.Name) })

	r.registerShutdowns()
}

const ending = "the daemon is ending."

func (r *routes) registerShutdowns() {
	const path = "/web/shutdown"
	register(r, huma.Operation{
		OperationID: "shutdown-web", Method: http.MethodPost, Path: path, Tags: []string{tagSeed},
		Summary:   "End the daemon, as clients 0.2.x ask for it",
		Responses: textResponse("It ends, once everything is stored", ending),
	}, func(context.Context, *struct{}) (*textOutput, error) {
		r.Control.Stop("POST " + path)
		return text(ending), nil
	}, nothingMissing)

	for id, path := range map[string]string{"shutdown": "/shutdown", "shutdown-server": "/api/server/shutdown"} {
		register(r, huma.Operation{
			OperationID: id, Method: http.MethodPost, Path: path, Tags: []string{tagSeed},
			Summary:   "End the daemon, as later clients ask for it",
			Responses: jsonResponse("It ends, once everything is stored", resultBody{Result: ending}),
		}, func(context.Context, *struct{}) (*struct{ Body resultBody }, error) {
			r.Control.Stop("POST " + path)
			return &struct{ Body resultBody }{resultBody{Result: ending}}, nil
		}, nothingMissing)
	}
}

type resultBody struct {
	Result string `json:"result"`
}

type textOutput struct {
	ContentType string `header:"Content-Type" hidden:"true"`
	Body        []byte
}

func text(s string) *textOutput { return &textOutput{ContentType: contentHTML, Body: []byte(s)} }

type nameInput struct {
	Name string `path:"name" doc:"the project's id, or a display name that no other project has; everything behind the route" example:"neet_test"`
}

type helloOutput struct{ Body protocol.Hello }

func (r *routes) hello(context.Context, *struct{}) (*helloOutput, error) {
	return &helloOutput{Body: r.Hello()}, nil
}

type syncInput struct {
	Name        string `path:"name" doc:"the project's id, or a display name that no other project has; everything behind the route" example:"neet_test"`
	Run         string `query:"run" maxLength:"256" doc:"the run's id, from clients that have one"`
	ContentType string `header:"Content-Type" hidden:"true"`
	RawBody     []byte `contentType:"application/json"`
}

func (r *routes) sync(_ context.Context, in *syncInput) (*textOutput, error) {
	if !isJSON(in.ContentType) {
		return nil, newFailure(http.StatusBadRequest, "the body's content type is not JSON", "send Content-Type: application/json")
	}
	doc, asText, err := readStatus(in.RawBody)
	if err != nil {
		f := newFailure(http.StatusBadRequest, err.Error(), "send a JSON object, or a JSON string that holds one")
		return nil, f
	}
	if err := r.Live.Sync(in.Name, in.Run, doc, asText); err != nil {
		return nil, err
	}
	return text("ok"), nil
}

// isJSON takes what Flask takes: application/json and application/*+json.
func isJSON(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && (kind == contentJSON || (strings.HasPrefix(kind, "application/") && strings.HasSuffix(kind, "+json")))
}

// readStatus undoes the string encoding of a sync's body, if there is one. The
// document is a copy, is UTF-8, and is JSON but for bare non-finite numbers.
func readStatus(body []byte) (doc []byte, asText bool, err error) {
	doc = bytes.TrimSpace(body)
	if len(doc) > 0 && doc[0] == '"' {
		var inner string
		if err := json.Unmarshal(doc, &inner); err != nil {
			return nil, false, errors.New("the body is not JSON")
		}
		doc, asText = []byte(inner), true
	} else {
		doc = bytes.ToValidUTF8(bytes.Clone(doc), []byte("\uFFFD"))
	}
	kind := bytes.TrimLeft(doc, " \t\r\n")
	switch {
	case !json.Valid(nullNonFinite(doc)):
		return nil, false, errors.New("the status document is not JSON")
	case kind[0] != '{' && kind[0] != '[':
		return nil, false, errors.New("the status document is neither an object nor an array")
	}
	return doc, asText, nil
}

type listBody struct {
	Names []string `json:"names"`
}

type listOutput struct{ Body listBody }

func (r *routes) list(context.Context, *struct{}) (*listOutput, error) {
	return &listOutput{Body: listBody{Names: names(r.Live.Projects())}}, nil
}

// names gives each project the name by which [Live.Resolve] finds it again: its
// display name, or its id where that name is another's too.
func names(projects []protocol.ProjectInfo) []string {
	owners := map[string]int{}
	for _, p := range projects {
		owners[p.ID]++
		if p.Name != p.ID {
			owners[p.Name]++
		}
	}
	list := make([]string, 0, len(projects))
	for _, p := range projects {
		name := cmp.Or(p.Name, p.ID)
		if owners[name] > 1 {
			name = p.ID
		}
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

func (r *routes) status(_ context.Context, in *nameInput) (*textOutput, error) {
	project, ok := r.Live.Resolve(in.Name)
	if !ok {
		return nil, protocol.ErrNotFound
	}
	doc, asText, ok := r.Live.StatusDoc(project)
	switch {
	case !ok:
		return nil, protocol.ErrNotFound
	case doc == nil:
		return &textOutput{ContentType: contentJSON, Body: []byte("{}")}, nil
	case asText:
		return &textOutput{ContentType: contentHTML, Body: doc}, nil
	}
	return &textOutput{ContentType: contentJSON, Body: nullNonFinite(doc)}, nil
}
