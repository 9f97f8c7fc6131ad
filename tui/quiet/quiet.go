// Package quiet keeps programs that link Bubble Tea silent until they draw.
//
// Bubble Tea v1 asks the terminal for its background colour while its package
// initialises: it writes a query and waits up to five seconds when nobody
// answers. One executable holds the dashboard, the daemon and every other
// command, so all of them would pay. Lip Gloss does not ask once it has been
// told, and Go initialises packages in the order of their import paths, where
// apps.local/… sorts before github.com/charmbracelet/…. So this package tells
// it first. This is the one init function of the project: nothing that runs
// later than package initialisation comes early enough.
//
// The answer given here is never used: the dashboard asks the terminal itself,
// with a short time-out, and the theme does not read Lip Gloss's global
// renderer. The main package imports quiet for its effect alone.
package quiet

import "github.com/charmbracelet/lipgloss"

func init() { //nolint:gochecknoinits // being early is its whole purpose
	lipgloss.SetHasDarkBackground(true)
}
