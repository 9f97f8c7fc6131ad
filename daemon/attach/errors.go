package attach

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"apps.local/neetbox-tui/protocol"
)

// Exit codes of the command line that these errors end with.
const (
	exitNoDaemon  = 3 // no daemon, or one that this version can't use
	exitPortTaken = 4 // already running, or the port is taken
)

// ErrNoDaemon is what a [*NoDaemonError] is: nothing answers, and nothing may be
// started.
var ErrNoDaemon = errors.New("no daemon answers")

// NoDaemonError says that nothing answers where none may be started: on another
// machine, or at all.
type NoDaemonError struct {
	Endpoint protocol.Endpoint
	Cause    error // what the network said
}

// Error names the address and the next step.
func (e *NoDaemonError) Error() string {
	if e.Endpoint.Loopback() {
		return fmt.Sprintf("no daemon answers at %s; start one with `neetbox-tui --server-only%s`, or leave out --no-daemon",
			e.Endpoint.Address(), whereFlags(e.Endpoint))
	}
	return fmt.Sprintf("no daemon answers at %s (%s); start one there, or check --host and --port",
		e.Endpoint.Address(), rootCause(e.Cause))
}

// Is makes errors.Is(err, ErrNoDaemon) true.
func (e *NoDaemonError) Is(target error) bool { return target == ErrNoDaemon }

// Unwrap returns what the network said.
func (e *NoDaemonError) Unwrap() error { return e.Cause }

// ExitCode is 3.
func (e *NoDaemonError) ExitCode() int { return exitNoDaemon }

// PortTakenError says that something else answers at the endpoint.
type PortTakenError struct {
	Endpoint protocol.Endpoint
	What     string // what it looks like: "an AirPlay receiver"
	Upstream bool   // it is NEETBOX's own server
	Suggest  int    // a REST port that is free with the one after it; 0 if none was looked for or found
}

// Error says what it looks like and the ways out.
func (e *PortTakenError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "port %d of %s is taken by %s", e.Endpoint.Port, e.Endpoint.Host, e.What)
	if e.Upstream {
		b.WriteString(", and watching it is not available yet")
	}
	if !e.Endpoint.Loopback() {
		b.WriteString("; check --host and --port")
		return b.String()
	}
	port := "N"
	if e.Suggest > 0 {
		port = strconv.Itoa(e.Suggest)
	}
	fmt.Fprintf(&b, "; use another with --port %s, NEETBOX_TUI_PORT=%s, or port = %s under [daemon] in neetbox.toml", port, port, port)
	return b.String()
}

// ExitCode is 4.
func (e *PortTakenError) ExitCode() int { return exitPortTaken }

// IncompatibleError says that a daemon of ours speaks another protocol and stays.
type IncompatibleError struct {
	Endpoint protocol.Endpoint
	Hello    protocol.Hello
	Version  string // of this program
	Reason   string // why it was not replaced; may be empty
	Command  string // what to run
}

// Error names both versions, the daemon's pid and what to run.
func (e *IncompatibleError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "the daemon at %s (pid %d, version %s) speaks protocol %d, this program (version %s) protocol %d",
		e.Endpoint.Address(), e.Hello.PID, e.Hello.Version, e.Hello.Protocol, e.Version, protocol.ProtocolVersion)
	if e.Reason != "" {
		fmt.Fprintf(&b, ", and it goes on: %s", e.Reason)
	}
	if e.Hello.Protocol > protocol.ProtocolVersion {
		fmt.Fprintf(&b, "; update this program, or end the daemon when its runs are done with `%s`", e.Command)
	} else {
		fmt.Fprintf(&b, "; when its runs are done, run `%s` and try again", e.Command)
	}
	return b.String()
}

// ExitCode is 3.
func (e *IncompatibleError) ExitCode() int { return exitNoDaemon }

func (e *ensurer) incompatible(h protocol.Hello, reason string) *IncompatibleError {
	return &IncompatibleError{
		Endpoint: e.endpointOf(h), Hello: h, Version: e.Version, Reason: reason, Command: e.stopCommand(),
	}
}

// StartError says that a daemon could not be started or did not come up.
type StartError struct {
	Endpoint protocol.Endpoint
	Cause    error    // why
	PID      int      // the daemon's, where it still runs; else 0
	Code     int      // its exit code; -1 where it has none: still running, never started, ended by a signal
	LogPath  string   // where its output went; may be empty
	Lines    []string // the last of that output, at most 20 lines, without control characters
}

// Error says why, then what the daemon wrote, then the next step; it has several
// lines.
func (e *StartError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "start the daemon: %v", e.Cause)
	switch {
	case e.LogPath != "" && len(e.Lines) > 0:
		fmt.Fprintf(&b, "; the end of %s:\n  %s\n", e.LogPath, strings.Join(e.Lines, "\n  "))
	case e.LogPath != "":
		fmt.Fprintf(&b, "; it wrote nothing to %s; ", e.LogPath)
	default:
		b.WriteString("; ")
	}
	b.WriteString(e.nextStep())
	return b.String()
}

func (e *StartError) nextStep() string {
	switch {
	case e.Code == exitPortTaken:
		return fmt.Sprintf("a daemon with the same data runs already (another has its own with --data-dir), "+
			"or port %d or %d is taken (choose others with --port and --ws-port)", e.Endpoint.Port, e.Endpoint.WS)
	case e.PID > 0:
		return fmt.Sprintf("it still runs as pid %d: try again in a moment, or read its log", e.PID)
	default:
		return fmt.Sprintf("see what it says with `neetbox-tui --server-only%s`", whereFlags(e.Endpoint))
	}
}

// Unwrap returns the cause.
func (e *StartError) Unwrap() error { return e.Cause }

// ExitCode is 4 where the daemon ended with it, else 3.
func (e *StartError) ExitCode() int {
	if e.Code == exitPortTaken {
		return exitPortTaken
	}
	return exitNoDaemon
}

// whereFlags are the flags that lead a command to an endpoint, with a leading
// space; nothing for the default one.
func whereFlags(e protocol.Endpoint) string {
	var flags string
	if !e.Loopback() {
		flags += " --host " + e.Host
	}
	if e.Port != protocol.DefaultPort {
		flags += fmt.Sprintf(" --port %d", e.Port)
	}
	return flags
}

// rootCause is the innermost reason of a network error: the outer ones repeat
// the address.
func rootCause(err error) string {
	if err == nil {
		return "no answer"
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err.Error()
}
