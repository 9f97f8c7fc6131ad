// Package term is the one owner of the terminal.
//
// Everything that reports, asks or decorates goes through a Terminal, so two
// promises hold for the whole program:
//
//   - What the terminal answers to a question never shows up as keys, and what
//     the person types while the question is open is never lost.
//   - Every sequence is written whole: a clipboard or title sequence stands
//     between two frames, never inside one.
//
// Input and Output have the shape Bubble Tea v1 looks for (a file with a
// descriptor), so raw mode, the window size and suspending keep working.
// The package starts no goroutine.
package term
