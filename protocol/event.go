package protocol

import "slices"

// EventType is an event's "event-type". Unknown types are legal and carried.
type EventType string

// The seed's four event types, and those that released clients added.
const (
	EventHandshake       EventType = "handshake"
	EventLog             EventType = "log"
	EventAction          EventType = "action"
	EventAck             EventType = "ack"
	EventStatus          EventType = "status"
	EventScalar          EventType = "scalar"
	EventProgress        EventType = "progress"
	EventImage           EventType = "image"
	EventHyperparameters EventType = "hyperparameters"
	EventHardware        EventType = "hardware"
)

// EventTypes lists the types that have a meaning here.
func EventTypes() []EventType {
	return []EventType{
		EventHandshake, EventLog, EventAction, EventAck, EventStatus,
		EventScalar, EventProgress, EventImage, EventHyperparameters, EventHardware,
	}
}

// From reports whether a peer of kind who may send events of type t. A frontend
// calls actions and acks; everything else, unknown types too, comes from runs.
func (t EventType) From(who Who) bool {
	switch t {
	case EventHandshake, EventAction, EventAck:
		return true
	case EventLog, EventStatus, EventScalar, EventProgress, EventImage, EventHyperparameters, EventHardware:
		return who == WhoCLI
	default:
		return who == WhoCLI
	}
}

// Status series, the "series" of a status event.
const (
	SeriesConfig          = "config"          // the run's configuration
	SeriesPlatform        = "platform"        // the machine's software
	SeriesAction          = "action"          // what the run offers: name -> ActionSpec
	SeriesHyperparameters = "hyperparameters" // as set by the run
	SeriesPresence        = "presence"        // from the daemon: Presence
	SeriesEnd             = "end"             // a run's last words: End
	SeriesActionState     = "action-state"    // an action has begun: ActionState
	SeriesHistory         = "history"         // from the daemon: HistoryState
)

// Who is the kind of a peer.
type Who string

// The two kinds of peer: a run and a frontend.
const (
	WhoCLI Who = "cli"
	WhoWeb Who = "web"
)

// Seq numbers the stored events of a project from 1, without gaps unless
// something was lost or trimmed.
type Seq int64

// AllProjects is the project name by which an extended frontend watches every
// project, and by which the daemon reports its own machine.
const AllProjects = "*"

// UnnamedProject is where runs go that name themselves "" or "*".
const UnnamedProject = "unnamed"

// Event is one event in memory, free of any spelling.
//
// Payload and Frame alias the bytes they were decoded from; [Event.Clone] keeps
// them.
type Event struct {
	Type    EventType
	Project string  // "name"; empty when the frame left it out
	ID      EventID // "event-id"
	Payload []byte  // the payload's JSON text as sent; nil when there was none
	Series  string  // "series": level of a log, curve of a scalar, section of a status
	Run     string  // "run": run id
	Seq     Seq     // "seq": set by the daemon on stored events
	At      int64   // "at": arrival at the daemon, Unix milliseconds
	Sent    string  // "sent": the sender's own timestamp, as sent
	N       int64   // "n": the run's own numbering, for sending again

	// NonFinite says that the frame holds a bare NaN or Infinity.
	NonFinite bool
	// Frame is what the sender sent, in the seed's spelling; nil for an event
	// made here.
	Frame []byte

	name      string // the "name" that the frame itself has
	payloadAt int    // where in Frame the payload starts
	closing   int    // where in Frame the last brace is
}

// Clone copies what the event aliases.
func (e Event) Clone() Event {
	aliased := e.Frame != nil && len(e.Payload) > 0 && &e.Frame[e.payloadAt] == &e.Payload[0]
	e.Frame = slices.Clone(e.Frame)
	if aliased {
		e.Payload = e.Frame[e.payloadAt : e.payloadAt+len(e.Payload)]
	} else {
		e.Payload = slices.Clone(e.Payload)
	}
	return e
}

// Size is what the event weighs in memory, in bytes, near enough to bound
// buffers with.
func (e Event) Size() int {
	const overhead = 200
	if e.Frame != nil {
		return len(e.Frame) + overhead
	}
	return len(e.Payload) + overhead
}
