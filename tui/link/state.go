package link

import (
	"fmt"
	"time"

	"apps.local/neetbox-tui/protocol"
)

// Phase is how a [Link] stands with its daemon.
type Phase uint8

// The phases. Only [Link.Retry] leaves Failed.
const (
	Connecting Phase = iota // an attempt is under way
	Online                  // events flow, actions are taken
	Offline                 // waiting for State.RetryAt
	Failed                  // trying again by itself would end the same way
)

// String is the phase in one word.
func (p Phase) String() string {
	switch p {
	case Connecting:
		return "connecting"
	case Online:
		return "online"
	case Offline:
		return "offline"
	case Failed:
		return "failed"
	}
	return fmt.Sprintf("Phase(%d)", uint8(p))
}

// State is the connection as a person should hear of it.
type State struct {
	Phase    Phase
	Endpoint protocol.Endpoint
	Server   protocol.ServerInfo // of the last daemon that answered
	Err      error               // why it is not online; nil while it is
	Since    time.Time           // since when it is online, or without a connection
	RetryAt  time.Time           // the next attempt, while Offline; else zero
	Epoch    string              // of the last daemon that answered
	Note     string              // what is being done, while Connecting
}

// Snapshot is what the daemon knew right after a handshake. Events that follow
// it in the same [BatchMsg] may tell older news than it does.
type Snapshot struct {
	// Epoch names the numbering. A pane that meets another one than before drops
	// what it has.
	Epoch    string
	Projects []protocol.ProjectInfo
	Runs     map[string][]protocol.RunInfo // by project id
	Machines []protocol.MachineInfo
	// Heads are the highest sequence numbers at the handshake, by project id. On
	// the first connection the events up to them are not sent: panes ask by
	// [Link.History].
	Heads map[string]protocol.Seq
}

// BatchMsg is what happened since the last one. State and Snapshot are to be
// taken before Events.
type BatchMsg struct {
	State    *State             // set when it changed: the newest
	Snapshot *Snapshot          // set after each (re)connect
	Events   []protocol.Event   // in order of arrival; they alias nothing
	Receipts []protocol.Receipt // those that changed, each once and as it is now
	Missed   int                // events that were dropped or that the daemon no longer has
	Unread   int                // frames that are no events
	Closed   bool               // Run has ended: there will be no other batch
}
