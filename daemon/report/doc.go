// Package report is the client side of the daemon: a cli peer that makes a Go
// program a run.
//
// A [Reporter] sends what the program tells it as events, syncs the run's status
// (configuration, platform, actions, hyperparameters, hardware) and answers the
// actions that frontends call.
//
// # Promises
//
// Reporting never blocks the program and never fails it. Events are queued in
// memory, in the order in which they were told, and written by one goroutine. A
// daemon that is not there, goes away or comes back costs nothing but memory, up
// to a limit; then the oldest events go, and [Reporter.Dropped] counts those
// that the daemon will never have.
//
// Every event has a number of the run's own, "n" on the wire. After a reconnect
// the daemon says how far it has come, and exactly the rest is sent again. A
// daemon that does not speak the extensions can't say it: there an event is sent
// once, and what was on the way when the connection broke is lost.
//
// The last words of [Reporter.End] are the last event of the run. What is still
// queued is sent before it, answers of actions too, for at most two seconds.
//
// # Actions
//
// Receiving never waits for an action: those announced as blocking run one after
// another, up to sixteen others beside each other, and the rest wait their turn.
// Each argument arrives as the text of a Python literal and reaches
// the action as a Go value of the announced type.
package report
