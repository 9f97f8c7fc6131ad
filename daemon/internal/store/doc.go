// Package store is history: what the hub recorded and REST reads back.
//
// [Memory] keeps the newest events within bounds and forgets them when the
// daemon ends. [History] keeps everything in an SQLite file until retention or a
// person takes it. Their users define the interfaces they need (hub.Recorder
// writes, rest.Reader reads); the conformance suite in storetest holds for every
// implementation of the two.
//
// # Promises of History
//
// The live path never waits: Record copies the event into a bounded queue, and
// what finds no room is counted as missed. What a reader has seen is there after
// a crash of the daemon; of the rest at most the last batch (20 ms, or what a
// busy disk left in the queue) is missing, and its sequence numbers are known as
// a gap and never given again. A full disk pauses storing, and it resumes by
// itself. A damaged file is set aside, never deleted; one of a newer version or
// of another program is left alone.
//
// # One file
//
// All projects lie in one file. A file for each was measured beside it
// (BenchmarkFiles). With 8 projects a batch spread over all of them costs a file
// each 0.75 to 0.9 times as much, with 64 it costs 1.5 times as much, because each
// is a transaction of its own; the daemon would also hold three descriptors and
// its page caches for each, and names are cheap to make up. Forgetting a project
// takes 26 against 11 ms with 8 projects and 1 against 4 ms with 64: nothing that
// anybody waits for, since it is done in the background. Copying one project is 3
// to 7 times cheaper from a file of its own; that is what export is for.
//
// # Layout
//
// A stream is the events of one type of one run. Rows and blocks of a stream have
// the rowids stream<<40 | (seq - first seq), so that no index is needed to read
// a run by type, forwards or backwards, and a run goes in contiguous ranges. That
// writes 1.2 to 1.5 times as fast as a table with an index on run, type and
// number. Readers merge the streams of a run or project by sequence number and
// open a stream only when the merge comes to it. Order is by sequence number
// alone: clocks jump.
//
// Scalars are in an index by curve as well, and their first, last, lowest and
// highest values and count are kept while storing. Of progress only the newest
// event of a bar is kept. Runs that have ended, and the older part of long ones,
// move into zstd blocks of 256 events in the background; points of archived
// curves are kept apart from the blocks, so that a curve needs none of them.
//
// # Goroutines
//
// One writer owns the writing connection; between batches it archives, deletes
// and gives space back in slices. One goroutine tells of changes of state. Readers
// use connections of their own, each call in one snapshot.
package store
