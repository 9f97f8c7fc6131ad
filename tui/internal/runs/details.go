package runs

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/internal/theme"
)

// Details are the lines that tell everything known about a run, each at most
// w cells wide: what the daemon knows, then the run's own words by section
// (hyperparameters, platform, configuration) with their keys flattened to
// "optimizer.lr" and sorted. Times are in the zone of now.
func Details(info protocol.RunInfo, now time.Time, t theme.Theme, w int) []string {
	w = max(w, 1)
	d := details{theme: t, w: w, label: min(10, w/3)}
	state := t.StateGlyph(string(info.State)) + " " + t.State(string(info.State)).Render(word(info.State))
	d.add(text.TruncateWith(t.Title.Render(shown(info.Name, shortID(info.ID))), w, t.Glyphs.Ellipsis))
	d.add("")
	d.styled("state", state)
	d.field("reason", info.Reason)
	d.field("project", info.Project)
	d.field("id", info.ID)
	d.field("started", instant(info.Started, now))
	d.field("ended", instant(info.Ended, now))
	d.field("duration", duration(info, now))
	d.field("last event", instant(info.LastEvent, now))
	d.counts(info)
	d.field("dialect", info.Dialect)
	d.field("machine", info.Machine)
	d.field("tags", strings.Join(chips(info.Tags), " "))
	d.note(info.Notes)
	for _, s := range sections() {
		d.section(s, info.Sections[s])
	}
	return d.lines
}

// sections are the run's own words worth reading; what it offers as actions
// has a place of its own.
func sections() []string {
	return []string{protocol.SeriesHyperparameters, protocol.SeriesPlatform, protocol.SeriesConfig}
}

type details struct {
	theme theme.Theme
	w     int
	label int // cells of the labels' column
	lines []string
}

func (d *details) add(s string) { d.lines = append(d.lines, s) }

// field is a label and a foreign text, wrapped beside it.
func (d *details) field(label, value string) {
	const longest = 20 // lines of one field
	value = strings.TrimSpace(text.Plain(head(value)))
	if value == "" {
		return
	}
	room := max(d.w-d.label-1, 1)
	parts := text.Wrap(value, room)
	if len(parts) > longest {
		parts = append(parts[:longest], d.theme.Glyphs.Ellipsis)
	}
	for i, part := range parts {
		if i > 0 {
			label = ""
		}
		d.styled(label, d.theme.Text.Render(part))
	}
}

// note is the note as it was written, line by line.
func (d *details) note(note string) {
	const longest = 400 // lines
	if strings.TrimSpace(note) == "" {
		return
	}
	label, room, n := "note", max(d.w-d.label-1, 1), 0
	for written := range strings.SplitSeq(strings.TrimRight(note, "\r\n\t "), "\n") {
		for _, part := range text.Wrap(text.Plain(written), room) {
			if n == longest {
				d.styled("", d.theme.Muted.Render(d.theme.Glyphs.Ellipsis))
				return
			}
			d.styled(label, d.theme.Text.Render(part))
			label = ""
			n++
		}
	}
}

// styled is a label and a text of our own.
func (d *details) styled(label, value string) {
	g := d.theme.Glyphs
	s := d.theme.Muted.Render(text.FitWith(label, d.label, g.Ellipsis)) + " " + value
	d.add(text.TruncateWith(s, d.w, g.Ellipsis))
}

func (d *details) counts(info protocol.RunInfo) {
	var parts []string
	total := 0
	for _, t := range slices.SortedFunc(maps.Keys(info.Counts), func(a, b protocol.EventType) int {
		return cmp.Or(cmp.Compare(info.Counts[b], info.Counts[a]), cmp.Compare(a, b))
	}) {
		n := int(info.Counts[t])
		total += n
		if len(parts) < 12 {
			parts = append(parts, text.Count(n)+" "+shown(string(t), "untyped"))
		}
	}
	if total == 0 {
		d.field("events", "none yet")
	} else {
		d.field("events", text.Count(total)+": "+strings.Join(parts, ", "))
	}
	if info.Ignored > 0 {
		d.field("not taken", text.Plural(int(info.Ignored), "frame", "frames"))
	}
}

func (d *details) section(name string, raw []byte) {
	if len(raw) == 0 {
		return
	}
	g := d.theme.Glyphs
	d.add("")
	d.add(text.TruncateWith(d.theme.Title.Render(name), d.w, g.Ellipsis))
	pairs, more := flatten(raw)
	label := 0
	for _, p := range pairs {
		label = max(label, text.Width(p.key))
	}
	label = min(label, d.w*2/5)
	for _, p := range pairs {
		key := d.theme.Muted.Render(text.FitWith(p.key, label, g.Ellipsis))
		d.add(text.TruncateWith(" "+key+"  "+d.theme.Text.Render(p.value), d.w, g.Ellipsis))
	}
	switch {
	case more > 0:
		d.add(text.TruncateWith(d.theme.Faint.Render(" "+g.Ellipsis+" "+strconv.Itoa(more)+" more"), d.w, g.Ellipsis))
	case len(pairs) == 0:
		d.add(d.theme.Faint.Render(text.TruncateWith(" empty", d.w, g.Ellipsis)))
	}
}

func instant(ms int64, now time.Time) string {
	if ms == 0 {
		return ""
	}
	at := time.UnixMilli(ms).In(now.Location())
	return at.Format("2006-01-02 15:04:05") + " (" + text.Age(now.Sub(at)) + " ago)"
}

func duration(info protocol.RunInfo, now time.Time) string {
	if info.Started == 0 {
		return ""
	}
	end := now
	if info.Ended != 0 {
		end = time.UnixMilli(info.Ended)
	}
	return text.Age(end.Sub(time.UnixMilli(info.Started)))
}
