package store

import (
	"strings"

	"apps.local/neetbox-tui/protocol"
)

// matcher is a query's filters, prepared once.
type matcher struct {
	q     protocol.EventQuery
	floor int
}

func newMatcher(q protocol.EventQuery) matcher {
	m := matcher{q: q}
	if q.Level != "" {
		m.floor = protocol.LevelRank(q.Level)
	}
	return m
}

func (m matcher) takes(ev protocol.Event) bool {
	q := m.q
	switch {
	case q.After > 0 && ev.Seq <= q.After,
		q.Before > 0 && ev.Seq >= q.Before,
		q.Type != "" && ev.Type != q.Type,
		q.Series != "" && ev.Series != q.Series:
		return false
	case q.Level == "" && q.Grep == "":
		return true
	case ev.Type != protocol.EventLog:
		return false
	}
	log := protocol.ParseLog(ev)
	return protocol.LevelRank(log.Level) >= m.floor && strings.Contains(log.Text, q.Grep)
}
