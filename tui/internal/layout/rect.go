package layout

// Rect is a rectangle of cells. X and Y are its top left cell, counted from 0
// at the top left of the screen.
type Rect struct{ X, Y, W, H int }

// Empty reports a rectangle without a cell.
func (r Rect) Empty() bool { return r.W <= 0 || r.H <= 0 }

// Contains reports whether the cell x, y lies in r.
func (r Rect) Contains(x, y int) bool {
	return x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H
}

// Inner is what a border of the given thickness leaves of r. It is empty, not
// negative, where nothing is left.
func (r Rect) Inner(border int) Rect {
	border = max(border, 0)
	return Rect{r.X + border, r.Y + border, max(r.W-2*border, 0), max(r.H-2*border, 0)}
}

// left splits w columns off r.
func (r Rect) left(w int) (Rect, Rect) {
	w = min(max(w, 0), r.W)
	return Rect{r.X, r.Y, w, r.H}, Rect{r.X + w, r.Y, r.W - w, r.H}
}

// top splits h rows off r.
func (r Rect) top(h int) (Rect, Rect) {
	h = min(max(h, 0), r.H)
	return Rect{r.X, r.Y, r.W, h}, Rect{r.X, r.Y + h, r.W, r.H - h}
}
