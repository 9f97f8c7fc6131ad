package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/link"
)

// NoDaemonError says that no daemon of ours answers.
type NoDaemonError struct {
	Endpoint protocol.Endpoint
	Err      error
}

func (e *NoDaemonError) Error() string {
	if link.Refused(e.Err) {
		return fmt.Sprintf("no daemon at %s; `neetbox-tui` starts one, --host and --port choose another", e.Endpoint.Address())
	}
	return fmt.Sprintf("no answer from a daemon at %s: %v; --host and --port choose another", e.Endpoint.Address(), e.Err)
}

func (e *NoDaemonError) Unwrap() error { return e.Err }

// ExitCode is the command line's "no daemon, or one that can't be used".
func (e *NoDaemonError) ExitCode() int { return 3 } //nolint:mnd // cli contract

// noDaemon wraps what went wrong with a call, unless the daemon itself said no.
func noDaemon(endpoint protocol.Endpoint, err error) error {
	var said *link.APIError
	if errors.As(err, &said) || errors.Is(err, context.Canceled) {
		return err
	}
	return &NoDaemonError{Endpoint: endpoint, Err: err}
}

// StatusDocument is what `status --json` prints.
type StatusDocument struct {
	Daemon   protocol.Hello  `json:"daemon"`
	Projects []StatusProject `json:"projects"`
}

// StatusProject is a project with its runs, oldest first.
type StatusProject struct {
	protocol.ProjectInfo
	RunList []protocol.RunInfo `json:"run_list"`
}

// Status prints what is there: one line a run, or one JSON document.
func Status(ctx context.Context, endpoint protocol.Endpoint, out io.Writer, asJSON bool, now time.Time) error {
	client := link.NewClient(endpoint)
	defer client.Close()
	doc := StatusDocument{Projects: []StatusProject{}}
	var err error
	if doc.Daemon, err = client.Hello(ctx); err != nil {
		return noDaemon(endpoint, err)
	}
	projects, err := client.Projects(ctx)
	if err != nil {
		return noDaemon(endpoint, err)
	}
	for _, p := range projects {
		runs, err := client.Runs(ctx, p.ID)
		if err != nil {
			return noDaemon(endpoint, err)
		}
		doc.Projects = append(doc.Projects, StatusProject{ProjectInfo: p, RunList: runs})
	}
	if asJSON {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(doc)
	}
	return printStatus(out, endpoint, doc, now)
}

func printStatus(out io.Writer, endpoint protocol.Endpoint, doc StatusDocument, now time.Time) error {
	if _, err := fmt.Fprintf(out, "daemon %s, version %s, pid %d, up %s\n", endpoint.Address(),
		text.Plain(doc.Daemon.Version), doc.Daemon.PID, text.Age(now.Sub(time.UnixMilli(doc.Daemon.Started)))); err != nil {
		return err
	}
	if len(doc.Projects) == 0 {
		_, err := fmt.Fprintln(out, "Nothing has reported yet.")
		return err
	}
	width := len("PROJECT/RUN")
	for _, p := range doc.Projects {
		for _, r := range p.RunList {
			width = max(width, text.Width(runName(p, r)))
		}
	}
	const widest = 60
	width = min(width, widest)
	if _, err := fmt.Fprintf(out, "%s  %-8s  %8s  %8s  %s\n", text.Fit("PROJECT/RUN", width), "STATE", "HEARD", "LOGS", "NOTE"); err != nil {
		return err
	}
	for _, p := range doc.Projects {
		for _, r := range p.RunList {
			if _, err := fmt.Fprintf(out, "%s  %-8s  %8s  %8s  %s\n", text.Fit(runName(p, r), width), r.State,
				text.Age(now.Sub(time.UnixMilli(r.LastEvent))), text.Count(int(r.Counts[protocol.EventLog])), text.Plain(r.Reason)); err != nil {
				return err
			}
		}
	}
	return nil
}

// runName is how a person names a run: by its name, or the start of its id.
func runName(p StatusProject, r protocol.RunInfo) string {
	name := r.Name
	if name == "" {
		const short = 8
		name = r.ID[:min(short, len(r.ID))]
	}
	return text.Plain(p.Name) + "/" + text.Plain(name)
}
