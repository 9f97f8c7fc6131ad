package command

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/link"
)

// NameError says that there is no project, run or series of a name, or more than
// one, and what there is instead.
type NameError struct{ text string }

func (e *NameError) Error() string { return e.text }

// ExitCode is the command line's "no such project, run, series or action, or an
// ambiguous name".
func (e *NameError) ExitCode() int { return 5 } //nolint:mnd // cli contract

func misnamed(format string, args ...any) error {
	return &NameError{fmt.Sprintf(format, args...)}
}

// target is what PROJECT[/RUN] names.
type target struct {
	project protocol.ProjectInfo
	runs    []protocol.RunInfo // of the project, oldest first
	run     string             // an id; "" for the whole project
}

// newest is the id of the run that is named, or of the project's newest.
func (t target) newest() string {
	if t.run == "" && len(t.runs) > 0 {
		return t.runs[len(t.runs)-1].ID
	}
	return t.run
}

// chosen are the runs that are named: one, or all of the project.
func (t target) chosen() []protocol.RunInfo {
	if t.run == "" {
		return t.runs
	}
	for _, r := range t.runs {
		if r.ID == t.run {
			return []protocol.RunInfo{r}
		}
	}
	return nil
}

// resolve finds what a name PROJECT[/RUN] means. RUN is @1 for the newest run, @2
// for the one before, an id, a name, or the beginning of an id that no other run
// shares. Projects and runs may have slashes in their names: the longest project
// name wins that leaves a run that there is. Errors: [*NameError], [*NoDaemonError].
func resolve(ctx context.Context, client *link.Client, name string) (target, error) {
	projects, err := client.Projects(ctx)
	if err != nil {
		return target{}, noDaemon(client.Endpoint(), err)
	}
	var missing error // of the longest project name
	for end := len(name); end > 0; end = strings.LastIndexByte(name[:end], '/') {
		project, ok, err := findProject(projects, name[:end])
		if err != nil {
			return target{}, err
		}
		if !ok {
			continue
		}
		runs, err := client.Runs(ctx, project.ID)
		if err != nil {
			return target{}, noDaemon(client.Endpoint(), err)
		}
		t := target{project: project, runs: runs}
		if end == len(name) {
			return t, nil
		}
		run, ambiguous, err := findRun(project, runs, name[end+1:])
		switch {
		case err == nil:
			t.run = run
			return t, nil
		case ambiguous:
			return target{}, err
		case missing == nil:
			missing = err
		}
	}
	if missing != nil {
		return target{}, missing
	}
	return target{}, noProject(projects, name)
}

// findProject finds a project by its id, or else by its display name.
func findProject(projects []protocol.ProjectInfo, name string) (found protocol.ProjectInfo, ok bool, err error) {
	var ids []string
	for _, p := range projects {
		if p.ID == name {
			return p, true, nil
		}
		if p.Name == name {
			found, ids = p, append(ids, shown(p.ID))
		}
	}
	if len(ids) > 1 {
		return found, false, misnamed("%s projects are called %s; give one of their ids: %s",
			text.Count(len(ids)), quoted(name), listed(ids))
	}
	return found, len(ids) == 1, nil
}

// findRun finds the id of a run. ambiguous says that the error is not that there
// is none.
func findRun(project protocol.ProjectInfo, runs []protocol.RunInfo, name string) (id string, ambiguous bool, err error) {
	if back, isBack := strings.CutPrefix(name, "@"); isBack {
		if n, err := strconv.Atoi(back); err == nil && n > 0 {
			if n > len(runs) {
				return "", false, misnamed("project %s has %s, so there is no %s; `neetbox-tui status` lists them",
					quoted(project.Name), text.Plural(len(runs), "run", "runs"), quoted(name))
			}
			return runs[len(runs)-n].ID, false, nil
		}
	}
	var named, begin []protocol.RunInfo
	for _, r := range runs {
		switch {
		case r.ID == name:
			return r.ID, false, nil
		case r.Name == name && name != "":
			named = append(named, r)
		case name != "" && strings.HasPrefix(r.ID, name):
			begin = append(begin, r)
		}
	}
	for _, found := range [][]protocol.RunInfo{named, begin} {
		switch len(found) {
		case 0:
		case 1:
			return found[0].ID, false, nil
		default:
			return "", true, severalRuns(project, runs, found, name)
		}
	}
	return "", false, noRun(project, runs, name)
}

func severalRuns(project protocol.ProjectInfo, all, found []protocol.RunInfo, name string) error {
	candidates := make([]string, 0, len(found))
	for _, r := range slices.Backward(found) {
		words := shown(project.Name) + "/" + shown(unlike(all, r.ID))
		if r.Name != "" && r.Name != name {
			words += " (" + shown(r.Name) + ")"
		}
		candidates = append(candidates, words+" "+string(r.State))
	}
	return misnamed("%s could be any of %s runs; give one of them by its id, newest first: %s",
		quoted(project.Name+"/"+name), text.Count(len(found)), listed(candidates))
}

// unlike is the beginning of a run's id that no other run shares, of at least
// eight characters.
func unlike(runs []protocol.RunInfo, id string) string {
	const least = 8
	for n := least; n < len(id); n++ {
		shared := false
		for _, r := range runs {
			shared = shared || (r.ID != id && strings.HasPrefix(r.ID, id[:n]))
		}
		if !shared {
			return id[:n]
		}
	}
	return id
}

const mostNear = 3 // names that an error offers

func noProject(projects []protocol.ProjectInfo, name string) error {
	if len(projects) == 0 {
		return misnamed("no project %s: nothing has reported yet; `neetbox-tui demo` reports something", quoted(name))
	}
	names := make([]string, 0, len(projects))
	for _, p := range projects {
		names = append(names, p.Name)
	}
	first, _, _ := strings.Cut(name, "/")
	if near := nearest(name, names); len(near) > 0 {
		names = near
	} else if near := nearest(first, names); len(near) > 0 {
		names = near
	}
	return misnamed("no project %s; `neetbox-tui status` lists what there is: %s", quoted(name), listed(shownAll(names)))
}

func noRun(project protocol.ProjectInfo, runs []protocol.RunInfo, name string) error {
	if len(runs) == 0 {
		return misnamed("project %s has no runs, so there is no %s; `neetbox-tui status` lists what there is",
			quoted(project.Name), quoted(name))
	}
	names := make([]string, 0, len(runs))
	for _, run := range slices.Backward(runs) { // newest first
		if run.Name != "" {
			names = append(names, run.Name)
			continue
		}
		names = append(names, unlike(runs, run.ID))
	}
	if near := nearest(name, names); len(near) > 0 {
		names = near
	}
	return misnamed("no run %s in project %s; @1 is its newest, and there is: %s",
		quoted(name), quoted(project.Name), listed(shownAll(names)))
}

// listed writes a list of names, the first of them only where it is long.
func listed(names []string) string {
	const most = 8
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + fmt.Sprintf(", and %s more", text.Count(len(names)-most))
}

// shown is a foreign name inside a line.
func shown(name string) string {
	const widest = 60
	return text.Truncate(text.Plain(name), widest)
}

func shownAll(names []string) []string {
	clean := make([]string, 0, len(names))
	for _, n := range names {
		clean = append(clean, shown(n))
	}
	return clean
}

func quoted(name string) string { return strconv.Quote(shown(name)) }
