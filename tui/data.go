package tui

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/logs"
	"apps.local/neetbox-tui/tui/internal/palette"
	"apps.local/neetbox-tui/tui/internal/runs"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/link"
)

// logPage is how many log events are asked for at a time.
const logPage = 1000

// batch takes what happened since the last one, and is the only place that arms
// the wait for the next.
func (a *app) batch(b link.BatchMsg) tea.Cmd {
	var cmds []tea.Cmd
	if b.State != nil {
		cmds = append(cmds, a.connection(*b.State))
	}
	if b.Snapshot != nil {
		cmds = append(cmds, a.snapshot(*b.Snapshot))
	}
	if b.Missed > 0 {
		a.logs.SetGap(b.Missed)
		a.news.add(a.clock(), noticeWarning, text.Plural(b.Missed, "event was", "events were")+" missed")
	}
	if len(b.Events) > 0 {
		cmds = append(cmds, a.events(b.Events))
	}
	for _, r := range b.Receipts {
		a.receipt(r)
	}
	if !b.Closed {
		cmds = append(cmds, a.link.Next())
	}
	return tea.Batch(cmds...)
}

// connection notes how the link stands. What can't get better by waiting, before
// the dashboard ever was online, ends it.
func (a *app) connection(s link.State) tea.Cmd {
	was := a.state.Phase
	a.state = s
	a.address = s.Endpoint.Address()
	a.runs.SetDimmed(s.Phase != link.Online)
	switch s.Phase {
	case link.Online:
		if a.online && was != link.Online {
			a.news.add(a.clock(), noticeInfo, "back online at "+a.address)
		}
		a.online = true
		a.takeNotes()
	case link.Offline, link.Failed:
		var coded interface{ ExitCode() int }
		if !a.online && errors.As(s.Err, &coded) {
			a.fatal = s.Err
			return tea.Quit
		}
		if s.Err != nil && was == link.Online {
			a.news.add(a.clock(), noticeError, "connection lost: "+s.Err.Error())
		}
	case link.Connecting:
	}
	return nil
}

// takeNotes tells what there is to say about the daemon that was found: that it
// is of another version, for one.
func (a *app) takeNotes() {
	for {
		select {
		case note := <-a.notes:
			a.news.add(a.clock(), noticeWarning, note)
		default:
			return
		}
	}
}

// snapshot takes what the daemon knew at the handshake. Another epoch voids what
// was known.
func (a *app) snapshot(s link.Snapshot) tea.Cmd {
	fresh := s.Epoch != a.epoch
	a.epoch = s.Epoch
	a.runs.SetSnapshot(s.Projects, s.Runs)
	for _, m := range s.Machines {
		if m.By != "daemon" {
			continue
		}
		a.machine = m.ID
		ev := protocol.Event{Type: protocol.EventHardware, Payload: m.Hardware, At: m.At}
		a.hardware(ev, m.ID, m.Host, true)
	}
	if a.run.ID != "" && !fresh {
		return tea.Batch(a.link.RunDetail(a.run.Project, a.run.ID), a.link.Receipts(a.run.Project, a.run.ID))
	}
	a.forget()
	if selected, ok := a.runs.Selected(); ok {
		return a.show(selected.Project, selected.ID)
	}
	return nil
}

// events gives live events to every pane that shows such data.
func (a *app) events(events []protocol.Event) tea.Cmd {
	var cmds []tea.Cmd
	mine := 0 // where the stretch of the run in view begins
	for i, ev := range events {
		if ev.Project == protocol.AllProjects {
			a.fromDaemon(ev)
		} else {
			a.runs.Apply(ev)
		}
		if ev.Run == "" || ev.Run != a.run.ID || ev.Project != a.run.Project {
			a.logs.Append(events[mine:i])
			mine = i + 1
			continue
		}
		if cmd := a.ofRun(ev); cmd != nil {
			cmds = append(cmds, cmd)
		}
	}
	a.logs.Append(events[mine:])
	if a.run.ID == "" {
		if selected, ok := a.runs.Selected(); ok {
			cmds = append(cmds, a.show(selected.Project, selected.ID))
		}
	}
	return tea.Batch(cmds...)
}

func (a *app) fromDaemon(ev protocol.Event) {
	switch ev.Type {
	case protocol.EventHardware:
		hw, err := protocol.ParseHardware(ev)
		if err == nil && hw.Machine != nil {
			a.machine = hw.Machine.ID
			a.hardware(ev, hw.Machine.ID, hw.Machine.Host, true)
		}
	case protocol.EventStatus:
		var h protocol.HistoryState
		if ev.Series == protocol.SeriesHistory && ev.DecodePayload(&h) == nil {
			if a.stored.State == "paused" && h.State == "ok" {
				a.news.add(a.clock(), noticeInfo, "history is stored again; "+text.Plural(int(h.Missed), "event was", "events were")+" not")
			}
			a.stored = h
		}
	default:
	}
}

// ofRun takes what an event says about the run in view.
func (a *app) ofRun(ev protocol.Event) tea.Cmd {
	switch ev.Type {
	case protocol.EventHardware:
		a.hardware(ev, a.runMachine(), a.runName(), false)
	case protocol.EventStatus:
		if ev.Series == protocol.SeriesPresence {
			// It may have come back as another socket with other abilities.
			return a.link.RunDetail(a.run.Project, a.run.ID)
		}
		a.section(ev)
	case protocol.EventHyperparameters:
		return a.link.RunDetail(a.run.Project, a.run.ID)
	default:
	}
	return nil
}

// section keeps a status section of the run in view, so that its actions are
// known as soon as it announces them.
func (a *app) section(ev protocol.Event) {
	body, err := ev.Object()
	if err != nil || ev.Series == "" || ev.Series == protocol.SeriesActionState || ev.Series == protocol.SeriesEnd {
		return
	}
	sections := map[string]json.RawMessage{}
	maps.Copy(sections, a.run.Sections)
	sections[ev.Series] = protocol.QuoteNonFinite(body)
	a.run.Sections = sections
	a.runs.SetDetail(a.run)
	a.palette.SetTarget(a.target())
}

func (a *app) runMachine() string { return a.run.Project + "/" + a.run.ID }

// hardware gives a reading to the gauges. The name of the machine is in the
// reading where the run knows it.
func (a *app) hardware(ev protocol.Event, id, title string, own bool) {
	hw, err := protocol.ParseHardware(ev)
	if err != nil {
		return
	}
	at := a.clock()
	if ev.At > 0 {
		at = time.UnixMilli(ev.At)
	}
	a.gauges.Set(id, title, hw, at, own)
}

func (a *app) runName() string { return nameOf(a.run) }

// nameOf is what a person calls a run.
func nameOf(run protocol.RunInfo) string {
	if run.Name != "" {
		return text.Plain(run.Name)
	}
	const short = 8
	return text.Plain(run.ID[:min(short, len(run.ID))])
}

// receipt files a receipt and says how an action of the run in view ended.
func (a *app) receipt(r protocol.Receipt) {
	if r.Run != a.run.ID {
		return
	}
	a.receipts.Apply(r)
	a.palette.SetBusy(a.busy())
	name := text.Plain(r.Action)
	switch r.State {
	case protocol.ReceiptDone:
		a.news.add(a.clock(), noticeGood, fmt.Sprintf("%s done → %s", name, text.Plain(string(r.Result))))
	case protocol.ReceiptFailed, protocol.ReceiptLost:
		a.news.add(a.clock(), noticeError, fmt.Sprintf("%s %s: %s", name, r.State, text.Plain(r.Error)))
	case protocol.ReceiptTimedOut:
		a.news.add(a.clock(), noticeWarning, name+" timed out; a late answer is still shown")
	case protocol.ReceiptSent, protocol.ReceiptRunning:
	}
}

// busy is the blocking action that the run in view executes now, behind which
// others wait.
func (a *app) busy() string {
	actions := a.run.Actions()
	r, _ := a.receipts.Waiting(func(action string) bool { return actions[action].Blocking })
	return r.Action
}

// show turns the panes to a run.
func (a *app) show(project, run string) tea.Cmd {
	if run == "" || (project == a.run.Project && run == a.run.ID) {
		return nil
	}
	if a.run.ID != "" {
		a.gauges.Remove(a.runMachine())
	}
	info, ok := a.runs.Find(project, run)
	if !ok {
		info = protocol.RunInfo{ID: run, Project: project}
	}
	a.run = info
	a.entitle()
	a.gauges.Focus(a.runMachine(), a.machine)
	a.logs.Reset(project, run, a.runName())
	a.receipts.SetRun(project, run, info.Extensions > 0)
	a.receipts.Set(nil)
	return tea.Batch(a.loadPage(0), a.link.RunDetail(project, run), a.link.Receipts(project, run))
}

// entitle names the terminal after the run in view.
func (a *app) entitle() { a.title("neetbox-tui: " + text.Plain(a.run.Project) + " › " + a.runName()) }

// loadPage asks for log events before a number; 0 asks for the newest.
func (a *app) loadPage(before protocol.Seq) tea.Cmd {
	a.page++
	a.logs.Loading(true)
	return a.link.History(a.page, a.run.Project, protocol.EventQuery{
		Run: a.run.ID, Type: protocol.EventLog, Before: before, Limit: logPage,
	})
}

func (a *app) older(m logs.OlderMsg) tea.Cmd {
	if m.Project != a.run.Project || m.Run != a.run.ID {
		return nil
	}
	return a.loadPage(m.Before)
}

// history takes a page of the log; one that was asked for another run, or in
// another epoch, is dropped.
func (a *app) history(m link.HistoryMsg) tea.Cmd {
	if m.ID != a.page || m.Project != a.run.Project || m.Query.Run != a.run.ID {
		return nil
	}
	if m.Err != nil {
		a.logs.Loading(false)
		if !errors.Is(m.Err, protocol.ErrNotFound) {
			a.news.add(a.clock(), noticeError, "load the log: "+m.Err.Error())
		}
		return nil
	}
	return a.logs.Prepend(m.Events, len(m.Events) < logPage)
}

func (a *app) detail(m link.RunDetailMsg) tea.Cmd {
	if m.Err != nil {
		return nil
	}
	a.runs.SetDetail(m.Run)
	if m.ID != a.run.ID || m.Project != a.run.Project {
		return nil
	}
	a.run = m.Run
	a.logs.SetTitle(a.runName())
	a.receipts.SetRun(m.Run.Project, m.Run.ID, m.Run.Extensions > 0)
	a.palette.SetTarget(a.target())
	if hw, ok := m.Run.Sections[string(protocol.EventHardware)]; ok {
		a.hardware(protocol.Event{Type: protocol.EventHardware, Payload: hw, At: m.Run.LastEvent}, a.runMachine(), a.runName(), false)
	}
	return nil
}

func (a *app) loadedReceipts(m link.ReceiptsMsg) tea.Cmd {
	if m.Run == a.run.ID && m.Project == a.run.Project && m.Err == nil {
		a.receipts.Set(m.Receipts)
	}
	return nil
}

// refresh asks the daemon again for everything about the run in view.
func (a *app) refresh() tea.Cmd {
	if a.run.ID == "" {
		return nil
	}
	a.logs.Reset(a.run.Project, a.run.ID, a.runName())
	return tea.Batch(a.loadPage(0), a.link.RunDetail(a.run.Project, a.run.ID), a.link.Receipts(a.run.Project, a.run.ID))
}

func (a *app) showDetails(project, run string) tea.Cmd {
	a.sheet.Open("Run", func(w int) []string {
		info, ok := a.runs.Find(project, run)
		if !ok {
			return []string{"This run is gone."}
		}
		return runs.Details(info, a.clock(), a.theme, w)
	})
	return a.link.RunDetail(project, run)
}

// target is the run in view as the palette needs it.
func (a *app) target() palette.Target {
	t := palette.Target{
		Project: a.run.Project, Run: a.run.ID, RunName: a.runName(), Actions: a.run.Actions(), ReadOnly: a.readOnly,
	}
	info, ok := a.runs.Find(a.run.Project, a.run.ID)
	if !ok {
		return t
	}
	t.Online = info.State.Online() && a.state.Phase == link.Online
	switch {
	case a.state.Phase != link.Online:
		t.Reason = "the daemon is not connected"
	case !t.Online:
		ended := time.UnixMilli(int64(math.Max(float64(info.Ended), float64(info.LastEvent))))
		t.Reason = fmt.Sprintf("%s %s ago", info.State, text.Age(a.clock().Sub(ended)))
	}
	return t
}

// trigger calls an action. What becomes of it comes back as receipts.
func (a *app) trigger(project, run string, call protocol.ActionCall) tea.Cmd {
	if _, err := a.link.Trigger(project, run, call); err != nil {
		a.news.add(a.clock(), noticeError, text.Plain(call.Name)+": "+err.Error())
	}
	return nil
}
