package pane

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Overlay lays box over the middle of screen, which is w × h cells; what sticks
// out is cut. Lines are cut between cells, and styles do not run over the seams.
func Overlay(screen, box string, w, h int) string {
	if box == "" || w <= 0 || h <= 0 {
		return screen
	}
	boxLines := strings.Split(box, "\n")
	boxW := min(ansi.StringWidth(boxLines[0]), w)
	boxH := min(len(boxLines), h)
	x, y := (w-boxW)/2, (h-boxH)/2
	lines := strings.Split(screen, "\n")
	for i := range boxH {
		if y+i >= len(lines) {
			break
		}
		under := lines[y+i]
		left := ansi.Truncate(under, x, "")
		left += strings.Repeat(" ", x-ansi.StringWidth(left))
		right := rest(under, x+boxW, w-x-boxW)
		lines[y+i] = ended(left) + ended(ansi.Truncate(boxLines[i], boxW, "")) + right
	}
	return strings.Join(lines, "\n")
}

// rest is what lies right of a column, in exactly w cells: of a character that
// the column cuts in two, nothing is left but a blank.
func rest(line string, column, w int) string {
	right := ansi.TruncateLeft(line, column, "")
	if ansi.StringWidth(right) > w {
		right = ansi.TruncateLeft(line, column+1, "")
	}
	return strings.Repeat(" ", max(0, w-ansi.StringWidth(right))) + right
}

// ended is text whose styles end with it.
func ended(text string) string {
	if strings.Contains(text, "\x1b") {
		return text + "\x1b[0m"
	}
	return text
}
