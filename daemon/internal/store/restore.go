package store

import (
	"context"
	"encoding/json"
	"slices"

	"zombiezen.com/go/sqlite"

	"apps.local/neetbox-tui/daemon/internal/saved"
	"apps.local/neetbox-tui/protocol"
)

const (
	// restoreRuns bounds the runs of one project that are read back.
	restoreRuns = 1000
	// restoreReceipts bounds the receipts of one project.
	restoreReceipts = 1000
)

// Restore reads what the daemon goes on with: the projects, their newest 1,000
// runs, and of those the newest 1,000 receipts. What a crash kept from being
// saved is put together from the events.
func (h *History) Restore(ctx context.Context) ([]saved.Project, error) {
	var projects []saved.Project
	err := h.read(ctx, func(r *reader) error {
		var ids []int64
		err := each(r.conn, "SELECT id, name, last, last_at FROM project ORDER BY id", func(s *sqlite.Stmt) {
			ids = append(ids, s.ColumnInt64(0))
			projects = append(projects, saved.Project{ID: s.ColumnText(1), LastSeq: protocol.Seq(s.ColumnInt64(2)), LastAt: s.ColumnInt64(3)})
		})
		if err != nil {
			return err
		}
		for i := range projects {
			if err := r.restore(ctx, ids[i], &projects[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return projects, err
}

func (r *reader) restore(ctx context.Context, id int64, p *saved.Project) error {
	err := each(r.conn, "SELECT first, last FROM gap WHERE project = ? ORDER BY first", func(s *sqlite.Stmt) {
		p.Gaps = append(p.Gaps, saved.Gap{First: protocol.Seq(s.ColumnInt64(0)), Last: protocol.Seq(s.ColumnInt64(1))})
	}, id)
	if err != nil {
		return err
	}
	var runs []int64
	err = each(r.conn, `SELECT id, name, info, given, stored_n, state, reason, started, ended, last, last_at
		FROM run WHERE project = ? AND name <> '' ORDER BY id DESC LIMIT ?`, func(s *sqlite.Stmt) {
		runs = append(runs, s.ColumnInt64(0))
		p.Runs = append(p.Runs, runRecord(p.ID, s))
	}, id, restoreRuns)
	if err != nil {
		return err
	}
	left := restoreReceipts
	for i := range p.Runs { // newest first
		run := &p.Runs[i]
		if err := r.counts(runs[i], run); err != nil {
			return err
		}
		if run.State == protocol.RunLost && run.Reason == reasonDaemonEnded {
			if err := r.sections(ctx, id, run); err != nil {
				return err
			}
		}
		if run.Counts[protocol.EventAction] == 0 || left == 0 {
			continue
		}
		if run.Receipts, err = r.receipts(ctx, id, run.RunInfo, left); err != nil {
			return err
		}
		left -= len(run.Receipts)
	}
	slices.Reverse(p.Runs)
	return nil
}

func runRecord(project string, s *sqlite.Stmt) saved.Run {
	var rec saved.Run
	// A text that can't be read leaves what the columns say.
	_ = json.Unmarshal(columnBytes(s, 2, nil), &rec.RunInfo)
	rec.Project, rec.ID = project, s.ColumnText(1)
	rec.Given, rec.StoredN = s.ColumnInt64(3) != 0, s.ColumnInt64(4)
	rec.State, rec.Reason = protocol.RunState(s.ColumnText(5)), s.ColumnText(6)
	rec.Started, rec.Ended = s.ColumnInt64(7), s.ColumnInt64(8)
	rec.LastSeq, rec.LastEvent = protocol.Seq(s.ColumnInt64(9)), s.ColumnInt64(10)
	if rec.Counts == nil {
		rec.Counts = map[protocol.EventType]int64{}
	}
	if rec.Tags == nil {
		rec.Tags = []string{}
	}
	if rec.Sections == nil {
		rec.Sections = map[string]json.RawMessage{}
	}
	return rec
}

// counts takes the higher of what was saved and what was stored.
func (r *reader) counts(id int64, run *saved.Run) error {
	return each(r.conn, "SELECT type, taken FROM stream WHERE run = ?", func(s *sqlite.Stmt) {
		if t := class(s.ColumnInt64(0)).typeOf(); t != "" {
			run.Counts[t] = max(run.Counts[t], s.ColumnInt64(1))
		}
	}, id)
}

// sections puts together what a run that was cut off had said last.
func (r *reader) sections(ctx context.Context, project int64, run *saved.Run) error {
	take := func(series string, ev protocol.Event) {
		body, err := ev.Object()
		if err != nil || series == "" {
			return
		}
		text := slices.Clone(body)
		if ev.NonFinite {
			text = protocol.QuoteNonFinite(text)
		}
		run.Sections[series] = text
	}
	said := map[string]bool{
		protocol.SeriesPresence: true, protocol.SeriesEnd: true, protocol.SeriesActionState: true, protocol.SeriesHistory: true,
	}
	const most = 10_000 // of a run that says nothing but status
	seen := 0
	newest := func(t protocol.EventType, yield func(protocol.Event) bool) error {
		m, err := newMatcher(protocol.EventQuery{Run: run.ID, Type: t})
		if err != nil {
			return err
		}
		return r.scan(ctx, run.Project, project, m, yield)
	}
	err := newest(protocol.EventStatus, func(ev protocol.Event) bool {
		if !said[ev.Series] {
			said[ev.Series] = true
			take(ev.Series, ev)
		}
		seen++
		return seen < most
	})
	if err != nil {
		return err
	}
	err = newest(protocol.EventHardware, func(ev protocol.Event) bool {
		take(string(protocol.EventHardware), ev)
		return false
	})
	if err != nil {
		return err
	}
	return newest(protocol.EventHyperparameters, func(ev protocol.Event) bool {
		take(protocol.SeriesHyperparameters, ev)
		return false
	})
}

// receipts follows a run's calls through its events, as the hub did.
func (r *reader) receipts(ctx context.Context, project int64, run protocol.RunInfo, most int) ([]protocol.Receipt, error) {
	book := protocol.NewReceipts(most, protocol.ActionTimeout)
	events := map[protocol.Seq]protocol.Event{}
	for _, t := range []protocol.EventType{protocol.EventAction, protocol.EventAck, protocol.EventStatus} {
		m, err := newMatcher(protocol.EventQuery{Run: run.ID, Type: t})
		if err != nil {
			return nil, err
		}
		taken := 0
		err = r.scan(ctx, run.Project, project, m, func(ev protocol.Event) bool {
			if ev.Type != protocol.EventStatus || ev.Series == protocol.SeriesActionState {
				events[ev.Seq] = ev.Clone()
				taken++
			}
			return taken < 2*most
		})
		if err != nil {
			return nil, err
		}
	}
	order := make([]protocol.Seq, 0, len(events))
	for seq := range events {
		order = append(order, seq)
	}
	slices.Sort(order)
	for _, seq := range order {
		book.Apply(events[seq])
	}
	list := book.List("")
	for i := range list {
		if list[i].State.Open() && !run.State.Online() {
			list[i].State, list[i].Error = protocol.ReceiptLost, "the run went away before it answered"
		}
	}
	return list, nil
}
