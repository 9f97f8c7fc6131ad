package settings

import (
	"fmt"
	"io"
	"log/slog"
	"os"
)

// OpenLog opens a log file to append to, for this user only.
func OpenLog(path string) (*os.File, error) {
	const private = 0o600
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, private)
	if err != nil {
		return nil, fmt.Errorf("open the log file: %w; give another with --log-file", err)
	}
	return file, nil
}

// Logger writes text at the level that holds; debug asks for all of it.
func (s Settings) Logger(w io.Writer, debug bool) *slog.Logger {
	level := slog.LevelDebug
	if !debug {
		if level.UnmarshalText([]byte(s.LogLevel)) != nil {
			level = slog.LevelInfo // Resolve lets no other word through
		}
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
}
