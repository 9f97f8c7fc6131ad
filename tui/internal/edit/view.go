package edit

import (
	"strings"

	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/layout"
	"apps.local/neetbox-tui/tui/internal/line"
	"apps.local/neetbox-tui/tui/internal/pane"
	"apps.local/neetbox-tui/tui/internal/text"
)

// Below this screen a dialog takes all of it.
const (
	smallWidth  = 60
	smallHeight = 16
)

// Sizes of the box where there is room, frame included.
const (
	lineWidth  = 76
	noteWidth  = 96
	noteHeight = 24
)

// part is some lines of the box. The part that keeps least gives its lines
// first where there is no room for all.
type part struct {
	lines []string
	keep  int
}

// Size is what [Overlay.View] takes of the screen, in cells.
func (o *Overlay) Size() (w, h int) {
	switch {
	case !o.Visible() || o.w <= 0 || o.h <= 0:
		return 0, 0
	case o.w < smallWidth || o.h < smallHeight:
		return o.w, o.h
	case o.mode == noting:
		return min(o.w-4, noteWidth), min(o.h-2, noteHeight)
	}
	w = min(o.w-4, lineWidth)
	return w, min(2+height(o.parts(w-4)), o.h-2) //nolint:mnd // the frame
}

// View is the dialog in exactly [Overlay.Size]; empty while it is closed.
func (o *Overlay) View() string {
	w, h := o.Size()
	if w == 0 {
		return ""
	}
	box := layout.Rect{W: w, H: h}
	iw, ih := pane.Inner(box)
	margin := ""
	if iw >= 20 {
		margin = " "
		iw -= 2
	}
	body := o.body(iw, ih)
	for i := range body {
		body[i] = margin + body[i]
	}
	return pane.Frame(o.theme, o.title(), body, box, true)
}

func (o *Overlay) title() pane.Title {
	t := pane.Title{Right: called(o.run)}
	switch o.mode {
	case naming:
		t.Text = "Rename"
	case noting:
		t.Text = "Note"
	case tagging:
		t.Text = "Tags"
	case asking, spelling, closed:
		t.Text = "Delete"
	}
	return t
}

// body fits the dialog into h lines of w cells.
func (o *Overlay) body(w, h int) []string {
	const leastArea = 2
	parts := o.parts(w)
	room := h
	if o.mode == noting {
		room = max(h-leastArea, 0)
	}
	shrink(parts, room)
	var lines []string
	if o.mode == noting {
		rows := max(h-height(parts), 0)
		lines = append(lines, o.area.View(w, rows, !o.button && !o.sending, o.theme)...)
		for len(lines) < rows {
			lines = append(lines, "")
		}
	}
	for _, p := range parts {
		lines = append(lines, p.lines...)
	}
	return lines
}

// shrink takes lines away until no more than room are left.
func shrink(parts []part, room int) {
	for height(parts) > room {
		least := -1
		for i, p := range parts {
			if len(p.lines) > 0 && (least < 0 || p.keep <= parts[least].keep) {
				least = i
			}
		}
		if least < 0 {
			return
		}
		p := &parts[least]
		p.lines = p.lines[:len(p.lines)-1]
	}
}

func height(parts []part) int {
	n := 0
	for _, p := range parts {
		n += len(p.lines)
	}
	return n
}

func blank() part { return part{lines: []string{""}} }

// parts are the dialog from top to bottom for lines of w cells, without the text
// of a note, which takes what is left.
func (o *Overlay) parts(w int) []part {
	hints := part{[]string{o.hints(w)}, 7}
	switch o.mode {
	case naming, tagging:
		return []part{{[]string{o.typed(w)}, 9}, blank(), o.said(w), hints}
	case noting:
		button := part{[]string{o.buttons(w, "save")}, 6}
		if o.button {
			button.keep = 9
		}
		return []part{blank(), button, o.said(w), hints}
	case asking:
		const wide = 30
		yes := "yes, delete it"
		if w < wide {
			yes = "yes"
		}
		return []part{{o.question(w), 8}, blank(), {[]string{o.buttons(w, "no", yes)}, 9}, blank(), hints}
	case spelling:
		lead := o.theme.Text.Render(text.TruncateWith("Type "+spelled(o.run)+" to delete it.", w, o.theme.Glyphs.Ellipsis))
		return []part{{o.question(w), 5}, blank(), {[]string{lead}, 8}, {[]string{o.typed(w)}, 9}, blank(), o.said(w), hints}
	case closed:
	}
	return nil
}

// typed is the line of text with the cursor.
func (o *Overlay) typed(w int) string {
	t := o.theme
	prompt := t.Accent.Render(t.Glyphs.Separator) + " "
	if o.sending {
		return prompt + t.Muted.Render(text.TruncateWith(line.Visible(o.field.Text(), t.Glyphs), max(w-2, 0), t.Glyphs.Ellipsis))
	}
	return prompt + o.field.View(max(w-2, 0), t)
}

// question is what a yes would do.
func (o *Overlay) question(w int) []string {
	const most = 4
	n := events(o.run)
	what := "Delete " + called(o.run) + "?"
	if n > 0 {
		what += " Its " + text.Plural(n, "event", "events") + " and all it reported are gone then, and nothing brings them back."
	} else {
		what += " Nothing brings it back."
	}
	lines := text.Wrap(what, max(w, 1))
	lines = lines[:min(len(lines), most)]
	for i := range lines {
		lines[i] = o.theme.Text.Render(lines[i])
	}
	return lines
}

// buttons are answers in one line. With two, the first is marked until the other
// one is.
func (o *Overlay) buttons(w int, names ...string) string {
	t := o.theme
	var b strings.Builder
	for i, name := range names {
		marked := o.button == (i == len(names)-1)
		if len(names) == 1 {
			marked = o.button
		}
		sign, label := " ", t.Muted.Render("[ "+name+" ]")
		if marked {
			sign, label = t.Accent.Render(t.Glyphs.Cursor), t.Selected.Render("[ "+name+" ]")
		}
		if i > 0 {
			b.WriteString("  ")
		}
		b.WriteString(sign + label)
	}
	return text.TruncateWith(b.String(), w, t.Glyphs.Ellipsis)
}

// said is what is to be known about the present text, in always two lines, so
// that the box keeps its size.
func (o *Overlay) said(w int) part {
	const rows = 2
	t := o.theme
	style, words, keep := t.Faint, o.advice(), 4
	switch problem := o.problem(); {
	case o.sending:
		style, words = t.Muted, "saving"+t.Glyphs.Ellipsis
	case problem != "":
		style, words, keep = t.Error, problem, 8
	case o.refusal != "":
		style, words, keep = t.Error, text.Plain(o.refusal), 8
	}
	lines := text.Wrap(words, max(w, 1))
	if len(lines) > rows {
		lines = lines[:rows]
		lines[rows-1] = text.TruncateWith(lines[rows-1], max(w-1, 0), "") + t.Glyphs.Ellipsis
	}
	for i := range lines {
		lines[i] = style.Render(lines[i])
	}
	for len(lines) < rows {
		lines = append(lines, "")
	}
	return part{lines, keep}
}

// hints is the line of keys, as many as fit; the last drop out first, but never
// the way out.
func (o *Overlay) hints(w int) string {
	t := o.theme
	all := o.keys.Hints(o.Scope())
	room := w
	for _, b := range all {
		if b.Command == keys.CmdBack {
			room -= hintWidth(b.Label(), o.hint(b))
		}
	}
	var b strings.Builder
	for _, h := range all {
		word := o.hint(h)
		cells := hintWidth(h.Label(), word) + hintGap
		if word == "" || h.Command != keys.CmdBack && cells > room {
			continue
		}
		if h.Command != keys.CmdBack {
			room -= cells
		}
		if b.Len() > 0 {
			b.WriteString(strings.Repeat(" ", hintGap))
		}
		b.WriteString(t.Key.Render(h.Label()) + " " + t.KeyText.Render(word))
	}
	return text.TruncateWith(b.String(), w, t.Glyphs.Ellipsis)
}

const hintGap = 3

func hintWidth(label, word string) int { return text.Width(label) + 1 + text.Width(word) }

// hint is what a key does in the present dialog; empty when it does nothing.
func (o *Overlay) hint(b keys.Binding) string {
	var words map[keys.Command]string // other ones than in the key table
	switch {
	case o.sending:
		return map[keys.Command]string{keys.CmdBack: "close"}[b.Command]
	case o.mode == spelling:
		words = map[keys.Command]string{keys.CmdOpen: "delete", keys.CmdBack: "keep it"}
	case o.mode == noting && o.button:
		words = map[keys.Command]string{keys.CmdOpen: "save", keys.CmdNextField: "to the text", keys.CmdSave: ""}
	}
	if word, other := words[b.Command]; other {
		return word
	}
	return b.Hint
}
