// Package theme turns roles into styles and glyphs.
//
// A Theme is a value made once from a name, a colour profile and a background,
// and passed down; panes ask it for roles (muted, error, selected) and never
// name a colour. Palettes are data, with a colour of their own for terminals
// of 16, 256 and millions of colours, so that nothing depends on a conversion.
//
// State is always a glyph and a word as well as a colour. The default theme
// paints no background. Nothing here asks the terminal: whoever opens it finds
// out what it can do and says so in Options.
package theme
