// Package lockfile lets one holder at a time own a path, across processes.
//
// The lock is the operating system's own (flock(2), LockFileEx), so it ends with
// its process however that ends: what a dead holder left behind never counts.
// It belongs to the file, not to the name; therefore the file is never removed,
// or two processes could each hold a lock on "the same" path.
//
// Who holds it is written for people, as JSON, into a second file beside the
// first (path + ".json"): Windows lets nobody else read a locked file. That file
// informs and nothing more: it may be stale after a crash, or absent.
package lockfile
