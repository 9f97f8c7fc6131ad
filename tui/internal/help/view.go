package help

import (
	"slices"
	"strings"
	"unicode/utf8"

	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/layout"
	"apps.local/neetbox-tui/tui/internal/pane"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/internal/theme"
)

// Below this screen the overlay takes all of it.
const (
	smallWidth  = 60
	smallHeight = 16
)

const (
	wide      = 104 // lines of this width have room for two columns
	narrowBox = 78  // frame included
	wideBox   = 132
	between   = 4 // cells between the columns
)

// section is the keys of one scope.
type section struct {
	title string
	rows  []row
}

type row struct{ keys, does string }

// sections are the keys of the place that had the input and the global ones,
// those that match the filter.
func (o *Overlay) sections(filter string) []section {
	scopes := []keys.Scope{o.scope}
	if o.scope != keys.Global && !o.scope.Modal() {
		scopes = append(scopes, keys.Global)
	}
	if o.scope.Modal() {
		// Only what leaves the dashboard works over an overlay.
		scopes = append(scopes, "")
	}
	filter = strings.ToLower(strings.TrimSpace(filter))
	var found []section
	for _, scope := range scopes {
		s := section{title: title(scope)}
		for _, b := range o.bindings(scope) {
			r := row{spelled(b.Keys), b.Help}
			if strings.Contains(strings.ToLower(r.keys+" "+r.does), filter) {
				s.rows = append(s.rows, r)
			}
		}
		if len(s.rows) > 0 {
			found = append(found, s)
		}
	}
	return found
}

// bindings are those of a scope that have a key; for no scope the way out of the
// dashboard, without keys that are text in the place that had the input.
func (o *Overlay) bindings(scope keys.Scope) []keys.Binding {
	if scope != "" {
		return slices.DeleteFunc(o.keys.Bindings(scope), func(b keys.Binding) bool { return len(b.Keys) == 0 })
	}
	b, _ := o.keys.Binding(keys.Global, keys.CmdForceQuit)
	if o.scope.Typed() {
		b.Keys = slices.DeleteFunc(b.Keys, func(k string) bool { return utf8.RuneCountInString(k) == 1 })
	}
	if len(b.Keys) == 0 {
		return nil
	}
	return []keys.Binding{b}
}

// title is what a person calls the scope.
func title(scope keys.Scope) string {
	switch scope {
	case keys.Global, "":
		return "Everywhere"
	case keys.Runs:
		return "Runs"
	case keys.Logs:
		return "Log"
	case keys.Gauges:
		return "Machine"
	case keys.Receipts:
		return "Actions"
	case keys.Palette:
		return "Choosing"
	case keys.Form:
		return "Form"
	case keys.Search:
		return "Search"
	case keys.Edit:
		return "Name and tags"
	case keys.Note:
		return "Note"
	case keys.Confirm:
		return "Question"
	case keys.Help:
		return "Help"
	}
	return string(scope)
}

// spelled is the keys of a binding as a person reads them: "gg home".
func spelled(list []string) string {
	parts := make([]string, 0, len(list))
	for _, k := range list {
		parts = append(parts, strings.ReplaceAll(k, " ", ""))
	}
	return strings.Join(parts, " ")
}

// Size is what [Overlay.View] takes of the screen, in cells. It does not change
// while one searches.
func (o *Overlay) Size() (w, h int) {
	if !o.visible || o.w <= 0 || o.h <= 0 {
		return 0, 0
	}
	if o.w < smallWidth || o.h < smallHeight {
		return o.w, o.h
	}
	w = min(o.w-4, narrowBox)
	if o.w-4-4 >= wide {
		w = min(o.w-4, wideBox)
	}
	const frameBlankHints = 4
	return w, min(len(o.linesOf(w-4, ""))+frameBlankHints, o.h-2)
}

// rows is how many lines of keys fit.
func (o *Overlay) rows() int {
	_, h := o.Size()
	_, h = pane.Inner(layout.Rect{W: o.w, H: h})
	return max(h-footer(h), 1)
}

// footer is how many lines the hints take of h.
func footer(h int) int {
	switch {
	case h < 4:
		return 0
	case h < 8:
		return 1
	}
	return 2
}

// inner is the width of a line of the box.
func (o *Overlay) inner() int {
	w, h := o.Size()
	w, _ = pane.Inner(layout.Rect{W: w, H: h})
	if w >= 20 {
		w -= 2
	}
	return max(w, 0)
}

func (o *Overlay) lines() []string { return o.linesOf(o.inner(), o.search.Value()) }

// View is the box in exactly [Overlay.Size]; empty while it is closed.
func (o *Overlay) View() string {
	w, h := o.Size()
	if w == 0 {
		return ""
	}
	o.clamp()
	box := layout.Rect{W: w, H: h}
	full, ih := pane.Inner(box)
	iw := o.inner()
	margin := strings.Repeat(" ", min(full-iw, 1))
	lines := o.lines()
	rows := o.rows()
	body := make([]string, 0, ih)
	for i := range rows {
		line := ""
		if at := o.top + i; at < len(lines) {
			line = lines[at]
		}
		body = append(body, margin+line)
	}
	if footer(ih) == 2 {
		body = append(body, "")
	}
	if footer(ih) > 0 {
		body = append(body, margin+o.foot(iw))
	} else if o.typing && len(body) > 0 {
		body[len(body)-1] = margin + o.foot(iw)
	}
	head := pane.Title{Text: "Help"}
	if len(lines) > rows {
		head.Right = text.Count(min(o.top+rows, len(lines))) + "/" + text.Count(len(lines))
	}
	return pane.Frame(o.theme, head, body, box, true)
}

// foot is the line of keys, or the search being typed.
func (o *Overlay) foot(w int) string {
	t := o.theme
	if o.typing {
		// The bar of the palette's inputs, and no reverse block that a terminal
		// without styles would not show.
		bar := "▏"
		if t.Glyphs.Mode == theme.ASCII {
			bar = "|"
		}
		value := text.Plain(o.search.Value())
		for text.Width(value) > max(w-3, 0) && value != "" {
			_, size := utf8.DecodeRuneInString(value)
			value = value[size:]
		}
		return t.Accent.Render("/") + " " + value + t.Accent.Render(bar)
	}
	var parts []string
	used := 0
	for _, b := range o.keys.Hints(keys.Help) {
		word := b.Hint
		if b.Command == keys.CmdBack && o.search.Value() != "" {
			word = "show all"
		}
		cells := text.Width(b.Label()) + 1 + text.Width(word)
		if used > 0 {
			cells += 3
		}
		if used+cells > w {
			break
		}
		used += cells
		parts = append(parts, t.Key.Render(b.Label())+" "+t.KeyText.Render(word))
	}
	return strings.Join(parts, "   ")
}

// linesOf is everything that matches the filter, in lines of w cells. They are
// asked for several times for one screen, and kept.
func (o *Overlay) linesOf(w int, filter string) []string {
	const some = 8
	asked := request{o.scope, filter, w}
	lines, ok := o.drawn[asked]
	if !ok {
		if len(o.drawn) >= some {
			clear(o.drawn)
		}
		lines = o.draw(w, filter)
		o.drawn[asked] = lines
	}
	return lines
}

func (o *Overlay) draw(w int, filter string) []string {
	sections := o.sections(filter)
	if len(sections) == 0 {
		return []string{o.theme.Muted.Render(text.TruncateWith("No key matches. esc shows all.", w, o.theme.Glyphs.Ellipsis))}
	}
	if w < wide || len(sections) != 2 {
		var lines []string
		for i, s := range sections {
			if i > 0 {
				lines = append(lines, "")
			}
			lines = append(lines, o.column(s, w)...)
		}
		return lines
	}
	half := (w - between) / 2
	left, right := o.column(sections[0], half), o.column(sections[1], half)
	lines := make([]string, max(len(left), len(right)))
	for i := range lines {
		l, r := "", ""
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		lines[i] = text.FitWith(l, half+between, o.theme.Glyphs.Ellipsis) + r
	}
	return lines
}

// column is a section in lines of w cells; long explanations go on below.
func (o *Overlay) column(s section, w int) []string {
	t, g := o.theme, o.theme.Glyphs
	keyWidth := 0
	for _, r := range s.rows {
		keyWidth = max(keyWidth, text.Width(r.keys))
	}
	keyWidth = min(keyWidth, max(w/3, 1))
	lines := []string{t.Title.Render(text.TruncateWith(s.title, w, g.Ellipsis))}
	room := max(w-keyWidth-2, 1)
	for _, r := range s.rows {
		label := t.Key.Render(text.FitWith(r.keys, keyWidth, g.Ellipsis))
		for _, does := range text.Wrap(r.does, room) {
			lines = append(lines, label+"  "+t.KeyText.Render(does))
			label = strings.Repeat(" ", keyWidth)
		}
	}
	return lines
}
