package tui

import (
	"log/slog"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/edit"
	"apps.local/neetbox-tui/tui/internal/gauges"
	"apps.local/neetbox-tui/tui/internal/help"
	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/layout"
	"apps.local/neetbox-tui/tui/internal/logs"
	"apps.local/neetbox-tui/tui/internal/palette"
	"apps.local/neetbox-tui/tui/internal/pane"
	"apps.local/neetbox-tui/tui/internal/receipts"
	"apps.local/neetbox-tui/tui/internal/runs"
	"apps.local/neetbox-tui/tui/internal/sheet"
	"apps.local/neetbox-tui/tui/internal/theme"
	"apps.local/neetbox-tui/tui/link"
)

// linker is what the dashboard needs of its link to the daemon.
type linker interface {
	Next() tea.Cmd
	Trigger(project, run string, call protocol.ActionCall) (protocol.EventID, error)
	History(id int, project string, q protocol.EventQuery) tea.Cmd
	RunDetail(project, run string) tea.Cmd
	Receipts(project, run string) tea.Cmd
	Edit(project, run string, e protocol.RunEdit) tea.Cmd
	Delete(project, run string) tea.Cmd
	Retry()
}

type appOptions struct {
	link         linker
	theme        theme.Theme
	themeOptions theme.Options // of the themes that T goes through
	keys         keys.Map
	address      string
	readOnly     bool
	warnings     []string
	notes        <-chan string // of whoever found the daemon; nil is fine
	copy         func(text string) (how string, err error)
	title        func(text string)
	clock        func() time.Time
	tick         func(time.Duration, func(time.Time) tea.Msg) tea.Cmd
	logger       *slog.Logger
}

// app is the root model. It dispatches by kind of message; no key is named here.
type app struct {
	appOptions

	matcher *keys.Matcher
	args    layout.Args
	layout  layout.Layout
	focus   layout.Kind
	noMouse bool

	runs     *runs.Pane
	logs     *logs.Pane
	gauges   *gauges.Pane
	receipts *receipts.Pane
	panes    map[layout.Kind]pane.Pane
	palette  *palette.Overlay
	edit     *edit.Overlay
	help     *help.Overlay
	sheet    *sheet.Overlay

	state    link.State
	stored   protocol.HistoryState // whether the daemon stores what it hears
	epoch    string
	online   bool // it was, once
	fatal    error
	run      protocol.RunInfo // the run in view, with its sections; ID "" while there is none
	machine  string           // the daemon's own
	page     int              // generation of the log's pages: an answer of another is dropped
	news     notices
	ticking  bool
	tickEach time.Duration
}

// overlay is what lies over the panes; the top one takes all input.
type overlay interface {
	Visible() bool
	Update(tea.Msg) tea.Cmd
	View() string
	SetNow(time.Time)
}

func newApp(o appOptions) *app {
	a := &app{
		appOptions: o, matcher: keys.NewMatcher(o.keys), focus: layout.Log,
		runs: runs.New(o.theme, o.keys), logs: logs.New(o.theme, o.keys, logs.Options{}),
		gauges: gauges.New(o.theme, o.keys), receipts: receipts.New(o.theme, o.keys),
		palette: palette.New(o.theme, o.keys), help: help.New(o.theme, o.keys), sheet: sheet.New(o.theme, o.keys),
		edit: edit.New(o.theme, o.keys),
	}
	a.panes = map[layout.Kind]pane.Pane{
		layout.Runs: a.runs, layout.Log: a.logs, layout.Gauges: a.gauges, layout.Receipts: a.receipts,
	}
	a.setNow()
	for _, w := range o.warnings {
		a.news.add(a.clock(), noticeWarning, w)
	}
	a.setFocus(layout.Log)
	return a
}

// Init arms the one outstanding wait for batches.
func (a *app) Init() tea.Cmd { return a.link.Next() }

// Update routes a message by its kind. The clock is told to everybody before,
// because panes never read it.
func (a *app) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	a.setNow()
	cmd := a.route(msg)
	return a, tea.Batch(cmd, a.schedule())
}

func (a *app) route(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		a.args.W, a.args.H = msg.Width, msg.Height
		return a.arrange()
	case tea.KeyMsg:
		return a.typed(msg)
	case tea.MouseMsg:
		return a.mouse(msg)
	case tea.ResumeMsg:
		return tea.ClearScreen
	case tickMsg:
		a.ticking = false
		return nil
	case link.BatchMsg:
		return a.batch(msg)
	case link.HistoryMsg:
		return a.history(msg)
	case link.RunDetailMsg:
		return a.detail(msg)
	case link.ReceiptsMsg:
		return a.loadedReceipts(msg)
	case link.EditMsg:
		return a.edited(msg)
	case link.DeleteMsg:
		return a.deleted(msg)
	}
	return a.request(msg)
}

// request is what panes and overlays ask of the dashboard.
func (a *app) request(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case runs.SelectedMsg:
		return a.show(msg.Project, msg.Run)
	case runs.OpenMsg:
		a.setFocus(layout.Log)
		return tea.Batch(a.show(msg.Project, msg.Run), a.arrange())
	case runs.DetailsMsg:
		return a.showDetails(msg.Project, msg.Run)
	case logs.OlderMsg:
		return a.older(msg)
	case receipts.DetailsMsg:
		a.sheet.Open("Action", func(w int) []string {
			return receipts.Details(msg.Receipt, msg.ReportsStart, a.clock(), a.theme, w)
		})
	case receipts.AgainMsg:
		return a.trigger(a.run.Project, msg.Receipt.Run, protocol.ActionCall{Name: msg.Receipt.Action, Args: msg.Receipt.Args})
	case receipts.FormMsg:
		a.palette.OpenForm(a.target(), protocol.ActionCall{Name: msg.Receipt.Action, Args: msg.Receipt.Args}, a.clock(), false)
	case palette.SubmitMsg:
		return a.trigger(msg.Project, msg.Run, msg.Call)
	case palette.ChosenMsg:
		if cmd, ok := msg.ID.(keys.Binding); ok {
			return a.chosen(cmd)
		}
	case runs.CopyMsg:
		a.copied(msg.Text, msg.What)
	case logs.CopyMsg:
		a.copied(msg.Text, msg.What)
	case gauges.CopyMsg:
		a.copied(msg.Text, msg.What)
	case receipts.CopyMsg:
		a.copied(msg.Text, "the result")
	default:
		return a.editing(msg)
	}
	return nil
}

func (a *app) setNow() {
	now := a.clock()
	a.runs.SetNow(now)
	a.logs.SetNow(now)
	a.gauges.SetNow(now)
	a.receipts.SetNow(now)
	a.palette.SetNow(now)
	a.edit.SetNow(now)
	a.help.SetNow(now)
	a.sheet.SetNow(now)
}

// overlays, the top one first.
func (a *app) overlays() []overlay { return []overlay{a.help, a.palette, a.edit, a.sheet} }

// top is the overlay that takes the input; nil when there is none.
func (a *app) top() overlay {
	for _, o := range a.overlays() {
		if o.Visible() {
			return o
		}
	}
	return nil
}

// arrange computes the layout and gives every pane its size; nothing else
// computes sizes.
func (a *app) arrange() tea.Cmd {
	a.args.Focus = a.focus
	a.layout = layout.Compute(a.args)
	for kind, p := range a.panes {
		if r, ok := a.layout.Rect(kind); ok {
			p.SetSize(r.W, r.H)
		}
	}
	a.palette.SetSize(a.args.W, a.args.H)
	a.edit.SetSize(a.args.W, a.args.H)
	a.help.SetSize(a.args.W, a.args.H)
	a.sheet.SetSize(a.args.W, a.args.H)
	return nil
}

func (a *app) setFocus(k layout.Kind) {
	if a.focus != layout.Runs && k == layout.Runs {
		a.args.Main = a.focus
	}
	a.focus = k
	for kind, p := range a.panes {
		p.SetFocused(kind == k)
	}
}
