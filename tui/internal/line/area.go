package line

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/internal/theme"
)

// Area is an Input of several lines. Long lines wrap between words; the wrapping
// is drawn only and never part of the text. The zero value is empty and ready.
type Area struct {
	Input

	width int // of the rows, in cells, as they were drawn last
	top   int // first row shown
	goal  int // column that up and down keep to, in cells
	moved bool
}

// row is a stretch of the text that is drawn on one line, in bytes.
type row struct{ from, to int }

// Edit takes one key and reports whether it meant something to the area. Enter
// is not taken: what it means is for the caller, who may call Insert("\n").
func (a *Area) Edit(msg tea.KeyMsg) bool {
	step := 0
	if !msg.Paste {
		switch msg.String() {
		case "up":
			step = -1
		case "down":
			step = 1
		case "pgup":
			step = -pageRows
		case "pgdown":
			step = pageRows
		case "ctrl+home":
			a.at, a.moved = 0, false
			return true
		case "ctrl+end":
			a.at, a.moved = len(a.text), false
			return true
		case "home", "ctrl+a", "end", "ctrl+e", "ctrl+u", "ctrl+k":
			a.moved = false
			return a.inLine(msg)
		}
	}
	if step != 0 {
		a.vertical(step)
		return true
	}
	a.moved = false
	return a.Input.Edit(msg)
}

// pageRows is how far a page goes: an area is rarely higher.
const pageRows = 10

// inLine lets a key act on the line of the cursor as if it were the whole text.
func (a *Area) inLine(msg tea.KeyMsg) bool {
	from := strings.LastIndexByte(a.text[:a.at], '\n') + 1
	to := len(a.text)
	if n := strings.IndexByte(a.text[a.at:], '\n'); n >= 0 {
		to = a.at + n
	}
	one := Input{Limit: a.Limit, text: a.text[from:to], at: a.at - from, cut: a.cut}
	taken := one.Edit(msg)
	a.text, a.at, a.cut = a.text[:from]+one.text+a.text[to:], from+one.at, one.cut
	return taken
}

// vertical moves the cursor by rows and keeps its column where a shorter row
// lies between.
func (a *Area) vertical(step int) {
	rows := a.rows()
	at := a.rowOf(rows)
	if !a.moved {
		a.goal = cells(a.text[rows[at].from:a.at])
	}
	a.moved = true
	to := max(0, min(at+step, len(rows)-1))
	if to == at {
		return
	}
	r := rows[to]
	used := 0
	for a.at = r.from; a.at < r.to; {
		cluster, w := first(a.text[a.at:])
		if used += w; used > a.goal {
			break
		}
		a.at += len(cluster)
	}
	// The end of a wrapped row is the begin of the next one.
	if to+1 < len(rows) && a.at == rows[to+1].from && a.at > r.from {
		a.at = a.previous()
	}
}

// cells is the width of a piece of a row as it is drawn.
func cells(s string) int { return text.Width(Visible(s, theme.Glyphs{Dot: "."})) }

// first is what a person sees as the first character of s, and its cells. Plain
// letters, which most text is, cost no search: a long note is laid out with each
// key.
func first(s string) (cluster string, w int) {
	plain := func(b byte) bool { return b >= ' ' && b < 0x7f }
	if plain(s[0]) && (len(s) == 1 || plain(s[1])) {
		return s[:1], 1
	}
	cluster, _ = ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	return cluster, cells(cluster)
}

// rows lays the text out for the width it was drawn with last.
func (a *Area) rows() []row {
	var rows []row
	from := 0
	for {
		n := strings.IndexByte(a.text[from:], '\n')
		if n < 0 {
			return a.wrap(rows, from, len(a.text))
		}
		rows = a.wrap(rows, from, from+n)
		from += n + 1
	}
}

// wrap adds the rows of one line. One space may hang over the end of a row, so
// that the next one begins with a word.
func (a *Area) wrap(rows []row, from, to int) []row {
	width := max(a.width-2, 1)
	begin, word, used := from, from, 0 // word: where the last word begins
	sinceWord := 0
	for at := from; at < to; {
		cluster, w := first(a.text[at:to])
		switch {
		case used+w <= width, cluster == " " && used == width:
		case word > begin:
			rows = append(rows, row{begin, word})
			begin, used = word, sinceWord
		default:
			rows = append(rows, row{begin, at})
			begin, word, used, sinceWord = at, at, 0, 0
		}
		at += len(cluster)
		used += w
		sinceWord += w
		if cluster == " " {
			word, sinceWord = at, 0
		}
	}
	return append(rows, row{begin, to})
}

// rowOf is the row with the cursor; at a wrap it is the later one.
func (a *Area) rowOf(rows []row) int {
	for i := len(rows) - 1; i > 0; i-- {
		if rows[i].from <= a.at {
			return i
		}
	}
	return 0
}

// Rows is how many rows the text takes in w cells.
func (a *Area) Rows(w int) int {
	a.width = w
	return len(a.rows())
}

// View is the text in h rows of at most w cells each, around the cursor, which
// is drawn where focused.
func (a *Area) View(w, h int, focused bool, t theme.Theme) []string {
	a.width = w
	rows := a.rows()
	at := a.rowOf(rows)
	a.top = min(a.top, at, max(len(rows)-h, 0))
	a.top = max(a.top, at-h+1, 0)
	lines := make([]string, 0, max(h, 0))
	for i := a.top; i < len(rows) && len(lines) < h; i++ {
		r := rows[i]
		s := a.text[r.from:r.to]
		if i != at || !focused {
			lines = append(lines, text.TruncateWith(Visible(s, t.Glyphs), w, ""))
			continue
		}
		cut := a.at - r.from
		lines = append(lines, text.TruncateWith(
			Visible(s[:cut], t.Glyphs)+t.Accent.Render(Bar(t.Glyphs))+Visible(s[cut:], t.Glyphs), w, ""))
	}
	return lines
}
