package link

import (
	"context"
	"errors"
	"fmt"
	"time"

	"apps.local/neetbox-tui/protocol"
)

const (
	// maxRefill is how many events of a project are fetched at most to fill a gap.
	maxRefill = 10_000
	pageSize  = 1_000
	// commitPause is how long to wait when the newest events are not to be had:
	// the daemon passes events on before its history has committed them.
	commitPause = 50 * time.Millisecond
)

var errNewEpoch = errors.New("the daemon started its numbering anew")

// haul is what the sorter has in hand: events in order, and what they changed.
type haul struct {
	events   []protocol.Event
	receipts []protocol.Receipt
	missed   int
	unread   int
}

// sort makes the connection known, fetches what was missed before it, and then
// puts what the reader takes in into order.
func (c *conn) sort(ctx context.Context) error {
	c.link.setState(func(s *State) { s.Note = "fetching projects and runs" })
	snapshot, err := c.snapshot(ctx)
	if err != nil {
		return err
	}
	gaps, fresh := c.link.cursor.join(c.reply.Epoch, c.reply.Heads)
	c.joined = true
	c.link.wentUp(c, snapshot, fresh)
	for _, g := range gaps {
		if err := c.refill(ctx, g); err != nil {
			return err
		}
	}
	for {
		events, missed, unread := c.intake.take()
		if err := c.order(ctx, events, missed, unread); err != nil {
			return err
		}
		c.intake.recycle(events)
		select {
		case <-ctx.Done():
			return nil
		case <-c.intake.some:
		}
	}
}

// wentUp opens the way for actions.
func (l *Link) wentUp(c *conn, snapshot Snapshot, fresh bool) {
	var lost []protocol.Receipt
	if fresh {
		lost = l.ledger.void()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.out = c.out
	l.state = State{
		Phase: Online, Endpoint: c.client.Endpoint(), Server: *c.reply.Server,
		Since: time.Now(), Epoch: c.reply.Epoch,
	}
	l.inbox.join(l.state, snapshot, fresh, lost)
}

// order hands on events as they arrived, with gaps filled. What is handed on
// moves down in the slice that it came in; the inbox copies it.
func (c *conn) order(ctx context.Context, events []protocol.Event, missed, unread int) error {
	h := haul{events: events[:0], missed: missed, unread: unread}
	for i := range events {
		e := events[i]
		v, g := c.link.cursor.judge(e.Project, e.Seq)
		if v == ahead {
			c.deliver(&h)
			h.events = events[:0]
			if err := c.refill(ctx, g); err != nil {
				return err
			}
			v, _ = c.link.cursor.judge(e.Project, e.Seq)
		}
		if v == next {
			c.take(&h, e, true)
		}
	}
	c.deliver(&h)
	return nil
}

// drain hands on what was read before the connection ended, as far as it is in
// order; the rest is fetched after the reconnect.
func (c *conn) drain() {
	if !c.joined {
		return
	}
	events, missed, unread := c.intake.take()
	h := haul{missed: missed, unread: unread}
	for _, e := range events {
		if v, _ := c.link.cursor.judge(e.Project, e.Seq); v == next {
			c.take(&h, e, true)
		}
	}
	c.deliver(&h)
}

func (c *conn) take(h *haul, e protocol.Event, live bool) {
	h.events = append(h.events, e)
	if r, changed := c.link.ledger.apply(e, live); changed {
		h.receipts = append(h.receipts, r)
	}
}

func (c *conn) deliver(h *haul) {
	c.link.inbox.put(h.events, h.receipts, h.missed, h.unread)
	*h = haul{}
}

// refill fetches a gap and hands it on. It returns an error only when REST did
// not answer: then the connection ends, and the next one asks again from the last
// event seen. What the daemon does not have any more is counted as missed.
func (c *conn) refill(ctx context.Context, g gap) error {
	c.link.log.Debug("fill gap", "project", g.project, "after", g.after, "to", g.to)
	g, skipped := g.newest(maxRefill)
	cur := &c.link.cursor
	cur.skip(g.project, g.after)
	h := haul{missed: skipped}
	waited, limit := false, pageSize
	for after := g.after; after < g.to; after = cur.seen[g.project] {
		page, err := c.fetch(ctx, g.project, after, limit)
		if errors.Is(err, ErrTooBig) {
			if limit == 1 {
				h.missed += cur.skip(g.project, after+1)
			}
			limit = max(limit/8, 1)
			continue
		}
		if refusal, said := errors.AsType[*APIError](err); said {
			c.link.log.Warn("gap not filled", "project", g.project, "err", refusal)
			break
		}
		if err != nil {
			c.deliver(&h)
			return err
		}
		limit = min(2*limit, pageSize)
		c.takePage(&h, g, page)
		c.deliver(&h)
		if cur.seen[g.project] > after {
			continue
		}
		if waited || page.First > g.to {
			break
		}
		waited = true
		if err := pauseFor(ctx, commitPause); err != nil {
			return err
		}
	}
	h.missed += cur.skip(g.project, g.to)
	c.deliver(&h)
	return nil
}

// fetch gets the page after a number, of the numbering that this connection has.
func (c *conn) fetch(ctx context.Context, project string, after protocol.Seq, limit int) (Page, error) {
	q := protocol.EventQuery{After: after, Limit: limit}
	if after == 0 {
		q.After = FromStart
	}
	page, err := c.client.Events(ctx, project, q)
	if err == nil && page.Epoch != c.reply.Epoch {
		err = fmt.Errorf("fetch events of %q: %w", project, errNewEpoch)
	}
	return page, err
}

func (c *conn) takePage(h *haul, g gap, page Page) {
	cur := &c.link.cursor
	h.unread += page.Unread
	for _, e := range page.Events {
		e.Project = g.project
		v, hole := cur.judge(g.project, e.Seq)
		if e.Seq == 0 || v == duplicate {
			continue
		}
		if v == ahead {
			h.missed += cur.skip(g.project, hole.to)
			cur.judge(g.project, e.Seq)
		}
		c.take(h, e, false)
	}
}

func pauseFor(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
