package palette

import "apps.local/neetbox-tui/protocol"

// Target is the run whose actions are offered.
type Target struct {
	Project string
	Run     string // run id; empty when none is chosen
	RunName string // what a person calls the run; the id where it is empty
	Online  bool
	Reason  string // why it is not online, as in "lost 41m ago"; may be empty
	// Actions are what the run announced; nil while it has announced nothing,
	// empty when it announced that it has none.
	Actions  map[string]protocol.ActionSpec
	ReadOnly bool // no action may be sent from this dashboard
}

// Command is one thing the dashboard can do.
type Command struct {
	Title string
	Key   string // the key that does the same; may be empty
	Hint  string // what it does, in a few words
	ID    any    // comes back in [ChosenMsg]
}

// SubmitMsg asks for an action to be called. The overlay has closed. The values
// of Call.Args are Python literals.
type SubmitMsg struct {
	Project, Run string
	Call         protocol.ActionCall
}

// ChosenMsg tells the command that was chosen. The overlay has closed.
type ChosenMsg struct{ ID any }

// CloseMsg tells that the overlay has closed and nothing was chosen.
type CloseMsg struct{}
