package tui

import (
	"fmt"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/layout"
	"apps.local/neetbox-tui/tui/internal/pane"
	"apps.local/neetbox-tui/tui/internal/runs"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/link"
)

// View is the whole screen, exactly as large as the terminal.
func (a *app) View() string {
	l := a.layout
	if l.W <= 0 || l.H <= 0 {
		return ""
	}
	var screen string
	switch l.Mode {
	case layout.Word:
		screen = a.runs.Word(l.W, l.H)
	case layout.Summary:
		screen = a.runs.Summary(l.W, l.H)
	default:
		screen = pane.Join(l, a.drawn())
	}
	if o := a.top(); o != nil {
		return pane.Overlay(screen, o.View(), l.W, l.H)
	}
	return screen
}

func (a *app) drawn() map[layout.Kind]string {
	views := map[layout.Kind]string{}
	for _, kind := range a.layout.Kinds() {
		r, _ := a.layout.Rect(kind)
		switch kind {
		case layout.Header:
			views[kind] = a.runs.Header(runs.HeaderInfo{Program: "neetbox-tui", Address: a.address}, r.W)
		case layout.Tabs:
			views[kind] = a.tabs(r.W)
		case layout.Status:
			views[kind] = a.status(r.W)
		default:
			views[kind] = a.panes[kind].View()
		}
	}
	return views
}

// tabNames are the panes as the tab line names them.
func tabNames() map[layout.Kind]string {
	return map[layout.Kind]string{
		layout.Runs: "Runs", layout.Log: "Log", layout.Gauges: "Machine", layout.Receipts: "Actions",
	}
}

const tabGap = " "

func (a *app) tabs(w int) string {
	var b strings.Builder
	for i, kind := range layout.Panes() {
		if i > 0 {
			b.WriteString(tabGap)
		}
		style := a.theme.Muted
		if kind == a.focus {
			style = a.theme.Selected
		}
		b.WriteString(style.Render(tabLabel(i, kind)))
	}
	return text.Fit(b.String(), w)
}

func tabLabel(i int, k layout.Kind) string { return fmt.Sprintf(" %d %s ", i+1, tabNames()[k]) }

// tabAt is the pane whose name stands in a column of the tab line.
func (a *app) tabAt(x int) (layout.Kind, bool) {
	for i, kind := range layout.Panes() {
		width := text.Width(tabLabel(i, kind))
		if x < width {
			return kind, true
		}
		x -= width + len(tabGap)
	}
	return layout.None, false
}

// status is the bottom line: what is wrong with the connection, else what just
// happened, else the keys that matter now.
func (a *app) status(w int) string {
	if a.state.Phase != link.Online {
		return a.theme.Banner.Render(text.Fit(" "+a.banner(), w))
	}
	if n, ok := a.news.current(a.clock()); ok {
		return text.Fit(" "+n.kind.style(a.theme).Render(n.text), w)
	}
	if a.stored.State == "paused" {
		line := fmt.Sprintf(" history is paused: %s · %s not stored", text.Plain(a.stored.Reason),
			text.Plural(int(a.stored.Missed), "event", "events"))
		return a.theme.Banner.Render(text.Fit(line, w))
	}
	return a.hints(w)
}

// banner says how the link stands, with what to do about it.
func (a *app) banner() string {
	now := a.clock()
	retry := a.keyOf(keys.CmdRetry)
	reason := ""
	if a.state.Err != nil {
		reason = ": " + text.Plain(a.state.Err.Error())
	}
	switch a.state.Phase {
	case link.Failed:
		return "can't connect" + reason + " · " + retry + " tries again"
	case link.Offline:
		next := ""
		if wait := a.state.RetryAt.Sub(now); wait > 0 {
			next = " · retry in " + text.Age(wait.Round(time.Second))
		}
		return "offline " + text.Age(now.Sub(a.state.Since)) + next + " · " + retry + " now" + reason
	case link.Connecting, link.Online:
	}
	if a.state.Note != "" {
		return text.Plain(a.state.Note)
	}
	return "connecting to " + a.address
}

// hints are the keys that matter now, as many as fit, the least important
// dropped first.
func (a *app) hints(w int) string {
	scopes := []keys.Scope{a.panes[a.focus].Scope()}
	if !a.panes[a.focus].Capturing() {
		scopes = append(scopes, keys.Global)
	}
	all := a.keys.Hints(scopes...)
	// Who knows nothing yet needs to know how to learn more and how to get out.
	needed := func(b keys.Binding) bool {
		return b.Command == keys.CmdHelp || b.Command == keys.CmdQuit || b.Command == keys.CmdBack
	}
	room := w - 1
	for _, b := range all {
		if needed(b) {
			room -= hintWidth(b)
		}
	}
	var line strings.Builder
	line.WriteByte(' ')
	for _, b := range all {
		if !needed(b) {
			if room < hintWidth(b) {
				room = 0
				continue
			}
			room -= hintWidth(b)
		}
		line.WriteString(a.theme.Key.Render(b.Label()) + " " + a.theme.KeyText.Render(b.Hint) + "  ")
	}
	return text.Fit(line.String(), w)
}

func hintWidth(b keys.Binding) int { return text.Width(b.Label()) + 1 + text.Width(b.Hint) + 2 }

// tickMsg is the one clock: it only makes ages be drawn again.
type tickMsg struct{}

// schedule arms the clock when something on the screen changes with time alone,
// and leaves it off when nothing does.
func (a *app) schedule() tea.Cmd {
	each := a.pulse()
	if each == 0 || (a.ticking && a.tickEach <= each) {
		return nil
	}
	a.ticking, a.tickEach = true, each
	return a.tick(each, func(time.Time) tea.Msg { return tickMsg{} })
}

// pulse is how often what is shown changes by time alone; 0 for never.
func (a *app) pulse() time.Duration {
	_, notice := a.news.current(a.clock())
	switch {
	case notice, a.state.Phase == link.Offline, a.receipts.Animating(), a.runs.Online() > 0:
		return time.Second
	case a.runs.Len() > 0:
		return time.Minute
	}
	return 0
}
