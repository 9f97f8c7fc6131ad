package rest

import (
	"context"
	"maps"
	"net/http"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"apps.local/neetbox-tui/protocol"
)

const (
	pathTUI      = "/tui/v1/"
	pathProjects = pathTUI + "projects"
	pathProject  = pathProjects + "/{project}"
	pathRuns     = pathProject + "/runs"
	pathRun      = pathRuns + "/{run}"
)

// The library fills no field of an embedded struct that is not exported, so each
// input repeats the names in its path.
type projectInput struct {
	Project string `path:"project" doc:"the project's id, or a display name that no other project has" example:"neet_test"`
}

type runInput struct {
	Project string `path:"project" doc:"the project's id, or a display name that no other project has" example:"neet_test"`
	Run     string `path:"run" doc:"the run's id"`
}

func missingProject(in *projectInput) *failure { return noProject(in.Project) }

func missingRun(in *runInput) *failure { return noRun(in.Run) }

// registerTUI serves what our own frontends and commands ask for.
func (r *routes) registerTUI() {
	tags := []string{tagTUI}
	register(r, huma.Operation{
		OperationID: "projects", Method: http.MethodGet, Path: pathProjects, Tags: tags, Summary: "All projects",
	}, r.projects, nothingMissing)
	register(r, huma.Operation{
		OperationID: "runs", Method: http.MethodGet, Path: pathRuns, Tags: tags,
		Summary: "A project's runs, oldest first", Description: "Without their sections.",
	}, r.runs, missingProject)
	register(r, huma.Operation{
		OperationID: "run", Method: http.MethodGet, Path: pathRun, Tags: tags, Summary: "One run with its sections",
	}, r.run, missingRun)
	register(r, huma.Operation{
		OperationID: "edit-run", Method: http.MethodPatch, Path: pathRun, Tags: tags,
		Summary: "Change a run's name, notes or tags", Description: "What is left out stays; tags replace all tags.",
		MaxBodyBytes: maxEdit,
	}, r.edit, func(in *editInput) *failure { return noRun(in.Run) })
	register(r, huma.Operation{
		OperationID: "delete-run", Method: http.MethodDelete, Path: pathRun, Tags: tags,
		Summary: "Forget a run and its history", Description: "409 while it is connected.",
	}, r.remove, missingRun)
	register(r, huma.Operation{
		OperationID: "receipts", Method: http.MethodGet, Path: pathRun + "/receipts", Tags: tags,
		Summary: "What became of a run's actions, newest first",
	}, r.receipts, missingRun)
	register(r, huma.Operation{
		OperationID: "machines", Method: http.MethodGet, Path: pathTUI + "machines", Tags: tags,
		Summary: "The machines that were reported, with their newest hardware",
	}, r.machines, nothingMissing)
	r.registerHistory()
	r.registerShutdown()
}

// resolve finds the id of the project that a request names.
func (r *routes) resolve(name string) (string, error) {
	id, ok := r.Live.Resolve(name)
	if !ok {
		return "", noProject(name)
	}
	return id, nil
}

type projectsOutput struct {
	Body struct {
		Projects []protocol.ProjectInfo `json:"projects"`
	} `nameHint:"ProjectList"`
}

func (r *routes) projects(ctx context.Context, _ *struct{}) (*projectsOutput, error) {
	sizes, err := r.Reader.Sizes(ctx)
	if err != nil { // what is here now is told whatever became of history
		r.Logger.Warn("read sizes", "error", err)
	}
	var out projectsOutput
	out.Body.Projects = filled(r.Live.Projects())
	for i := range out.Body.Projects {
		out.Body.Projects[i].Size = sizes[out.Body.Projects[i].ID]
	}
	return &out, nil
}

type runsOutput struct {
	Body struct {
		Runs []protocol.RunInfo `json:"runs"`
	} `nameHint:"RunList"`
}

func (r *routes) runs(_ context.Context, in *projectInput) (*runsOutput, error) {
	project, err := r.resolve(in.Project)
	if err != nil {
		return nil, err
	}
	var out runsOutput
	out.Body.Runs = tidyRuns(r.Live.Runs(project))
	return &out, nil
}

type runOutput struct{ Body protocol.RunInfo }

func (r *routes) run(_ context.Context, in *runInput) (*runOutput, error) {
	project, err := r.resolve(in.Project)
	if err != nil {
		return nil, err
	}
	run, ok := r.Live.Run(project, in.Run)
	if !ok {
		return nil, protocol.ErrNotFound
	}
	return &runOutput{Body: tidyRun(run)}, nil
}

// maxEdit bounds the body of an edit, in bytes.
const maxEdit = 1 << 20

type editInput struct {
	Project string `path:"project" doc:"the project's id, or a display name that no other project has" example:"neet_test"`
	Run     string `path:"run" doc:"the run's id"`
	Body    struct {
		Name  *string   `json:"name,omitempty" maxLength:"200" example:"green-fox-12"`
		Notes *string   `json:"notes,omitempty" maxLength:"65536" doc:"Markdown"`
		Tags  *[]string `json:"tags,omitempty" maxItems:"64" doc:"in place of all tags; each up to 200 bytes"`
	} `nameHint:"RunEdit"`
}

func (r *routes) edit(_ context.Context, in *editInput) (*runOutput, error) {
	project, err := r.resolve(in.Project)
	if err != nil {
		return nil, err
	}
	if in.Body.Tags != nil && slices.ContainsFunc(*in.Body.Tags, func(tag string) bool { return tag == "" || len(tag) > maxTag }) {
		return nil, newFailure(http.StatusBadRequest, "a tag is empty or longer than 200 bytes", "choose a shorter tag")
	}
	run, err := r.Live.Edit(project, in.Run, protocol.RunEdit{Name: in.Body.Name, Notes: in.Body.Notes, Tags: in.Body.Tags})
	if err != nil {
		return nil, err
	}
	return &runOutput{Body: tidyRun(run)}, nil
}

// maxTag bounds a tag, in bytes.
const maxTag = 200

func (r *routes) remove(_ context.Context, in *runInput) (*struct{}, error) {
	project, err := r.resolve(in.Project)
	if err != nil {
		return nil, err
	}
	return &struct{}{}, r.Live.Delete(project, in.Run)
}

type receiptsOutput struct {
	Body struct {
		Receipts []protocol.Receipt `json:"receipts"`
	} `nameHint:"ReceiptList"`
}

func (r *routes) receipts(_ context.Context, in *runInput) (*receiptsOutput, error) {
	project, err := r.resolve(in.Project)
	if err != nil {
		return nil, err
	}
	if _, ok := r.Live.Run(project, in.Run); !ok {
		return nil, protocol.ErrNotFound
	}
	var out receiptsOutput
	out.Body.Receipts = filled(r.Live.Receipts(project, in.Run))
	for i := range out.Body.Receipts {
		receipt := &out.Body.Receipts[i]
		receipt.Result = quoteNonFinite(receipt.Result)
		if receipt.Args == nil {
			receipt.Args = map[string]string{}
		}
	}
	return &out, nil
}

type machinesOutput struct {
	Body struct {
		Machines []protocol.MachineInfo `json:"machines"`
	} `nameHint:"MachineList"`
}

func (r *routes) machines(context.Context, *struct{}) (*machinesOutput, error) {
	var out machinesOutput
	out.Body.Machines = filled(r.Live.Machines())
	for i := range out.Body.Machines {
		out.Body.Machines[i].Hardware = quoteNonFinite(out.Body.Machines[i].Hardware)
	}
	return &out, nil
}

type shutdownInput struct {
	// Body is optional, and so is its key: no body ends the daemon.
	Body *struct {
		IfIdle bool `json:"if_idle,omitempty" doc:"refuse with 409 while runs are connected"`
	} `nameHint:"ShutdownRequest"`
}

type shutdownOutput struct {
	Status int
	Body   protocol.ShutdownReply
}

func (r *routes) registerShutdown() {
	reply := r.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[protocol.ShutdownReply](), true, "")
	register(r, huma.Operation{
		OperationID: "shutdown-tui", Method: http.MethodPost, Path: pathTUI + "shutdown", Tags: []string{tagTUI},
		Summary: "End the daemon", DefaultStatus: http.StatusAccepted,
		Description: "With `if_idle` only while no run is connected. Answers with the runs that are.",
		Responses: map[string]*huma.Response{"409": {
			Description: "Runs are connected; nothing was ended",
			Content:     map[string]*huma.MediaType{contentJSON: {Schema: reply}},
		}},
	}, r.shutdown, nothingMissing)
}

func (r *routes) shutdown(_ context.Context, in *shutdownInput) (*shutdownOutput, error) {
	runs := tidyRuns(r.Live.Connected())
	if in.Body != nil && in.Body.IfIdle && len(runs) > 0 {
		return &shutdownOutput{http.StatusConflict, protocol.ShutdownReply{Runs: runs}}, nil
	}
	r.Control.Stop("POST " + pathTUI + "shutdown")
	return &shutdownOutput{http.StatusAccepted, protocol.ShutdownReply{Stopping: true, Runs: runs}}, nil
}

// tidyRuns is tidyRun for a list, which is [] rather than null.
func tidyRuns(runs []protocol.RunInfo) []protocol.RunInfo {
	tidy := make([]protocol.RunInfo, 0, len(runs))
	for _, run := range runs {
		tidy = append(tidy, tidyRun(run))
	}
	return tidy
}

// tidyRun makes a run fit for JSON: lists and objects are never null, and what
// the run sent of NaN and Infinity becomes strings.
func tidyRun(run protocol.RunInfo) protocol.RunInfo {
	run.Tags = filled(run.Tags)
	if run.Counts == nil {
		run.Counts = map[protocol.EventType]int64{}
	}
	if run.Sections != nil {
		run.Sections = maps.Clone(run.Sections)
		for name, section := range run.Sections {
			run.Sections[name] = quoteNonFinite(section)
		}
	}
	return run
}

// filled is list, [] rather than null.
func filled[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
