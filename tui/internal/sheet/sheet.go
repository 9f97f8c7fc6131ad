// Package sheet is text over the screen: everything about one thing, to be read
// and put away.
package sheet

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/layout"
	"apps.local/neetbox-tui/tui/internal/pane"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/internal/theme"
)

// CloseMsg says that the sheet was put away.
type CloseMsg struct{}

// Overlay is a sheet. It is not safe for concurrent use.
type Overlay struct {
	theme   theme.Theme
	matcher *keys.Matcher
	now     time.Time
	title   string
	lines   func(width int) []string // at most width cells each; nil while closed
	top     int
	w, h    int // the screen
}

// New makes a closed sheet.
func New(t theme.Theme, m keys.Map) *Overlay {
	return &Overlay{theme: t, matcher: keys.NewMatcher(m)}
}

// Open shows what lines gives for the width that there is. It is asked anew at
// each View, so that ages go on.
func (o *Overlay) Open(title string, lines func(width int) []string) {
	o.title, o.lines, o.top = title, lines, 0
	o.matcher.Reset()
}

// Visible reports that the sheet is open.
func (o *Overlay) Visible() bool { return o.lines != nil }

// Close puts the sheet away.
func (o *Overlay) Close() { o.lines = nil }

// Scope is that of the help, which is read in the same way.
func (o *Overlay) Scope() keys.Scope { return keys.Help }

// SetTheme changes the looks.
func (o *Overlay) SetTheme(t theme.Theme) { o.theme = t }

// SetNow tells the time, for sequences of keys.
func (o *Overlay) SetNow(now time.Time) { o.now = now }

// SetSize gives the screen there is; the sheet leaves a margin where there is
// room for one.
func (o *Overlay) SetSize(w, h int) { o.w, o.h = w, h }

// Size is what View takes of the screen.
func (o *Overlay) Size() (w, h int) {
	const (
		widest                 = 100
		marginFrom, marginRows = 70, 20
	)
	w, h = o.w, o.h
	if w >= marginFrom {
		w = min(w-8, widest) //nolint:mnd // a margin on both sides
	}
	if h >= marginRows {
		h -= 4
	}
	return w, h
}

// Update takes keys and the wheel while the sheet is open.
func (o *Overlay) Update(msg tea.Msg) tea.Cmd {
	if !o.Visible() {
		return nil
	}
	switch msg := msg.(type) {
	case tea.KeyMsg:
		cmd, _, ok := o.matcher.Match(keys.Help, msg, o.now)
		if ok {
			return o.do(cmd)
		}
	case tea.MouseMsg:
		const step = 3
		switch msg.Button {
		case tea.MouseButtonWheelUp:
			o.scroll(-step)
		case tea.MouseButtonWheelDown:
			o.scroll(step)
		default:
		}
	}
	return nil
}

func (o *Overlay) do(cmd keys.Command) tea.Cmd {
	_, h := o.body()
	switch cmd {
	case keys.CmdBack:
		o.Close()
		return func() tea.Msg { return CloseMsg{} }
	case keys.CmdDown:
		o.scroll(1)
	case keys.CmdUp:
		o.scroll(-1)
	case keys.CmdHalfDown:
		o.scroll(h / 2)
	case keys.CmdHalfUp:
		o.scroll(-h / 2)
	case keys.CmdPageDown:
		o.scroll(h)
	case keys.CmdPageUp:
		o.scroll(-h)
	case keys.CmdTop:
		o.top = 0
	case keys.CmdBottom:
		o.scroll(len(o.drawn()))
	default:
	}
	return nil
}

func (o *Overlay) body() (w, h int) {
	w, h = o.Size()
	return pane.Inner(layout.Rect{W: w, H: h})
}

func (o *Overlay) drawn() []string {
	w, _ := o.body()
	return o.lines(max(w-2, 1))
}

func (o *Overlay) scroll(by int) {
	_, h := o.body()
	o.top = max(0, min(o.top+by, len(o.drawn())-h))
}

// View is the sheet in exactly Size; "" while it is closed.
func (o *Overlay) View() string {
	if !o.Visible() {
		return ""
	}
	w, h := o.Size()
	_, rows := o.body()
	lines := o.drawn()
	o.top = max(0, min(o.top, len(lines)-rows))
	right := "esc closes"
	if len(lines) > rows {
		right = text.Count(min(o.top+rows, len(lines))) + " of " + text.Count(len(lines))
	}
	shown := make([]string, 0, rows)
	for _, line := range lines[o.top:min(o.top+rows, len(lines))] {
		shown = append(shown, " "+line)
	}
	return pane.Frame(o.theme, pane.Title{Text: o.title, Right: right}, shown, layout.Rect{W: w, H: h}, true)
}
