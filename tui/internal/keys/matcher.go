package keys

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// SequenceTimeout is how long the first key of a sequence waits for the next.
const SequenceTimeout = 500 * time.Millisecond

// Name is the spelling of a key in a Map; empty for pasted text, which is never
// a key.
func Name(msg tea.KeyMsg) string {
	switch {
	case msg.Paste:
		return ""
	case msg.String() == " ":
		// The space between the keys of a sequence must stay a separator.
		return "space"
	}
	return msg.String()
}

// Text reports a key that writes: typed characters, the space bar, a paste.
func Text(msg tea.KeyMsg) bool {
	return msg.Paste || !msg.Alt && (msg.Type == tea.KeyRunes || msg.Type == tea.KeySpace)
}

// Matcher turns keys into commands and remembers the beginning of a sequence.
// It keeps no timer: the time is given with each key, and Deadline says when a
// waiting beginning is forgotten. A Matcher is not safe for concurrent use.
type Matcher struct {
	keys     Map
	scope    Scope
	waiting  string
	deadline time.Time
}

// NewMatcher matches against m.
func NewMatcher(m Map) *Matcher { return &Matcher{keys: m} }

// Match takes one key. ok reports a command; pending reports that the key may
// begin a sequence and the command is not known yet. A key that does not go on
// with a waiting sequence is read as a new one.
//
// One Matcher may be asked for several scopes about the same key, the way
// Global is asked before a pane: a scope that does not know the key leaves the
// sequence of another scope alone.
func (m *Matcher) Match(scope Scope, msg tea.KeyMsg, now time.Time) (cmd Command, pending, ok bool) {
	if m.waiting != "" && !now.Before(m.deadline) {
		m.Reset()
	}
	name := Name(msg)
	if name == "" || scope.Typed() && Text(msg) {
		return "", false, false
	}
	if m.waiting != "" && m.scope == scope {
		sequence := m.waiting + " " + name
		m.Reset()
		if cmd, pending, ok = m.take(scope, sequence, now); pending || ok {
			return cmd, pending, ok
		}
	}
	return m.take(scope, name, now)
}

func (m *Matcher) take(scope Scope, sequence string, now time.Time) (cmd Command, pending, ok bool) {
	if cmd, ok = m.keys.Lookup(scope, sequence); ok {
		m.Reset()
		return cmd, false, true
	}
	if m.keys.Prefix(scope, sequence) {
		m.scope, m.waiting, m.deadline = scope, sequence, now.Add(SequenceTimeout)
		return "", true, false
	}
	return "", false, false
}

// Deadline is when the waiting beginning of a sequence is forgotten; false when
// none waits.
func (m *Matcher) Deadline() (time.Time, bool) { return m.deadline, m.waiting != "" }

// Waiting is the beginning of a sequence typed so far, for the bottom line.
func (m *Matcher) Waiting() string { return m.waiting }

// Reset forgets a waiting sequence, as when the focus moves.
func (m *Matcher) Reset() { m.scope, m.waiting, m.deadline = "", "", time.Time{} }
