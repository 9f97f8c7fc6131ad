package runs

import (
	tea "github.com/charmbracelet/bubbletea"

	"apps.local/neetbox-tui/tui/internal/ink"
	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/text"
)

const (
	longestQuery = 200 // characters; a paste may be of any length
	keptQueries  = 50
)

// search is the filter: what it is, and how it is typed.
type search struct {
	query   string // what the list shows
	typing  bool
	history []string // oldest first
	recall  int      // place in history while typing
}

// line reports that a line of the pane belongs to the filter.
func (s *search) line() bool { return s.typing || s.query != "" }

// typed takes a key while a filter is typed. Text is text, whatever it would
// be as a command.
func (p *Pane) typed(msg tea.KeyMsg) tea.Cmd {
	if keys.Text(msg) {
		p.filter(p.search.query + text.Plain(string(msg.Runes)))
		return nil
	}
	switch msg.Type {
	case tea.KeyBackspace:
		if r := []rune(p.search.query); len(r) > 0 {
			p.filter(string(r[:len(r)-1]))
		}
		return nil
	case tea.KeyCtrlU:
		p.filter("")
		return nil
	}
	cmd, ok := p.keys.Lookup(keys.Search, keys.Name(msg))
	if !ok {
		return nil
	}
	return p.searching(cmd)
}

func (p *Pane) searching(cmd keys.Command) tea.Cmd {
	switch cmd {
	case keys.CmdOpen:
		return p.keep()
	case keys.CmdBack:
		p.drop()
	case keys.CmdUp:
		p.recall(-1)
	case keys.CmdDown:
		p.recall(1)
	}
	return nil
}

func (p *Pane) beginSearch() {
	p.search.typing, p.search.recall = true, len(p.search.history)
	p.matcher.Reset()
	p.scroll()
	p.drawn = ""
}

// keep ends the typing and leaves the filter on; the run under the cursor is
// then the selected one.
func (p *Pane) keep() tea.Cmd {
	p.search.typing = false
	if q := p.search.query; q != "" {
		if n := len(p.search.history); n == 0 || p.search.history[n-1] != q {
			p.search.history = append(p.search.history, q)
		}
		if n := len(p.search.history); n > keptQueries {
			p.search.history = p.search.history[n-keptQueries:]
		}
	}
	p.scroll()
	p.drawn = ""
	return p.adopt()
}

// drop ends the typing and the filter, and goes back to the selected run.
func (p *Pane) drop() {
	p.search.typing = false
	p.filter("")
	if i := p.find(p.chosenRow()); i >= 0 {
		p.at = i
	}
	p.scroll()
}

func (p *Pane) recall(step int) {
	n := p.search.recall + step
	switch {
	case n < 0 || n > len(p.search.history):
		return
	case n == len(p.search.history):
		p.filter("")
	default:
		p.filter(p.search.history[n])
	}
	p.search.recall = n
}

// filter shows only what matches the query.
func (p *Pane) filter(query string) {
	if r := []rune(query); len(r) > longestQuery {
		query = string(r[:longestQuery])
	}
	p.search.query = query
	p.relist()
	if query == "" || len(p.rows) < 2 || p.rows[p.at].kind == runRow {
		return
	}
	// The first hit is a run, and the line above it its project.
	p.at = 1
	p.scroll()
}

// searchLine is "/green▌      3 of 12".
func (p *Pane) searchLine(w int) string {
	l := ink.Row{Sign: p.theme.Glyphs.Ellipsis}
	k := p.palette.plain
	count := text.Count(p.matching) + " of " + text.Count(len(p.model.runs))
	if !p.search.typing && w >= wideFrom {
		count += "  esc clears"
	}
	room := w - text.Width(count) - 3
	if room < 4 {
		room, count = w-2, ""
	}
	l.Put(k.accent, "/")
	query := lastCells(p.search.query, room)
	l.Put(k.text, query)
	if p.search.typing {
		l.Put(k.accent, p.theme.Glyphs.Cursor)
	}
	if count != "" {
		l.Right(k.muted, count, w-l.Cells())
	}
	return l.String()
}

// lastCells is the end of s, where the typing goes on.
func lastCells(s string, w int) string {
	r := []rune(s)
	for len(r) > 0 && text.Width(string(r)) > max(w, 0) {
		r = r[1:]
	}
	return text.Plain(string(r))
}
