// Package edit is the overlay that changes what people say about a run: its
// name, its note, its tags, and whether it is kept at all.
//
// Nothing is sent before a person says so, and nothing that was typed is lost to
// an error: the dialog stays open until the daemon has taken the change. Deleting
// is never one key: the question comes with No marked, and a run with a long
// history has to be named. A dialog that opened by itself is deaf for a moment,
// so that a key meant for something else does not land in it.
//
// The overlay knows no clock, no network and no pane. It is told the time and
// the run, and answers with [SubmitMsg], [DeleteMsg] or [CloseMsg].
package edit
