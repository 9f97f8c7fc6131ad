package palette

import (
	"slices"
	"strings"

	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/layout"
	"apps.local/neetbox-tui/tui/internal/pane"
	"apps.local/neetbox-tui/tui/internal/text"
)

// Below this screen the overlay takes all of it.
const (
	smallWidth  = 60
	smallHeight = 16
)

// Widths of the box where there is room, frame included.
const (
	formWidth = 76
	listWidth = 96
	maxRows   = 14 // of a list
)

// part is some lines of the box. The part that keeps least gives its lines
// first where there is no room for all.
type part struct {
	lines []string
	keep  int
}

// Size is what [Overlay.View] takes of the screen, in cells.
func (o *Overlay) Size() (w, h int) {
	if o.mode == closed || o.w <= 0 || o.h <= 0 {
		return 0, 0
	}
	if o.w < smallWidth || o.h < smallHeight {
		return o.w, o.h
	}
	w = min(o.w-4, listWidth)
	if o.form != nil {
		w = min(o.w-4, formWidth)
	}
	above, rows, below := o.parts(w - 4)
	h = 2 + rows + height(above) + height(below)
	return w, min(h, o.h-2)
}

// View is the box in exactly [Overlay.Size]; empty while it is closed.
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
	for i, line := range body {
		body[i] = margin + line
	}
	return pane.Frame(o.theme, o.title(), body, box, true)
}

func (o *Overlay) title() pane.Title {
	t := pane.Title{Text: "Actions", Right: o.target.name()}
	switch {
	case o.form != nil:
		t.Text = shown(o.form.action)
		if o.form.spec.Blocking {
			t.Right = "blocking " + o.theme.Glyphs.Dot + " " + t.Right
		}
	case o.mode == commands:
		t.Text = "Everything"
		t.Right = ""
	}
	if o.form == nil && o.list.query.Text() != "" {
		count := text.Count(len(o.list.found)) + "/" + text.Count(len(o.list.all))
		if t.Right != "" {
			count += " " + o.theme.Glyphs.Dot + " "
		}
		t.Right = count + t.Right
	}
	return t
}

// body fits the parts into h lines of w cells.
func (o *Overlay) body(w, h int) []string {
	above, rows, below := o.parts(w)
	all := make([]*part, 0, len(above)+len(below))
	for i := range above {
		all = append(all, &above[i])
	}
	for i := range below {
		all = append(all, &below[i])
	}
	shrink(all, h-min(rows, 3), 1)
	shrink(all, h-1, 9)
	middle := max(h-height(above)-height(below), 0)
	var lines []string
	lines = append(lines, flatten(above)...)
	if o.form != nil {
		lines = append(lines, o.fieldRows(w, middle)...)
	} else {
		lines = append(lines, o.listLines(w, middle)...)
	}
	return append(lines, flatten(below)...)
}

// shrink takes lines away, of the parts that keep at most limit, until no more
// than room are left.
func shrink(parts []*part, room, limit int) {
	for keep := 0; keep <= limit; keep++ {
		for _, p := range slices.Backward(parts) {
			for p.keep == keep && len(p.lines) > 0 && total(parts) > room {
				p.lines = p.lines[:len(p.lines)-1]
			}
		}
	}
}

func total(parts []*part) int {
	n := 0
	for _, p := range parts {
		n += len(p.lines)
	}
	return n
}

func height(parts []part) int {
	n := 0
	for _, p := range parts {
		n += len(p.lines)
	}
	return n
}

func flatten(parts []part) []string {
	var lines []string
	for _, p := range parts {
		lines = append(lines, p.lines...)
	}
	return lines
}

func blank() part { return part{lines: []string{""}, keep: 0} }

// parts are what stands above and below the rows, for lines of w cells, and how
// many rows are wanted.
func (o *Overlay) parts(w int) (above []part, rows int, below []part) {
	if o.form != nil {
		return o.formParts(w)
	}
	return o.listParts(w)
}

// hints is the line of keys, as many as fit; the last drop out first.
func (o *Overlay) hints(w int) string {
	t := o.theme
	var b strings.Builder
	used := 0
	for _, h := range o.keys.Hints(o.Scope()) {
		label, word := o.hint(h)
		if word == "" {
			continue
		}
		gap := 0
		if used > 0 {
			gap = 3
		}
		cells := gap + text.Width(label) + 1 + text.Width(word)
		if used+cells > w {
			break
		}
		b.WriteString(strings.Repeat(" ", gap) + t.Key.Render(label) + " " + t.KeyText.Render(word))
		used += cells
	}
	return b.String()
}

// hint is a key and what it does, with the arrows drawn as arrows and in the
// list as one key.
func (o *Overlay) hint(b keys.Binding) (label, word string) {
	g := o.theme.Glyphs
	label, word = b.Label(), o.hintWord(b)
	if label == "up" {
		label = g.Up
	}
	down, _ := o.keys.Binding(o.Scope(), keys.CmdDown)
	if o.form != nil || word == "" || down.Label() != "down" {
		return label, word
	}
	switch b.Command {
	case keys.CmdUp:
		return "", ""
	case keys.CmdDown:
		return g.Up + g.Down, "move"
	}
	return label, word
}

// hintWord is what a key does on the present face; empty when it does nothing.
func (o *Overlay) hintWord(b keys.Binding) string {
	if o.form != nil {
		return o.formHint(b)
	}
	e, ok := o.list.chosen()
	ok = ok && o.empty() == ""
	switch b.Command {
	case keys.CmdOpen:
		if ok && e.action != "" {
			return "form"
		}
	case keys.CmdUp, keys.CmdDown:
		ok = ok && len(o.list.found) > 1
	default:
		return b.Hint
	}
	if !ok {
		return ""
	}
	return b.Hint
}

func (o *Overlay) formHint(b keys.Binding) string {
	switch b.Command {
	case keys.CmdBack:
		if !o.alone {
			return "back"
		}
	case keys.CmdUp, keys.CmdDown:
		if len(o.form.past) == 0 {
			return ""
		}
	case keys.CmdNextField:
		if len(o.form.fields) < 2 {
			return ""
		}
	}
	return b.Hint
}
