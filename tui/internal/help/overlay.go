package help

import (
	"time"

	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/theme"
)

// CloseMsg tells that the overlay has closed.
type CloseMsg struct{}

// Overlay is the help. It is not safe for concurrent use.
type Overlay struct {
	theme   theme.Theme
	keys    keys.Map
	matcher *keys.Matcher

	w, h    int
	now     time.Time
	visible bool
	scope   keys.Scope
	top     int // first line shown

	search textinput.Model
	typing bool

	drawn map[request][]string
}

// request is what the lines of the help depend on, beside theme and keys.
type request struct {
	scope  keys.Scope
	filter string
	w      int
}

// New makes a closed overlay.
func New(t theme.Theme, m keys.Map) *Overlay {
	o := &Overlay{theme: t, keys: m, matcher: keys.NewMatcher(m), search: textinput.New(), drawn: map[request][]string{}}
	o.search.Prompt = ""
	o.search.CharLimit = 100
	// A blinking cursor would be the only thing on the screen that moves.
	o.search.Cursor.SetMode(cursor.CursorStatic)
	return o
}

// SetTheme changes the looks.
func (o *Overlay) SetTheme(t theme.Theme) {
	o.theme = t
	clear(o.drawn)
}

// SetSize gives the screen there is, in cells. The overlay takes a part of it;
// see [Overlay.Size].
func (o *Overlay) SetSize(w, h int) { o.w, o.h = w, h }

// SetNow tells the time, for sequences of keys.
func (o *Overlay) SetNow(now time.Time) { o.now = now }

// Open shows the keys of scope first, then those that work everywhere.
func (o *Overlay) Open(scope keys.Scope) {
	o.visible, o.scope, o.top = true, scope, 0
	o.leaveSearch("")
	o.matcher.Reset()
}

// Visible reports that the overlay is open.
func (o *Overlay) Visible() bool { return o.visible }

// Close closes the overlay without a word.
func (o *Overlay) Close() { o.visible = false }

// Scope is where the keys of the overlay are declared.
func (o *Overlay) Scope() keys.Scope {
	if o.typing {
		return keys.Search
	}
	return keys.Help
}

// Capturing reports that a search is being typed.
func (o *Overlay) Capturing() bool { return o.visible && o.typing }

// Update takes keys and the mouse wheel while the overlay is open. Everything
// else is ignored.
func (o *Overlay) Update(msg tea.Msg) tea.Cmd {
	if !o.visible {
		return nil
	}
	switch msg := msg.(type) {
	case tea.KeyMsg:
		if o.typing {
			o.searchKey(msg)
			return nil
		}
		return o.key(msg)
	case tea.MouseMsg:
		switch msg.Button {
		case tea.MouseButtonWheelDown:
			o.top++
		case tea.MouseButtonWheelUp:
			o.top--
		}
		o.clamp()
	}
	return nil
}

func (o *Overlay) key(msg tea.KeyMsg) tea.Cmd {
	cmd, _, ok := o.matcher.Match(keys.Help, msg, o.now)
	if !ok {
		return nil
	}
	switch cmd {
	case keys.CmdBack:
		if o.search.Value() != "" && keys.Name(msg) == "esc" {
			// One step at a press: the filter goes before the overlay does.
			o.leaveSearch("")
			return nil
		}
		o.Close()
		return func() tea.Msg { return CloseMsg{} }
	case keys.CmdSearch:
		o.typing = true
		o.search.CursorEnd()
		o.search.Focus()
	default:
		o.scroll(cmd)
	}
	return nil
}

// scroll moves what is shown and stops at the ends.
func (o *Overlay) scroll(cmd keys.Command) {
	page := o.rows()
	switch cmd {
	case keys.CmdDown, keys.CmdNextHit:
		o.top++
	case keys.CmdUp, keys.CmdPrevHit:
		o.top--
	case keys.CmdTop:
		o.top = 0
	case keys.CmdBottom:
		o.top = len(o.lines())
	case keys.CmdHalfDown:
		o.top += max(page/2, 1)
	case keys.CmdHalfUp:
		o.top -= max(page/2, 1)
	case keys.CmdPageDown:
		o.top += page
	case keys.CmdPageUp:
		o.top -= page
	}
	o.clamp()
}

func (o *Overlay) clamp() { o.top = max(min(o.top, len(o.lines())-o.rows()), 0) }

func (o *Overlay) searchKey(msg tea.KeyMsg) {
	cmd, _, ok := o.matcher.Match(keys.Search, msg, o.now)
	switch {
	case ok && cmd == keys.CmdBack:
		o.leaveSearch("")
	case ok && cmd == keys.CmdOpen:
		o.leaveSearch(o.search.Value())
	case ok: // there are no earlier searches here
	default:
		// What the input wants done is to blink or to paste by itself.
		o.search, _ = o.search.Update(msg)
		o.top = 0
	}
}

// leaveSearch ends the typing and keeps a filter.
func (o *Overlay) leaveSearch(filter string) {
	o.typing = false
	o.search.Blur()
	o.search.SetValue(filter)
	o.clamp()
}
