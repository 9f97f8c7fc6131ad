package palette

import (
	"strings"

	"apps.local/neetbox-tui/tui/internal/line"
	"apps.local/neetbox-tui/tui/internal/text"
)

func (o *Overlay) formParts(w int) (above []part, rows int, below []part) {
	t, f := o.theme, o.form
	if about := o.about(w); len(about) > 0 {
		above = append(above, part{lines: about, keep: 1}, blank())
	}
	rows = max(len(f.fields), 1)
	below = append(below, blank())
	keep := 4
	if c := f.current(); o.refusal != "" || c != nil && c.problem != "" {
		keep = 7 // why nothing happens matters more than what would
	}
	below = append(below, part{lines: f.notes.hold(o.note(w), w), keep: keep})
	if o.busy != "" {
		below = append(below, part{lines: []string{t.Warning.Render(text.TruncateWith(o.busyText(), w, t.Glyphs.Ellipsis))}, keep: 2})
	}
	below = append(below, blank(), part{lines: f.called.hold(o.calls(w), w), keep: 5}, blank(), part{lines: []string{o.hints(w)}, keep: 3})
	return above, rows, below
}

// about is the description, a few lines of it.
func (o *Overlay) about(w int) []string {
	const most = 4
	var lines []string
	for line := range strings.SplitSeq(o.form.spec.Description, "\n") {
		if line = strings.TrimSpace(text.Plain(line)); line == "" {
			continue
		}
		lines = append(lines, o.wrapped(line, w, most)...)
		if len(lines) > most {
			lines = lines[:most]
			lines[most-1] = text.TruncateWith(lines[most-1], w-1, "") + o.theme.Glyphs.Ellipsis
			break
		}
	}
	return lines
}

// note is one line about the field with the cursor: what is wrong with it, or
// what it takes.
func (o *Overlay) note(w int) []string {
	t, f := o.theme, o.form
	style, words := t.Faint, "" //nolint:wastedassign // the words are set in most cases below
	c := f.current()
	switch {
	case o.refusal != "":
		style, words = t.Error, o.refusal
	case o.refused(f.action) != "":
		style, words = t.Warning, o.refused(f.action)
	case c == nil:
		return nil // the row says that there is nothing to fill in
	case c.problem != "":
		style, words = t.Error, line.Visible(c.problem, t.Glyphs)
	default:
		words = c.advice()
	}
	lines := o.wrapped(words, w, 2)
	for i, line := range lines {
		lines[i] = style.Render(line)
	}
	return lines
}

// advice says what the field takes.
func (f *field) advice() string {
	switch f.kind {
	case asText:
		return "text as it is, quotes are added"
	case asNumber:
		if f.typ == "int" {
			return "a whole number such as 5"
		}
		return "a number such as 0.5 or 3e-4"
	case asSwitch:
		return "space changes it"
	case asLiteral:
	}
	return "a Python literal such as 'text', 5, [1, 2] or {'key': 1}"
}

// calls is the call exactly as it will be made, in at most three lines.
func (o *Overlay) calls(w int) []string {
	g := o.theme.Glyphs
	lead := "calls " + g.Right + " "
	// A field may hold far more than a screen shows.
	call := o.form.callText(func(s string) string {
		return line.Visible(s[:min(len(s), 2000)], g)
	})
	lines := o.wrapped(lead+call, w, 3)
	for i, line := range lines {
		if i == 0 && strings.HasPrefix(line, lead) {
			lines[i] = o.theme.Muted.Render(lead) + o.theme.Title.Render(line[len(lead):])
			continue
		}
		lines[i] = o.theme.Title.Render(line)
	}
	return lines
}

const (
	badge   = "Python literal" // of a field that takes any
	verdict = 4                // cells of "✓ ok"
)

// fieldColumns are the widths of a field's row; 0 for a part not shown.
type fieldColumns struct{ name, typ, value, mark int }

func (o *Overlay) fieldColumns(w int) fieldColumns {
	var c fieldColumns
	literal := false
	for _, f := range o.form.fields {
		c.name = max(c.name, text.Width(shown(f.name)))
		c.typ = max(c.typ, text.Width(text.Plain(f.typ)))
		literal = literal || f.kind == asLiteral
	}
	c.name, c.typ = min(c.name, max(w/4, 4)), min(c.typ, 10)
	switch {
	case literal && w >= 64:
		c.mark = len(badge) + 1 + verdict
	case w >= 40:
		c.mark = verdict
	case w >= 16:
		c.mark = 1
	}
	if w < 36 {
		c.typ = 0
	}
	used := marker + c.name + 2
	if c.typ > 0 {
		used += c.typ + 2
	}
	if c.mark > 0 {
		used += c.mark + 1
	}
	c.value = max(w-used, 0)
	return c
}

// fieldRows are exactly rows lines.
func (o *Overlay) fieldRows(w, rows int) []string {
	lines := make([]string, rows)
	f := o.form
	if len(f.fields) == 0 || rows == 0 {
		if rows > 0 {
			lines[0] = o.theme.Muted.Render(text.TruncateWith("It takes no arguments.", w, o.theme.Glyphs.Ellipsis))
		}
		return lines
	}
	f.top = reveal(f.top, f.focus, len(f.fields), rows)
	c := o.fieldColumns(w)
	for i := range lines {
		if at := f.top + i; at < len(f.fields) {
			lines[i] = o.fieldRow(f.fields[at], c, at == f.focus)
		}
	}
	return lines
}

func (o *Overlay) fieldRow(f *field, c fieldColumns, current bool) string {
	t, g := o.theme, o.theme.Glyphs
	sign := "  "
	name := text.FitWith(shown(f.name), c.name, g.Ellipsis)
	if current {
		sign, name = t.Accent.Render(g.Cursor)+" ", t.Title.Render(name)
	}
	line := sign + name + "  "
	if c.typ > 0 {
		line += t.Muted.Render(text.FitWith(text.Plain(f.typ), c.typ, g.Ellipsis)) + "  "
	}
	line += text.FitWith(o.value(f, c.value, current), c.value, g.Ellipsis)
	if c.mark > 0 {
		line += " " + o.mark(f, c.mark)
	}
	return line
}

func (o *Overlay) value(f *field, w int, current bool) string {
	t, g := o.theme, o.theme.Glyphs
	if f.kind == asSwitch {
		return o.switchView(f, w)
	}
	if f.line.Text() == "" {
		words := t.Faint.Render("left out: its default, if it has one")
		if current {
			return f.line.View(1, t) + words
		}
		return words
	}
	if current {
		return f.line.View(w, t)
	}
	return line.Visible(f.line.Text(), g)
}

func (o *Overlay) switchView(f *field, w int) string {
	const all = len("* default   * True   * False")
	t, g := o.theme, o.theme.Glyphs
	if w < all {
		return t.Text.Render(f.choice.String())
	}
	parts := make([]string, 0, choices)
	for c := range choices {
		if c == f.choice {
			parts = append(parts, t.Accent.Render(g.Running)+" "+t.Title.Render(c.String()))
		} else {
			parts = append(parts, t.Faint.Render(g.Lost+" "+c.String()))
		}
	}
	return strings.Join(parts, "   ")
}

// mark says at the right edge how the value is, at first sight.
func (o *Overlay) mark(f *field, w int) string {
	t, g := o.theme, o.theme.Glyphs
	_, given := f.literal()
	sign := ""
	switch {
	case f.problem != "" && w < verdict:
		sign = t.Error.Render(g.Failed)
	case f.problem != "":
		sign = t.Error.Render(g.Failed + " no")
	case given && w < verdict:
		sign = t.Success.Render(g.Finished)
	case given:
		sign = t.Success.Render(g.Finished + " ok")
	}
	if w > verdict {
		kind := ""
		if f.kind == asLiteral {
			kind = t.Faint.Render(badge)
		}
		return text.Fit(kind, len(badge)+1) + sign
	}
	return sign
}
