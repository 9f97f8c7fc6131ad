package text

// Wrap breaks one line into lines of at most width cells, after a space where
// one is near and anywhere otherwise; the spaces at a break are dropped. Each
// line closes its style and the next opens it again, so that any of them can
// be drawn alone. A cluster wider than width becomes "…". The result has at
// least one line; with no width there is nothing to draw and it is one empty
// line.
func Wrap(s string, width int) []string {
	if width <= 0 {
		return []string{""}
	}
	if printableASCII(s) {
		if len(s) <= width {
			return []string{s}
		}
	} else {
		s = Clean(s)
	}
	w := wrapper{width: width}
	c := cursor{s: s}
	for c.next() {
		if c.sgr {
			w.style.apply(c.s[c.start+2 : c.end-1])
			continue
		}
		w.add(c.text(), c.cells)
	}
	w.emit(len(w.row), false)
	return w.lines
}

// piece is one cluster on the row that is being filled.
type piece struct {
	text  string
	cells int
	style style
}

type wrapper struct {
	width  int
	lines  []string
	style  style
	row    []piece
	column int
	space  int  // pieces up to and with the last space, 0 for none
	inked  bool // the row has more than its indentation, which is no break
}

func (w *wrapper) add(s string, cells int) {
	if cells > w.width {
		s, cells = ellipsis, 1
	}
	for w.column+cells > w.width {
		if s == " " {
			// A space past the edge is the break itself.
			w.emit(len(w.row), true)
			return
		}
		if w.space > 0 {
			w.emit(w.space, true)
		} else {
			w.emit(len(w.row), true)
		}
	}
	if len(w.row) == 0 && len(w.lines) > 0 && (s == " " || cells == 0) {
		return
	}
	w.row = append(w.row, piece{s, cells, w.style})
	w.column += cells
	switch {
	case s != " ":
		w.inked = true
	case w.inked:
		w.space = len(w.row)
	}
}

// emit ends the line after n pieces; the others begin the next one. At a break
// the spaces before it go.
func (w *wrapper) emit(n int, broken bool) {
	end := n
	for broken && end > 0 && w.row[end-1].text == " " {
		end--
	}
	var b []byte
	var drawn style
	for _, p := range w.row[:end] {
		b = append(appendSGR(b, drawn, p.style), p.text...)
		drawn = p.style
	}
	w.lines = append(w.lines, string(appendSGR(b, drawn, style{})))
	w.row = append(w.row[:0], w.row[n:]...)
	w.column, w.space, w.inked = 0, 0, len(w.row) > 0
	for _, p := range w.row {
		w.column += p.cells
	}
}
