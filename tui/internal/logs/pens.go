package logs

import (
	"strings"

	"apps.local/neetbox-tui/tui/internal/ink"
	"apps.local/neetbox-tui/tui/internal/theme"
)

// pens are the styles of the pane.
type pens struct {
	text, muted, faint, accent ink.Pen
	debug, warning, mention    ink.Pen
	failure, critical          ink.Pen
	match, matchCurrent        ink.Pen
	cursor, cursorBlurred      ink.Pen
	coloured                   bool // colours of runs may be shown
	tags                       map[string]string
}

func newPens(t theme.Theme) pens {
	p := pens{
		text: ink.Of(t.Text), muted: ink.Of(t.Muted), faint: ink.Of(t.Faint), accent: ink.Of(t.Accent),
		debug: ink.Of(t.Debug), warning: ink.Of(t.Warning), mention: ink.Of(t.Level("mention")),
		failure: ink.Of(t.Error), critical: ink.Of(t.Level("critical")),
		match: ink.Of(t.Match), matchCurrent: ink.Of(t.MatchCurrent),
		cursor: ink.Of(t.Accent), cursorBlurred: ink.Of(t.Muted),
		tags: map[string]string{},
	}
	// Who wants no colours wants none of a run's either.
	p.coloured = p.failure.On != "" && t.Name != "mono"
	return p
}

// line is the pen for the text of a line: colour where there is something to
// notice.
func (p *pens) line(l *line) ink.Pen {
	switch {
	case l.rank >= failure && strings.EqualFold(l.level, "critical"):
		return p.critical
	case l.rank >= failure:
		return p.failure
	case l.rank == failure-1 && strings.EqualFold(l.level, "mention"):
		return p.mention
	case l.rank == failure-1:
		return p.warning
	case l.rank == 0:
		return p.debug
	}
	return p.text
}

// tag is the sign of a level in one cell.
func (p *pens) tag(t theme.Theme, level string) string {
	tag, ok := p.tags[level]
	if !ok {
		if len(p.tags) >= maxWords {
			clear(p.tags)
		}
		tag = t.LevelTag(level)
		p.tags[level] = tag
	}
	return tag
}
