package palette

import (
	"maps"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/keys"
	"apps.local/neetbox-tui/tui/internal/text"
)

// form asks for the arguments of one action.
type form struct {
	action string
	spec   protocol.ActionSpec
	fields []*field
	focus  int
	top    int // first field shown

	past   []map[string]string // values of earlier calls, oldest first
	recall int                 // place in past; len(past) is what was being typed
	draft  map[string]string
	given  map[string]string // values of the call that the form was opened with

	notes, called shelf
}

// shelf keeps the room that some lines once took, so that the box does not
// change its size with every key.
type shelf struct{ w, most int }

func (s *shelf) hold(lines []string, w int) []string {
	if w != s.w {
		*s = shelf{w: w}
	}
	for len(lines) < s.most {
		lines = append(lines, "")
	}
	s.most = len(lines)
	return lines
}

func newForm(action string, spec protocol.ActionSpec, past []map[string]string) *form {
	f := &form{action: action, spec: spec, past: past, recall: len(past)}
	for _, name := range argNames(spec) {
		f.fields = append(f.fields, newField(name, spec.Args[name]))
	}
	return f
}

// argNames are the parameters in the order they were announced in, each once.
// One that the order leaves out comes last.
func argNames(spec protocol.ActionSpec) []string {
	names := make([]string, 0, len(spec.Args))
	seen := map[string]bool{}
	for _, name := range slices.Concat(spec.ArgNames, slices.Sorted(maps.Keys(spec.Args))) {
		if _, known := spec.Args[name]; known && !seen[name] {
			names = append(names, name)
		}
		seen[name] = true
	}
	return names
}

// current is the field with the cursor; nil where there are none.
func (f *form) current() *field {
	if len(f.fields) == 0 {
		return nil
	}
	return f.fields[f.focus]
}

// command takes a command of the form's keys and reports whether it was one.
func (f *form) command(cmd keys.Command) bool {
	n := len(f.fields)
	switch cmd {
	case keys.CmdNextField:
		f.focus = (f.focus + 1) % max(n, 1)
	case keys.CmdPrevField:
		f.focus = (f.focus + n - 1) % max(n, 1)
		f.focus = max(f.focus, 0)
	case keys.CmdUp:
		f.back(-1)
	case keys.CmdDown:
		f.back(+1)
	default:
		return false
	}
	return true
}

func (f *form) edit(msg tea.KeyMsg) {
	if c := f.current(); c != nil && c.edit(msg) {
		f.recall = len(f.past)
	}
}

// back steps through the calls made before. All fields change together, since
// the values of one call belong together; what was typed comes back at the end.
func (f *form) back(step int) {
	to := f.recall + step
	if to < 0 || to > len(f.past) {
		return
	}
	if f.recall == len(f.past) {
		f.draft, _ = f.values()
	}
	f.recall = to
	if to == len(f.past) {
		f.fill(f.draft)
		return
	}
	f.fill(f.past[to])
}

func (f *form) fill(values map[string]string) {
	for _, field := range f.fields {
		field.fill(values[field.name])
	}
}

// takeOver brings over what was typed into the form of an earlier announcement
// of the same action.
func (f *form) takeOver(old *form) {
	values, _ := old.values()
	for name, value := range old.given {
		if !slices.ContainsFunc(old.fields, func(x *field) bool { return x.name == name }) {
			values[name] = value
		}
	}
	f.given = old.given
	f.fill(values)
	f.focus = max(min(old.focus, len(f.fields)-1), 0)
}

// values are the arguments as they are sent; bad is the first field that cannot
// be sent, -1 when all can.
func (f *form) values() (args map[string]string, bad int) {
	args, bad = map[string]string{}, -1
	for i, field := range f.fields {
		if field.problem != "" && bad < 0 {
			bad = i
		}
		if literal, given := field.literal(); given {
			args[field.name] = literal
		}
	}
	return args, bad
}

// callText is the call as Python would write it, with a question mark for what
// cannot be sent.
func (f *form) callText(shape func(string) string) string {
	var b strings.Builder
	b.WriteString(shown(f.action) + "(")
	first := true
	for _, field := range f.fields {
		literal, given := field.literal()
		if !given {
			continue
		}
		if !first {
			b.WriteString(", ")
		}
		first = false
		if field.problem != "" {
			literal = "?"
		}
		b.WriteString(shown(field.name) + "=" + shape(literal))
	}
	return b.String() + ")"
}

// shown is a name from a run. One that is not clean is quoted, so that it looks
// like no other.
func shown(name string) string {
	const long = 200
	if name != "" && text.Plain(name) == name && len(name) <= long {
		return name
	}
	return text.Truncate(text.Plain(protocol.QuoteLiteral(name)), long)
}

// signature is the part of an action in brackets: "(lr: float, group: int)".
func signature(spec protocol.ActionSpec) string {
	parts := make([]string, 0, len(spec.Args))
	for _, name := range argNames(spec) {
		part := shown(name)
		if typ := text.Plain(spec.Args[name]); typ != "" && typ != "any" {
			part += ": " + typ
		}
		parts = append(parts, part)
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// summary is the first line of a description that says something.
func summary(description string) string {
	for line := range strings.SplitSeq(description, "\n") {
		if line = strings.TrimSpace(text.Plain(line)); line != "" {
			return line
		}
	}
	return ""
}
