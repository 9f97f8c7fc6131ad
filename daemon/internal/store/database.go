package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/google/uuid"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

const (
	fileName = "history.db"
	// applicationID is "neTu"; file(1) and other programs tell by it whose the
	// file is.
	applicationID = 0x6e655475
	readerCount   = 3
	// checkBudget bounds the look for damage at the start of the daemon. What it
	// doesn't reach is noticed when it is read.
	checkBudget = 250 * time.Millisecond
)

//go:embed migrations/*.sql
var migrations embed.FS

// database is the file, opened for writing.
type database struct {
	conn    *sqlite.Conn
	path    string
	epoch   string
	warning string
}

// openDatabase opens dir's file; a damaged one is set aside first.
func openDatabase(ctx context.Context, dir string, now time.Time, l limits) (*database, error) {
	path := filepath.Join(dir, fileName)
	db, err := tryDatabase(ctx, path, l)
	if err == nil || !damaged(err) {
		return db, err
	}
	aside, moveErr := setAside(path, now)
	if moveErr != nil {
		return nil, fmt.Errorf("set the damaged history aside: %w", errors.Join(moveErr, err))
	}
	db, again := tryDatabase(ctx, path, l)
	if again != nil {
		return nil, again
	}
	db.warning = fmt.Sprintf("the history was damaged (%v) and lies in %s now; a new one was started", err, aside)
	return db, nil
}

// setAside renames the file and what belongs to it.
func setAside(path string, now time.Time) (string, error) {
	aside := path + ".damaged-" + now.UTC().Format("20060102T150405.000")
	if err := os.Rename(path, aside); err != nil {
		return "", err
	}
	for _, part := range []string{"-wal", "-shm"} {
		if err := os.Rename(path+part, aside+part); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	if err := os.Remove(path + markSuffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return aside, nil
}

// markSuffix names the mark that damage was met while the file was in use.
const markSuffix = ".damage-seen"

// markDamage leaves the mark by which the next start sets the file aside. Until
// then readers use what can be read of it.
func (h *History) markDamage() {
	f, err := os.OpenFile(h.path+markSuffix, os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		h.logger.Warn("damage is not marked", "err", err)
	}
}

var errMarked = errors.New("damage was met when it was used last")

// damaged reports whether the error says that the file's content is wrong.
func damaged(err error) bool {
	if errors.Is(err, errMarked) {
		return true
	}
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultCorrupt, sqlite.ResultNotADB:
		return true
	default:
		return false
	}
}

func tryDatabase(ctx context.Context, path string, l limits) (*database, error) {
	if err := private(path); err != nil {
		return nil, err
	}
	if _, err := os.Stat(path + markSuffix); err == nil {
		return nil, errMarked
	}
	if err := cut(path); err != nil {
		return nil, err
	}
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite|sqlite.OpenCreate)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	db := &database{conn: conn, path: path}
	if err := db.prepare(ctx, l); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), conn.Close())
	}
	return db, nil
}

// cut reports a file that ends within a page, which SQLite fills up with zeros.
// With a journal beside it, that page may be in there.
func cut(path string) error {
	const page = 512 // the smallest there is
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("open history: %w", err)
	}
	if journal, err := os.Stat(path + "-wal"); err == nil && journal.Size() > 0 {
		return nil
	}
	if info.Size()%page != 0 {
		return fmt.Errorf("open %s: it ends within a page: %w", path, sqlite.ResultCorrupt.ToError())
	}
	return nil
}

// private makes the file before SQLite does, which would make it readable for
// everybody; journals take their mode from it.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("make the history file: %w", err)
	}
	return f.Close()
}

// prepare leaves a file alone that is not for this version, or damaged.
func (db *database) prepare(ctx context.Context, l limits) error {
	// First, so that all that follows waits for others.
	if err := db.pragma("busy_timeout = 5000"); err != nil {
		return err
	}
	version, err := known(db.conn)
	if err != nil {
		return err
	}
	if version == 0 {
		err = db.pragma("auto_vacuum = INCREMENTAL") // counts only before the first table
	} else {
		err = check(ctx, db.conn)
	}
	if err != nil {
		return err
	}
	for _, setting := range []string{
		"journal_mode = WAL", "synchronous = NORMAL", "cache_size = -16384", "temp_store = MEMORY", "journal_size_limit = 67108864",
		"max_page_count = " + strconv.FormatInt(l.maxPages, 10), // 0 leaves it as it is
	} {
		if err := db.pragma(setting); err != nil {
			return err
		}
	}
	if err := migrate(db.conn, version); err != nil {
		return err
	}
	return db.recover()
}

func (db *database) pragma(setting string) error {
	return sqlitex.ExecuteTransient(db.conn, "PRAGMA "+setting, nil)
}

func steps() ([]string, error) { return fs.Glob(migrations, "migrations/*.sql") }

// known is the file's schema version, 0 for a new file. Errors: [ErrForeign],
// [ErrNewerSchema].
func known(conn *sqlite.Conn) (int, error) {
	app, version, tables, err := identity(conn)
	if err != nil {
		return 0, err
	}
	list, err := steps()
	switch {
	case err != nil:
		return 0, err
	case app != applicationID && (app != 0 || tables > 0):
		return 0, ErrForeign
	case version > len(list):
		return 0, fmt.Errorf("%w (schema %d, this version knows %d)", ErrNewerSchema, version, len(list))
	}
	return version, nil
}

// migrate brings the schema up to date in one transaction.
func migrate(conn *sqlite.Conn, version int) (err error) {
	list, err := steps()
	if err != nil || version == len(list) {
		return err
	}
	end, err := sqlitex.ImmediateTransaction(conn)
	if err != nil {
		return err
	}
	defer end(&err)
	for _, step := range list[version:] {
		text, err := migrations.ReadFile(step)
		if err != nil {
			return err
		}
		if err := sqlitex.ExecuteScript(conn, string(text), nil); err != nil {
			return fmt.Errorf("%s: %w", step, err)
		}
	}
	return sqlitex.ExecuteScript(conn, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", applicationID, len(list)), nil)
}

func identity(conn *sqlite.Conn) (app, version, tables int, err error) {
	if app, err = number(conn, "PRAGMA application_id"); err != nil {
		return
	}
	if version, err = number(conn, "PRAGMA user_version"); err != nil {
		return
	}
	tables, err = number(conn, "SELECT count(*) FROM sqlite_schema")
	return
}

func number(conn *sqlite.Conn, query string) (int, error) {
	n := 0
	err := sqlitex.Execute(conn, query, &sqlitex.ExecOptions{ResultFunc: func(s *sqlite.Stmt) error {
		n = s.ColumnInt(0)
		return nil
	}})
	return n, err
}

// check looks for damage for as long as the budget lasts.
func check(ctx context.Context, conn *sqlite.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, checkBudget)
	defer cancel()
	old := conn.SetInterrupt(ctx.Done())
	defer conn.SetInterrupt(old)
	found := ""
	err := sqlitex.ExecuteTransient(conn, "PRAGMA quick_check(1)", &sqlitex.ExecOptions{ResultFunc: func(s *sqlite.Stmt) error {
		found = s.ColumnText(0)
		return nil
	}})
	switch {
	case err == nil && found == "ok", sqlite.ErrCode(err) == sqlite.ResultInterrupt:
		return nil
	case err == nil:
		return fmt.Errorf("%s: %w", found, sqlite.ResultCorrupt.ToError())
	}
	return err
}

// crashGap is how many numbers of a project may have been given to events that
// were not stored when the daemon was killed: what both batches hold.
const crashGap = 2 * maxQueued

// recover settles what the last daemon left: runs it did not see end, and
// numbers it may have given.
func (db *database) recover() (err error) {
	end, err := sqlitex.ImmediateTransaction(db.conn)
	if err != nil {
		return err
	}
	defer end(&err)
	clean, err := number(db.conn, "SELECT value FROM meta WHERE key = 'clean'")
	if err != nil {
		return err
	}
	err = sqlitex.Execute(db.conn, "SELECT value FROM meta WHERE key = 'epoch'", &sqlitex.ExecOptions{ResultFunc: func(s *sqlite.Stmt) error {
		db.epoch = s.ColumnText(0)
		return nil
	}})
	if err != nil {
		return err
	}
	steps := []string{
		"INSERT OR REPLACE INTO meta VALUES ('clean', 0)",
		`UPDATE run SET online = 0, state = 'lost', reason = 'the daemon ended',
			ended = CASE WHEN last_at > 0 THEN last_at ELSE started END WHERE online = 1`,
	}
	if db.epoch == "" {
		db.epoch = uuid.NewString()
		steps = append(steps, "INSERT INTO meta VALUES ('epoch', '"+db.epoch+"')")
	} else if clean == 0 {
		steps = append(steps,
			fmt.Sprintf("INSERT INTO gap SELECT id, last + 1, last + %d FROM project", crashGap),
			fmt.Sprintf("UPDATE project SET last = last + %d", crashGap))
	}
	for _, step := range steps {
		if err := sqlitex.ExecuteTransient(db.conn, step, nil); err != nil {
			return err
		}
	}
	return nil
}
