package link

import (
	"maps"
	"slices"
	"strings"

	"apps.local/neetbox-tui/protocol"
)

// gap is a stretch of a project's events that were not seen: above after, up to
// and including to.
type gap struct {
	project   string
	after, to protocol.Seq
}

// newest cuts the gap down to its newest limit events and says how many it cut.
func (g gap) newest(limit int) (cut gap, skipped int) {
	over := max(0, g.to-g.after-protocol.Seq(limit))
	g.after += over
	return g, int(over)
}

// verdict is what the cursor makes of an event's sequence number.
type verdict uint8

const (
	next      verdict = iota // in order, or without a number
	duplicate                // seen before
	ahead                    // something is missing before it
)

// cursor remembers the last sequence number seen of each project, across
// connections. It does no I/O, so that its rules can be read off a table.
type cursor struct {
	epoch string
	seen  map[string]protocol.Seq // nil before the first handshake
}

// join takes what a handshake told. fresh says that what was known before is
// void (and on the first handshake, when nothing was); otherwise the gaps are
// what was missed while there was no connection, ordered by project.
func (c *cursor) join(epoch string, heads map[string]protocol.Seq) (gaps []gap, fresh bool) {
	if c.seen == nil || epoch == "" || epoch != c.epoch {
		c.epoch, c.seen = epoch, map[string]protocol.Seq{}
		maps.Copy(c.seen, heads)
		return nil, true
	}
	maps.DeleteFunc(c.seen, func(project string, _ protocol.Seq) bool {
		_, held := heads[project]
		return !held
	})
	for project, head := range heads {
		last := c.seen[project]
		if head > last {
			gaps = append(gaps, gap{project, last, head})
		}
		// A head below the last number seen means that the daemon lost its newest
		// events, and gives their numbers again.
		c.seen[project] = min(last, head)
	}
	slices.SortFunc(gaps, func(a, b gap) int { return strings.Compare(a.project, b.project) })
	return gaps, false
}

// judge looks at an event's number and, when it is the next one, moves on.
func (c *cursor) judge(project string, seq protocol.Seq) (verdict, gap) {
	if seq <= 0 {
		return next, gap{}
	}
	switch last := c.seen[project]; {
	case seq <= last:
		return duplicate, gap{}
	case seq > last+1:
		return ahead, gap{project, last, seq - 1}
	}
	c.seen[project] = seq
	return next, gap{}
}

// skip moves a project on to seq, whatever lies between, and says how many
// events that leaves out: those below seq that were not seen.
func (c *cursor) skip(project string, seq protocol.Seq) (skipped int) {
	last := c.seen[project]
	if seq <= last {
		return 0
	}
	c.seen[project] = seq
	return int(seq - last)
}
