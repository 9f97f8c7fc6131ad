package logs

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/text"
)

const (
	// maxEvent is how much text of one event is read, in bytes; a frame may
	// hold sixty times that.
	maxEvent = 1 << 20
	// maxLine is how much of one line is kept, in cells: more than a person
	// reads, little enough to wrap while drawing.
	maxLine = 16 << 10
	// maxWords bounds the words and places that lines share.
	maxWords = 512
)

// key is the place of a line in the run: the event's number and the line's
// within the event.
type key struct {
	seq protocol.Seq
	sub int32
}

func (k key) compare(o key) int {
	return cmp.Or(cmp.Compare(k.seq, o.seq), cmp.Compare(k.sub, o.sub))
}

// verdict is what the present search said of a line.
type verdict uint8

const (
	unasked verdict = iota
	miss
	hit
)

// line is one line of a log event, or a gap where events are missing.
type line struct {
	key    key
	at     int64 // arrival, Unix milliseconds; 0 when nobody knows
	level  string
	whom   string // plain
	text   string // clean
	gap    int    // events missing here; 0 for a line
	rank   uint8
	styled bool // text has colours of its own
	found  verdict
}

// size is what a line weighs, in bytes. Words and places are shared.
func (l *line) size() int {
	const overhead = 112
	return len(l.text) + overhead
}

// plain is the text without colours.
func (l *line) plain() string {
	if l.styled {
		return ansi.Strip(l.text)
	}
	return l.text
}

// repeats reports lines that say the same.
func (l *line) repeats(o *line) bool {
	return l.gap == 0 && o.gap == 0 && l.text == o.text && l.level == o.level && l.whom == o.whom
}

// intake turns events into lines.
type intake struct {
	words  map[string]string
	reader *protocol.LogReader
}

// shared cleans a word that many lines have in common and keeps it once.
func (in *intake) shared(s string) string {
	if kept, ok := in.words[s]; ok {
		return kept
	}
	if in.words == nil || len(in.words) >= maxWords {
		in.words = map[string]string{}
	}
	kept := strings.Clone(text.TruncateWith(text.Plain(head(s, 256)), 64, ""))
	in.words[strings.Clone(s)] = kept
	return kept
}

// lines are the lines of one log event, at most limit, and how many the limit
// cut at the front.
func (in *intake) lines(ev protocol.Event, limit int) (lines []line, cut int) {
	if in.reader == nil {
		in.reader = protocol.NewLogReader()
	}
	log := in.reader.Read(ev)
	raw := head(log.Text, maxEvent)
	texts := text.Lines(raw)
	if over := len(log.Text) - len(raw); over > 0 {
		texts = append(texts, "("+text.Bytes(uint64(over))+" more of this event were cut)")
	}
	cut = max(len(texts)-limit, 0)
	level, whom := in.shared(head(log.Level, 256)), in.shared(head(log.Whom, 4096))
	rank := uint8(protocol.LevelRank(level)) //nolint:gosec // four ranks
	lines = make([]line, 0, len(texts)-cut)
	for i, t := range texts[cut:] {
		if len(t) > maxLine {
			t = text.Truncate(t, maxLine)
		}
		if len(texts) > 1 {
			// A line must not keep the text of the whole event alive.
			t = strings.Clone(t)
		}
		lines = append(lines, line{
			key: key{ev.Seq, int32(cut + i)}, //nolint:gosec // an event has at most maxEvent lines
			at:  ev.At, level: level, whom: whom, text: t, rank: rank,
			styled: strings.IndexByte(t, 0x1b) >= 0,
		})
	}
	return lines, cut
}

// head is at most n bytes of s and no part of a character.
func head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
