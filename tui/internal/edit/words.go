package edit

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/text"
)

// What the daemon takes at most.
const (
	maxName = 200    // characters
	maxNote = 65_536 // characters
	maxTags = 64
	maxTag  = 200 // bytes

	maxNoteBytes = (maxNote + 1000) * utf8.UTFMax // room to see that it is too long
)

// manyEvents is from where on a run is deleted only by its name.
const manyEvents = 10_000

// problem is why what was typed can't be saved; empty when it can.
func (o *Overlay) problem() string {
	switch o.mode {
	case naming:
		return tooLong("The name", strings.TrimSpace(o.field.Text()), maxName)
	case noting:
		return tooLong("The note", o.area.Text(), maxNote)
	case tagging:
		tags, ok := tagsOf(o.field.Text())
		if !ok {
			return `A quote is not closed: add one more "`
		}
		return tagProblem(tags)
	case closed, asking, spelling:
	}
	return ""
}

func tooLong(what, s string, most int) string {
	if n := utf8.RuneCountInString(s); n > most {
		return fmt.Sprintf("%s has %s characters, %s are the most: shorten it", what, text.Count(n), text.Count(most))
	}
	return ""
}

func tagProblem(tags []string) string {
	if len(tags) > maxTags {
		return fmt.Sprintf("%d tags are the most, these are %d: take some away", maxTags, len(tags))
	}
	if slices.ContainsFunc(tags, func(tag string) bool { return len(tag) > maxTag }) {
		return fmt.Sprintf("A tag is longer than %d bytes: shorten it", maxTag)
	}
	return ""
}

// advice says what the dialog takes.
func (o *Overlay) advice() string {
	switch o.mode {
	case naming:
		return "Left empty, the run goes by its id."
	case noting:
		return text.Count(utf8.RuneCountInString(o.area.Text())) + " characters, Markdown"
	case tagging:
		return "With spaces between them; a tag with spaces in quotes."
	case closed, asking, spelling:
	}
	return ""
}

// tagLine is tags as one line that tagsOf reads back. A tag that a plain word
// could not give is quoted.
func tagLine(tags []string) string {
	words := make([]string, 0, len(tags))
	for _, tag := range tags {
		if strings.ContainsAny(tag, " \t\n\"") || strings.HasPrefix(tag, "#") {
			tag = `"` + strings.ReplaceAll(tag, `"`, `""`) + `"`
		}
		words = append(words, tag)
	}
	return strings.Join(words, " ")
}

// tagsOf reads a line of tags; false when a quote is not closed. A leading # is
// how tags are drawn and no part of them; the same tag twice is one.
func tagsOf(s string) (tags []string, ok bool) {
	tags = []string{}
	for {
		s = strings.TrimLeft(s, " ")
		if s == "" {
			return tags, true
		}
		var tag string
		if s[0] == '"' {
			if tag, s, ok = unquote(s[1:]); !ok {
				return nil, false
			}
		} else {
			tag, s, _ = strings.Cut(s, " ")
			tag = strings.TrimPrefix(tag, "#")
		}
		if tag != "" && !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
}

// unquote reads up to the closing quote; a doubled one is a quote.
func unquote(s string) (tag, rest string, ok bool) {
	for {
		head, tail, found := strings.Cut(s, `"`)
		tag += head
		if !found || !strings.HasPrefix(tail, `"`) {
			return tag, tail, found
		}
		tag, s = tag+`"`, tail[1:]
	}
}

const longName = 60 // cells; also of what has to be typed

// called is what a person calls the run.
func called(run protocol.RunInfo) string {
	const most = 1024 // bytes, more than any screen shows
	name := run.Name[:min(len(run.Name), most)]
	if name = strings.TrimSpace(text.Plain(name)); name != "" {
		return text.Truncate(name, longName)
	}
	return shortID(run)
}

// spelled is what has to be typed for the run to be deleted: its name, or the
// begin of its id where the name is empty, too long or not as it looks.
func spelled(run protocol.RunInfo) string {
	if run.Name != "" && called(run) == run.Name {
		return run.Name
	}
	return shortID(run)
}

func shortID(run protocol.RunInfo) string {
	const cells = 8
	return text.TruncateWith(text.Plain(run.ID[:min(len(run.ID), 64)]), cells, "")
}

// events is how many events of the run were counted. The counts come over the
// wire and may be anything.
func events(run protocol.RunInfo) int {
	sum := int64(0)
	for _, n := range run.Counts {
		if n = max(n, 0); sum > math.MaxInt-n {
			return math.MaxInt
		}
		sum += n
	}
	return int(sum)
}
