package protocol

import (
	"encoding/json"
	"errors"
)

// Errors that what is here now and what was answer with; a wrapped one counts.
var (
	// ErrNotFound says that there is no such project, run or series.
	ErrNotFound = errors.New("not found")
	// ErrRunOnline says that a connected run can't be deleted.
	ErrRunOnline = errors.New("run is connected")
)

// Hello is the answer of GET /hello. Upstream's clients look at "hello" only;
// upstream's servers have no "server", which tells theirs from ours.
type Hello struct {
	Hello    string `json:"hello" doc:"always \"hello\""`
	Server   string `json:"server" doc:"always \"neetbox-tui\""`
	Version  string `json:"version"`
	Build    string `json:"build" doc:"VCS revision, or the executable's modification time"`
	Protocol int    `json:"protocol" doc:"decides whether dashboard and daemon understand each other"`
	PID      int    `json:"pid"`
	Started  int64  `json:"started" doc:"Unix milliseconds"`
	WS       int    `json:"ws" doc:"WebSocket port"`
}

// ErrorBody is the body of every error of /tui/v1.
type ErrorBody struct {
	Error ErrorDetail `json:"error"`
}

// ErrorDetail says what went wrong and what to do next.
type ErrorDetail struct {
	Code    string `json:"code" doc:"for programs: not_found, bad_request, forbidden, busy, …"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty" doc:"the next step"`
}

// ProjectInfo is one project of GET /tui/v1/projects.
type ProjectInfo struct {
	ID        string `json:"id"`
	Name      string `json:"name" doc:"display name"`
	Online    bool   `json:"online" doc:"a run is connected"`
	Runs      int    `json:"runs"`
	LastEvent int64  `json:"last_event" doc:"arrival of the newest event, Unix milliseconds; 0 before the first"`
	LastSeq   Seq    `json:"last_seq"`
	Size      int64  `json:"size" doc:"bytes held"`
	Ignored   int64  `json:"ignored,omitempty" doc:"frames of frontends that were not taken; a run's are told with the run"`
}

// RunInfo is one run of GET /tui/v1/projects/{p}/runs.
type RunInfo struct {
	ID        string   `json:"id"`
	Project   string   `json:"project"`
	Name      string   `json:"name" doc:"for people; may be empty"`
	State     RunState `json:"state" enum:"running,quiet,finished,failed,lost"`
	Reason    string   `json:"reason,omitempty" doc:"why it is in this state"`
	Started   int64    `json:"started" doc:"Unix milliseconds"`
	Ended     int64    `json:"ended,omitempty" doc:"Unix milliseconds; 0 while it is connected"`
	LastEvent int64    `json:"last_event" doc:"arrival of its newest event, Unix milliseconds"`
	LastSeq   Seq      `json:"last_seq"`
	Dialect   string   `json:"dialect"`
	// Extensions is the version that the run asked for; such a run reports when an
	// action begins, a released client (0) does not.
	Extensions int                 `json:"extensions,omitempty"`
	Machine    string              `json:"machine,omitempty" doc:"host that it reports hardware of"`
	Tags       []string            `json:"tags"`
	Notes      string              `json:"notes,omitempty" doc:"Markdown"`
	Counts     map[EventType]int64 `json:"counts" doc:"events taken, by type"`
	Ignored    int64               `json:"ignored,omitempty" doc:"frames that were not taken"`
	// Sections is the run's status by series: config, platform, action,
	// hyperparameters; and its newest hardware.
	Sections map[string]json.RawMessage `json:"sections,omitempty"`
}

// Actions are the actions that the run announced, or nil while it has not said.
func (r RunInfo) Actions() map[string]ActionSpec {
	raw, said := r.Sections[SeriesAction]
	if !said {
		return nil
	}
	actions := map[string]ActionSpec{}
	var each map[string]json.RawMessage
	if json.Unmarshal(raw, &each) != nil {
		return actions
	}
	for name, text := range each {
		var spec ActionSpec
		if json.Unmarshal(text, &spec) == nil {
			actions[name] = spec
		}
	}
	return actions
}

// EventPage is the answer of GET /tui/v1/projects/{p}/events. Each event is a
// frame in the seed's spelling with the extra keys; bare non-finite numbers are
// strings there.
type EventPage struct {
	Epoch  string            `json:"epoch"`
	First  Seq               `json:"first" doc:"lowest number still held; 0 when nothing is"`
	Last   Seq               `json:"last" doc:"highest number given so far"`
	Events []json.RawMessage `json:"events" doc:"in ascending order of seq"`
}

// EventQuery selects events of a project. The zero value is the newest page.
type EventQuery struct {
	Run    string
	Type   EventType
	Series string
	Level  string // floor for logs: debug, info, warning, error
	After  Seq    // only above it, the oldest of them; -1 starts at the very first
	Before Seq    // only below it, newest kept; not together with After
	Limit  int    // at most this many; 0 means the default
	Grep   string // substring of the log text
	Regex  string // RE2 pattern that the log text matches
	From   int64  // arrived then or later, Unix milliseconds; 0: no bound
	To     int64  // arrived before then, Unix milliseconds; 0: no bound
}

// RunEdit is what people may change of a run; a nil field is left as it is.
type RunEdit struct {
	Name  *string
	Notes *string   // Markdown
	Tags  *[]string // in place of all tags
}

// ScalarQuery selects a stretch of a curve by x, both ends included.
type ScalarQuery struct {
	From, To *float64 // nil: from the beginning, to the end
	Buckets  int      // thin to this many stretches of extremes; 0 gives the points
}

// Receipt is the life of one action.
type Receipt struct {
	ID       EventID           `json:"event-id"`
	Run      string            `json:"run"`
	Action   string            `json:"action"`
	Args     map[string]string `json:"args"`
	State    ReceiptState      `json:"state" enum:"sent,running,done,failed,timed out,lost"`
	Sent     int64             `json:"sent" doc:"Unix milliseconds"`
	Began    int64             `json:"began,omitempty" doc:"Unix milliseconds; 0 where the run does not report it"`
	Answered int64             `json:"answered,omitempty" doc:"Unix milliseconds"`
	Late     bool              `json:"late,omitempty" doc:"the answer came after the time-out"`
	Result   json.RawMessage   `json:"result,omitempty"`
	Error    string            `json:"error,omitempty"`
}

// ScalarSummary is one curve of GET …/scalars.
type ScalarSummary struct {
	Series string `json:"series"`
	Count  int64  `json:"count"`
	First  Scalar `json:"first"`
	Last   Scalar `json:"last"`
	Min    Float  `json:"min"`
	Max    Float  `json:"max"`
}

// ScalarPoint is one point of a curve.
type ScalarPoint struct {
	Seq Seq   `json:"seq"`
	At  int64 `json:"at" doc:"Unix milliseconds"`
	X   Float `json:"x"`
	Y   Float `json:"y"`
}

// ScalarBucket is a stretch of a curve by its extremes, so that spikes survive.
type ScalarBucket struct {
	FromX Float `json:"from_x"`
	ToX   Float `json:"to_x"`
	Min   Float `json:"min"`
	Max   Float `json:"max"`
	Count int64 `json:"count"`
	// NonFinite counts the points of the stretch that are no numbers.
	NonFinite int64 `json:"non_finite,omitempty"`
}

// ScalarSeries is the answer of GET …/scalars/{series}: points, or buckets.
type ScalarSeries struct {
	Series  string         `json:"series"`
	Points  []ScalarPoint  `json:"points,omitempty"`
	Buckets []ScalarBucket `json:"buckets,omitempty"`
}

// MachineInfo is one machine of GET /tui/v1/machines.
type MachineInfo struct {
	ID       string          `json:"id"`
	Host     string          `json:"host"`
	By       string          `json:"by" doc:"\"daemon\", or PROJECT/RUN"`
	At       int64           `json:"at" doc:"Unix milliseconds"`
	Hardware json.RawMessage `json:"hardware"`
}

// StorageInfo is the answer of GET /tui/v1/storage.
type StorageInfo struct {
	Kind    string       `json:"kind" doc:"\"memory\" or \"sqlite\""`
	Path    string       `json:"path,omitempty"`
	Events  int64        `json:"events"`
	Bytes   int64        `json:"bytes"`
	Limit   int64        `json:"limit" doc:"bytes; oldest finished runs give first"`
	Trimmed int64        `json:"trimmed" doc:"events that retention took"`
	History HistoryState `json:"history"`
}

// ShutdownRequest is the body of POST /tui/v1/shutdown.
type ShutdownRequest struct {
	IfIdle bool `json:"if_idle" doc:"refuse with 409 while runs are connected"`
}

// ShutdownReply is its answer, with 202 or 409.
type ShutdownReply struct {
	Stopping bool      `json:"stopping"`
	Runs     []RunInfo `json:"runs" doc:"the connected runs"`
}
