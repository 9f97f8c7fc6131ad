package pane

import (
	tea "github.com/charmbracelet/bubbletea"

	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/layout"
)

// Pane is one region of the dashboard. Panes are pointers: Update changes the
// pane and returns what is to be done outside it.
type Pane interface {
	// Update takes one message. Keys and the mouse come only to the pane they
	// are meant for, everything else to every pane.
	Update(tea.Msg) tea.Cmd
	// View is the pane in exactly the size it was given, frame included.
	View() string
	// SetSize gives the pane its rectangle in cells, frame included.
	SetSize(w, h int)
	SetFocused(bool)
	// Scope is where the pane's keys are declared.
	Scope() keys.Scope
	// Capturing reports that text is being typed, so that keys are text and
	// not commands.
	Capturing() bool
}

// Inner is the room that Frame leaves for the body of a pane in r.
func Inner(r layout.Rect) (w, h int) {
	if !framed(r) {
		return max(r.W, 0), max(r.H, 0)
	}
	inner := r.Inner(1)
	return inner.W, inner.H
}

// framed reports room for a border around at least two cells of text.
func framed(r layout.Rect) bool { return r.W >= 4 && r.H >= 3 }
