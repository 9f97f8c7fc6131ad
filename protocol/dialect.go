package protocol

import "fmt"

// Dialect is a spelling of the wire, fixed for a connection by the keys of its
// first frame.
type Dialect uint8

// The dialects.
const (
	// DialectUnknown is the dialect of a frame without any known key.
	DialectUnknown Dialect = iota
	// DialectSeed has "event-type", "event-id", "name" and "payload", and says
	// who connects in "payload.who": the seed document and clients 0.2.0 to 0.2.5.
	DialectSeed
)

// String names the dialect as the daemon's REST does.
func (d Dialect) String() string {
	switch d {
	case DialectUnknown:
		return "unknown"
	case DialectSeed:
		return "seed"
	}
	return fmt.Sprintf("Dialect(%d)", uint8(d))
}

// Spelling is how a peer wants events written: its dialect, and whether it asked
// for extensions. It is comparable, so that a frame is encoded once for each.
type Spelling struct {
	Dialect  Dialect
	Extended bool
}
