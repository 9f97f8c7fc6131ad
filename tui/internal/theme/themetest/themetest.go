// Package themetest makes themes for the tests of whatever is drawn with one.
package themetest

import (
	"testing"

	"github.com/muesli/termenv"

	"apps.local/neetbox-tui/tui/internal/theme"
)

// New returns the default theme on a dark background, with the given colours and
// glyphs. It fails the test when there is none.
func New(t testing.TB, p termenv.Profile, g theme.GlyphMode) theme.Theme {
	t.Helper()
	th, err := theme.New(theme.Options{Profile: p, Dark: true, Glyphs: g})
	if err != nil {
		t.Fatal(err)
	}
	return th
}
