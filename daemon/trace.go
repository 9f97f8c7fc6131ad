package daemon

import (
	"log/slog"

	"apps.local/neetbox-tui/protocol"
)

// tracePayload is how much of a payload a debug line shows.
const tracePayload = 200

// trace gives the function that writes a line per event, or nil when nobody
// reads it. The handler quotes what is not printable: payloads are foreign text.
func (d *Daemon) trace() func(peer string, ev protocol.Event) {
	if !d.config.Debug {
		return nil
	}
	logger := d.config.Logger.With("part", "event")
	return func(peer string, ev protocol.Event) {
		payload := ev.Payload
		if len(payload) > tracePayload {
			payload = payload[:tracePayload]
		}
		logger.Info("event", slog.String("type", string(ev.Type)), slog.String("from", peer), slog.String("event_id", ev.ID.String()),
			slog.String("series", ev.Series), slog.Int("bytes", len(ev.Payload)), slog.String("payload", string(payload)))
	}
}
