package logs

import (
	"strings"

	"apps.local/neetbox-tui/tui/internal/pane"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/internal/theme"
)

// heading is the title of the frame: the run on the left; on the right the
// search, the filter, the counts and whether the newest line is followed. What
// does not fit goes, the most important last.
func (p *Pane) heading() pane.Title {
	const (
		around    = 7  // border and spaces that Frame puts around both
		titleFrom = 60 // below, the counts need the room of the run's name
		maxTitle  = 28
	)
	w, _ := p.inner()
	t := pane.Title{Text: "Log"}
	if name := text.Plain(p.title); name != "" && w >= titleFrom {
		t.Text += " " + p.theme.Glyphs.Separator + " " + text.TruncateWith(name, maxTitle, p.theme.Glyphs.Ellipsis)
	}
	if p.run == "" {
		return t
	}
	room := w - text.Width(t.Text) - around
	chips, states := p.chips(), p.stateText()
	for n := len(chips); n >= 0; n-- {
		for i, state := range states {
			if i == len(states)-1 && i > 0 && n == len(chips) {
				// Words rather than the number of lines, which can wait.
				continue
			}
			if t.Right = p.joined(chips[:n], state); text.Width(t.Right) <= room {
				return t
			}
		}
	}
	t.Right = ""
	return t
}

// chips are what narrows the view and how much is there, the most important
// first.
func (p *Pane) chips() []string {
	var chips []string
	if p.shown.query.active() && !p.typing {
		chips = append(chips, p.hitsText())
	}
	if floor := p.shown.floor; floor > 0 {
		chips = append(chips, p.floorText(floor), text.Count(p.shown.hidden())+" hidden")
	}
	if n := p.shown.lines; n > 0 {
		chips = append(chips, text.Plural(n, "line", "lines"))
	}
	return chips
}

// joined puts the chips in reading order, the state last.
func (p *Pane) joined(chips []string, state string) string {
	parts := make([]string, 0, len(chips)+1)
	for _, c := range chips {
		parts = append(parts, p.pens.muted.Write(c))
	}
	if state != "" {
		parts = append(parts, state)
	}
	return strings.Join(parts, p.pens.muted.Write(p.dot()))
}

// stateText is whether the view follows, from the longest spelling to the
// shortest.
func (p *Pane) stateText() []string {
	switch {
	case p.shown.len() == 0:
		return []string{""}
	case p.follow:
		return []string{p.pens.muted.Write("following")}
	case p.shown.news == 0:
		return []string{p.pens.accent.Write("paused")}
	}
	n := text.Count(p.shown.news)
	return []string{
		p.pens.accent.Write("paused" + p.dot() + n + " new below"),
		p.pens.accent.Write("paused" + p.dot() + n + " new"),
		p.pens.accent.Write("+" + n),
	}
}

// floorText names a level floor: "level ≥ warning".
func (p *Pane) floorText(rank uint8) string {
	least := "≥"
	if p.theme.Glyphs.Mode == theme.ASCII {
		least = ">="
	}
	word := "all"
	switch rank {
	case 1:
		word = "info"
	case failure - 1:
		word = "warning"
	case failure:
		word = "error"
	}
	return "level " + least + " " + word
}
