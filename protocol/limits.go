package protocol

import "time"

// Limits of the wire. A frame over its limit is discarded, not buffered.
const (
	// MaxRunFrame bounds a frame from a run, in bytes.
	MaxRunFrame = 64 << 20
	// MaxFrontendFrame bounds a frame from a frontend, in bytes.
	MaxFrontendFrame = 1 << 20
	// MaxName bounds a project's name, in bytes.
	MaxName = 64 << 10
	// ExtensionsVersion is the version of the extensions spoken here.
	ExtensionsVersion = 1
	// ProtocolVersion decides whether a dashboard and a daemon understand each
	// other; it moves only when they would not.
	ProtocolVersion = 1
	// ActionTimeout is how long a call waits for its answer by default.
	ActionTimeout = 60 * time.Second
	// DefaultPort is the REST port; the WebSocket port is the next one.
	DefaultPort = 5000
	// CompatPort is where released clients look when nobody configured them.
	CompatPort = 20202
)

// ServerName is what the daemon calls itself in hello and handshake answers.
const ServerName = "neetbox-tui"
