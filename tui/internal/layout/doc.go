// Package layout turns a size into rectangles, and does nothing else.
//
// Compute is a pure function: the same arguments give the same layout, the
// rectangles never overlap, and together they cover every cell of the screen.
// Drawing and mouse hits use the same result, so that what is clicked is what
// is seen. No size is refused: small screens get simpler layouts, down to a
// single word.
package layout
