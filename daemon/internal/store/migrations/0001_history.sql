-- What belongs to the whole store: epoch, clean, trimmed.
CREATE TABLE meta (
	key   TEXT PRIMARY KEY,
	value ANY
) STRICT, WITHOUT ROWID;

CREATE TABLE project (
	id      INTEGER PRIMARY KEY,
	name    TEXT NOT NULL UNIQUE,
	last    INTEGER NOT NULL DEFAULT 0, -- highest sequence number given
	last_at INTEGER NOT NULL DEFAULT 0  -- Unix milliseconds
) STRICT;

-- Sequence numbers that may have been given to events that are not here.
CREATE TABLE gap (
	project INTEGER NOT NULL,
	first   INTEGER NOT NULL,
	last    INTEGER NOT NULL,
	PRIMARY KEY (project, first)
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
	id       INTEGER PRIMARY KEY,
	project  INTEGER NOT NULL,
	name     TEXT NOT NULL,             -- the run id on the wire
	info     BLOB,                      -- JSON, as it was saved last
	given    INTEGER NOT NULL DEFAULT 0,
	stored_n INTEGER NOT NULL DEFAULT 0,
	state    TEXT NOT NULL,
	online   INTEGER NOT NULL,
	reason   TEXT NOT NULL DEFAULT '',
	started  INTEGER NOT NULL DEFAULT 0,
	ended    INTEGER NOT NULL DEFAULT 0,
	last     INTEGER NOT NULL DEFAULT 0,
	last_at  INTEGER NOT NULL DEFAULT 0,
	UNIQUE (project, name)
) STRICT;
CREATE INDEX run_ended ON run (online, ended);

-- A stream is the events of one type of one run. The rowid of its rows and
-- blocks is id << 40 | (seq - base), so both lie together and in order.
-- Numbers of streams and series are never given again: what trash names may
-- still have rows.
CREATE TABLE stream (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	project INTEGER NOT NULL,
	run     INTEGER NOT NULL,
	type    INTEGER NOT NULL,
	base    INTEGER NOT NULL,
	first   INTEGER NOT NULL,
	last    INTEGER NOT NULL,
	taken   INTEGER NOT NULL DEFAULT 0, -- events ever written
	live    INTEGER NOT NULL DEFAULT 0, -- rows
	cold    INTEGER NOT NULL DEFAULT 0, -- events in blocks
	bytes   INTEGER NOT NULL DEFAULT 0,
	UNIQUE (run, type)
) STRICT;
CREATE INDEX stream_last ON stream (project, last);
CREATE INDEX stream_first ON stream (project, first);
CREATE INDEX stream_live ON stream (run, live) WHERE live > 0 AND type <> 7; -- rows that can be archived; 7 is progress

-- Curves of scalars (with a summary), bars of progress, names of images.
CREATE TABLE series (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	run     INTEGER NOT NULL,
	type    INTEGER NOT NULL,
	name    TEXT NOT NULL,
	count   INTEGER NOT NULL DEFAULT 0,
	newest  INTEGER NOT NULL DEFAULT 0, -- rowid of a bar's only event
	first_x REAL, first_y REAL, last_x REAL, last_y REAL, low REAL, high REAL,
	UNIQUE (run, type, name)
) STRICT;

CREATE TABLE event (
	id     INTEGER PRIMARY KEY,
	at     INTEGER NOT NULL,
	flags  INTEGER NOT NULL,
	series INTEGER,
	x      REAL,
	y      REAL,
	body   BLOB NOT NULL
) STRICT;
CREATE INDEX event_series ON event (series, id) WHERE series IS NOT NULL;

CREATE TABLE block (
	id      INTEGER PRIMARY KEY,
	last    INTEGER NOT NULL, -- rowid that its last event had
	count   INTEGER NOT NULL,
	from_at INTEGER NOT NULL,
	to_at   INTEGER NOT NULL,
	rank    INTEGER NOT NULL, -- highest level of its logs
	data    BLOB NOT NULL
) STRICT;

-- Points of scalars that are in blocks, so that a curve needs none of them.
CREATE TABLE curve (
	series INTEGER NOT NULL,
	first  INTEGER NOT NULL,
	data   BLOB NOT NULL,
	PRIMARY KEY (series, first)
) STRICT, WITHOUT ROWID;

-- What is deleted already and still takes space.
CREATE TABLE trash (
	kind INTEGER NOT NULL, -- 0 stream, 1 series
	id   INTEGER NOT NULL,
	PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
