// Package link is the daemon as the dashboard sees it: one WebSocket that is
// kept up, and REST beside it.
//
// # Promise
//
// A [Link] hands events over in the order of their sequence numbers, each once.
// What the socket left out, by a gap or while there was no connection, is
// fetched over REST and comes first; what cannot be had any more is counted in
// [BatchMsg].Missed and never hidden. When the daemon starts its numbering anew
// (another epoch), what was known is void and [Snapshot].Epoch says so.
//
// # Who runs what
//
// [Link.Run] owns every goroutine and returns after the last of them:
//
//	goroutine  does                                              ends when
//	reader     drains the socket into a bounded buffer, always   the socket is closed
//	sorter     puts events in order, fetches gaps over REST      the connection ends
//	writer     sends actions                                     the connection ends
//	closer     closes the socket                                 the connection ends
//	expiry     times calls out, by one timer armed when needed   Run ends
//
// The reader never waits for REST or for the screen, because a daemon that
// serves many frontends should not have to keep what one of them leaves unread.
// Nothing ticks: a connected link without events does not wake the processor.
//
// # Batches
//
// The screen draws once per value it is given, so events come in batches by
// [Link.Next], at most one per Options.Interval. What a person waits for (the
// answer to an action, a run that comes or goes, the state of the connection)
// ends the wait early.
//
// Everything in an event comes from a run and is hostile text until cleaned.
package link
