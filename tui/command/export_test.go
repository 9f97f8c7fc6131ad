package command

import (
	"bufio"
	"context"
	"io"
	"time"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/link"
)

// Nearest is nearest.
func Nearest(name string, names []string) []string { return nearest(name, names) }

// When is when.
func When(value string, now time.Time) (int64, error) { return when("--since", value, now) }

// EscapeControls is escapeControls.
func EscapeControls(text string) string { return string(escapeControls([]byte(text))) }

// Resolve is resolve: the ids of the project and the run.
func Resolve(ctx context.Context, client *link.Client, name string) (project, run string, err error) {
	t, err := resolve(ctx, client, name)
	return t.project.ID, t.run, err
}

// Line is a log as text.
func Line(log protocol.Log, at time.Time, run string, color bool) string {
	w := logWriter{out: bufio.NewWriter(io.Discard), color: color}
	return w.lines(log, at, run)
}

// Flatten is flatten: "path=value" for each.
func Flatten(document string) []string {
	var lines []string
	for _, v := range flatten([]byte(document)) {
		lines = append(lines, v.path+"="+v.value)
	}
	return lines
}

// Paused is paused.
func Paused(h protocol.HistoryState) string { return paused(h) }

// PageSize is pageSize.
const PageSize = pageSize
