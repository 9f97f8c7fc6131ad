package palette

import (
	"maps"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/internal/theme"
)

// grace is how long an overlay that opened by itself takes no input: keys that
// were on their way to something else must not land in it.
const grace = 400 * time.Millisecond

// maxPast is how many calls of one action can be recalled.
const maxPast = 20

type mode uint8

const (
	closed mode = iota
	actions
	commands
)

// Overlay is the palette. It is not safe for concurrent use.
type Overlay struct {
	theme   theme.Theme
	keys    keys.Map
	matcher *keys.Matcher

	w, h int
	now  time.Time

	mode   mode
	opened time.Time
	async  bool
	alone  bool // the form was opened without a list to go back to

	target   Target
	busy     string // action that blocks the run
	commands []Command
	list     list
	recent   []string // titles of commands chosen, newest first
	form     *form
	past     map[string][]map[string]string
	refusal  string // why the last enter did nothing
}

// New makes a closed overlay.
func New(t theme.Theme, m keys.Map) *Overlay {
	return &Overlay{theme: t, keys: m, matcher: keys.NewMatcher(m), past: map[string][]map[string]string{}}
}

// SetTheme changes the looks.
func (o *Overlay) SetTheme(t theme.Theme) { o.theme = t }

// SetSize gives the screen there is, in cells. The overlay takes a part of it;
// see [Overlay.Size].
func (o *Overlay) SetSize(w, h int) { o.w, o.h = w, h }

// SetNow tells the time; it must be told before each Update.
func (o *Overlay) SetNow(now time.Time) { o.now = now }

// OpenActions shows the actions of a run. async says that it was not opened by
// the key that a person just pressed; it then takes no input for 400 ms.
func (o *Overlay) OpenActions(t Target, now time.Time, async bool) {
	o.open(actions, t, now, async)
	o.fill()
}

// OpenForm shows the form of one action with the values of a call filled in, as
// from a receipt. Closing it leads to no list.
func (o *Overlay) OpenForm(t Target, call protocol.ActionCall, now time.Time, async bool) {
	o.open(actions, t, now, async)
	o.alone = true
	o.fill()
	o.startForm(call.Name)
	if len(call.Args) > 0 {
		o.form.given = call.Args
		o.form.fill(call.Args)
	}
}

// OpenCommands shows every command, and the actions of the run as
// "action: name" unless the target is read-only. What was chosen last comes
// first.
func (o *Overlay) OpenCommands(items []Command, t Target, now time.Time) {
	o.open(commands, t, now, false)
	o.commands = slices.Clone(items)
	o.list.recent = o.recent
	o.fill()
}

func (o *Overlay) open(m mode, t Target, now time.Time, async bool) {
	o.mode, o.target, o.now, o.opened, o.async = m, t, now, now, async
	o.alone, o.form, o.refusal, o.list = false, nil, "", list{}
	o.matcher.Reset()
}

// SetTarget tells what has become of the run while the overlay is open: that it
// went away, or announced another action. Another run than the one that the
// overlay was opened for is ignored.
func (o *Overlay) SetTarget(t Target) {
	if o.mode == closed || t.Project != o.target.Project || t.Run != o.target.Run {
		return
	}
	o.target, o.refusal = t, ""
	o.fill()
	f := o.form
	if f == nil {
		return
	}
	spec, known := t.Actions[f.action]
	if known && (!slices.Equal(argNames(spec), argNames(f.spec)) || !maps.Equal(spec.Args, f.spec.Args)) {
		o.startForm(f.action)
		o.form.takeOver(f)
	}
}

// SetBusy names the blocking action that the run executes now, behind which every
// other waits; empty when there is none.
func (o *Overlay) SetBusy(action string) { o.busy = action }

// Visible reports that the overlay is open.
func (o *Overlay) Visible() bool { return o.mode != closed }

// Close closes the overlay without a word.
func (o *Overlay) Close() { o.mode, o.form = closed, nil }

// Scope is where the keys of the present face are declared.
func (o *Overlay) Scope() keys.Scope {
	if o.form != nil {
		return keys.Form
	}
	return keys.Palette
}

// Capturing reports that keys are text: always while it is open.
func (o *Overlay) Capturing() bool { return o.mode != closed }

// fill makes the rows of the list.
func (o *Overlay) fill() {
	var rows []entry
	prefix := ""
	if o.mode == commands {
		prefix = "action: "
		for _, c := range o.commands {
			rows = append(rows, entry{title: text.Plain(c.Title), more: text.Plain(c.Hint), mark: text.Plain(c.Key), id: c.ID})
		}
		if o.target.ReadOnly {
			o.list.fill(rows)
			return
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o.target.Actions)) {
		spec := o.target.Actions[name]
		if name == "" {
			continue // nothing that could be called
		}
		e := entry{title: prefix + shown(name), more: summary(spec.Description), action: name}
		if o.mode == actions {
			e.tail = signature(spec)
		}
		if spec.Blocking {
			e.mark = "blocking"
		}
		rows = append(rows, e)
	}
	o.list.fill(rows)
}

// Update takes keys and the mouse wheel while the overlay is open. Everything
// else is ignored.
func (o *Overlay) Update(msg tea.Msg) tea.Cmd {
	if o.mode == closed || o.deaf() {
		return nil
	}
	switch msg := msg.(type) {
	case tea.KeyMsg:
		o.refusal = ""
		if o.form != nil {
			return o.formKey(msg)
		}
		return o.listKey(msg)
	case tea.MouseMsg:
		o.wheel(msg)
	}
	return nil
}

func (o *Overlay) deaf() bool {
	since := o.now.Sub(o.opened)
	// A clock that was set back must not make it deaf for ever.
	return o.async && since >= 0 && since < grace
}

func (o *Overlay) wheel(msg tea.MouseMsg) {
	if o.form != nil {
		return
	}
	switch msg.Button {
	case tea.MouseButtonWheelDown:
		o.list.move(1)
	case tea.MouseButtonWheelUp:
		o.list.move(-1)
	}
}

func (o *Overlay) listKey(msg tea.KeyMsg) tea.Cmd {
	cmd, pending, ok := o.matcher.Match(keys.Palette, msg, o.now)
	switch {
	case pending:
	case ok && cmd == keys.CmdBack:
		o.Close()
		return say(CloseMsg{})
	case ok && cmd == keys.CmdOpen:
		return o.choose()
	case ok && o.list.command(cmd, o.listRows()):
	case o.empty() == "":
		o.list.edit(msg)
	}
	return nil
}

func (o *Overlay) choose() tea.Cmd {
	e, ok := o.list.chosen()
	if !ok || o.empty() != "" {
		return nil
	}
	if o.mode == commands {
		o.list.recent = o.recent
		o.list.remember(e.title)
		o.recent = o.list.recent
	}
	if e.action != "" {
		o.startForm(e.action)
		return nil
	}
	o.Close()
	return say(ChosenMsg{ID: e.id})
}

func (o *Overlay) startForm(action string) {
	o.form = newForm(action, o.target.Actions[action], o.past[o.pastKey(action)])
	o.matcher.Reset()
}

func (o *Overlay) pastKey(action string) string { return o.target.Project + "\x00" + action }

func (o *Overlay) formKey(msg tea.KeyMsg) tea.Cmd {
	cmd, pending, ok := o.matcher.Match(keys.Form, msg, o.now)
	switch {
	case pending:
	case ok && cmd == keys.CmdBack && o.alone:
		o.Close()
		return say(CloseMsg{})
	case ok && cmd == keys.CmdBack:
		o.form = nil
		o.matcher.Reset()
	case ok && cmd == keys.CmdOpen:
		return o.submit()
	case ok && o.form.command(cmd):
	default:
		o.form.edit(msg)
	}
	return nil
}

// submit calls the action, or says why it does not.
func (o *Overlay) submit() tea.Cmd {
	args, bad := o.form.values()
	if o.refusal = o.refused(o.form.action); o.refusal != "" {
		return nil
	}
	if bad >= 0 {
		o.form.focus = bad
		return nil
	}
	action := o.form.action
	if len(args) > 0 {
		key := o.pastKey(action)
		past := slices.DeleteFunc(slices.Clone(o.past[key]), func(p map[string]string) bool { return maps.Equal(p, args) })
		past = append(past, maps.Clone(args))
		o.past[key] = past[max(len(past)-maxPast, 0):]
	}
	o.Close()
	return say(SubmitMsg{Project: o.target.Project, Run: o.target.Run, Call: protocol.ActionCall{Name: action, Args: args}})
}

func say(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }
