package command

import "fmt"

// UsageError says that a flag or an argument makes no sense, and what would.
type UsageError struct{ text string }

func (e *UsageError) Error() string { return e.text }

// ExitCode is the command line's "wrong usage".
func (e *UsageError) ExitCode() int { return 2 } //nolint:mnd // cli contract

func wrongUsage(format string, args ...any) error {
	return &UsageError{fmt.Sprintf(format, args...)}
}
