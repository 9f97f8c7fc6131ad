package command

import (
	"bufio"
	"context"
	"strings"
	"time"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/link"
)

// exactTime is RFC 3339 with milliseconds and the zone, for programs.
const exactTime = "2006-01-02T15:04:05.000Z07:00"

// logWriter prints log events.
type logWriter struct {
	out   *bufio.Writer
	zone  *time.Location
	json  bool
	color bool
	runs  *runNames
	byRun bool // a line says of which run it is, once there are several
}

// logLine is a log event as `logs --json` prints it.
type logLine struct {
	Seq   protocol.Seq `json:"seq"`
	At    string       `json:"at"` // arrival at the daemon
	Run   string       `json:"run"`
	Level string       `json:"level"`
	Whom  string       `json:"whom"`
	Text  string       `json:"text"`
}

// write prints one event.
func (w *logWriter) write(ctx context.Context, e protocol.Event) error {
	log := protocol.ParseLog(e)
	at := time.UnixMilli(e.At).In(w.zone)
	if w.json {
		return writeJSON(w.out, logLine{e.Seq, at.Format(exactTime), e.Run, log.Level, log.Whom, log.Text}, false)
	}
	run := ""
	if w.byRun {
		name, several := w.runs.name(ctx, e.Run)
		if several {
			run = name
		}
	}
	_, err := w.out.WriteString(w.lines(log, at, run))
	return err
}

// lines is a log as text. All but its first line begin below where the first
// line's text does.
func (w *logWriter) lines(log protocol.Log, at time.Time, run string) string {
	const (
		levelWidth = 7 // "warning"
		levelMost  = 12
		whomMost   = 40
		faint      = "2"
	)
	var b strings.Builder
	indent := 0
	put := func(style, word string) {
		indent += text.Width(word) + 2 //nolint:mnd // two spaces
		b.WriteString(w.paint(style, word) + "  ")
	}
	put(faint, at.Format("2006-01-02 15:04:05.000"))
	level := text.Truncate(text.Plain(log.Level), levelMost)
	put(levelStyle(log.Level), text.Fit(level, max(levelWidth, text.Width(level))))
	if run != "" {
		put("", run)
	}
	if whom := text.Plain(log.Whom); whom != "" {
		put(faint, text.Truncate(whom, whomMost))
	}
	for i, line := range text.Lines(log.Text) {
		if i > 0 {
			b.WriteString(strings.Repeat(" ", indent))
		}
		if !w.color {
			line = text.Plain(line)
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// paint gives a word a style of SGR parameters.
func (w *logWriter) paint(style, word string) string {
	if !w.color || style == "" {
		return word
	}
	return "\x1b[" + style + "m" + word + "\x1b[0m"
}

// levelStyle makes what is wrong stand out. The sixteen colours are those that
// the person chose for the terminal.
func levelStyle(level string) string {
	switch protocol.LevelRank(level) {
	case protocol.LevelRank("error"):
		return "1;31"
	case protocol.LevelRank("warning"):
		return "33"
	case protocol.LevelRank("debug"):
		return "2"
	}
	return ""
}

// runNames are the runs of a project as a line of output calls them.
type runNames struct {
	client  *link.Client
	project string
	names   map[string]string // by id
	width   int
	several bool // there is more than one
}

func newRunNames(client *link.Client, t target) *runNames {
	n := &runNames{client: client, project: t.project.ID, names: map[string]string{}}
	n.learn(t.runs)
	return n
}

func (n *runNames) learn(runs []protocol.RunInfo) {
	const widest = 24
	shared := map[string]int{}
	for _, r := range runs {
		shared[r.Name]++
	}
	for _, r := range runs {
		name := text.Plain(r.Name)
		if name == "" || shared[r.Name] > 1 {
			name = text.Plain(unlike(runs, r.ID))
		}
		name = text.Truncate(name, widest)
		n.names[r.ID] = name
		n.width = max(n.width, text.Width(name))
	}
	n.several = len(n.names) > 1
}

// name is what a run is called, and whether there are others to tell it from. A
// run that came after the list was made is asked for, once.
func (n *runNames) name(ctx context.Context, id string) (name string, several bool) {
	if _, known := n.names[id]; !known {
		if runs, err := n.client.Runs(ctx, n.project); err == nil {
			n.learn(runs)
		}
		if _, known := n.names[id]; !known {
			n.learn([]protocol.RunInfo{{ID: id}}) // forgotten since, or no answer
		}
	}
	return text.Fit(n.names[id], n.width), n.several
}
