package store

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"apps.local/neetbox-tui/protocol"
)

// matcher is a query's filters, prepared once.
type matcher struct {
	q       protocol.EventQuery
	floor   int
	grep    []byte
	pattern *regexp.Regexp // nil: any text
}

// newMatcher prepares q. The error says what is wrong with its pattern.
func newMatcher(q protocol.EventQuery) (matcher, error) {
	m := matcher{q: q, grep: []byte(q.Grep)}
	if q.Level != "" {
		m.floor = protocol.LevelRank(q.Level)
	}
	if q.Regex != "" {
		pattern, err := regexp.Compile(q.Regex)
		if err != nil {
			return m, fmt.Errorf("read the pattern: %w", err)
		}
		m.pattern = pattern
	}
	return m, nil
}

// logsOnly reports whether only logs can match.
func (m matcher) logsOnly() bool { return m.q.Level != "" || m.q.Grep != "" || m.q.Regex != "" }

func (m matcher) takes(ev protocol.Event) bool {
	q := m.q
	switch {
	case !m.inRange(ev.Seq, ev.At),
		q.Type != "" && ev.Type != q.Type,
		q.Series != "" && ev.Series != q.Series:
		return false
	case !m.logsOnly():
		return true
	case ev.Type != protocol.EventLog:
		return false
	}
	log := protocol.ParseLog(ev)
	return protocol.LevelRank(log.Level) >= m.floor && strings.Contains(log.Text, q.Grep) &&
		(m.pattern == nil || m.pattern.MatchString(log.Text))
}

func (m matcher) inRange(seq protocol.Seq, at int64) bool {
	q := m.q
	return (q.After <= 0 || seq > q.After) && (q.Before <= 0 || seq < q.Before) &&
		(q.From == 0 || at >= q.From) && (q.To == 0 || at < q.To)
}

// refuses reports, from what is known without reading the whole frame, that the
// event can't match; others still have to be asked [matcher.takes].
func (m matcher) refuses(t class, seq protocol.Seq, ev stored) bool {
	if !m.inRange(seq, ev.at) {
		return true
	}
	if !m.logsOnly() {
		return false
	}
	if t != classLog {
		return true
	}
	text := ev.text
	if !text.ok {
		if text = findSpan(ev.body); !text.ok {
			return false
		}
	}
	if text.rank < m.floor {
		return true
	}
	inside := ev.body[text.off : text.off+text.len]
	return !bytes.Contains(inside, m.grep) || (m.pattern != nil && !m.pattern.Match(inside))
}

// refusesBlock reports that no event of an unpacked block can match.
func (m matcher) refusesBlock(d *blockDecoder) bool {
	return len(m.grep) > 0 && d.plain && !bytes.Contains(d.bodies, m.grep)
}
