// Package daemon is the server that runs report to and frontends watch: it
// starts its parts in the right order and ends them in the right order.
//
// The parts: hub (who is here, what goes to whom), ws (sockets), rest (routes),
// store (what was). None of them knows another but through small interfaces; only
// this package knows all.
package daemon
