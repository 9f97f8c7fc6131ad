package receipts

import (
	"strings"
	"time"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/internal/theme"
)

// longDetails bounds what is shown of one result or error, in bytes.
const longDetails = 64 << 10

// Details is everything about a receipt in lines of at most w cells: the call,
// its state, when it was sent, began and was answered, and the whole answer.
// reportsStart says whether the run tells when an action begins. Times are in
// the zone of now.
func Details(r protocol.Receipt, reportsStart bool, now time.Time, t theme.Theme, w int) []string {
	d := details{theme: t, w: max(w, 1)}
	d.add(t.Title.Render, text.Plain(call(r)))
	d.add(style(r.State, t).Render, glyph(r.State, t.Glyphs)+" "+word(r, now))
	d.blank()
	d.fact("sent", r.Sent, now)
	switch {
	case r.Began > 0:
		d.fact("began", r.Began, now)
	case !reportsStart:
		d.add(t.Muted.Render, noStart)
	}
	if r.Answered > 0 {
		d.fact("answered", r.Answered, now)
	}
	if r.Late {
		d.add(t.Warning.Render, "late: the answer came after the time-out")
	}
	for _, name := range []string{"run", "event-id"} {
		value := text.Plain(r.Run)
		if name == "event-id" {
			value = r.ID.String()
		}
		d.add(t.Muted.Render, label(name)+value)
	}
	d.answer(r)
	return d.lines
}

type details struct {
	theme theme.Theme
	w     int
	lines []string
}

func (d *details) blank() { d.lines = append(d.lines, "") }

func (d *details) add(render func(...string) string, s string) {
	for _, line := range text.Wrap(s, d.w) {
		d.lines = append(d.lines, render(line))
	}
}

func (d *details) fact(name string, ms int64, now time.Time) {
	at := time.UnixMilli(ms).In(now.Location())
	d.add(d.theme.Muted.Render, label(name)+at.Format("2006-01-02 15:04:05.000")+"  "+text.Age(since(ms, now))+" ago")
}

func label(name string) string { return text.Fit(name, len("event-id")) + "  " }

// answer is the whole result or error, line by line.
func (d *details) answer(r protocol.Receipt) {
	came, title, render := answer(r), "result", d.theme.Text.Render
	switch r.State {
	case protocol.ReceiptDone:
	case protocol.ReceiptFailed, protocol.ReceiptLost:
		title, render = "error", d.theme.Error.Render
	case protocol.ReceiptSent, protocol.ReceiptRunning, protocol.ReceiptTimedOut:
		return
	}
	if came == "" {
		return
	}
	d.blank()
	d.add(d.theme.Muted.Render, title)
	left := len(came) - longDetails
	came = came[:min(len(came), longDetails)]
	for line := range strings.SplitSeq(strings.TrimRight(came, "\n"), "\n") {
		d.add(render, text.Plain(line))
	}
	if left > 0 {
		d.add(d.theme.Muted.Render, d.theme.Glyphs.Ellipsis+" "+text.Bytes(uint64(left))+" more are not shown")
	}
}

// oneLine is the first line of an error that says something.
func oneLine(s string) string {
	for line := range strings.SplitSeq(s, "\n") {
		if strings.TrimSpace(line) != "" {
			return line
		}
	}
	return ""
}
