package rest

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"apps.local/neetbox-tui/protocol"
)

const (
	tagSeed = "seed"
	tagTUI  = "tui"

	schemaPrefix = "#/components/schemas/"
)

// apiConfig describes the API; the routes describe themselves.
func apiConfig(version string) huma.Config {
	schemas := huma.NewMapRegistry(schemaPrefix, schemaName)
	schemas.RegisterTypeAlias(reflect.TypeFor[protocol.Float](), reflect.TypeFor[floatSchema]())
	schemas.RegisterTypeAlias(reflect.TypeFor[protocol.EventID](), reflect.TypeFor[eventIDSchema]())
	plain := huma.Format{Marshal: marshalPlain, Unmarshal: json.Unmarshal}
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title:   "neetbox-tui daemon",
				Version: version,
				Description: "What the daemon knows of long-running work: projects, their runs, what the runs reported, " +
					"and the machines they ran on. Events themselves travel over WebSocket, on the port that /hello names.\n\n" +
					"Every error is `{\"error\":{\"code\",\"message\",\"hint\"}}`. Only this machine is served.",
			},
			Tags: []*huma.Tag{
				{Name: tagSeed, Description: "What released clients and their pages ask for"},
				{Name: tagTUI, Description: "What the dashboard and the commands ask for"},
			},
			Components: &huma.Components{Schemas: schemas},
		},
		// The second name is how the library calls the format of its own errors,
		// application/problem+json, before commonErrors puts them into ours.
		Formats:       map[string]huma.Format{contentJSON: plain, "json": plain},
		DefaultFormat: contentJSON,
		Transformers:  []huma.Transformer{commonErrors},
	}
}

// marshalPlain writes JSON without escaping what only HTML needs escaped.
func marshalPlain(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// schemaName keeps the library's own types apart from ours of the same name.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.PkgPath() == reflect.TypeFor[huma.ErrorModel]().PkgPath() {
		return librarySchema + name
	}
	return name
}

const librarySchema = "Huma"

// floatSchema describes [protocol.Float].
type floatSchema struct{}

// Schema is a number, or the name of one that JSON does not have.
func (floatSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{
		{Type: huma.TypeNumber},
		{Type: huma.TypeString, Enum: []any{"NaN", "Infinity", "-Infinity"}},
	}}
}

// eventIDSchema describes [protocol.EventID].
type eventIDSchema struct{}

// Schema is an integer of any size.
func (eventIDSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeInteger, Description: "any integer; larger ones than 2^53 need a reader that keeps them"}
}

// optional is a query parameter that tells zero from absent.
type optional[T any] struct {
	Value T
	Given bool
}

// Schema is that of the value.
func (o optional[T]) Schema(r huma.Registry) *huma.Schema {
	return huma.SchemaFromType(r, reflect.TypeFor[T]())
}

// Receiver is where the library puts the value.
func (o *optional[T]) Receiver() reflect.Value { return reflect.ValueOf(o).Elem().Field(0) }

// OnParamSet hears whether there was one.
func (o *optional[T]) OnParamSet(given bool, _ any) { o.Given = given }

// register serves a route and documents it. notFound is what
// [protocol.ErrNotFound] means to whoever asked for it with this input.
func register[I, O any](
	r *routes, op huma.Operation,
	answer func(context.Context, *I) (*O, error), notFound func(*I) *failure,
) {
	if op.Responses == nil {
		op.Responses = map[string]*huma.Response{}
	}
	op.Responses["default"] = &huma.Response{
		Description: "What went wrong and what to do next",
		Content: map[string]*huma.MediaType{contentJSON: {
			Schema: r.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[protocol.ErrorBody](), true, ""),
		}},
	}
	huma.Register(r.api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := answer(ctx, in)
		if err != nil {
			return nil, r.fail(ctx, err, notFound(in))
		}
		return out, nil
	})
}

// nothingMissing is for routes that name nothing.
func nothingMissing[I any](*I) *failure { return failureOf(http.StatusNotFound) }

// textResponse documents an answer that is HTML to its clients.
func textResponse(what string, example any) map[string]*huma.Response {
	return map[string]*huma.Response{"200": {
		Description: what,
		Content: map[string]*huma.MediaType{contentHTML: {
			Schema:  &huma.Schema{Type: huma.TypeString},
			Example: example,
		}},
	}}
}

// jsonResponse documents a JSON answer with an example of it; the schema is added
// from the answer's type.
func jsonResponse(what string, example any) map[string]*huma.Response {
	return map[string]*huma.Response{"200": {
		Description: what,
		Content:     map[string]*huma.MediaType{contentJSON: {Example: example}},
	}}
}
