// Package ink writes styled text fast. Rendering a style costs more than all the
// rest of a row, and the sequences it writes never change, so a [Pen] keeps them;
// a [Row] puts texts side by side and counts their cells.
package ink

import (
	"strings"

	"github.com/charmbracelet/lipgloss"

	"apps.local/neetbox-tui/tui/internal/text"
)

// Pen is a style as what it writes before and after a text.
type Pen struct{ On, Off string }

// Of is the pen of a style that only colours and weights text.
func Of(s lipgloss.Style) Pen {
	const sample = "x"
	on, off, _ := strings.Cut(s.Render(sample), sample)
	return Pen{on, off}
}

// Write is s, which is clean, in the pen's style.
func (p Pen) Write(s string) string {
	if s == "" || p.On == "" {
		return s
	}
	return p.On + s + p.Off
}

// Row is one row that is being written. Its zero value is empty; Sign ends what
// is cut.
type Row struct {
	Sign  string
	b     strings.Builder
	cells int
}

// Put writes s as it is.
func (r *Row) Put(p Pen, s string) {
	if s == "" {
		return
	}
	r.b.WriteString(p.On)
	r.b.WriteString(s)
	r.b.WriteString(p.Off)
	r.cells += text.Width(s)
}

// Fit writes s in exactly w cells.
func (r *Row) Fit(p Pen, s string, w int) { r.Put(p, text.FitWith(s, w, r.Sign)) }

// Right writes s in exactly w cells, at their right end.
func (r *Row) Right(p Pen, s string, w int) {
	s = text.TruncateWith(s, w, r.Sign)
	r.Fit(p, "", w-text.Width(s))
	r.Put(p, s)
}

// Cells is how many cells were written.
func (r *Row) Cells() int { return r.cells }

// String is what was written.
func (r *Row) String() string { return r.b.String() }
