package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"zombiezen.com/go/sqlite"

	"apps.local/neetbox-tui/protocol"
)

// settle makes sure that a reader finds what was recorded before it asked, so
// that a frontend that asks for what it missed leaves no gap to what it hears.
func (h *History) settle(ctx context.Context) {
	if h.queue.settled() || h.status.now().State == statePaused {
		return
	}
	limit := time.NewTimer(settleWithin)
	defer limit.Stop()
	select {
	case err := <-h.queue.wait():
		_ = err // stored, or given up: what is there is read
	case <-limit.C:
	case <-ctx.Done():
	}
}

// Events reads a page of a project's events in ascending order of seq: the
// newest, or those next to q.After or q.Before. Errors: [protocol.ErrNotFound],
// those of q.Regex, and those of ctx.
func (h *History) Events(ctx context.Context, project string, q protocol.EventQuery) (protocol.EventPage, error) {
	page := protocol.EventPage{Epoch: h.epoch}
	limit := q.Limit
	if limit <= 0 {
		limit = DefaultLimit
	}
	err := h.scan(ctx, project, q, &page, func(ev protocol.Event) bool {
		page.Events = append(page.Events, json.RawMessage(Frame(ev)))
		return len(page.Events) < limit
	})
	if q.After == 0 {
		slices.Reverse(page.Events)
	}
	return page, err
}

// Scan gives a project's events one by one: upwards where q.After is set (-1
// starts at the first), newest first else. It ends when yield returns false;
// q.Limit does not count. An event is good until yield returns. Nothing is
// loaded ahead, and ctx ends it at any time. Errors: those of [History.Events].
func (h *History) Scan(ctx context.Context, project string, q protocol.EventQuery, yield func(protocol.Event) bool) error {
	return h.scan(ctx, project, q, nil, yield)
}

// scan fills in page where there is one.
func (h *History) scan(ctx context.Context, project string, q protocol.EventQuery, page *protocol.EventPage, yield func(protocol.Event) bool) error {
	m, err := newMatcher(q)
	if err != nil {
		return err
	}
	if m.logsOnly() || q.From != 0 || q.To != 0 || page == nil {
		select {
		case h.long <- struct{}{}:
			defer func() { <-h.long }()
		case <-ctx.Done():
			return fmt.Errorf("read history: %w", ctx.Err())
		}
	}
	if page == nil {
		page = &protocol.EventPage{}
	}
	return h.read(ctx, func(r *reader) error {
		id, err := r.project(project)
		if err != nil {
			return err
		}
		if err := r.ends(id, page); err != nil {
			return err
		}
		return r.scan(ctx, project, id, m, yield)
	})
}

// project finds a project's number. Errors: [protocol.ErrNotFound].
func (r *reader) project(name string) (int64, error) {
	id := int64(0)
	err := each(r.conn, "SELECT id FROM project WHERE name = ?", func(s *sqlite.Stmt) { id = s.ColumnInt64(0) }, name)
	if err == nil && id == 0 {
		err = fmt.Errorf("project %.64q: %w", name, protocol.ErrNotFound)
	}
	return id, err
}

// ends reads where a project's events begin and end.
func (r *reader) ends(project int64, page *protocol.EventPage) error {
	err := each(r.conn, "SELECT last FROM project WHERE id = ?", func(s *sqlite.Stmt) { page.Last = protocol.Seq(s.ColumnInt64(0)) }, project)
	if err != nil {
		return err
	}
	return each(r.conn, "SELECT first FROM stream WHERE project = ? ORDER BY first LIMIT 1", func(s *sqlite.Stmt) { page.First = protocol.Seq(s.ColumnInt64(0)) }, project)
}

const (
	streamColumns = "SELECT s.id, s.base, s.first, s.last, s.type, r.name FROM stream s JOIN run r ON r.id = s.run WHERE s.project = ?1"
	streamRun     = " AND r.name = ?2 AND r.project = ?1"
	streamType    = " AND s.type = ?3"
	streamsUp     = " AND s.last > ?4 ORDER BY s.first"
	streamsDown   = " AND s.first < ?5 ORDER BY s.last DESC"
)

// streams is the query for the streams that may hold what matches, in the order
// in which a scan meets them.
func (m matcher) streams(up bool) string {
	query := streamColumns
	if m.q.Run != "" {
		query += streamRun
	}
	if m.q.Type != "" || m.logsOnly() {
		query += streamType
	}
	if up {
		return query + streamsUp
	}
	return query + streamsDown
}

func (m matcher) bindStreams(stmt *sqlite.Stmt, project int64, up bool) {
	stmt.BindInt64(1, project)
	if m.q.Run != "" {
		stmt.BindText(2, m.q.Run)
	}
	switch {
	case m.q.Type != "":
		stmt.BindInt64(3, int64(classOf(m.q.Type)))
	case m.logsOnly():
		stmt.BindInt64(3, int64(classLog))
	}
	if up {
		stmt.BindInt64(4, max(0, int64(m.q.After)))
		return
	}
	before := int64(m.q.Before)
	if before <= 0 {
		before = 1<<63 - 1
	}
	stmt.BindInt64(5, before)
}

// scan merges the streams of a project. A stream is opened only when the merge
// comes to it: a project may have thousands.
func (r *reader) scan(ctx context.Context, project string, id int64, m matcher, yield func(protocol.Event) bool) (err error) {
	up := m.q.After != 0
	query := m.streams(up)
	list, err := r.take(query)
	if err != nil {
		return err
	}
	defer r.give(query, list)
	m.bindStreams(list, id, up)
	merged := &merge{up: up}
	defer merged.release()
	pending, err := list.Step()
	for err == nil {
		for pending && err == nil && (merged.Len() == 0 || r.meets(list, merged.head(), up)) {
			s := streamRow{id: list.ColumnInt64(0), base: list.ColumnInt64(1)}
			if err = merged.add(r.cursor(s, class(list.ColumnInt64(4)), list.ColumnText(5), m, up)); err == nil {
				pending, err = list.Step()
			}
		}
		if err != nil || merged.Len() == 0 {
			return err
		}
		if !r.yield(project, m, merged.cursors[0], yield) {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err() //nolint:wrapcheck // read wraps it
		}
		if err := merged.advance(); err != nil {
			return err
		}
	}
	return err
}

// meets reports whether the stream that list stands on may come before head.
func (r *reader) meets(list *sqlite.Stmt, head int64, up bool) bool {
	if up {
		return list.ColumnInt64(2) < head
	}
	return list.ColumnInt64(3) > head
}

// yield gives the cursor's event to the caller if it matches, and reports whether
// the caller wants more. A frame that can't be read is passed over.
func (r *reader) yield(project string, m matcher, c *cursor, yield func(protocol.Event) bool) bool {
	if m.refuses(c.t, protocol.Seq(c.seq), c.head) {
		return true
	}
	ev, err := r.event(project, c.run, c.base, c.head, c.head.body)
	if err != nil || !m.takes(ev) {
		return true
	}
	return yield(ev)
}

// Storage says what is held, and whether storing goes on.
func (h *History) Storage(ctx context.Context) (protocol.StorageInfo, error) {
	info := protocol.StorageInfo{Kind: "sqlite", Path: h.path, Limit: h.limits.size, History: h.status.now()}
	err := h.read(ctx, func(r *reader) error {
		err := each(r.conn, "SELECT coalesce(sum(live + cold), 0) FROM stream", func(s *sqlite.Stmt) { info.Events = s.ColumnInt64(0) })
		if err != nil {
			return err
		}
		err = each(r.conn, "SELECT value FROM meta WHERE key = 'trimmed'", func(s *sqlite.Stmt) { info.Trimmed = s.ColumnInt64(0) })
		if err != nil {
			return err
		}
		info.Bytes, err = used(r.conn)
		return err
	})
	return info, err
}

// Sizes are the bytes that each project's events take, about.
func (h *History) Sizes(ctx context.Context) (map[string]int64, error) {
	sizes := map[string]int64{}
	err := h.read(ctx, func(r *reader) error {
		return each(r.conn, "SELECT p.name, sum(s.bytes) FROM stream s JOIN project p ON p.id = s.project GROUP BY s.project", func(s *sqlite.Stmt) {
			sizes[s.ColumnText(0)] = s.ColumnInt64(1)
		})
	})
	return sizes, err
}

// used are the bytes of the file that hold something.
func used(conn *sqlite.Conn) (int64, error) {
	pages, err := number(conn, "PRAGMA page_count")
	if err != nil {
		return 0, err
	}
	free, err := number(conn, "PRAGMA freelist_count")
	if err != nil {
		return 0, err
	}
	size, err := number(conn, "PRAGMA page_size")
	return int64(pages-free) * int64(size), err
}
