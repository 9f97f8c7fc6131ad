package protocol

import "strings"

// LevelRank orders log levels: debug below plain, ok, info and a user's own
// word, those below warning and mention, those below error. The lowest rank is 0.
func LevelRank(level string) int {
	const (
		debug = iota
		info
		warning
		failure
	)
	switch strings.ToLower(level) {
	case "debug", "trace":
		return debug
	case "warning", "warn", "mention":
		return warning
	case "error", "critical", "fatal", "err":
		return failure
	}
	return info
}
