package receipts

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/internal/theme"
)

// Results longer than this many bytes are shown as they came: to re-spell them
// costs more than it tells.
const longResult = 64 << 10

// noStart is said of runs that send no word when an action begins.
const noStart = "this client does not report the start"

// call is how Python would write the call. It is not cleaned.
func call(r protocol.Receipt) string {
	parts := make([]string, 0, len(r.Args))
	for _, name := range slices.Sorted(maps.Keys(r.Args)) {
		parts = append(parts, name+"="+r.Args[name])
	}
	return r.Action + "(" + strings.Join(parts, ", ") + ")"
}

// answer is what came back: the result as a Python literal, or the error. It is
// not cleaned; empty while nothing has come.
func answer(r protocol.Receipt) string {
	if r.State == protocol.ReceiptFailed || r.State == protocol.ReceiptLost {
		return r.Error
	}
	if r.State != protocol.ReceiptDone {
		return ""
	}
	return python(r.Result)
}

// python spells a result the way the run's own language does, since a person
// reads it beside the call.
func python(raw json.RawMessage) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return "None"
	}
	if len(raw) > longResult {
		return string(raw)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return string(raw) // bare NaN, which Python writes and JSON does not have
	}
	literal, err := protocol.FormatLiteral(numbers(v))
	if err != nil {
		return string(raw)
	}
	return literal
}

// numbers turns numbers as they are written into values.
func numbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := strconv.ParseInt(string(v), 10, 64); err == nil {
			return n
		}
		f, _ := v.Float64() // out of range is infinite, which is the nearest
		return f
	case []any:
		for i := range v {
			v[i] = numbers(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = numbers(v[k])
		}
	}
	return v
}

// glyph is the sign of a state, in one cell.
func glyph(s protocol.ReceiptState, g theme.Glyphs) string {
	ascii := g.Mode == theme.ASCII
	switch s {
	case protocol.ReceiptSent:
		if ascii {
			return g.Unknown
		}
		return g.Ellipsis
	case protocol.ReceiptRunning:
		return g.Starting
	case protocol.ReceiptDone:
		return g.Finished
	case protocol.ReceiptFailed:
		return g.Failed
	case protocol.ReceiptTimedOut:
		if ascii {
			return g.Warning
		}
		return "⧖"
	case protocol.ReceiptLost:
		return g.Lost
	}
	return g.Unknown
}

func style(s protocol.ReceiptState, t theme.Theme) lipgloss.Style {
	switch s {
	case protocol.ReceiptSent:
		return t.Muted
	case protocol.ReceiptRunning:
		return t.Accent
	case protocol.ReceiptDone:
		return t.Success
	case protocol.ReceiptFailed:
		return t.Error
	case protocol.ReceiptTimedOut:
		return t.Warning
	case protocol.ReceiptLost:
		return t.State("lost")
	}
	return t.Faint
}

// word is the state in a few words, with how long it took or has taken.
func word(r protocol.Receipt, now time.Time) string {
	late := ""
	if r.Late {
		late = "late "
	}
	switch r.State {
	case protocol.ReceiptSent:
		return "sent " + text.Age(since(r.Sent, now))
	case protocol.ReceiptRunning:
		return "running " + clock(since(begun(r), now))
	case protocol.ReceiptDone:
		return "done " + late + took(r)
	case protocol.ReceiptFailed:
		if r.Late {
			return "failed late"
		}
		return "failed"
	case protocol.ReceiptTimedOut:
		return "timed out"
	case protocol.ReceiptLost:
		return "lost"
	}
	return text.Plain(string(r.State))
}

// short is word for a narrow row, where the sign says the state.
func short(r protocol.Receipt, now time.Time) string {
	switch r.State {
	case protocol.ReceiptRunning:
		return clock(since(begun(r), now))
	case protocol.ReceiptDone:
		if r.Late {
			return "late " + took(r)
		}
		return took(r)
	case protocol.ReceiptSent, protocol.ReceiptFailed, protocol.ReceiptTimedOut, protocol.ReceiptLost:
	}
	return word(r, now)
}

func begun(r protocol.Receipt) int64 {
	if r.Began > 0 {
		return r.Began
	}
	return r.Sent
}

func since(ms int64, now time.Time) time.Duration {
	return max(now.Sub(time.UnixMilli(ms)), 0)
}

// took is how long the answer took, from the start where it is known.
func took(r protocol.Receipt) string {
	if r.Answered <= 0 {
		return ""
	}
	return span(time.Duration(max(r.Answered-begun(r), 0)) * time.Millisecond)
}

// span is a time in three digits: 0.02 s, 1.8 s, 41 s, 2:05.
func span(d time.Duration) string {
	switch s := d.Seconds(); {
	case s < 0.995:
		return fmt.Sprintf("%.2f s", s)
	case s < 9.95:
		return fmt.Sprintf("%.1f s", s)
	case s < 60:
		return fmt.Sprintf("%d s", int(s))
	}
	return clock(d)
}

// clock is minutes and seconds, with hours where there are any: 0:41, 1:02:03.
func clock(d time.Duration) string {
	s := int(d / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// moment is a time of day of the last day, else a date, in eight cells.
func moment(ms int64, now time.Time) string {
	at := time.UnixMilli(ms).In(now.Location())
	if now.Sub(at) < 24*time.Hour {
		return at.Format("15:04:05")
	}
	return at.Format("_2 Jan  ")
}
