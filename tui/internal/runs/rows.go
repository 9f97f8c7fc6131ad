package runs

import (
	"cmp"
	"slices"
	"strings"

	"apps.local/neetbox-tui/protocol"
)

// recent is how many runs that have ended a project shows before it folds.
const recent = 5

type rowKind uint8

const (
	projectRow rowKind = iota
	runRow
	foldRow
)

// row is one line of the tree. Rows can be compared: the same item is the same
// row before and after a change.
type row struct {
	kind    rowKind
	project *project
	run     *run // of a runRow
}

// order is how the runs of a project are sorted.
type order uint8

const (
	byNewest order = iota
	byName
	byState
	orders
)

func (o order) next() order { return (o + 1) % orders }

// title names the pane by its order.
func (o order) title(reversed bool) string {
	switch {
	case o == byName && reversed:
		return "Runs by name, last first"
	case o == byName:
		return "Runs by name"
	case o == byState && reversed:
		return "Runs by state, ended first"
	case o == byState:
		return "Runs by state"
	case reversed:
		return "Runs, oldest first"
	}
	return "Runs"
}

// folded names what a fold line hides.
func (o order) folded(reversed bool) string {
	switch {
	case o != byNewest:
		return "more"
	case reversed:
		return "newer"
	}
	return "older"
}

// compare sorts the newest first wherever nothing else tells two runs apart,
// and the id last, so that no order depends on how the runs came in.
func (o order) compare(a, b *run) int {
	first := 0
	switch o {
	case byName:
		first = cmp.Compare(a.key, b.key)
	case byState:
		first = cmp.Compare(rank(a.info.State), rank(b.info.State))
	case byNewest, orders:
	}
	return cmp.Or(first, cmp.Compare(b.info.Started, a.info.Started), cmp.Compare(a.info.ID, b.info.ID))
}

// rank puts first what may need a person.
func rank(s protocol.RunState) int {
	switch s {
	case protocol.RunQuiet:
		return 0
	case protocol.RunRunning:
		return 1
	case protocol.RunLost:
		return 2
	case protocol.RunFailed:
		return 3
	case protocol.RunFinished:
		return 4
	}
	return 5
}

// sort puts runs in the given order, and first the project whose newest run is
// newest. That changes only when a run begins: ordering by the last event
// would make projects jump while they are read.
func (m *model) sort(o order, reversed bool) {
	newest := make(map[*project]int64, len(m.projects))
	for _, p := range m.projects {
		p.online = 0
		for _, r := range p.runs {
			newest[p] = max(newest[p], r.info.Started)
			if r.info.State.Online() {
				p.online++
			}
		}
		if len(p.runs) > 0 {
			p.info.Online, p.info.Runs = p.online > 0, len(p.runs)
		}
		slices.SortFunc(p.runs, func(a, b *run) int {
			if reversed {
				return o.compare(b, a)
			}
			return o.compare(a, b)
		})
	}
	slices.SortFunc(m.projects, func(a, b *project) int {
		first := cmp.Compare(newest[b], newest[a])
		if o == byName {
			first = 0
		}
		return cmp.Or(first, cmp.Compare(a.name, b.name), cmp.Compare(a.info.ID, b.info.ID))
	})
}

// tree lists the rows. The run on which the cursor stands is never folded
// away. With a query it lists what matches, unfolded, and counts it.
func (m *model) tree(query string, cursor *run) (rows []row, matching int) {
	query = strings.ToLower(query)
	for _, p := range m.projects {
		if query != "" {
			rows = p.match(rows, query)
			continue
		}
		rows = p.unfold(append(rows, row{kind: projectRow, project: p}), cursor)
	}
	if query == "" {
		return rows, len(m.runs)
	}
	for _, r := range rows {
		if r.kind == runRow {
			matching++
		}
	}
	return rows, matching
}

func (p *project) match(rows []row, query string) []row {
	whole := strings.Contains(strings.ToLower(p.name), query)
	begun := false
	for _, r := range p.runs {
		if !whole && !strings.Contains(r.key, query) {
			continue
		}
		if !begun {
			rows, begun = append(rows, row{kind: projectRow, project: p}), true
		}
		rows = append(rows, row{runRow, p, r})
	}
	return rows
}

func (p *project) unfold(rows []row, cursor *run) []row {
	if p.closed {
		return rows
	}
	ended, hidden := 0, 0
	for _, r := range p.runs {
		if !r.info.State.Online() {
			ended++
		}
		if !p.all && !r.info.State.Online() && ended > recent && r != cursor {
			hidden++
			continue
		}
		rows = append(rows, row{runRow, p, r})
	}
	if p.folds = hidden; p.all {
		p.folds = max(ended-recent, 0)
	}
	if p.folds > 0 {
		rows = append(rows, row{kind: foldRow, project: p})
	}
	return rows
}
