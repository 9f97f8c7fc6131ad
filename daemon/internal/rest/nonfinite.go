package rest

import (
	"bytes"
	"encoding/json"

	"apps.local/neetbox-tui/protocol"
)

// nullNonFinite writes null for the bare NaN, Infinity and -Infinity that
// Python's encoder makes. It returns text itself when it holds none.
func nullNonFinite(text []byte) []byte {
	if !mayBeNonFinite(text) {
		return text
	}
	return protocol.NullNonFinite(text)
}

// quoteNonFinite writes them as strings. It returns text itself when it holds
// none.
func quoteNonFinite(text []byte) json.RawMessage {
	if !mayBeNonFinite(text) {
		return text
	}
	return protocol.QuoteNonFinite(text)
}

// mayBeNonFinite tells at the speed of a memory scan what nearly all text is
// free of, before anybody walks through it byte by byte.
func mayBeNonFinite(text []byte) bool {
	return bytes.Contains(text, []byte("NaN")) || bytes.Contains(text, []byte("Infinity"))
}
