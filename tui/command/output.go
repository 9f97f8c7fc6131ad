package command

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"unicode/utf8"

	"golang.org/x/term"
)

// Output is where a command writes.
type Output struct {
	Out io.Writer
	Err io.Writer // what is said beside the output: one line each
	// Color tells when to colour: auto (only a terminal), always or never.
	Color string
	// Dumb says that a terminal on Out takes no colours.
	Dumb bool
}

// colored reports whether escape sequences are welcome.
func (o Output) colored() bool {
	switch o.Color {
	case "always":
		return true
	case "never":
		return false
	}
	file, ok := o.Out.(*os.File)
	return ok && !o.Dumb && term.IsTerminal(int(file.Fd())) //nolint:gosec // file descriptors are small
}

// say writes a line about the output, not of it. Where standard error is gone
// there is nobody left to tell.
func (o Output) say(format string, args ...any) {
	_, _ = fmt.Fprintf(o.Err, "neetbox-tui: "+format+"\n", args...)
}

// untilClosed runs a command that prints much. That the reader of its output has
// left, as `head` does, is a good end.
func untilClosed(write func() error) error {
	// A write to a standard output whose reader has gone ends the process by a
	// signal unless somebody listens for it (signal(7), SIGPIPE).
	gone := make(chan os.Signal, 1)
	signal.Notify(gone, syscall.SIGPIPE)
	defer signal.Stop(gone)
	if err := write(); !closedOutput(err) {
		return err
	}
	return nil
}

func closedOutput(err error) bool {
	// ERROR_BROKEN_PIPE and ERROR_NO_DATA, which have no names outside Windows.
	const brokenPipe, noData = syscall.Errno(109), syscall.Errno(232)
	switch {
	case errors.Is(err, syscall.EPIPE), errors.Is(err, io.ErrClosedPipe):
		return true
	case runtime.GOOS == "windows":
		return errors.Is(err, brokenPipe) || errors.Is(err, noData)
	}
	return false
}

// writeJSON writes one JSON document and a line feed, on one line or indented.
// Whatever a run sent, the text does not drive a terminal: C1 controls, which
// JSON allows in strings, are escaped as C0 controls are.
func writeJSON(w io.Writer, v any, indent bool) error {
	var buf bytes.Buffer
	encoder := json.NewEncoder(&buf)
	encoder.SetEscapeHTML(false)
	if indent {
		encoder.SetIndent("", "  ")
	}
	if err := encoder.Encode(v); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	_, err := w.Write(escapeControls(buf.Bytes()))
	return err
}

// escapeControls escapes DEL and the C1 controls of a JSON text, which can stand
// only inside its strings.
func escapeControls(text []byte) []byte {
	control := func(r rune) bool { return r >= 0x7f && r <= 0x9f }
	if bytes.IndexFunc(text, control) < 0 {
		return text
	}
	escaped := make([]byte, 0, len(text)+len(text)/8)
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		if control(r) {
			escaped = fmt.Appendf(escaped, `\u%04x`, r)
		} else {
			escaped = append(escaped, text[:n]...)
		}
		text = text[n:]
	}
	return escaped
}
