package store

import (
	"context"
	"time"
)

// Small are bounds that tests reach.
type Small struct {
	HotRows   int64
	ColdAfter time.Duration // below 0: at once
	MaxPages  int64
	AllCold   bool // every row is archived at once
}

// OpenSmall opens a history with small bounds that looks for work often.
func OpenSmall(ctx context.Context, o Options, s Small) (*History, error) {
	l := defaultLimits()
	l.tidyEvery, l.retryFirst, l.retryMost = 5*time.Millisecond, 5*time.Millisecond, 20*time.Millisecond
	l.coldAfter, l.maxPages, l.allCold = s.ColdAfter, s.MaxPages, s.AllCold
	if s.HotRows > 0 {
		l.hotRows, l.keepRows = s.HotRows, s.HotRows/2
	}
	return open(ctx, o, l)
}

// Cold waits until no stream has more than rows rows that could be archived.
func (h *History) Cold(ctx context.Context, rows int) error {
	for {
		live, trash := 0, 0
		err := h.read(ctx, func(r *reader) (err error) {
			if live, err = number(r.conn, "SELECT coalesce(sum(live), 0) FROM stream WHERE type <> 7"); err != nil {
				return err
			}
			trash, err = number(r.conn, "SELECT count(*) FROM trash")
			return err
		})
		if err != nil || (live <= rows && trash == 0) {
			return err
		}
		again := time.NewTimer(2 * time.Millisecond)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-again.C:
		}
	}
}
