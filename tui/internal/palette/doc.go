// Package palette is the overlay that calls actions and finds commands.
//
// It has three faces: the list of a run's actions, the form of one action, and
// the list of every command of the dashboard. Nothing remote happens by a single
// key: an action without arguments shows its form too, and an overlay that
// opened by itself is deaf for a moment, so that a key meant for something else
// does not land in it.
//
// What leaves the form is exactly what its last line shows: every argument is a
// Python literal, an empty field is left out and the function's own default
// applies. Names and descriptions come from a run and are hostile until cleaned.
//
// The overlay knows no clock, no network and no other pane. It is told the time
// and the run, and answers with [SubmitMsg], [ChosenMsg] or [CloseMsg].
package palette
