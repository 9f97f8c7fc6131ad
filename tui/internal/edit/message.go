package edit

import "apps.local/neetbox-tui/protocol"

// SubmitMsg asks for a run to be changed. The overlay stays open, without taking
// text, until it is told by [Overlay.Saved] or [Overlay.Failed] what came of it.
type SubmitMsg struct {
	Project, Run string
	Edit         protocol.RunEdit // only what changes
}

// DeleteMsg asks for a run to be deleted; a person has said yes. The overlay has
// closed.
type DeleteMsg struct{ Project, Run string }

// CloseMsg tells that the overlay has closed and that nothing is to be done.
type CloseMsg struct{}
