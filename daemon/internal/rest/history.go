package rest

import (
	"context"
	"errors"
	"math"
	"net/http"
	"regexp"
	"regexp/syntax"

	"github.com/danielgtaylor/huma/v2"

	"apps.local/neetbox-tui/protocol"
)

// registerHistory serves what was: events, curves, and how much is held.
func (r *routes) registerHistory() {
	tags := []string{tagTUI}
	register(r, huma.Operation{
		OperationID: "events", Method: http.MethodGet, Path: pathProject + "/events", Tags: tags,
		Summary: "A page of a project's events, in ascending order of seq",
		Description: "Without `after` and `before` it is the newest page; with `after` the oldest above it, " +
			"so `after=0` is the beginning; with `before` the newest below it; not both. Everything else that is given has " +
			"to hold for each event: `grep` and `regex` together select logs for which both do.",
	}, r.events, func(in *eventsInput) *failure { return noProject(in.Project) })
	register(r, huma.Operation{
		OperationID: "scalars", Method: http.MethodGet, Path: pathRun + "/scalars", Tags: tags,
		Summary: "A run's curves, summed up",
	}, r.scalars, missingRun)
	register(r, huma.Operation{
		OperationID: "scalar", Method: http.MethodGet, Path: pathRun + "/scalars/{series}", Tags: tags,
		Summary:     "One curve: its points, or with `buckets` its extremes",
		Description: "Extremes keep the spikes that thinned out points would lose.",
	}, r.scalar, func(in *scalarInput) *failure {
		return newFailure(http.StatusNotFound, "no curve "+quote(in.Series)+" in run "+quote(in.Run),
			"list the curves with neetbox-tui scalars PROJECT/RUN")
	})
	register(r, huma.Operation{
		OperationID: "storage", Method: http.MethodGet, Path: pathTUI + "storage", Tags: tags,
		Summary: "How much is held, where, and whether storing works",
	}, r.storage, nothingMissing)
}

type eventsInput struct {
	Project string          `path:"project" doc:"the project's id, or a display name that no other project has" example:"neet_test"`
	Run     string          `query:"run" maxLength:"256" doc:"only of this run"`
	Type    string          `query:"type" maxLength:"256" doc:"only of this event type" example:"log"`
	Series  string          `query:"series" maxLength:"4096" doc:"only of this series"`
	Level   string          `query:"level" enum:"debug,info,warning,error" doc:"only logs of this level and above"`
	After   optional[int64] `query:"after" minimum:"0" doc:"only above this seq, oldest first; 0 is the beginning"`
	Before  optional[int64] `query:"before" minimum:"1" doc:"only below this seq, the newest of them; not together with after"`
	Limit   int             `query:"limit" minimum:"1" maximum:"10000" default:"500" doc:"at most this many"`
	Grep    string          `query:"grep" maxLength:"4096" doc:"only logs whose text holds this"`
	Regex   string          `query:"regex" maxLength:"4096" doc:"only logs whose text matches this RE2 pattern somewhere" example:"loss=(nan|inf)"`
	Since   optional[int64] `query:"since" minimum:"0" doc:"only what arrived then or later, Unix milliseconds"`
	Until   optional[int64] `query:"until" minimum:"1" doc:"only what arrived before then, Unix milliseconds; above since"`
}

// query checks what the schema can't say.
func (in *eventsInput) query() (protocol.EventQuery, error) {
	q := protocol.EventQuery{
		Run: in.Run, Type: protocol.EventType(in.Type), Series: in.Series, Level: in.Level, Limit: in.Limit, Grep: in.Grep,
		After: protocol.Seq(in.After.Value), Before: protocol.Seq(in.Before.Value),
		Regex: in.Regex, From: in.Since.Value, To: in.Until.Value,
	}
	if in.After.Given && in.Before.Given {
		return q, newFailure(http.StatusBadRequest, "after and before are given both",
			"give after to read on, or before to read back")
	}
	if in.Until.Given && q.To <= q.From {
		return q, newFailure(http.StatusBadRequest, "until is not above since, so nothing can be in between",
			"exchange since and until")
	}
	if in.After.Given && q.After == 0 {
		q.After = -1
	}
	return q, checkPattern(in.Regex)
}

// checkPattern refuses what is no RE2 pattern, and says which part of it is
// wrong.
func checkPattern(pattern string) error {
	_, err := regexp.Compile(pattern)
	var wrong *syntax.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong):
		return newFailure(http.StatusBadRequest, "regex is no RE2 pattern: "+wrong.Code.String()+" in "+quote(wrong.Expr),
			"put a backslash before what is meant as it stands")
	}
	return newFailure(http.StatusBadRequest, "regex is no RE2 pattern", "see https://github.com/google/re2/wiki/Syntax")
}

type eventsOutput struct{ Body protocol.EventPage }

func (r *routes) events(ctx context.Context, in *eventsInput) (*eventsOutput, error) {
	q, err := in.query()
	if err != nil {
		return nil, err
	}
	project, err := r.resolve(in.Project)
	if err != nil {
		return nil, err
	}
	page, err := r.Reader.Events(ctx, project, q)
	if err != nil {
		return nil, err
	}
	page.Events = filled(page.Events)
	for i, event := range page.Events {
		page.Events[i] = quoteNonFinite(event)
	}
	return &eventsOutput{Body: page}, nil
}

type scalarsOutput struct {
	Body struct {
		Scalars []protocol.ScalarSummary `json:"scalars"`
	} `nameHint:"ScalarList"`
}

func (r *routes) scalars(ctx context.Context, in *runInput) (*scalarsOutput, error) {
	project, err := r.resolve(in.Project)
	if err != nil {
		return nil, err
	}
	list, err := r.Reader.Scalars(ctx, project, in.Run)
	if err != nil {
		return nil, err
	}
	var out scalarsOutput
	out.Body.Scalars = filled(list)
	return &out, nil
}

type scalarInput struct {
	Project string            `path:"project" doc:"the project's id, or a display name that no other project has" example:"neet_test"`
	Run     string            `path:"run" doc:"the run's id"`
	Series  string            `path:"series" doc:"the curve's name; %2F for a slash" example:"loss"`
	From    optional[float64] `query:"from" doc:"lowest x"`
	To      optional[float64] `query:"to" doc:"highest x"`
	Buckets int               `query:"buckets" minimum:"0" maximum:"100000" default:"0" doc:"how many stretches; 0 for the points"`
}

// query checks what the schema can't say.
func (in *scalarInput) query() (protocol.ScalarQuery, error) {
	q := protocol.ScalarQuery{Buckets: in.Buckets}
	for _, end := range []struct {
		given *optional[float64]
		into  **float64
	}{{&in.From, &q.From}, {&in.To, &q.To}} {
		if !end.given.Given {
			continue
		}
		if math.IsNaN(end.given.Value) {
			return q, newFailure(http.StatusBadRequest, "from or to is not a number", "give from and to as numbers")
		}
		*end.into = &end.given.Value
	}
	if q.From != nil && q.To != nil && *q.From > *q.To {
		return q, newFailure(http.StatusBadRequest, "from is above to", "exchange from and to")
	}
	return q, nil
}

type scalarOutput struct{ Body protocol.ScalarSeries }

func (r *routes) scalar(ctx context.Context, in *scalarInput) (*scalarOutput, error) {
	q, err := in.query()
	if err != nil {
		return nil, err
	}
	project, err := r.resolve(in.Project)
	if err != nil {
		return nil, err
	}
	curve, err := r.Reader.Scalar(ctx, project, in.Run, in.Series, q)
	if err != nil {
		return nil, err
	}
	return &scalarOutput{Body: curve}, nil
}

type storageOutput struct{ Body protocol.StorageInfo }

func (r *routes) storage(ctx context.Context, _ *struct{}) (*storageOutput, error) {
	info, err := r.Reader.Storage(ctx)
	if err != nil {
		return nil, err
	}
	return &storageOutput{Body: info}, nil
}
