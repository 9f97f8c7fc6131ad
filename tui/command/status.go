package command

import (
	"context"
	"fmt"
	"io"
	"time"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/link"
)

// StatusDocument is what `status --json` prints.
type StatusDocument struct {
	Daemon   protocol.Hello        `json:"daemon"`
	History  protocol.HistoryState `json:"history"` // whether what comes is stored
	Projects []StatusProject       `json:"projects"`
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
	storage, err := client.Storage(ctx)
	if err != nil {
		return noDaemon(endpoint, err)
	}
	doc.History = storage.History
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
		return writeJSON(out, doc, true)
	}
	return printStatus(out, endpoint, doc, now)
}

func printStatus(out io.Writer, endpoint protocol.Endpoint, doc StatusDocument, now time.Time) error {
	if _, err := fmt.Fprintf(out, "daemon %s, version %s, pid %d, up %s\n", endpoint.Address(),
		text.Plain(doc.Daemon.Version), doc.Daemon.PID, text.Age(now.Sub(time.UnixMilli(doc.Daemon.Started)))); err != nil {
		return err
	}
	if line := paused(doc.History); line != "" {
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	if len(doc.Projects) == 0 {
		_, err := fmt.Fprintln(out, "Nothing has reported yet.")
		return err
	}
	return printRuns(out, doc.Projects, now)
}

// paused says that what comes is not stored; "" while it is.
func paused(h protocol.HistoryState) string {
	if h.State == "" || h.State == "ok" {
		return ""
	}
	reason := ""
	if h.Reason != "" {
		reason = " (" + text.Plain(h.Reason) + ")"
	}
	return fmt.Sprintf("History is %s%s: %s not stored. What is live goes on.", text.Plain(h.State), reason,
		text.Plural(int(h.Missed), "event was", "events were"))
}

// printRuns prints a heading and one line a run.
func printRuns(out io.Writer, projects []StatusProject, now time.Time) error {
	width := len("PROJECT/RUN")
	for _, p := range projects {
		for _, r := range p.RunList {
			width = max(width, text.Width(runName(p, r)))
		}
	}
	const widest = 60
	width = min(width, widest)
	if _, err := fmt.Fprintf(out, "%s  %-8s  %8s  %8s  %s\n", text.Fit("PROJECT/RUN", width), "STATE", "HEARD", "LOGS", "NOTE"); err != nil {
		return err
	}
	for _, p := range projects {
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
