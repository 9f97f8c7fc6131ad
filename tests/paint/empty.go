package main

import (
	"os"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

// What the screens show that the others don't: the dashboard's help, and the
// title of a pane that the help lies over. The empty program shows the same.
const (
	helpMarker = "Everywhere"
	paneMarker = "Actions"
)

// Keys that open and close the help.
const (
	openKey  = "?"
	closeKey = "\x1b"
)

// emptyFrameRate is the dashboard's, which decides how soon a key is seen.
const emptyFrameRate = 120

// empty is the floor: a program that draws one of two full screens and has no
// clock.
type empty struct {
	screens [2]string
	open    int
}

func newEmpty() empty {
	var e empty
	for i, marker := range []string{paneMarker, helpMarker} {
		line := marker + strings.Repeat(string(rune('a'+i)), columns-len(marker))
		e.screens[i] = strings.Repeat(line+"\n", rows-1) + line
	}
	return e
}

// Init does nothing.
func (empty) Init() tea.Cmd { return nil }

// Update changes the screen at the dashboard's keys.
func (e empty) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if key, ok := msg.(tea.KeyMsg); ok {
		switch key.String() {
		case "?":
			e.open = 1
		case "esc":
			e.open = 0
		case "q":
			return e, tea.Quit
		}
	}
	return e, nil
}

// View is one of the two screens.
func (e empty) View() string { return e.screens[e.open] }

func runEmpty(in, out *os.File) error {
	_, err := tea.NewProgram(newEmpty(), tea.WithAltScreen(), tea.WithFPS(emptyFrameRate), tea.WithInput(in), tea.WithOutput(out)).Run()
	return err
}
