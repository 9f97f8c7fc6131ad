// Package protocol is the NEETBOX wire: what crosses a socket between a run, the
// daemon and a frontend, and nothing about who sends it when.
//
// # Events
//
// A message is one JSON object in one WebSocket text frame, an [Event]:
//
//	{"event-type":"log","name":"bert","payload":{"log":{"msg":"step 1"}},"event-id":-1}
//
//	key         value             meaning
//	event-type  string            what the payload is
//	name        string            the project; left out after the handshake it means the handshake's project
//	payload     object or string  the data; a string may hold the object as JSON text
//	event-id    integer           ties an answer to its question; -1, the default, means nobody waits
//
// # Event types and their directions
//
//	type       direction                          payload
//	handshake  cli <-> daemon <-> frontend        who connects: "cli" (a run) or "web" (a frontend)
//	log        cli -> daemon -> frontend          log data
//	action     cli <- daemon <- frontend          a call; from a cli, the result of one (released clients)
//	ack        cli <-> daemon <-> frontend        the answer to the event with the same event-id
//
// The table is open: scalar, progress, image, hyperparameters, hardware and
// status travel the same way, and a type that nobody here knows is carried as
// it is. [EventType.From] tells who may send a type.
//
// # The handshake
//
// The first frame of a connection says who connects. The daemon answers with a
// handshake event of the same event-id whose payload holds "result" 200, or 404
// for a frontend that names an unknown project; see [Handshake] and
// [HandshakeReply]. When the event-id is greater than 0 an ack with the same
// payload goes out before it.
//
// # Extensions
//
// A peer that puts "extensions":1 into its handshake's payload asks for keys
// beyond the seed's, all of them top-level and last: seq, run, at, series, sent
// and n (see [Event]). Whoever does not ask gets the very bytes the sender sent.
//
// # Numbers
//
// Python writes bare NaN, Infinity and -Infinity into JSON. [Decode] takes them
// inside any frame and marks the event with [Event.NonFinite]; [Float] reads
// them from payloads. A frontend that did not ask for extensions, a browser for
// one, gets null in their place, because JSON has no such numbers.
//
// # Dialects
//
// The keys above are the seed's spelling, [DialectSeed]. A connection's dialect
// is fixed by its first frame. An Event has no spelling; [Event.AppendFrame]
// writes it in one.
package protocol
