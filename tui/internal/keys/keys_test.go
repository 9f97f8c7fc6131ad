package keys

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

func TestDefault_HasNoConflicts(t *testing.T) {
	for _, c := range Default().Conflicts() {
		t.Error(c)
	}
}

func TestDefault_EveryBindingIsWhole(t *testing.T) {
	for _, b := range Default().bindings {
		if len(b.Keys) == 0 || b.Help == "" {
			t.Errorf("%s: no key or no help", b.name())
		}
		if (b.Hint == "") != (b.Rank == 0) {
			t.Errorf("%s: a hint and a rank go together", b.name())
		}
		if !slices.Contains(Scopes(), b.Scope) {
			t.Errorf("%s: a scope that Scopes does not list", b.name())
		}
		for _, k := range b.Keys {
			spelled, err := spell(k)
			if err != nil || spelled != k {
				t.Errorf("%s: key %q is spelled %q (%v)", b.name(), k, spelled, err)
			}
		}
	}
}

func TestDefault_EachCommandOncePerScope(t *testing.T) {
	seen := map[string]bool{}
	for _, b := range Default().bindings {
		if seen[b.name()] {
			t.Errorf("%s is declared twice", b.name())
		}
		seen[b.name()] = true
	}
}

func TestDefault_EscapeNeverQuits(t *testing.T) {
	m := Default()
	for _, scope := range Scopes() {
		if cmd, _ := m.Lookup(scope, "esc"); cmd == CmdQuit || cmd == CmdForceQuit {
			t.Errorf("esc in %s is %s", scope, cmd)
		}
	}
	for _, scope := range Scopes() {
		if !scope.Modal() {
			continue
		}
		if cmd, _ := m.Lookup(scope, "esc"); cmd != CmdBack {
			t.Errorf("esc in %s is %q, want a way back", scope, cmd)
		}
	}
}

func TestDefault_EveryMotionHasArrowsAndLetters(t *testing.T) {
	m := Default()
	for _, scope := range []Scope{Runs, Logs, Gauges, Receipts, Help} {
		for cmd, wanted := range map[Command][]string{
			CmdDown: {"j", "down"}, CmdUp: {"k", "up"}, CmdLeft: {"h", "left"}, CmdRight: {"l", "right"},
			CmdTop: {"g g", "home"}, CmdBottom: {"G", "end"}, CmdHalfDown: {"ctrl+d"}, CmdHalfUp: {"ctrl+u"},
			CmdPageDown: {"pgdown"}, CmdPageUp: {"pgup"},
		} {
			for _, k := range wanted {
				if got, ok := m.Lookup(scope, k); !ok || got != cmd {
					t.Errorf("%s in %s is %q, want %s", k, scope, got, cmd)
				}
			}
		}
	}
}

func TestDefault_TypedScopesLeaveTextAlone(t *testing.T) {
	for _, b := range Default().bindings {
		for _, k := range b.Keys {
			if err := allowed(b, k); err != nil {
				t.Errorf("%s: %v", b.name(), err)
			}
		}
	}
}

func TestHints_AreKeysThatWork(t *testing.T) {
	m := Default()
	for _, scope := range Scopes() {
		hints := m.Hints(scope, Global)
		for i, h := range hints {
			if cmd, ok := m.Lookup(h.Scope, h.Keys[0]); !ok || cmd != h.Command {
				t.Errorf("%s: the bottom line says %s for %q, the key gives %q", scope, h.Label(), h.Hint, cmd)
			}
			if i > 0 && hints[i-1].Rank > h.Rank {
				t.Errorf("%s: %s comes after %s", scope, h.Command, hints[i-1].Command)
			}
		}
	}
}

func TestWithout_RemovesKeyHintAndHelp(t *testing.T) {
	m := Default().Without(CmdActions)
	if _, ok := m.Lookup(Global, "a"); ok {
		t.Error("the key is still there")
	}
	for _, b := range append(m.Hints(Global), m.Bindings(Global)...) {
		if b.Command == CmdActions {
			t.Error("the command is still shown")
		}
	}
}

func key(s string) tea.KeyMsg {
	for t := tea.KeyType(-128); t < 128; t++ {
		if t != tea.KeyRunes && t.String() == s {
			return tea.KeyMsg{Type: t}
		}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s)}
}

func TestMatcher_Sequences(t *testing.T) {
	start := time.Unix(1_800_000_000, 0)
	type step struct {
		after   time.Duration
		scope   Scope
		key     tea.KeyMsg
		want    Command
		pending bool
	}
	for _, tt := range []struct {
		name  string
		steps []step
	}{
		{"one key", []step{{0, Logs, key("f"), CmdFollow, false}}},
		{"two keys", []step{{0, Logs, key("g"), "", true}, {0, Logs, key("g"), CmdTop, false}, {0, Logs, key("g"), "", true}}},
		{"just in time", []step{{0, Logs, key("g"), "", true}, {499 * time.Millisecond, Logs, key("g"), CmdTop, false}}},
		{"too late", []step{{0, Logs, key("g"), "", true}, {500 * time.Millisecond, Logs, key("g"), "", true}}},
		{"another key instead", []step{{0, Logs, key("g"), "", true}, {0, Logs, key("f"), CmdFollow, false}, {0, Logs, key("g"), "", true}}},
		{"unknown key ends it", []step{{0, Logs, key("g"), "", true}, {0, Logs, key("ctrl+o"), "", false}, {0, Logs, key("g"), "", true}}},
		{"Global is asked first", []step{{0, Global, key("g"), "", false}, {0, Logs, key("g"), "", true}, {0, Global, key("g"), "", false}, {0, Logs, key("g"), CmdTop, false}}},
		{"Global takes the second", []step{{0, Logs, key("g"), "", true}, {0, Global, key("z"), CmdZoom, false}, {0, Logs, key("g"), "", true}}},
		{"another pane", []step{{0, Logs, key("g"), "", true}, {0, Runs, key("g"), "", true}}},
		{"typed text", []step{{0, Search, key("n"), "", false}, {0, Search, key("enter"), CmdOpen, false}}},
		{"space typed", []step{{0, Palette, key(" "), "", false}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, now := NewMatcher(Default()), start
			for i, s := range tt.steps {
				now = now.Add(s.after)
				cmd, pending, ok := m.Match(s.scope, s.key, now)
				if cmd != s.want || pending != s.pending || ok != (s.want != "") {
					t.Fatalf("step %d: got %q pending %v ok %v", i, cmd, pending, ok)
				}
				if _, waits := m.Deadline(); pending && !waits {
					t.Fatalf("step %d: pending without a deadline", i)
				}
			}
		})
	}
}

func TestMatcher_PastedTextNeverMatches(t *testing.T) {
	m := NewMatcher(Default())
	for _, scope := range Scopes() {
		for _, s := range []string{"q", "g", "esc", " ", ""} {
			msg := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s), Paste: true}
			if cmd, pending, ok := m.Match(scope, msg, time.Time{}); ok || pending {
				t.Errorf("pasted %q in %s is %q", s, scope, cmd)
			}
			if !Text(msg) {
				t.Errorf("pasted %q is not text", s)
			}
		}
	}
}

func TestRebind_ChangesKeysAndKeepsTheDefault(t *testing.T) {
	m := Default()
	got, err := m.Rebind(map[string][]string{
		"logs.follow": {"F", "Space"}, "top": {"g t"}, "help.top": {"home"}, "wrap": nil, "palette": {"alt+x", "CTRL+P"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		scope Scope
		key   string
		want  Command
	}{
		{Logs, "F", CmdFollow},
		{Logs, "space", CmdFollow},
		{Logs, "f", ""},
		{Runs, "g t", CmdTop},
		{Help, "home", CmdTop},
		{Help, "g t", ""},
		{Logs, "w", ""},
		{Global, "alt+x", CmdPalette},
		{Global, "ctrl+p", CmdPalette},
	} {
		if cmd, _ := got.Lookup(tt.scope, tt.key); cmd != tt.want {
			t.Errorf("%s in %s is %q, want %q", tt.key, tt.scope, cmd, tt.want)
		}
	}
	if cmd, _ := m.Lookup(Logs, "f"); cmd != CmdFollow {
		t.Error("rebinding changed the map it came from")
	}
	if cmd, _, _ := NewMatcher(got).Match(Logs, key(" "), time.Time{}); cmd != CmdFollow {
		t.Errorf("the space bar is %q", cmd)
	}
}

func TestRebind_RefusesWithAReason(t *testing.T) {
	for _, tt := range []struct {
		name    string
		changes map[string][]string
		want    string
	}{
		{"unknown command", map[string][]string{"fly": {"f"}}, "no such command"},
		{"unknown scope", map[string][]string{"chart.follow": {"f"}}, "no such command"},
		{"unknown key", map[string][]string{"follow": {"hyper+f"}}, `no key "hyper+f"`},
		{"empty key", map[string][]string{"follow": {""}}, "empty key"},
		{"same scope", map[string][]string{"follow": {"w"}}, "logs.follow and logs.wrap"},
		{"pane against global", map[string][]string{"follow": {"z"}}, "global.zoom and logs.follow"},
		{"begins a sequence", map[string][]string{"follow": {"g"}}, "logs.top and logs.follow"},
		{"escape quits", map[string][]string{"quit": {"esc"}}, "never quits"},
		{"text where text is typed", map[string][]string{"search.open": {"x"}}, "is text in search"},
		{"no way out", map[string][]string{"force-quit": {}}, "at least one key"},
		{"way out hidden", map[string][]string{"palette.open": {"ctrl+c"}}, "force-quit"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Default().Rebind(tt.changes)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want it to say %q", err, tt.want)
			}
		})
	}
}
