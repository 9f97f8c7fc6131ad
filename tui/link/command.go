package link

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"apps.local/neetbox-tui/protocol"
)

// HistoryMsg is the answer to [Link.History].
type HistoryMsg struct {
	ID      int // as given: tells the pane and its generation
	Project string
	Query   protocol.EventQuery
	Epoch   string // of the numbering the events are of
	Events  []protocol.Event
	First   protocol.Seq // lowest number that the project still holds
	Last    protocol.Seq // highest number given so far
	Err     error
}

// RunDetailMsg is the answer to [Link.RunDetail].
type RunDetailMsg struct {
	Project string // as given
	ID      string // as given
	Run     protocol.RunInfo
	Err     error
}

// ReceiptsMsg is the answer to [Link.Receipts].
type ReceiptsMsg struct {
	Project  string // as given
	Run      string // as given
	Receipts []protocol.Receipt
	Err      error
}

// Page fetches part of a project's history. After may be [FromStart].
func (l *Link) Page(ctx context.Context, project string, q protocol.EventQuery) (Page, error) {
	return l.Client().Events(ctx, project, q)
}

// History fetches part of a project's history and answers with a [HistoryMsg] of
// the same id. It ends within 15 s, or with Run.
func (l *Link) History(id int, project string, q protocol.EventQuery) tea.Cmd {
	return func() tea.Msg {
		page, err := l.Page(l.life, project, q)
		return HistoryMsg{
			ID: id, Project: project, Query: q, Epoch: page.Epoch,
			Events: page.Events, First: page.First, Last: page.Last, Err: err,
		}
	}
}

// RunDetail asks about one run and answers with a [RunDetailMsg].
func (l *Link) RunDetail(project, run string) tea.Cmd {
	return func() tea.Msg {
		info, err := l.Client().Run(l.life, project, run)
		return RunDetailMsg{Project: project, ID: run, Run: info, Err: err}
	}
}

// Receipts asks for the actions of a run and answers with a [ReceiptsMsg]. What
// becomes of those still open is told by [BatchMsg].Receipts from then on.
func (l *Link) Receipts(project, run string) tea.Cmd {
	return func() tea.Msg {
		list, err := l.Client().Receipts(l.life, project, run)
		l.ledger.learn(list)
		return ReceiptsMsg{Project: project, Run: run, Receipts: list, Err: err}
	}
}
