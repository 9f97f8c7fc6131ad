package palette

import (
	"cmp"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/line"
)

// entry is a row that can be chosen.
type entry struct {
	title string // what is searched first
	tail  string // directly after the title: the arguments of an action
	more  string // what it does
	mark  string // at the right edge: a key, or that the action blocks

	action string // name of an action; empty for a command
	id     any    // of a command

	hits  []int // runes of the title that the query found
	score int
}

// list is rows that typing filters.
type list struct {
	query  line.Input
	all    []entry
	found  []entry
	recent []string // titles chosen before, newest first
	cursor int
	top    int // first row shown
}

// fill replaces the rows. The cursor stays on the row with the same title.
func (l *list) fill(all []entry) {
	title := ""
	if e, ok := l.chosen(); ok {
		title = e.title
	}
	l.all = all
	l.filter()
	if i := slices.IndexFunc(l.found, func(e entry) bool { return e.title == title }); i >= 0 {
		l.cursor = i
	}
}

func (l *list) chosen() (entry, bool) {
	if l.cursor < 0 || l.cursor >= len(l.found) {
		return entry{}, false
	}
	return l.found[l.cursor], true
}

// filter finds the rows that match, best first; of equals the one chosen last.
func (l *list) filter() {
	query := strings.TrimSpace(l.query.Text())
	l.found = nil
	for _, e := range l.all {
		score, hits, ok := find(query, e.title, e.more)
		if ok {
			e.score, e.hits = score, hits
			l.found = append(l.found, e)
		}
	}
	age := make(map[string]int, len(l.recent))
	for i, title := range l.recent {
		age[title] = i - len(l.recent)
	}
	slices.SortStableFunc(l.found, func(a, b entry) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(age[a.title], age[b.title]))
	})
	l.cursor = max(min(l.cursor, len(l.found)-1), 0)
}

func (l *list) edit(msg tea.KeyMsg) {
	before := l.query.Text()
	l.query.Edit(msg)
	if l.query.Text() != before {
		l.cursor, l.top = 0, 0
		l.filter()
	}
}

// command moves the cursor and reports whether it was a motion. It never wraps.
func (l *list) command(cmd keys.Command, page int) bool {
	switch cmd {
	case keys.CmdDown:
		l.move(1)
	case keys.CmdUp:
		l.move(-1)
	case keys.CmdPageDown:
		l.move(page)
	case keys.CmdPageUp:
		l.move(-page)
	default:
		return false
	}
	return true
}

func (l *list) move(by int) { l.cursor = max(min(l.cursor+by, len(l.found)-1), 0) }

// remember puts a title before the others for the next time.
func (l *list) remember(title string) {
	const some = 50
	l.recent = slices.DeleteFunc(l.recent, func(t string) bool { return t == title })
	l.recent = slices.Insert(l.recent, 0, title)
	l.recent = l.recent[:min(len(l.recent), some)]
}

// reveal is the first of n rows to be shown so that the one at the cursor is.
func reveal(top, cursor, n, rows int) int {
	top = min(top, max(n-rows, 0))
	return max(min(top, cursor), cursor-rows+1, 0)
}
