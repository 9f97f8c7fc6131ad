package receipts

import (
	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/layout"
	"apps.local/neetbox-tui/tui/internal/pane"
	"apps.local/neetbox-tui/tui/internal/text"
)

// From these widths on a row has room for the time, and for words about the
// state beside the call.
const (
	wordsWidth = 40
	timeWidth  = 56
)

// rows is how many receipts fit.
func (p *Pane) rows() int {
	_, h := pane.Inner(layout.Rect{W: p.w, H: p.h})
	return max(h, 1)
}

// View is the pane in exactly the size it was given, frame included.
func (p *Pane) View() string {
	box := layout.Rect{W: p.w, H: p.h}
	w, h := pane.Inner(box)
	margin := ""
	if w >= 20 {
		margin, w = " ", w-2
	}
	p.clamp()
	title := pane.Title{Text: "Actions"}
	if n := p.Open(); n > 0 {
		title.Right = text.Count(n) + " open"
	}
	var body []string
	if len(p.list) == 0 {
		for _, line := range text.Wrap(p.empty(), max(w, 1)) {
			body = append(body, margin+p.theme.Muted.Render(line))
		}
		return pane.Frame(p.theme, title, body, box, p.focused)
	}
	shown := p.list[p.top:min(p.top+h, len(p.list))]
	column := p.column(shown, w)
	for i, r := range shown {
		body = append(body, margin+p.row(r, w, column, p.top+i == p.cursor))
	}
	return pane.Frame(p.theme, title, body, box, p.focused)
}

func (p *Pane) empty() string {
	b, ok := p.keys.Binding(keys.Global, keys.CmdActions)
	if !ok || b.Label() == "" {
		return "No actions called yet."
	}
	return "No actions called yet. " + b.Label() + " opens the list."
}

// column is the width of the calls in rows of w cells that have words: what the
// longest takes, and no more than leaves room for the answers.
func (p *Pane) column(shown []protocol.Receipt, w int) int {
	const least = 16
	longest := least
	for _, r := range shown {
		longest = max(longest, text.Width(written(r)))
	}
	return max(min(longest, (w-12)*45/100), 0)
}

// written is the beginning of a call. Only that can be seen, and an argument may
// be megabytes.
func written(r protocol.Receipt) string { return text.Plain(head(call(r))) }

// row is one receipt in w cells: narrow "✓ save_checkpoint(tag='v3')    1.8 s",
// wide "14:02:11  save_checkpoint(tag='v3')  ✓ done 1.8 s → 'ckpt/v3.pt'".
func (p *Pane) row(r protocol.Receipt, w, column int, current bool) string {
	t, g := p.theme, p.theme.Glyphs
	sign, tint := glyph(r.State, g), style(r.State, t)
	marked := "  "
	if current {
		marked = g.Cursor + " "
	}
	if w < wordsWidth {
		state := text.TruncateWith(short(r, p.now), w/2, g.Ellipsis)
		room := max(w-len("  ")-2-text.Width(state)-1, 0)
		name := text.FitWith(written(r), room, g.Ellipsis)
		if current {
			return p.selected(marked+sign+" "+name+" "+state, w)
		}
		return marked + tint.Render(sign) + " " + name + " " + t.Muted.Render(state)
	}
	at := ""
	if w >= timeWidth {
		at = text.FitWith(moment(r.Sent, p.now), 8, g.Ellipsis) + "  "
	}
	name := text.FitWith(written(r), column, g.Ellipsis)
	state, more := sign+" "+word(r, p.now), p.more(r)
	if current {
		return p.selected(marked+at+name+"  "+state+more, w)
	}
	line := marked + t.Muted.Render(at) + name + "  " + tint.Render(state)
	if more != "" {
		line += t.Text.Render(more)
	}
	return text.FitWith(line, w, g.Ellipsis)
}

// selected is the row at the cursor.
func (p *Pane) selected(line string, w int) string {
	s := p.theme.SelectedBlurred
	if p.focused {
		s = p.theme.Selected
	}
	return s.Render(text.FitWith(line, w, p.theme.Glyphs.Ellipsis))
}

// more is what came back, after the state.
func (p *Pane) more(r protocol.Receipt) string {
	came := text.Plain(oneLine(head(answer(r))))
	switch {
	case r.State == protocol.ReceiptDone:
		return " " + p.theme.Glyphs.Right + " " + came
	case r.State == protocol.ReceiptFailed && came != "":
		return ": " + came
	case r.State == protocol.ReceiptTimedOut:
		return ", no answer yet"
	case r.State == protocol.ReceiptSent && p.reportsStart:
		return ", not begun"
	}
	return ""
}

// head is the part of a long text that a row could show.
func head(s string) string {
	const most = 2000
	if len(s) > most {
		return s[:most]
	}
	return s
}
