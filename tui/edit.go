package tui

import (
	"errors"
	"net/http"

	tea "github.com/charmbracelet/bubbletea"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/edit"
	"apps.local/neetbox-tui/tui/internal/runs"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/link"
)

// editing is what the list of runs and the dialogs about a run ask for.
func (a *app) editing(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case runs.RenameMsg:
		a.about(msg.Project, msg.Run, a.edit.OpenName)
	case runs.NoteMsg:
		a.about(msg.Project, msg.Run, a.edit.OpenNote)
	case runs.TagsMsg:
		a.about(msg.Project, msg.Run, a.edit.OpenTags)
	case runs.DeleteMsg:
		if a.deletable(msg.Project, msg.Run) {
			a.about(msg.Project, msg.Run, func(run protocol.RunInfo) { a.edit.OpenDelete(run, false) })
		}
	case edit.SubmitMsg:
		return a.link.Edit(msg.Project, msg.Run, msg.Edit)
	case edit.DeleteMsg:
		// It may have come back while the question stood.
		if a.deletable(msg.Project, msg.Run) {
			return a.link.Delete(msg.Project, msg.Run)
		}
	}
	return nil
}

// about opens a dialog about a run.
func (a *app) about(project, run string, open func(protocol.RunInfo)) {
	if info, ok := a.runs.Find(project, run); ok {
		info.Project = project // as it is asked for; a run that only events told of has no more
		open(info)
	}
}

// deletable reports whether a run may be deleted, and says why not: the daemon
// would refuse a connected one, so it is not even asked.
func (a *app) deletable(project, run string) bool {
	info, ok := a.runs.Find(project, run)
	if ok && info.State.Online() {
		a.news.add(a.clock(), noticeWarning, nameOf(info)+" is connected: a run is deleted only after it has ended")
	}
	return ok && !info.State.Online()
}

// edited takes what became of a change.
func (a *app) edited(m link.EditMsg) tea.Cmd {
	if m.Err != nil {
		a.edit.Failed(m.Project, m.Run, m.Err.Error())
		a.news.add(a.clock(), noticeError, m.Err.Error())
		return nil
	}
	a.edit.Saved(m.Project, m.Run)
	was, _ := a.runs.Find(m.Project, m.Run)
	if m.Info.Sections == nil {
		m.Info.Sections = was.Sections
	}
	what := ""
	switch e := m.Edit; {
	case e.Name != nil:
		what = nameOf(was) + " is called " + nameOf(m.Info) + " now"
	case e.Notes != nil && *e.Notes == "":
		what = "took the note of " + nameOf(m.Info) + " away"
	case e.Notes != nil:
		what = "saved the note of " + nameOf(m.Info)
	case e.Tags != nil && len(*e.Tags) == 0:
		what = "took all tags of " + nameOf(m.Info) + " away"
	case e.Tags != nil:
		what = nameOf(m.Info) + " has " + text.Plural(len(*e.Tags), "tag", "tags") + " now"
	}
	a.news.add(a.clock(), noticeGood, what)
	cmd := a.detail(link.RunDetailMsg{Project: m.Project, ID: m.Run, Run: m.Info})
	if m.Project == a.run.Project && m.Run == a.run.ID {
		a.entitle()
	}
	return cmd
}

// deleted takes a run off the list. One that the daemon does not have is gone as
// well, whoever deleted it.
func (a *app) deleted(m link.DeleteMsg) tea.Cmd {
	info, ok := a.runs.Find(m.Project, m.Run)
	if !ok {
		info.ID = m.Run
	}
	refused, missing := errors.AsType[*link.APIError](m.Err)
	missing = missing && refused.Status == http.StatusNotFound
	switch {
	case missing:
		a.news.add(a.clock(), noticeWarning, nameOf(info)+" was gone already")
	case m.Err != nil:
		a.news.add(a.clock(), noticeError, m.Err.Error())
		return nil
	default:
		a.news.add(a.clock(), noticeGood, "deleted "+nameOf(info)+" and its history")
	}
	next := a.runs.Remove(m.Project, m.Run)
	if m.Project == a.run.Project && m.Run == a.run.ID {
		a.forget()
	}
	return next
}

// forget empties the panes of the run in view.
func (a *app) forget() {
	if a.run.ID != "" {
		a.gauges.Remove(a.runMachine())
	}
	a.run = protocol.RunInfo{}
	a.logs.Reset("", "", "")
	a.receipts.SetRun("", "", false)
	a.receipts.Set(nil)
}
