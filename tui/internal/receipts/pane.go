package receipts

import (
	"cmp"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/pane"
	"apps.local/neetbox-tui/tui/internal/theme"
)

// limit is how many receipts the pane keeps; the oldest go first.
const limit = 1000

// FormMsg asks for the form of an action with the values of this receipt.
type FormMsg struct{ Receipt protocol.Receipt }

// AgainMsg asks for the action to be called again with the same values.
type AgainMsg struct{ Receipt protocol.Receipt }

// DetailsMsg asks for all of a receipt to be shown; see [Details].
type DetailsMsg struct {
	Receipt      protocol.Receipt
	ReportsStart bool // the run says when an action begins
}

// ForgetMsg tells that a person took a receipt off the list.
type ForgetMsg struct{ ID protocol.EventID }

// CopyMsg asks for text to be put on the clipboard.
type CopyMsg struct{ Text string }

// Pane is the list of one run's receipts, newest first. It is not safe for
// concurrent use.
type Pane struct {
	theme   theme.Theme
	keys    keys.Map
	matcher *keys.Matcher

	w, h    int
	focused bool
	now     time.Time

	project, run string
	reportsStart bool

	list      []protocol.Receipt
	forgotten map[protocol.EventID]protocol.ReceiptState
	cursor    int
	top       int // first receipt shown
}

var _ pane.Pane = (*Pane)(nil)

// New makes an empty pane.
func New(t theme.Theme, m keys.Map) *Pane {
	return &Pane{theme: t, keys: m, matcher: keys.NewMatcher(m), forgotten: map[protocol.EventID]protocol.ReceiptState{}}
}

// SetTheme changes the looks.
func (p *Pane) SetTheme(t theme.Theme) { p.theme = t }

// SetSize gives the pane its rectangle in cells, frame included.
func (p *Pane) SetSize(w, h int) { p.w, p.h = w, h }

// SetFocused says whether keys come to the pane.
func (p *Pane) SetFocused(focused bool) {
	p.focused = focused
	p.matcher.Reset()
}

// Scope is where the pane's keys are declared.
func (p *Pane) Scope() keys.Scope { return keys.Receipts }

// Capturing is always false: nothing is typed here.
func (p *Pane) Capturing() bool { return false }

// SetNow tells the time, for ages and for the sequences of keys.
func (p *Pane) SetNow(now time.Time) { p.now = now }

// SetRun says whose receipts are shown, and whether that run reports when an
// action begins. Another run empties the list.
func (p *Pane) SetRun(project, run string, reportsStart bool) {
	p.reportsStart = reportsStart
	if p.project == project && p.run == run {
		return
	}
	p.project, p.run = project, run
	p.list, p.cursor, p.top = nil, 0, 0
	clear(p.forgotten)
}

// Set replaces the list. Receipts of other runs are left out. What a person took
// off the list stays off until its state changes.
func (p *Pane) Set(all []protocol.Receipt) {
	at := p.mark()
	p.list = nil
	for _, r := range all {
		if p.wanted(r) {
			p.list = append(p.list, r)
		}
	}
	p.settle(at)
}

// Apply files one receipt, in place of the one with the same id.
func (p *Pane) Apply(r protocol.Receipt) {
	if !p.wanted(r) {
		return
	}
	at := p.mark()
	if i := slices.IndexFunc(p.list, func(x protocol.Receipt) bool { return x.ID == r.ID }); i >= 0 {
		p.list[i] = r
	} else {
		// Of two sent in one millisecond the one heard of last is the newer.
		p.list = slices.Insert(p.list, 0, r)
	}
	p.settle(at)
}

func (p *Pane) wanted(r protocol.Receipt) bool {
	if p.run != "" && r.Run != p.run {
		return false
	}
	state, gone := p.forgotten[r.ID]
	if gone && state == r.State {
		return false
	}
	delete(p.forgotten, r.ID)
	return true
}

// mark is what the cursor stands on.
func (p *Pane) mark() (id protocol.EventID) {
	if r, ok := p.chosen(); ok {
		return r.ID
	}
	return protocol.NoEventID
}

// settle orders the list and puts the cursor back on the same receipt.
func (p *Pane) settle(at protocol.EventID) {
	slices.SortStableFunc(p.list, func(a, b protocol.Receipt) int { return cmp.Compare(b.Sent, a.Sent) })
	p.list = p.list[:min(len(p.list), limit)]
	if i := slices.IndexFunc(p.list, func(x protocol.Receipt) bool { return x.ID == at }); i >= 0 {
		// Rows that came in above must not push the cursor out of its place,
		// but somebody who looks at the newest wants to see the newest.
		if p.top > 0 {
			p.top += i - p.cursor
		}
		p.cursor = i
	}
	p.clamp()
}

func (p *Pane) clamp() {
	p.cursor = max(min(p.cursor, len(p.list)-1), 0)
	rows := p.rows()
	p.top = min(p.top, max(len(p.list)-rows, 0))
	p.top = max(min(p.top, p.cursor), p.cursor-rows+1, 0)
}

func (p *Pane) chosen() (protocol.Receipt, bool) {
	if p.cursor < 0 || p.cursor >= len(p.list) {
		return protocol.Receipt{}, false
	}
	return p.list[p.cursor], true
}

// Animating reports that a receipt in sight is open, so that what is shown
// changes with every second.
func (p *Pane) Animating() bool {
	if p.w <= 0 || p.h <= 0 {
		return false
	}
	p.clamp()
	end := min(p.top+p.rows(), len(p.list))
	return slices.ContainsFunc(p.list[p.top:end], func(r protocol.Receipt) bool { return r.State.Open() })
}

// Waiting finds an open receipt whose action fits; the newest first.
func (p *Pane) Waiting(fits func(action string) bool) (protocol.Receipt, bool) {
	for _, r := range p.list {
		if r.State.Open() && fits(r.Action) {
			return r, true
		}
	}
	return protocol.Receipt{}, false
}

// Open is how many actions wait for their answer.
func (p *Pane) Open() int {
	n := 0
	for _, r := range p.list {
		if r.State.Open() {
			n++
		}
	}
	return n
}

// Update takes keys and the mouse, with the mouse's place counted from the
// pane's top left cell. Everything else is ignored.
func (p *Pane) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		cmd, _, ok := p.matcher.Match(keys.Receipts, msg, p.now)
		if ok {
			return p.Do(cmd)
		}
	case tea.MouseMsg:
		p.mouse(msg)
	}
	return nil
}

func (p *Pane) mouse(msg tea.MouseMsg) {
	switch msg.Button {
	case tea.MouseButtonWheelDown:
		p.move(1)
	case tea.MouseButtonWheelUp:
		p.move(-1)
	case tea.MouseButtonLeft:
		if at := p.top + msg.Y - 1; msg.Action == tea.MouseActionPress && msg.Y >= 1 && msg.Y <= p.rows() && at < len(p.list) {
			p.cursor = at
		}
	}
}

// move goes down by some rows and stops at the ends.
func (p *Pane) move(by int) {
	p.cursor += by
	p.clamp()
}

// Do carries out a command of the scope Receipts, whichever way it was given.
func (p *Pane) Do(cmd keys.Command) tea.Cmd {
	if step, ok := p.motion(cmd); ok {
		p.move(step)
		return nil
	}
	r, ok := p.chosen()
	if !ok {
		return nil
	}
	switch cmd {
	case keys.CmdOpen:
		return say(FormMsg{r})
	case keys.CmdDetails:
		return say(DetailsMsg{r, p.reportsStart})
	case keys.CmdAgain:
		return say(AgainMsg{r})
	case keys.CmdCopy:
		return say(CopyMsg{answer(r)})
	case keys.CmdForget:
		p.forgotten[r.ID] = r.State
		p.list = slices.Delete(p.list, p.cursor, p.cursor+1)
		p.clamp()
		return say(ForgetMsg{r.ID})
	}
	return nil
}

func (p *Pane) motion(cmd keys.Command) (step int, ok bool) {
	page := p.rows()
	switch cmd {
	case keys.CmdDown:
		return 1, true
	case keys.CmdUp:
		return -1, true
	case keys.CmdTop:
		return -len(p.list), true
	case keys.CmdBottom:
		return len(p.list), true
	case keys.CmdHalfDown:
		return max(page/2, 1), true
	case keys.CmdHalfUp:
		return -max(page/2, 1), true
	case keys.CmdPageDown:
		return page, true
	case keys.CmdPageUp:
		return -page, true
	}
	return 0, false
}

func say(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }
