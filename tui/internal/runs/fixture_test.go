package runs

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/theme"
	"apps.local/neetbox-tui/tui/internal/theme/themetest"
)

func noon() time.Time { return time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC) }

func ago(d time.Duration) int64 { return noon().Add(-d).UnixMilli() }

func newPane(t testing.TB) *Pane {
	t.Helper()
	p := New(themetest.New(t, termenv.Ascii, theme.Braille), keys.Default())
	p.SetNow(noon())
	p.SetFocused(true)
	return p
}

func info(id, name string, state protocol.RunState, started, heard time.Duration, logs int64) protocol.RunInfo {
	ri := protocol.RunInfo{
		ID: id, Name: name, State: state, Started: ago(started), LastEvent: ago(heard), LastSeq: 10,
		Counts: map[protocol.EventType]int64{protocol.EventLog: logs},
	}
	if !state.Online() {
		ri.Ended = ago(heard)
	}
	return ri
}

func usual() ([]protocol.ProjectInfo, map[string][]protocol.RunInfo) {
	return []protocol.ProjectInfo{{ID: "p2", Name: "sim-cfd"}, {ID: "p1", Name: "bert-finetune"}, {ID: "p3", Name: "quantum-annealing"}},
		map[string][]protocol.RunInfo{
			"p1": {
				info("r3", "red-owl-3", protocol.RunLost, 5*time.Hour, 41*time.Minute, 88_310),
				info("r1", "green-fox-12", protocol.RunRunning, 134*time.Minute, 3*time.Second, 1204),
				info("r2", "tall-ant-2", protocol.RunQuiet, 150*time.Minute, 14*time.Minute, 1),
				info("r4", "blue-elk-9", protocol.RunFinished, 30*time.Hour, 26*time.Hour, 0),
				info("9e5be61b-c7ab-472d-8c21-2e59d72270f4", "", protocol.RunFailed, 80*time.Hour, 75*time.Hour, 17),
			},
			"p2": {info("m7", "mesh-7", protocol.RunRunning, 63*time.Hour, time.Second, 120_000)},
		}
}

func full(t testing.TB) *Pane {
	p := newPane(t)
	p.SetSnapshot(usual())
	for i := range 40 {
		at := ago(time.Duration(i) * time.Second)
		p.Apply(protocol.Event{Type: protocol.EventScalar, Project: "p1", Run: "r1", At: at, Seq: protocol.Seq(100 + i)})
		if i%3 == 0 && i < 15 {
			p.Apply(protocol.Event{Type: protocol.EventScalar, Project: "p2", Run: "m7", At: at, Seq: protocol.Seq(100 + i)})
		}
	}
	p.flush()
	return p
}

func many(t testing.TB, n int) *Pane {
	p := newPane(t)
	var runs []protocol.RunInfo
	states := []protocol.RunState{protocol.RunFinished, protocol.RunFailed, protocol.RunLost}
	for i := range n {
		state := states[i%3]
		if i < 2 {
			state = protocol.RunRunning
		}
		runs = append(runs, info(fmt.Sprint("id", i), fmt.Sprint("run-", n-i), state, time.Duration(i+2)*time.Hour, time.Duration(i+1)*time.Hour, int64(i*i)))
	}
	p.SetSnapshot([]protocol.ProjectInfo{{ID: "p", Name: "sweep"}}, map[string][]protocol.RunInfo{"p": runs})
	return p
}

func hostile() []string {
	return []string{
		"\x1b[2J\x1b[Hgone", "\x1b]0;title\x07x", "损失函数损失函数损失函数", "\u202eabc\u202d שלום עולם", "👩‍👩‍👧‍👦🏳️‍🌈🇩🇪 emoji",
		strings.Repeat("x", 1<<16), strings.Repeat("e\u0301", 1<<15), "tab\there\nline\rreturn", "\xff\xfe", "   ", "\u0301\u0301", strings.Repeat("👩‍", 200),
	}
}

func nasty(t testing.TB) *Pane {
	p := newPane(t)
	var runs []protocol.RunInfo
	for i, name := range hostile() {
		runs = append(runs, info(fmt.Sprint(i, name), name, protocol.RunState(name), time.Duration(i)*time.Hour, time.Minute, 1<<62))
	}
	runs[1].State, runs[2].State, runs[3].State = protocol.RunRunning, protocol.RunLost, protocol.RunQuiet
	p.SetSnapshot([]protocol.ProjectInfo{{ID: "p", Name: "\x1b[31m恶意\u202e" + strings.Repeat("y", 1<<16)}}, map[string][]protocol.RunInfo{"p": runs})
	return p
}

func scenes(t testing.TB) map[string]*Pane {
	filtered := full(t)
	press(filtered, "/", "e", "l", "k")
	none := full(t)
	press(none, "/", "z", "z", "enter")
	empty := newPane(t)
	empty.SetSnapshot(nil, nil)
	dimmed := full(t)
	dimmed.SetDimmed(true)
	return map[string]*Pane{
		"loading": newPane(t), "empty": empty, "full": full(t), "many": many(t, 40), "hostile": nasty(t),
		"filtered": filtered, "nothing matches": none, "dimmed": dimmed,
	}
}

func press(p *Pane, names ...string) (sent []tea.Msg) {
	special := map[string]tea.KeyType{"enter": tea.KeyEnter, "esc": tea.KeyEsc, "up": tea.KeyUp, "down": tea.KeyDown, "backspace": tea.KeyBackspace, "ctrl+d": tea.KeyCtrlD, "ctrl+u": tea.KeyCtrlU}
	for _, name := range names {
		msg := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(name)}
		if k, ok := special[name]; ok {
			msg = tea.KeyMsg{Type: k}
		}
		if cmd := p.Update(msg); cmd != nil {
			sent = append(sent, cmd())
		}
	}
	return sent
}

func selected(t *testing.T, p *Pane) string {
	t.Helper()
	ri, ok := p.Selected()
	if !ok {
		return ""
	}
	return ri.ID
}

func presence(project, run string, state protocol.RunState, n int64) protocol.Event {
	payload, _ := json.Marshal(protocol.Presence{Online: state.Online(), State: state, Reason: "why"})
	return protocol.Event{
		Type: protocol.EventStatus, Series: protocol.SeriesPresence, Project: project, Run: run,
		Payload: payload, At: noon().UnixMilli() + n, Seq: protocol.Seq(1000 + n),
	}
}
