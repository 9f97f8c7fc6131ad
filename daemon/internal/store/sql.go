package store

import (
	"math"

	"zombiezen.com/go/sqlite"

	"apps.local/neetbox-tui/protocol"
)

// each runs a prepared query over its rows.
func each(conn *sqlite.Conn, query string, row func(*sqlite.Stmt), args ...any) error {
	stmt, err := conn.Prepare(query)
	if err != nil {
		return err
	}
	defer stmt.Reset() //nolint:errcheck // repeats Step's error
	bind(stmt, args...)
	for {
		more, err := stmt.Step()
		if err != nil || !more {
			return err
		}
		if row != nil {
			row(stmt)
		}
	}
}

func bind(stmt *sqlite.Stmt, args ...any) {
	for i, arg := range args {
		switch v := arg.(type) {
		case nil:
			stmt.BindNull(i + 1)
		case int64:
			stmt.BindInt64(i+1, v)
		case int:
			stmt.BindInt64(i+1, int64(v))
		case class:
			stmt.BindInt64(i+1, int64(v))
		case protocol.Seq:
			stmt.BindInt64(i+1, int64(v))
		case string:
			stmt.BindText(i+1, v)
		case protocol.RunState:
			stmt.BindText(i+1, string(v))
		case []byte:
			stmt.BindBytes(i+1, v)
		case bool:
			stmt.BindBool(i+1, v)
		case protocol.Float:
			bindFloat(stmt, i+1, v)
		}
	}
}

// bindFloat binds NaN as the NULL that SQLite makes of it.
func bindFloat(stmt *sqlite.Stmt, i int, f protocol.Float) {
	if math.IsNaN(float64(f)) {
		stmt.BindNull(i)
		return
	}
	stmt.BindFloat(i, float64(f))
}

func columnFloat(stmt *sqlite.Stmt, col int) protocol.Float {
	if stmt.ColumnType(col) == sqlite.TypeNull {
		return protocol.Float(math.NaN())
	}
	return protocol.Float(stmt.ColumnFloat(col))
}

// columnBytes copies a value into buf, which grows where it has to.
func columnBytes(stmt *sqlite.Stmt, col int, buf []byte) []byte {
	n := stmt.ColumnLen(col)
	if cap(buf) < n {
		buf = make([]byte, n, n+n/4)
	}
	buf = buf[:n]
	stmt.ColumnBytes(col, buf)
	return buf
}
