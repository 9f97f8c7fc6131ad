package layout

import (
	"cmp"
	"slices"
)

// Sizes in cells. A sidebar of 28 holds a name, a state and a number; wider
// than 40 it takes room that text needs more.
const (
	sidebarMin = 28
	sidebarMax = 40
	sideRows   = 12 // gauges or receipts below another pane, at most
	headerFrom = 14 // rows from which a single pane leaves one for the header
)

// Args are what the layout depends on.
type Args struct {
	W, H int // the screen, in cells

	// Focus is the pane that has the focus; None is the log.
	Focus Kind
	// Main is the pane shown beside the runs where there is room for one only
	// and the focus is on the runs; None is the log.
	Main Kind
	// Zoom gives the focused pane the room of all of them.
	Zoom bool
	// Hidden panes get no room. When all are hidden the focused one is shown.
	Hidden Set
}

// Layout is a screen divided into regions. Layouts can be compared.
type Layout struct {
	Mode Mode
	W, H int

	rects [kinds]Rect
}

// Compute divides the screen. See Mode for what is shown at which size.
func Compute(a Args) Layout {
	l := Layout{W: max(a.W, 0), H: max(a.H, 0)}
	l.Mode = modeOf(l.W, l.H)
	screen := Rect{W: l.W, H: l.H}
	if l.Mode <= Summary {
		l.rects[Runs] = screen
		return l
	}
	shown := visible(a)
	if a.Zoom {
		shown = []Kind{focused(a.Focus, shown)}
	}
	body := l.lines(screen, a.Zoom)
	switch {
	case len(shown) == 1:
		l.rects[shown[0]] = body
	case l.Mode == Single:
		l.rects[focused(a.Focus, shown)] = body
	case l.Mode == Compact:
		l.compact(body, a, shown)
	case l.Mode == Normal:
		l.normal(body, Of(shown...))
	default:
		l.wide(body, Of(shown...))
	}
	return l
}

// Rect is the place of a region; false when it is not on the screen.
func (l Layout) Rect(k Kind) (Rect, bool) {
	if k >= kinds || l.rects[k].Empty() {
		return Rect{}, false
	}
	return l.rects[k], true
}

// At is the region under the cell x, y; false outside the screen.
func (l Layout) At(x, y int) (Kind, bool) {
	for k := range kinds {
		if l.rects[k].Contains(x, y) {
			return k, true
		}
	}
	return None, false
}

// Kinds are the regions on the screen, row by row from the top left.
func (l Layout) Kinds() []Kind {
	shown := make([]Kind, 0, kinds)
	for k := range kinds {
		if !l.rects[k].Empty() {
			shown = append(shown, k)
		}
	}
	slices.SortFunc(shown, func(a, b Kind) int {
		return cmp.Or(cmp.Compare(l.rects[a].Y, l.rects[b].Y), cmp.Compare(l.rects[a].X, l.rects[b].X))
	})
	return shown
}

func visible(a Args) []Kind {
	var shown []Kind
	for _, k := range Panes() {
		if !a.Hidden.Has(k) {
			shown = append(shown, k)
		}
	}
	if len(shown) > 0 {
		return shown
	}
	return []Kind{focused(a.Focus, Panes())}
}

// focused is the pane to show when there is room for one: the one asked for,
// else the log, else the first.
func focused(focus Kind, shown []Kind) Kind {
	for _, k := range []Kind{focus, Log} {
		if slices.Contains(shown, k) {
			return k
		}
	}
	return shown[0]
}

// lines places the one-line regions and returns the room between them.
func (l *Layout) lines(screen Rect, zoom bool) Rect {
	rest := screen
	if l.H >= headerFrom {
		l.rects[Header], rest = rest.top(1)
	}
	if l.Mode <= Compact && !zoom {
		l.rects[Tabs], rest = rest.top(1)
	}
	rest, l.rects[Status] = rest.top(rest.H - 1)
	return rest
}

// compact shows the runs on the left and one pane beside them.
func (l *Layout) compact(body Rect, a Args, shown []Kind) {
	main := focused(a.Main, without(shown, Runs))
	if a.Focus != Runs {
		main = focused(a.Focus, without(shown, Runs))
	}
	if !slices.Contains(shown, Runs) {
		l.rects[main] = body
		return
	}
	l.rects[Runs], l.rects[main] = body.left(sidebar(body.W, 38))
}

// normal shows two columns: runs above gauges, the log above the receipts.
func (l *Layout) normal(body Rect, shown Set) {
	l.columns(body, shown, []int{sidebar(body.W, 38), 0}, [][]Kind{{Runs, Gauges}, {Log, Receipts}})
}

// wide shows three columns: the runs, the log, and gauges above the receipts.
func (l *Layout) wide(body Rect, shown Set) {
	side := sidebar(body.W, 24)
	l.columns(body, shown, []int{side, 0, side}, [][]Kind{{Runs}, {Log}, {Gauges, Receipts}})
}

// columns places panes in columns; the one of width 0 takes what is left, or
// the last one does when that column has nothing to show.
func (l *Layout) columns(body Rect, shown Set, widths []int, panes [][]Kind) {
	type column struct {
		width int
		panes []Kind
	}
	var used []column
	fixed, elastic := 0, -1
	for i, members := range panes {
		members = slices.DeleteFunc(slices.Clone(members), func(k Kind) bool { return !shown.Has(k) })
		if len(members) == 0 {
			continue
		}
		if widths[i] == 0 {
			elastic = len(used)
		}
		used = append(used, column{widths[i], members})
		fixed += widths[i]
	}
	if elastic < 0 {
		elastic = len(used) - 1
		fixed -= used[elastic].width
	}
	used[elastic].width = body.W - fixed
	for _, c := range used {
		var r Rect
		r, body = body.left(c.width)
		l.stack(r, c.panes)
	}
}

// stack places one pane, or one above the other; in the third column of a wide
// screen gauges and receipts share the height, elsewhere the lower one is an
// aside to the upper.
func (l *Layout) stack(r Rect, panes []Kind) {
	if len(panes) == 1 {
		l.rects[panes[0]] = r
		return
	}
	lower := min(r.H*2/5, sideRows)
	if panes[0] == Gauges {
		lower = r.H / 2
	}
	l.rects[panes[0]], l.rects[panes[1]] = r.top(r.H - lower)
}

func sidebar(w, percent int) int {
	return min(max(w*percent/100, sidebarMin), sidebarMax)
}

func without(shown []Kind, k Kind) []Kind {
	return slices.DeleteFunc(slices.Clone(shown), func(other Kind) bool { return other == k })
}
