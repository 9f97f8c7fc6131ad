package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/link"
)

// Terminal is whom a command talks to.
type Terminal struct {
	In  io.Reader
	Out io.Writer
}

// Interactive reports whether a person can answer: the input is a terminal.
func (t Terminal) Interactive() bool {
	file, ok := t.In.(*os.File)
	return ok && term.IsTerminal(int(file.Fd())) //nolint:gosec // file descriptors are small
}

// ErrRunsConnected says that the daemon was not stopped because runs are
// connected.
var ErrRunsConnected = errors.New("the daemon was not stopped: runs are connected; end them first, or use --force")

// stopWait bounds the wait for the daemon's end.
const stopWait = 10 * time.Second

// Stop asks the daemon to end and waits until it has. While runs are connected
// it lists them and asks; where nobody can answer it refuses, unless forced.
func Stop(ctx context.Context, endpoint protocol.Endpoint, t Terminal, force bool) error {
	client := link.NewClient(endpoint)
	defer client.Close()
	hello, err := client.Hello(ctx)
	if err != nil {
		return noDaemon(endpoint, err)
	}
	reply, err := client.Shutdown(ctx, !force)
	if err != nil {
		return noDaemon(endpoint, err)
	}
	if !reply.Stopping {
		if err := confirm(t, reply.Runs); err != nil {
			return err
		}
		if _, err = client.Shutdown(ctx, false); err != nil {
			return noDaemon(endpoint, err)
		}
	}
	if err := waitGone(ctx, client); err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.Out, "The daemon at %s (pid %d) has ended.\n", endpoint.Address(), hello.PID)
	return err
}

// confirm asks whether the connected runs may lose their daemon. The default is
// no.
func confirm(t Terminal, runs []protocol.RunInfo) error {
	if _, err := fmt.Fprintf(t.Out, "%s connected:\n", text.Plural(len(runs), "run is", "runs are")); err != nil {
		return err
	}
	for _, r := range runs {
		if _, err := fmt.Fprintf(t.Out, "  %s\n", runName(StatusProject{ProjectInfo: protocol.ProjectInfo{Name: r.Project}}, r)); err != nil {
			return err
		}
	}
	if !t.Interactive() {
		return ErrRunsConnected
	}
	if _, err := fmt.Fprint(t.Out, "Without a daemon they may stall or lose what they report. Stop it anyway? [y/N] "); err != nil {
		return err
	}
	answer, _ := bufio.NewReader(t.In).ReadString('\n') // no answer is a no
	if a := strings.ToLower(strings.TrimSpace(answer)); a != "y" && a != "yes" {
		return ErrRunsConnected
	}
	return nil
}

// waitGone returns when nothing listens any more.
func waitGone(ctx context.Context, client *link.Client) error {
	ctx, cancel := context.WithTimeout(ctx, stopWait)
	defer cancel()
	const every = 50 * time.Millisecond
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		if _, err := client.Hello(ctx); link.Refused(err) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for the daemon's end: %w; its log tells what holds it", ctx.Err())
		case <-ticker.C:
		}
	}
}
