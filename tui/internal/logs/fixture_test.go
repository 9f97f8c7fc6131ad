package logs

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/theme"
	"apps.local/neetbox-tui/tui/internal/theme/themetest"
)

// began is the time of the first line in all tests.
func began() time.Time { return time.Date(2026, 11, 22, 14, 19, 50, 0, time.UTC) }

func event(seq int, level, whom, msg string) protocol.Event {
	payload, err := json.Marshal(protocol.LogPayload{Prefix: level, Whom: whom, Msg: msg})
	if err != nil {
		panic(err)
	}
	return protocol.Event{
		Type: protocol.EventLog, Project: "bert", Run: "r1", Seq: protocol.Seq(seq),
		At: began().Add(time.Duration(seq) * time.Second).UnixMilli(), Payload: payload,
	}
}

// training are n events of a run that trains, numbered from first.
func training(first, n int) []protocol.Event {
	var events []protocol.Event
	for seq := first; seq < first+n; seq++ {
		ev := event(seq, "info", "train", fmt.Sprintf("step %d  loss %.3f  lr 2.9e-04", 41_000+seq*10, 2-float64(seq)/1000))
		switch {
		case seq%37 == 0:
			ev = event(seq, "error", "train", fmt.Sprintf("loss is nan at step %d, skipping the batch", 41_000+seq*10))
		case seq%11 == 0:
			ev = event(seq, "warning", "train", "grad norm 41.2 (clip 1.0)")
		case seq%7 == 0:
			ev = event(seq, "debug", "data", fmt.Sprintf("epoch 13 shard %d/16 prefetched from /mnt/datasets/webtext/shards/part-%05d.tar.zst while the previous one was being read; the queue holds 3 of 8", seq%16, seq))
		case seq%13 == 0:
			ev = event(seq, "ok", "checkpoint", "saved ckpt/v3.pt")
		case seq%5 == 0:
			ev = event(seq, "", "stdout", "GPU 0: 92 %, 79 °C")
		}
		events = append(events, ev)
	}
	return events
}

// newPane is a focused pane of a run, without styles.
func newPane(t testing.TB, w, h int, o Options) *Pane {
	t.Helper()
	p := New(themetest.New(t, termenv.Ascii, theme.Braille), keys.Default(), o)
	p.SetNow(began().Add(10 * time.Minute))
	p.SetSize(w, h)
	p.SetFocused(true)
	p.Reset("bert", "r1", "green-fox-12")
	return p
}

// press gives keys, separated by spaces; a text in quotes is typed.
func press(p *Pane, names string) (last tea.Msg) {
	for name := range strings.FieldsSeq(names) {
		var cmd tea.Cmd
		if text, ok := strings.CutPrefix(name, "'"); ok {
			for _, r := range strings.TrimSuffix(text, "'") {
				cmd = p.Update(keyOf(string(r)))
			}
		} else {
			cmd = p.Update(keyOf(name))
		}
		last = nil
		if cmd != nil {
			last = cmd()
		}
	}
	return last
}

func keyOf(s string) tea.KeyMsg {
	if s == "space" {
		s = " "
	}
	for k := tea.KeyType(-128); k < 128; k++ {
		if k != tea.KeyRunes && k.String() == s {
			return tea.KeyMsg{Type: k, Runes: []rune(s)[:0]}
		}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s)}
}

func wheel(p *Pane, b tea.MouseButton) tea.Msg {
	if cmd := p.Update(tea.MouseMsg{Button: b, Action: tea.MouseActionPress}); cmd != nil {
		return cmd()
	}
	return nil
}

// rowsOf are the rows inside the frame.
func rowsOf(p *Pane) []string {
	lines := strings.Split(ansi.Strip(p.View()), "\n")
	rows := make([]string, 0, len(lines))
	for _, l := range lines[1 : len(lines)-1] {
		rows = append(rows, strings.TrimRight(strings.TrimSuffix(strings.TrimPrefix(l, "│"), "│"), " "))
	}
	return rows
}

func titleOf(p *Pane) string { return strings.SplitN(p.View(), "\n", 2)[0] }

func checkSize(t *testing.T, p *Pane, w, h int) {
	t.Helper()
	view := p.View()
	if w <= 0 || h <= 0 {
		if view != "" {
			t.Fatalf("%dx%d is not empty: %q", w, h, view)
		}
		return
	}
	rows := strings.Split(view, "\n")
	if len(rows) != h {
		t.Fatalf("%dx%d has %d rows:\n%s", w, h, len(rows), view)
	}
	for i, row := range rows {
		if got := ansi.StringWidth(row); got != w {
			t.Fatalf("%dx%d: row %d has %d cells: %q", w, h, i, got, row)
		}
	}
}
