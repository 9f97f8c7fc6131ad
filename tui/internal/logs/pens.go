package logs

import (
	"strings"

	"github.com/charmbracelet/lipgloss"

	"apps.local/neetbox-tui/tui/internal/theme"
)

// pen writes text that is clean in one style. It holds what the style puts
// around a text: a style renders in microseconds, and a screen of lines has
// hundreds of parts.
type pen struct{ before, after string }

func newPen(s lipgloss.Style) pen {
	const sample = "x"
	before, after, _ := strings.Cut(s.Render(sample), sample)
	return pen{before, after}
}

func (p pen) write(s string) string {
	if s == "" || p.before == "" {
		return s
	}
	return p.before + s + p.after
}

// pens are the styles of the pane.
type pens struct {
	text, muted, faint, accent pen
	debug, warning, mention    pen
	failure, critical          pen
	match, matchCurrent        pen
	cursor, cursorBlurred      pen
	coloured                   bool // colours of runs may be shown
	tags                       map[string]string
}

func newPens(t theme.Theme) pens {
	p := pens{
		text: newPen(t.Text), muted: newPen(t.Muted), faint: newPen(t.Faint), accent: newPen(t.Accent),
		debug: newPen(t.Debug), warning: newPen(t.Warning), mention: newPen(t.Level("mention")),
		failure: newPen(t.Error), critical: newPen(t.Level("critical")),
		match: newPen(t.Match), matchCurrent: newPen(t.MatchCurrent),
		cursor: newPen(t.Accent), cursorBlurred: newPen(t.Muted),
		tags: map[string]string{},
	}
	// Who wants no colours wants none of a run's either.
	p.coloured = p.failure.before != "" && t.Name != "mono"
	return p
}

// line is the pen for the text of a line: colour where there is something to
// notice.
func (p *pens) line(l *line) pen {
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
