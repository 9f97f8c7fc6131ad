package edit

import (
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/line"
	"apps.local/neetbox-tui/tui/internal/theme"
)

// grace is how long a dialog that opened by itself takes no input: keys that
// were on their way to something else must not land in it.
const grace = 400 * time.Millisecond

type mode uint8

const (
	closed mode = iota
	naming
	noting
	tagging
	asking   // whether to delete; one of two answers
	spelling // the same, where the name has to be typed
)

// Overlay is one dialog about one run. It is not safe for concurrent use.
type Overlay struct {
	theme   theme.Theme
	keys    keys.Map
	matcher *keys.Matcher

	w, h     int
	now      time.Time
	opened   time.Time
	byItself bool

	mode    mode
	run     protocol.RunInfo
	field   line.Input // but of a note
	area    line.Area  // of a note
	before  string     // the text as it was at first
	button  bool       // the button is marked: to save, or to say yes
	sending bool
	refusal string // why the last enter did nothing
}

// New makes a closed overlay.
func New(t theme.Theme, m keys.Map) *Overlay {
	return &Overlay{theme: t, keys: m, matcher: keys.NewMatcher(m)}
}

// SetTheme changes the looks.
func (o *Overlay) SetTheme(t theme.Theme) { o.theme = t }

// SetSize gives the screen there is, in cells. The overlay takes a part of it;
// see [Overlay.Size].
func (o *Overlay) SetSize(w, h int) { o.w, o.h = w, h }

// SetNow tells the time; it must be told before a dialog opens and before each
// Update.
func (o *Overlay) SetNow(now time.Time) { o.now = now }

// OpenName asks for another name of a run.
func (o *Overlay) OpenName(run protocol.RunInfo) { o.open(naming, run, run.Name) }

// OpenNote asks for the note of a run, in Markdown.
func (o *Overlay) OpenNote(run protocol.RunInfo) { o.open(noting, run, run.Notes) }

// OpenTags asks for the tags of a run, all of them in one line.
func (o *Overlay) OpenTags(run protocol.RunInfo) { o.open(tagging, run, tagLine(run.Tags)) }

// OpenDelete asks whether a run is to be deleted; whether it can be is for the
// caller to know. byItself says that it was not opened by the key that a person
// just pressed; it then takes no input for 400 ms.
func (o *Overlay) OpenDelete(run protocol.RunInfo, byItself bool) {
	m := asking
	if events(run) > manyEvents {
		m = spelling
	}
	o.open(m, run, "")
	o.byItself = byItself
}

func (o *Overlay) open(m mode, run protocol.RunInfo, content string) {
	o.mode, o.run, o.opened, o.byItself = m, run, o.now, false
	o.button, o.sending, o.refusal = false, false, ""
	o.field, o.area = line.Input{Flat: true}, line.Area{Input: line.Input{Limit: maxNoteBytes}}
	o.matcher.Reset()
	o.field.Set("")
	if m == noting {
		o.area.Set(content)
		o.before = o.area.Text()
		return
	}
	o.field.Set(content)
	o.before = o.field.Text()
}

// Saved tells that a change was taken, and closes the dialog that waits for it.
func (o *Overlay) Saved(project, run string) {
	if o.waits(project, run) {
		o.Close()
	}
}

// Failed tells why a change was not taken. The dialog that waits for it says so
// and can be tried again.
func (o *Overlay) Failed(project, run, why string) {
	if o.waits(project, run) {
		o.sending, o.refusal = false, why
	}
}

func (o *Overlay) waits(project, run string) bool {
	return o.Visible() && o.sending && o.run.Project == project && o.run.ID == run
}

// Visible reports that a dialog is open.
func (o *Overlay) Visible() bool { return o.mode != closed }

// Close closes the dialog without a word; what was typed is dropped.
func (o *Overlay) Close() {
	o.mode, o.run, o.sending = closed, protocol.RunInfo{}, false
	o.area, o.field = line.Area{}, line.Input{}
}

// Scope is where the keys of the present dialog are declared.
func (o *Overlay) Scope() keys.Scope {
	switch o.mode {
	case noting:
		return keys.Note
	case asking:
		return keys.Confirm
	case closed, naming, tagging, spelling:
	}
	return keys.Edit
}

// Update takes keys while a dialog is open. Everything else is ignored.
func (o *Overlay) Update(msg tea.Msg) tea.Cmd {
	key, ok := msg.(tea.KeyMsg)
	if !ok || !o.Visible() || o.deaf() {
		return nil
	}
	cmd, pending, ok := o.matcher.Match(o.Scope(), key, o.now)
	switch {
	case pending:
	case ok:
		return o.do(cmd)
	case !o.sending:
		o.edit(key)
	}
	return nil
}

func (o *Overlay) deaf() bool {
	since := o.now.Sub(o.opened)
	// A clock that was set back must not make it deaf for ever.
	return o.byItself && since >= 0 && since < grace
}

func (o *Overlay) edit(key tea.KeyMsg) {
	o.refusal = ""
	switch {
	case o.mode == asking:
	case o.mode != noting:
		o.field.Edit(key)
	case !o.button:
		o.area.Edit(key)
	}
}

func (o *Overlay) do(cmd keys.Command) tea.Cmd {
	switch cmd {
	case keys.CmdBack:
		return o.drop()
	case keys.CmdNextField, keys.CmdPrevField:
		o.button = !o.button
	case keys.CmdSave, keys.CmdYes:
		return o.submit()
	case keys.CmdOpen:
		return o.enter()
	default:
	}
	return nil
}

func (o *Overlay) enter() tea.Cmd {
	switch {
	case o.mode == noting && !o.button && !o.sending:
		o.refusal = ""
		o.area.Insert("\n")
		return nil
	case o.mode == asking && !o.button:
		return o.drop()
	}
	return o.submit()
}

func (o *Overlay) drop() tea.Cmd {
	o.Close()
	return say(CloseMsg{})
}

// submit asks for what the dialog is about, or says why it does not.
func (o *Overlay) submit() tea.Cmd {
	if o.sending || o.problem() != "" {
		return nil
	}
	if o.mode == asking || o.mode == spelling {
		return o.yes()
	}
	if o.content() == o.before {
		return o.drop()
	}
	o.sending, o.refusal = true, ""
	return say(SubmitMsg{Project: o.run.Project, Run: o.run.ID, Edit: o.change()})
}

func (o *Overlay) yes() tea.Cmd {
	if o.mode == spelling && strings.TrimSpace(o.field.Text()) != spelled(o.run) {
		o.refusal = "That is not its name. Nothing was deleted."
		return nil
	}
	msg := DeleteMsg{Project: o.run.Project, Run: o.run.ID}
	o.Close()
	return say(msg)
}

func (o *Overlay) content() string {
	if o.mode == noting {
		return o.area.Text()
	}
	return o.field.Text()
}

// change is what was typed, as it is sent.
func (o *Overlay) change() protocol.RunEdit {
	content := o.content()
	switch o.mode {
	case naming:
		name := strings.TrimSpace(content)
		return protocol.RunEdit{Name: &name}
	case noting:
		return protocol.RunEdit{Notes: &content}
	case tagging:
		tags, _ := tagsOf(content)
		return protocol.RunEdit{Tags: &tags}
	case closed, asking, spelling:
	}
	return protocol.RunEdit{}
}

func say(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }
