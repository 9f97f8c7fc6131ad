// Package saved is what outlives the daemon of projects and runs, beside their
// events: what the hub hands to history, and what history hands back at the next
// start.
package saved

import "apps.local/neetbox-tui/protocol"

// Project is a project as history knows it.
type Project struct {
	ID string
	// LastSeq is the highest sequence number that may have been given to an
	// event. After a crash it lies above the last stored one, see Gaps.
	LastSeq protocol.Seq
	LastAt  int64 // arrival of the newest event, Unix milliseconds
	// Gaps are the numbers that may have been given to events which were never
	// stored, because the daemon was killed before.
	Gaps []Gap
	Runs []Run // oldest first
}

// Gap is a range of sequence numbers, both ends included.
type Gap struct{ First, Last protocol.Seq }

// Run is a run as history knows it.
type Run struct {
	protocol.RunInfo       // with its sections
	Given            bool  // the run brought its own id
	StoredN          int64 // highest of the run's own event numbers
	// Receipts are newest first. They are read from the stored calls and answers;
	// whoever saves a run need not give them.
	Receipts []protocol.Receipt
}
