// Package attach makes sure that a usable daemon answers, seen from whoever
// needs one: it attaches to the one that is there, or starts one.
//
// The order is probe, lock, probe again, start, wait until it answers. The lock
// serialises starting only: whoever loses the race finds the winner's daemon at
// the second probe, so any number of frontends started at once end up with one
// daemon. That a daemon is the only one of its data directory is the daemon's
// own lock's business.
//
// A daemon is never killed, since runs may be connected to it: an older one is
// asked to stand down, which it does only while idle, and its "no" stands.
// Whatever else answers at the port is named and left alone.
package attach
