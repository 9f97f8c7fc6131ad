package report

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image/png"
	"maps"
	"slices"
	"time"

	"apps.local/neetbox-tui/protocol"
)

// MaxImage bounds an image that travels in an event, in bytes of PNG.
const MaxImage = 256 << 10

// Log tells a log event. The level is "", ok, info, debug, warning, error,
// mention or a word of your own; whom says where in the program, such as
// "train/Trainer/step".
func (r *Reporter) Log(level, whom, text string) {
	r.tell(told{protocol.EventLog, level, protocol.NoEventID, toJSON(protocol.LogPayload{
		Prefix: level, Datetime: time.Now().Format("2006-01-02-15:04:05"), Whom: whom, Msg: text,
	})})
}

// Scalar tells a point of a curve. Both numbers may be NaN or infinite.
func (r *Reporter) Scalar(series string, x, y float64) {
	r.tell(told{protocol.EventScalar, series, protocol.NoEventID, toJSON(protocol.Scalar{
		X: protocol.Float(x), Y: protocol.Float(y),
	})})
}

// Progress tells how far a loop has come: steps done, steps in all (nil when
// unknown), the item as text, and steps a second (-1 when unknown).
func (r *Reporter) Progress(series string, step float64, total *float64, current string, rate float64) {
	p := protocol.Progress{Name: series, Step: protocol.Float(step), Current: toJSON(current), Rate: protocol.Float(rate)}
	if total != nil {
		t := protocol.Float(*total)
		p.Total = &t
	}
	r.tell(told{protocol.EventProgress, series, protocol.NoEventID, toJSON(p)})
}

// Image tells a PNG image of at most [MaxImage] bytes. Its event holds width,
// height, bytes and the base64 png, and beside them the keys of meta.
func (r *Reporter) Image(series string, meta map[string]any, text []byte) error {
	if len(text) > MaxImage {
		return fmt.Errorf("send image %q: %d bytes are over the limit of %d; make it smaller", series, len(text), MaxImage)
	}
	header, err := png.DecodeConfig(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("send image %q: read it as PNG: %w", series, err)
	}
	payload := make(map[string]any, len(meta)+4)
	for key, value := range meta {
		payload[key] = toJSON(value)
	}
	maps.Copy(payload, map[string]any{"width": header.Width, "height": header.Height, "bytes": len(text)})
	payload["png"] = base64.StdEncoding.EncodeToString(text)
	r.tell(told{protocol.EventImage, series, protocol.NoEventID, toJSON(payload)})
	return nil
}

// Hyperparameters tells the run's hyperparameters, and again when they change:
// keys that are not given stay as they are.
func (r *Reporter) Hyperparameters(values map[string]any) {
	r.mu.Lock()
	merged := maps.Clone(r.status.hyperparameters)
	if merged == nil {
		merged = map[string]any{}
	}
	for key, value := range values {
		merged[key] = toJSON(value) // now: the caller may change it later
	}
	r.status.hyperparameters = merged
	r.status.set(sectionHyperparameters, toJSON(merged), time.Now())
	r.mu.Unlock()
	nudge(r.dirty)
	r.tell(told{protocol.EventHyperparameters, "", protocol.NoEventID, toJSON(values)})
}

// Hardware tells a measurement of the run's machine, in the units of
// [protocol.Hardware]. It is for programs that measure by themselves, instead of
// a Sampler.
func (r *Reporter) Hardware(h protocol.Hardware) {
	r.tell(told{protocol.EventHardware, "", protocol.NoEventID, toJSON(h)})
}

// Event tells any event: its Type, Series, ID and Payload count. A payload that
// is not JSON is carried as a string.
func (r *Reporter) Event(e protocol.Event) {
	id := e.ID
	if id == (protocol.EventID{}) {
		id = protocol.NoEventID
	}
	r.tell(told{e.Type, e.Series, id, slices.Clone(rawOr(e.Payload))})
}
