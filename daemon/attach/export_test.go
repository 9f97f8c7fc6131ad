package attach

import "time"

// WithShortLimits makes Ensure impatient: for tests of what happens when a
// deadline passes.
func WithShortLimits(o Options, d time.Duration) Options {
	l := defaultLimits()
	l.probes = []time.Duration{d, d}
	l.ready, l.standDown, l.lock = d, d, d
	o.limits = &l
	return o
}

// LockPath and LogPath are where Ensure keeps its files in a state directory.
func LockPath(stateDir string) string { return place(stateDir).lock() }
func LogPath(stateDir string) string  { return place(stateDir).log() }

// Older, LastLines and Clean are pure parts.
func Older(a, b string) bool           { return older(a, b) }
func LastLines(text string) []string   { return lastLines(text) }
func Clean(s string, limit int) string { return clean(s, limit) }

// MaxLog is the size from which a log is set aside.
const MaxLog = maxLog
