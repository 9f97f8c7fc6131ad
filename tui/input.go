package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/layout"
	"apps.local/neetbox-tui/tui/internal/palette"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/internal/theme"
)

// typed gives keys one by one: what a person types faster than it is read comes
// as one message, and is no paste.
func (a *app) typed(msg tea.KeyMsg) tea.Cmd {
	if msg.Type != tea.KeyRunes || msg.Paste || len(msg.Runes) < 2 {
		return a.key(msg)
	}
	var cmds []tea.Cmd
	for _, r := range msg.Runes {
		one := msg
		one.Runes = []rune{r}
		cmds = append(cmds, a.key(one))
	}
	return tea.Sequence(cmds...)
}

// key gives a key to the top overlay, else to the pane that captures text, else
// to the global scope, else to the focused pane. Who captures is asked before
// anybody handles the key, or the enter that ends a filter would act twice.
func (a *app) key(msg tea.KeyMsg) tea.Cmd {
	focused := a.panes[a.focus]
	top, capturing := a.top(), focused.Capturing()
	if top != nil || capturing {
		if cmd, _, ok := a.matcher.Match(keys.Global, msg, a.clock()); ok && cmd == keys.CmdForceQuit && !keys.Text(msg) {
			return a.do(cmd)
		}
		a.matcher.Reset()
		if top != nil {
			return a.asked(top.Update(msg))
		}
		return a.asked(focused.Update(msg))
	}
	if cmd, _, ok := a.matcher.Match(keys.Global, msg, a.clock()); ok {
		return a.do(cmd)
	}
	a.news.seen()
	return a.asked(focused.Update(msg))
}

// asked takes what a key made a pane or an overlay ask for, before the next key:
// what is typed behind the key that opens a dialog must land in the dialog. They
// do nothing that takes time, so their commands give their messages at once.
func (a *app) asked(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	msg := cmd()
	if _, several := msg.(tea.BatchMsg); several {
		return func() tea.Msg { return msg }
	}
	return a.request(msg)
}

// mouse gives the mouse to the top overlay, else to the pane under it, with its
// place counted from the pane's corner.
func (a *app) mouse(msg tea.MouseMsg) tea.Cmd {
	if top := a.top(); top != nil {
		return top.Update(msg)
	}
	kind, ok := a.layout.At(msg.X, msg.Y)
	if !ok {
		return nil
	}
	pressed := msg.Action == tea.MouseActionPress && msg.Button == tea.MouseButtonLeft
	if kind == layout.Tabs && pressed {
		if tab, ok := a.tabAt(msg.X); ok {
			return a.focusOn(tab)
		}
	}
	p, isPane := a.panes[kind]
	if !isPane {
		return nil
	}
	var arranged tea.Cmd
	if pressed && kind != a.focus {
		arranged = a.focusOn(kind)
	}
	r, _ := a.layout.Rect(kind)
	msg.X, msg.Y = msg.X-r.X, msg.Y-r.Y
	return tea.Batch(arranged, p.Update(msg))
}

func (a *app) focusOn(k layout.Kind) tea.Cmd {
	a.setFocus(k)
	return a.arrange()
}

// commander is a pane that carries out its own commands, whichever way they were
// given.
type commander interface {
	Do(cmd keys.Command) tea.Cmd
}

// chosen carries out what the palette was asked for.
func (a *app) chosen(b keys.Binding) tea.Cmd {
	if b.Scope == keys.Global {
		return a.do(b.Command)
	}
	for _, kind := range layout.Panes() {
		p := a.panes[kind]
		if c, ok := p.(commander); ok && p.Scope() == b.Scope {
			return tea.Batch(a.focusOn(kind), c.Do(b.Command))
		}
	}
	return nil
}

// do carries out a global command.
func (a *app) do(cmd keys.Command) tea.Cmd {
	switch cmd {
	case keys.CmdQuit:
		if a.args.Zoom {
			a.args.Zoom = false
			return a.arrange()
		}
		return tea.Quit
	case keys.CmdForceQuit:
		return tea.Quit
	case keys.CmdBack:
		return a.back()
	case keys.CmdHelp:
		a.help.Open(a.panes[a.focus].Scope())
	case keys.CmdPalette:
		a.palette.OpenCommands(a.commands(), a.target(), a.clock())
	case keys.CmdActions:
		a.palette.OpenActions(a.target(), a.clock(), false)
	case keys.CmdMessages:
		a.sheet.Open("Messages", a.news.lines(a))
	case keys.CmdRetry:
		a.link.Retry()
	case keys.CmdRefresh:
		return a.refresh()
	case keys.CmdRedraw:
		return tea.ClearScreen
	case keys.CmdSuspend:
		return tea.Suspend
	case keys.CmdMouse:
		return a.toggleMouse()
	case keys.CmdTheme:
		a.nextTheme()
	default:
		return a.arrangement(cmd)
	}
	return nil
}

// arrangement carries out what changes which panes are seen.
func (a *app) arrangement(cmd keys.Command) tea.Cmd {
	panes := layout.Panes()
	switch cmd {
	case keys.CmdZoom:
		a.args.Zoom = !a.args.Zoom
	case keys.CmdReset:
		a.args.Zoom, a.args.Main = false, layout.None
		a.setFocus(layout.Log)
	case keys.CmdNextPane, keys.CmdPrevPane:
		step := 1
		if cmd == keys.CmdPrevPane {
			step = len(panes) - 1
		}
		for i, kind := range panes {
			if kind == a.focus {
				a.setFocus(panes[(i+step)%len(panes)])
				break
			}
		}
	case keys.CmdPane1, keys.CmdPane2, keys.CmdPane3, keys.CmdPane4:
		kind := panes[map[keys.Command]int{keys.CmdPane1: 0, keys.CmdPane2: 1, keys.CmdPane3: 2, keys.CmdPane4: 3}[cmd]]
		if kind == a.focus {
			a.args.Zoom = !a.args.Zoom
		}
		a.setFocus(kind)
	default:
	}
	return a.arrange()
}

// back is one step of the ladder: the filter, the zoom, then nothing. It never
// leaves the dashboard.
func (a *app) back() tea.Cmd {
	if b, ok := a.panes[a.focus].(interface{ Back() bool }); ok && b.Back() {
		return nil
	}
	if a.args.Zoom {
		a.args.Zoom = false
		return a.arrange()
	}
	a.news.seen()
	return nil
}

func (a *app) toggleMouse() tea.Cmd {
	a.noMouse = !a.noMouse
	if a.noMouse {
		a.news.add(a.clock(), noticeInfo, "the mouse selects text now; "+a.keyOf(keys.CmdMouse)+" takes it back")
		return tea.DisableMouse
	}
	return tea.EnableMouseCellMotion
}

// nextTheme takes the next theme by name.
func (a *app) nextTheme() {
	names := theme.Names()
	for i, name := range names {
		if name != a.theme.Name {
			continue
		}
		options := a.themeOptions
		options.Name = names[(i+1)%len(names)]
		next, err := theme.New(options)
		if err != nil {
			a.news.add(a.clock(), noticeError, err.Error())
			return
		}
		a.setTheme(next)
		a.news.add(a.clock(), noticeInfo, "theme "+next.Name)
		return
	}
}

func (a *app) setTheme(t theme.Theme) {
	a.theme = t
	a.runs.SetTheme(t)
	a.logs.SetTheme(t)
	a.gauges.SetTheme(t)
	a.receipts.SetTheme(t)
	a.palette.SetTheme(t)
	a.edit.SetTheme(t)
	a.help.SetTheme(t)
	a.sheet.SetTheme(t)
}

// commands are all that the dashboard can be told, for the palette: those of the
// focused pane, then the global ones, then the other panes'.
func (a *app) commands() []palette.Command {
	scopes := []keys.Scope{a.panes[a.focus].Scope(), keys.Global}
	for _, kind := range layout.Panes() {
		if kind != a.focus {
			scopes = append(scopes, a.panes[kind].Scope())
		}
	}
	var list []palette.Command
	for _, scope := range scopes {
		for _, b := range a.keys.Bindings(scope) {
			list = append(list, palette.Command{Title: b.Help, Key: b.Label(), Hint: string(scope), ID: b})
		}
	}
	return list
}

// keyOf is the key of a global command as people read it.
func (a *app) keyOf(cmd keys.Command) string {
	if b, ok := a.keys.Binding(keys.Global, cmd); ok {
		return b.Label()
	}
	return ""
}

// copied puts text on the clipboard and says what and how.
func (a *app) copied(content, what string) {
	how, err := a.copy(content)
	if err != nil {
		a.news.add(a.clock(), noticeError, "copy "+what+": "+err.Error())
		return
	}
	a.news.add(a.clock(), noticeInfo, "copied "+text.Plain(what)+" ("+how+")")
}
