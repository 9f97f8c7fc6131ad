package keys

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"
)

// Rebind returns the map with other keys for some commands. Names are those of
// commands ("follow": in each scope that has it) or of a scope and a command
// ("logs.follow", which wins). No keys at all unbind a command. All that is
// wrong is reported together: a name or a key that does not exist, a printable
// key where text is typed, escape as a way to quit, no key left to quit by, and
// one key for two commands.
func (m Map) Rebind(changes map[string][]string) (Map, error) {
	rebound := Map{bindings: slices.Clone(m.bindings)}
	var errs []error
	// "logs.follow" must come after "follow" whatever the order of the map.
	names := slices.SortedFunc(maps.Keys(changes), func(a, b string) int {
		return strings.Compare(specific(a)+a, specific(b)+b)
	})
	for _, name := range names {
		wanted, err := spellAll(changes[name])
		if err != nil {
			errs = append(errs, fmt.Errorf("bind %q: %w", name, err))
			continue
		}
		errs = append(errs, rebound.assign(name, wanted))
	}
	for _, c := range rebound.Conflicts() {
		errs = append(errs, errors.New(c.String()))
	}
	if b, _ := rebound.Binding(Global, CmdForceQuit); len(m.bindings) > 0 && len(b.Keys) == 0 {
		errs = append(errs, errors.New("bind \"force-quit\": leave it at least one key, or the dashboard could not be left"))
	}
	if err := errors.Join(errs...); err != nil {
		return m, err
	}
	return rebound, nil
}

func specific(name string) string {
	if strings.Contains(name, ".") {
		return "1"
	}
	return "0"
}

func (m *Map) assign(name string, wanted []string) error {
	found := false
	for i, b := range m.bindings {
		if name != string(b.Command) && name != b.name() {
			continue
		}
		found = true
		for _, k := range wanted {
			if err := allowed(b, k); err != nil {
				return fmt.Errorf("bind %q: %w", name, err)
			}
		}
		m.bindings[i].Keys = wanted
	}
	if !found {
		return fmt.Errorf("bind %q: there is no such command; the help lists them", name)
	}
	return nil
}

func allowed(b Binding, k string) error {
	first, _, _ := strings.Cut(k, " ")
	switch {
	case b.Scope.Typed() && (utf8.RuneCountInString(first) == 1 || first == "space"):
		return fmt.Errorf("key %s is text in %s; choose one with ctrl or alt", k, b.Scope)
	case k == "esc" && (b.Command == CmdQuit || b.Command == CmdForceQuit):
		return errors.New("esc goes one step back and never quits; choose another key")
	}
	return nil
}

func spellAll(wanted []string) ([]string, error) {
	spelled := make([]string, 0, len(wanted))
	for _, k := range wanted {
		s, err := spell(k)
		if err != nil {
			return nil, err
		}
		spelled = append(spelled, s)
	}
	return spelled, nil
}

// spell brings a key or a sequence into the spelling of Bubble Tea.
func spell(k string) (string, error) {
	parts := strings.Fields(k)
	if len(parts) == 0 {
		return "", errors.New("an empty key; write \"space\" for the space bar")
	}
	for i, part := range parts {
		s, ok := spellOne(part)
		if !ok {
			return "", fmt.Errorf("there is no key %q; examples are g, G, ctrl+d, alt+x, pgdown, f5, space", part)
		}
		parts[i] = s
	}
	return strings.Join(parts, " "), nil
}

func spellOne(k string) (string, bool) {
	bare, alt := strings.CutPrefix(k, "alt+")
	if utf8.RuneCountInString(bare) != 1 {
		bare = strings.ToLower(bare)
		bare = synonym(bare)
		if bare != "space" && !named(bare) {
			return "", false
		}
	}
	if alt && bare == "space" {
		bare = " "
	}
	if alt {
		return "alt+" + bare, bare != " "
	}
	return bare, true
}

func synonym(k string) string {
	switch k {
	case "escape":
		return "esc"
	case "return":
		return "enter"
	case "pageup":
		return "pgup"
	case "pagedown":
		return "pgdown"
	case "del":
		return "delete"
	case "ctrl+space":
		return "ctrl+@"
	case "ctrl+i": // one byte on the wire, as the next two
		return "tab"
	case "ctrl+m":
		return "enter"
	case "ctrl+[":
		return "esc"
	}
	return k
}

// named reports a key that Bubble Tea has a name for. Its key types are small
// numbers: control characters above zero, the others below.
func named(k string) bool {
	for t := tea.KeyType(-128); t < 128; t++ {
		if t != tea.KeyRunes && t != tea.KeySpace && t.String() == k {
			return true
		}
	}
	return false
}
