package command

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/text"
)

// DetailDocument is what `status NAME --json` prints.
type DetailDocument struct {
	Project protocol.ProjectInfo `json:"project"`
	// Runs are those that were named, oldest first, with their sections.
	Runs []protocol.RunInfo `json:"runs"`
}

// Detail prints all about a run; of a project, its runs and all about the newest.
// As JSON it is one document with the sections of each run.
//
// Errors: [*NameError], [*NoDaemonError], [*link.APIError], those of writing.
func Detail(ctx context.Context, endpoint protocol.Endpoint, out io.Writer, name string, asJSON bool, now time.Time) error {
	client, err := open(ctx, endpoint)
	if err != nil {
		return err
	}
	defer client.Close()
	t, err := resolve(ctx, client, name)
	if err != nil {
		return err
	}
	doc := DetailDocument{Project: t.project, Runs: slices.Clone(t.chosen())}
	whole := doc.Runs // whose sections are asked for
	if !asJSON {
		whole = whole[max(0, len(whole)-1):]
	}
	for i := range whole {
		if whole[i], err = client.Run(ctx, t.project.ID, whole[i].ID); err != nil {
			return noDaemon(endpoint, err)
		}
	}
	return untilClosed(func() error {
		if asJSON {
			return writeJSON(out, doc, true)
		}
		return printDetail(out, t, doc, now)
	})
}

func printDetail(out io.Writer, t target, doc DetailDocument, now time.Time) error {
	d := &detailWriter{out: bufio.NewWriter(out), now: now}
	project := StatusProject{ProjectInfo: doc.Project, RunList: doc.Runs}
	if t.run == "" {
		d.line("%s, %s\n", text.Plain(doc.Project.Name), text.Plural(len(doc.Runs), "run", "runs"))
		if len(doc.Runs) > 0 {
			if err := printRuns(d.out, []StatusProject{project}, now); err != nil {
				return err
			}
			d.line("\n")
		}
	}
	if len(doc.Runs) > 0 {
		d.run(project, doc.Runs[len(doc.Runs)-1])
	}
	return d.out.Flush()
}

// detailWriter prints what is known of a run. The buffer keeps its first error,
// which its Flush gives.
type detailWriter struct {
	out *bufio.Writer
	now time.Time
}

func (d *detailWriter) line(format string, args ...any) { _, _ = fmt.Fprintf(d.out, format, args...) }

func (d *detailWriter) field(name, value string) {
	if value != "" {
		d.line("  %-10s  %s\n", name, value)
	}
}

func (d *detailWriter) run(p StatusProject, r protocol.RunInfo) {
	d.line("%s\n", runName(p, r))
	state := string(r.State)
	if r.Reason != "" {
		state += ": " + text.Plain(r.Reason)
	}
	d.field("state", state)
	d.field("id", text.Plain(r.ID))
	end := d.now
	d.field("started", d.moment(r.Started))
	if r.Ended > 0 {
		d.field("ended", d.moment(r.Ended))
		end = time.UnixMilli(r.Ended)
	}
	d.field("duration", text.Age(end.Sub(time.UnixMilli(r.Started))))
	d.field("heard", d.moment(r.LastEvent))
	d.field("machine", text.Plain(r.Machine))
	d.field("tags", strings.Join(shownAll(r.Tags), ", "))
	var counts []string
	for _, kind := range slices.Sorted(maps.Keys(r.Counts)) {
		counts = append(counts, shown(string(kind))+" "+text.Count(int(r.Counts[kind])))
	}
	d.field("events", strings.Join(counts, ", "))
	if r.Ignored > 0 {
		d.field("not taken", text.Plural(int(r.Ignored), "frame", "frames"))
	}
	if r.Notes != "" {
		d.line("notes\n")
		for _, line := range text.Lines(r.Notes) {
			d.line("  %s\n", text.Plain(line))
		}
	}
	d.actions(r.Actions())
	for _, section := range []string{protocol.SeriesHyperparameters, protocol.SeriesConfig, protocol.SeriesPlatform} {
		d.section(section, r.Sections[section])
	}
}

// moment is an exact time with how long ago it was.
func (d *detailWriter) moment(at int64) string {
	if at == 0 {
		return ""
	}
	t := time.UnixMilli(at).In(d.now.Location())
	return fmt.Sprintf("%s (%s ago)", t.Format("2006-01-02 15:04:05 MST"), text.Age(d.now.Sub(t)))
}

func (d *detailWriter) actions(actions map[string]protocol.ActionSpec) {
	if len(actions) == 0 {
		return
	}
	d.line("actions\n")
	names := slices.Sorted(maps.Keys(actions))
	calls := make([]string, len(names))
	width := 0
	for i, name := range names {
		spec := actions[name]
		args := make([]string, 0, len(spec.ArgNames))
		for _, arg := range spec.ArgNames {
			args = append(args, shown(arg)+": "+shown(spec.Args[arg]))
		}
		calls[i] = shown(name) + "(" + strings.Join(args, ", ") + ")"
		width = max(width, text.Width(calls[i]))
	}
	const widest = 50
	width = min(width, widest)
	for i, name := range names {
		about, _, _ := strings.Cut(strings.TrimSpace(actions[name].Description), "\n")
		call := calls[i] + strings.Repeat(" ", max(0, width-text.Width(calls[i])))
		d.line("%s\n", strings.TrimRight("  "+call+"  "+text.Plain(about), " "))
	}
}

// section prints a JSON document flat: one line a value, under its path.
func (d *detailWriter) section(name string, document json.RawMessage) {
	const most = 200 // lines; --json has the rest
	values := flatten(document)
	if len(values) == 0 {
		return
	}
	d.line("%s\n", name)
	width := 0
	for _, v := range values[:min(len(values), most)] {
		width = max(width, text.Width(v.path))
	}
	for _, v := range values[:min(len(values), most)] {
		d.line("  %s  %s\n", text.Fit(v.path, width), v.value)
	}
	if more := len(values) - most; more > 0 {
		d.line("  and %s more; --json shows them\n", text.Count(more))
	}
}

// flatValue is a value of a document and its keys with dots in between, both fit
// for one line.
type flatValue struct{ path, value string }

// flatten takes the objects of a document apart, keys in order of the alphabet.
// A list is one value, so that long ones stay on a line.
func flatten(document json.RawMessage) []flatValue {
	const widest = 200
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	var root any
	if decoder.Decode(&root) != nil {
		return nil
	}
	var values []flatValue
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				below := shown(key)
				if path != "" {
					below = text.Truncate(path+"."+below, widest)
				}
				walk(below, v[key])
			}
			return
		case string:
			values = append(values, flatValue{path, text.Truncate(text.Plain(v), widest)})
			return
		}
		words, err := json.Marshal(v)
		if err != nil {
			return
		}
		values = append(values, flatValue{path, text.Truncate(text.Plain(string(words)), widest)})
	}
	walk("", root)
	return values
}
