package keys

import (
	"cmp"
	"slices"
	"strings"
)

// Binding is one command in one scope and the keys that give it.
type Binding struct {
	Scope   Scope
	Command Command
	// Keys are spelled as Bubble Tea spells them ("ctrl+d", "G", "pgdown"); a
	// sequence has a space between its keys ("g g"). The space bar is "space".
	Keys []string
	Hint string // one or two words for the bottom line; empty: not shown there
	Help string // what it does, for the help
	Rank int    // place in the bottom line, lowest first; the last drop out first
}

// Label is the first key as a person reads it; empty when no key is bound.
func (b Binding) Label() string {
	if len(b.Keys) == 0 {
		return ""
	}
	return strings.ReplaceAll(b.Keys[0], " ", "")
}

// Map is a set of bindings. It is a value: changing one makes another. The zero
// value has no binding.
type Map struct{ bindings []Binding }

func (m *Map) add(scope Scope, bindings ...Binding) {
	for _, b := range bindings {
		b.Scope = scope
		m.bindings = append(m.bindings, b)
	}
}

// Bindings are the bindings of one scope in the order of the help, those
// without a key included.
func (m Map) Bindings(scope Scope) []Binding {
	var found []Binding
	for _, b := range m.bindings {
		if b.Scope == scope {
			b.Keys = slices.Clone(b.Keys)
			found = append(found, b)
		}
	}
	return found
}

// Binding is how a command is bound in a scope; false where it is not known.
func (m Map) Binding(scope Scope, cmd Command) (Binding, bool) {
	for _, b := range m.bindings {
		if b.Scope == scope && b.Command == cmd {
			b.Keys = slices.Clone(b.Keys)
			return b, true
		}
	}
	return Binding{}, false
}

// Lookup is the command that a key or sequence gives in one scope. It does not
// look in any other scope.
func (m Map) Lookup(scope Scope, k string) (Command, bool) {
	for _, b := range m.bindings {
		if b.Scope == scope && slices.Contains(b.Keys, k) {
			return b.Command, true
		}
	}
	return "", false
}

// Prefix reports whether k begins a longer sequence of the scope.
func (m Map) Prefix(scope Scope, k string) bool {
	for _, b := range m.bindings {
		if b.Scope != scope {
			continue
		}
		for _, bound := range b.Keys {
			if strings.HasPrefix(bound, k+" ") {
				return true
			}
		}
	}
	return false
}

// Hints are what the bottom line may show for the scopes together, in its
// order: bindings with a hint and a key, each command once.
func (m Map) Hints(scopes ...Scope) []Binding {
	var hints []Binding
	seen := map[Command]bool{}
	for _, scope := range scopes {
		for _, b := range m.Bindings(scope) {
			if b.Hint == "" || len(b.Keys) == 0 || seen[b.Command] {
				continue
			}
			seen[b.Command] = true
			hints = append(hints, b)
		}
	}
	slices.SortStableFunc(hints, func(a, b Binding) int { return cmp.Compare(a.Rank, b.Rank) })
	return hints
}

// Without is the map without some commands, for what a program cannot or may
// not do: they are gone from the keys, the hints and the help alike.
func (m Map) Without(commands ...Command) Map {
	var kept Map
	for _, b := range m.bindings {
		if !slices.Contains(commands, b.Command) {
			kept.bindings = append(kept.bindings, b)
		}
	}
	return kept
}

// Conflict is one key that would give two commands in one place.
type Conflict struct {
	Key           string
	First, Second Binding
}

func (c Conflict) String() string {
	return "key " + c.Key + " is bound twice: " + c.First.name() + " and " + c.Second.name()
}

func (b Binding) name() string { return string(b.Scope) + "." + string(b.Command) }

// Conflicts finds keys bound twice within a scope, or in a pane and in Global.
// A key that begins a sequence is bound twice too: one of the two could never
// be given. Modal scopes hide keys of Global on purpose, but never those of
// CmdForceQuit.
func (m Map) Conflicts() []Conflict {
	var found []Conflict
	for i, a := range m.bindings {
		for _, b := range m.bindings[i+1:] {
			if !meet(a, b) {
				continue
			}
			if key, ok := commonKey(a.Keys, b.Keys); ok {
				found = append(found, Conflict{key, a, b})
			}
		}
	}
	return found
}

// meet reports bindings of which one key could mean both.
func meet(a, b Binding) bool {
	switch {
	case a.Scope == b.Scope:
		return true
	case a.Command == b.Command:
		return false
	case a.Scope == Global:
		return !b.Scope.Modal() || a.Command == CmdForceQuit
	case b.Scope == Global:
		return !a.Scope.Modal() || b.Command == CmdForceQuit
	}
	return false
}

func commonKey(a, b []string) (string, bool) {
	for _, x := range a {
		for _, y := range b {
			if x == y || strings.HasPrefix(x, y+" ") {
				return y, true
			}
			if strings.HasPrefix(y, x+" ") {
				return x, true
			}
		}
	}
	return "", false
}
