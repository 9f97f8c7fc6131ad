package rest

import (
	"context"

	"apps.local/neetbox-tui/protocol"
)

// Live is what is here now. Its methods are called from many goroutines at once,
// answer from memory, and hand out lists that the caller may change; the bytes in
// them may be shared. Errors other than those named become a 500 whose text stays
// in the log; a wrapped one counts as the one it wraps.
//
// A project is meant by its id wherever a parameter is called project; only
// Resolve takes what a peer wrote.
type Live interface {
	// Projects lists all projects in any order.
	Projects() []protocol.ProjectInfo
	// Resolve finds the id of a project named by its id or by a display name
	// that no other project has. An id wins over a display name.
	Resolve(name string) (project string, ok bool)
	// Runs lists a project's runs, oldest first, without their Sections.
	Runs(project string) []protocol.RunInfo
	// Run is one run with its Sections.
	Run(project, run string) (protocol.RunInfo, bool)
	// Receipts lists what became of a run's actions, newest first.
	Receipts(project, run string) []protocol.Receipt
	// Machines lists the machines that were reported, each once.
	Machines() []protocol.MachineInfo
	// Sync takes the status document of a program, a JSON object or array that
	// may hold bare NaN and Infinity. Its string encoding is undone already; text
	// says that there was one. The project is what the program wrote (its id, or
	// a display name) and is made when it is new; run is "" when the program did
	// not say. doc belongs to the callee.
	Sync(project, run string, doc []byte, text bool) error
	// StatusDoc is what was synced last, and whether it came as a JSON string.
	// doc is nil before the first sync; ok is false for an unknown project. The
	// caller does not change doc.
	StatusDoc(project string) (doc []byte, text bool, ok bool)
	// Edit changes what people say about a run and answers with the run as it is
	// then. Errors: [protocol.ErrNotFound].
	Edit(project, run string, edit protocol.RunEdit) (protocol.RunInfo, error)
	// Delete forgets a run and its history. Errors: [protocol.ErrNotFound],
	// [protocol.ErrRunOnline].
	Delete(project, run string) error
	// Connected lists the runs that are connected, of all projects.
	Connected() []protocol.RunInfo
}

// Reader is what was. It may be a store that several daemons share, so every call
// may wait and takes a context. Lists are handed out as those of a [Live] are.
// Errors: [protocol.ErrNotFound] for an unknown project, run or series.
type Reader interface {
	// Events is a page of a project's events. q is checked already: Limit is
	// between 1 and [MaxPage], After and Before are not both given, Regex compiles,
	// To is 0 or above From. After is -1 when the page is to start at the oldest
	// event (after=0), because 0 stands for not given.
	Events(ctx context.Context, project string, q protocol.EventQuery) (protocol.EventPage, error)
	// Scalars sums up the curves of a run.
	Scalars(ctx context.Context, project, run string) ([]protocol.ScalarSummary, error)
	// Scalar is one curve.
	Scalar(ctx context.Context, project, run, series string, q protocol.ScalarQuery) (protocol.ScalarSeries, error)
	// Sizes are the bytes that each project takes, near enough; what it does not
	// name takes none.
	Sizes(ctx context.Context) (map[string]int64, error)
	// Storage is how much is held and where.
	Storage(ctx context.Context) (protocol.StorageInfo, error)
}

// Control ends the daemon.
type Control interface {
	// Stop begins the daemon's end and returns at once, so that the request that
	// asked for it is still answered. Only the first call counts.
	Stop(reason string)
}

// Bounds of what one request may ask for and send.
const (
	// DefaultPage is how many events a page has when the request does not say.
	DefaultPage = 500
	// MaxPage bounds the events of one page.
	MaxPage = 10_000
	// MaxBuckets bounds the stretches of one curve.
	MaxBuckets = 100_000
	// MaxBody bounds a request's body, in bytes.
	MaxBody = 16 << 20
)
