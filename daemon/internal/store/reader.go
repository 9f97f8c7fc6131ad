package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"apps.local/neetbox-tui/protocol"
)

// reader is a connection that reads. It serves one call at a time.
type reader struct {
	conn    *sqlite.Conn
	decoder *protocol.Decoder
	block   []*blockDecoder           // not in use
	stmts   map[string][]*sqlite.Stmt // not in use, by query: cursors over many streams use one query at once
}

func openReader(path string) (*reader, error) {
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return nil, err
	}
	for _, pragma := range []string{"busy_timeout = 5000", "query_only = ON", "cache_size = -8192", "temp_store = MEMORY"} {
		if err := sqlitex.ExecuteTransient(conn, "PRAGMA "+pragma, nil); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	return &reader{conn: conn, decoder: protocol.NewDecoder(), stmts: map[string][]*sqlite.Stmt{}}, nil
}

func (r *reader) close() error {
	var err error
	for _, list := range r.stmts {
		for _, stmt := range list {
			err = errors.Join(err, stmt.Finalize())
		}
	}
	for _, d := range r.block {
		d.close()
	}
	return errors.Join(err, r.conn.Close())
}

func (r *reader) take(query string) (*sqlite.Stmt, error) {
	if list := r.stmts[query]; len(list) > 0 {
		r.stmts[query] = list[:len(list)-1]
		return list[len(list)-1], nil
	}
	stmt, _, err := r.conn.PrepareTransient(query)
	return stmt, err
}

// give takes a statement back.
func (r *reader) give(query string, stmt *sqlite.Stmt) {
	const keep = 16
	reset := stmt.Reset()
	if reset != nil || len(r.stmts[query]) >= keep {
		_ = stmt.Finalize() // repeats the error of the last step
		return
	}
	r.stmts[query] = append(r.stmts[query], stmt)
}

func (r *reader) takeDecoder() *blockDecoder {
	if n := len(r.block); n > 0 {
		d := r.block[n-1]
		r.block = r.block[:n-1]
		return d
	}
	return newBlockDecoder()
}

func (r *reader) giveDecoder(d *blockDecoder) {
	const keep = 4
	if len(r.block) >= keep {
		d.close()
		return
	}
	r.block = append(r.block, d)
}

// settleWithin is how long a reader waits for what was recorded before it asked.
// Longer, and the disk is not well: then what is stored has to do.
const settleWithin = 5 * time.Second

// read runs f on a connection of its own, in one snapshot of the store that
// holds what was recorded before.
func (h *History) read(ctx context.Context, f func(*reader) error) error {
	h.settle(ctx)
	var r *reader
	select {
	case <-h.stop:
		return ErrClosed
	default:
	}
	select {
	case <-h.stop:
		return ErrClosed
	case <-ctx.Done():
		return fmt.Errorf("read history: %w", ctx.Err())
	case r = <-h.readers:
	}
	defer func() { h.readers <- r }()
	r.conn.SetInterrupt(ctx.Done())
	defer r.conn.SetInterrupt(nil)
	err := each(r.conn, "BEGIN", nil)
	if err == nil {
		err = f(r)
		r.conn.SetInterrupt(nil)
		err = errors.Join(err, each(r.conn, "COMMIT", nil))
	}
	if ctx.Err() != nil {
		return fmt.Errorf("read history: %w", ctx.Err())
	}
	if damaged(err) {
		h.markDamage()
	}
	return err
}
