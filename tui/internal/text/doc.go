// Package text makes foreign text safe to draw and measures it in cells.
//
// Whatever a run sends (log lines, names, notes, errors) is hostile until it
// has passed Clean, Plain or Lines: afterwards no control character is left,
// the only escape sequences are colours and weights (SGR), and a line ends in
// the style it began with, so it can neither move the cursor nor colour its
// neighbour.
//
// Width, Fit, Truncate, PadLeft and Wrap count terminal cells by grapheme
// clusters and never cut inside an escape sequence or a cluster. The number
// forms (Count, SI, Bytes, Age, Number, Plural) are the ones every part of the
// program uses, so that one value reads the same everywhere.
package text
