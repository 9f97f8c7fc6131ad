// Package receipts is the pane that shows what became of each action.
//
// An action asks a program that somebody else runs to do something, so the pane
// never shows more than is known: "sent" is no tick, and a client that cannot
// say that an action has begun is said to be one. A receipt is kept until a
// person forgets it, and an answer that comes after the time-out is filed as
// late and not lost.
//
// The pane keeps no clock: it is told the time, and says by Animating whether
// anything in it grows older in sight.
package receipts
