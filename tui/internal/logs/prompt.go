package logs

import (
	"slices"

	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/internal/theme"
)

const (
	maxHistory = 50
	maxQuery   = 1000
)

func newInput(t theme.Theme) textinput.Model {
	in := textinput.New()
	in.Prompt = "/"
	in.CharLimit = maxQuery
	in.PromptStyle, in.TextStyle = t.Key, t.Text
	in.Cursor.Style, in.Cursor.TextStyle = t.Text, t.Text
	in.Cursor.SetMode(cursor.CursorStatic)
	// It would start a program to read the clipboard; terminals paste by
	// themselves.
	in.KeyMap.Paste.SetEnabled(false)
	return in
}

func (p *Pane) startTyping() {
	p.typing, p.badQuery = true, nil
	p.recalled = len(p.history)
	p.input.SetValue("")
	p.input.Focus()
	p.matcher.Reset()
	p.changed(false)
}

func (p *Pane) stopTyping() {
	p.typing, p.badQuery = false, nil
	p.input.Blur()
	p.matcher.Reset()
	p.changed(false)
}

// typed takes one key or paste while the prompt is open.
func (p *Pane) typed(msg tea.KeyMsg, cmd keys.Command, ok bool) {
	p.changed(false)
	if ok {
		switch cmd {
		case keys.CmdOpen:
			p.keepSearch()
			return
		case keys.CmdBack:
			p.dropSearch()
			return
		case keys.CmdUp:
			p.recall(-1)
			return
		case keys.CmdDown:
			p.recall(1)
			return
		}
	}
	before := p.input.Value()
	p.input, _ = p.input.Update(msg)
	if p.input.Value() == before {
		return
	}
	if clean := text.Plain(p.input.Value()); clean != p.input.Value() {
		p.input.SetValue(clean)
	}
	p.searchFor(p.input.Value())
}

// searchFor changes the search. An expression that is wrong, as most are while
// they are typed, leaves the one before in force.
func (p *Pane) searchFor(source string) {
	q, err := query{}, error(nil)
	if source != "" {
		q, err = parseQuery(source)
	}
	if p.badQuery = err; err == nil {
		p.shown.search(q)
		p.changed(true)
	}
}

func (p *Pane) keepSearch() {
	if p.badQuery != nil {
		return
	}
	if source := p.input.Value(); source != "" {
		p.history = slices.DeleteFunc(p.history, func(s string) bool { return s == source })
		p.history = append(p.history, source)
		p.history = p.history[max(len(p.history)-maxHistory, 0):]
	} else {
		p.shown.search(query{})
		p.changed(true)
	}
	p.stopTyping()
}

func (p *Pane) dropSearch() {
	p.shown.search(query{})
	p.stopTyping()
	p.changed(true)
}

// recall puts an earlier search into the prompt.
func (p *Pane) recall(by int) {
	to := p.recalled + by
	if to < 0 || to > len(p.history) {
		return
	}
	p.recalled = to
	source := ""
	if to < len(p.history) {
		source = p.history[to]
	}
	p.input.SetValue(source)
	p.input.CursorEnd()
	p.searchFor(source)
}
