package command

import (
	"cmp"
	"slices"
	"strings"
)

// nearest are the names that somebody who wrote name may have meant, best first,
// at most mostNear of them. Names that hold it count as near.
func nearest(name string, names []string) []string {
	type candidate struct {
		name string
		far  int
	}
	const longest = 64 // runes; longer names are no slips of the finger
	folded := strings.ToLower(name)
	var found []candidate
	for _, n := range names {
		other := strings.ToLower(n)
		switch a, b := []rune(folded), []rune(other); {
		case folded == other:
			found = append(found, candidate{n, 0})
		case folded != "" && strings.Contains(other, folded):
			found = append(found, candidate{n, 1})
		case len(a) <= longest && len(b) <= longest:
			if d := edits(a, b); d <= max(1, len(a)/3) {
				found = append(found, candidate{n, d})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(a.far, b.far) })
	near := make([]string, 0, mostNear)
	for _, c := range found {
		if len(near) < mostNear && !slices.Contains(near, c.name) {
			near = append(near, c.name)
		}
	}
	return near
}

// edits is how many characters have to be put in, left out or exchanged to make
// one text of the other.
func edits(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, s := range b {
			above := row[j+1]
			same := diagonal
			if r != s {
				same++
			}
			row[j+1] = min(same, above+1, row[j]+1)
			diagonal = above
		}
	}
	return row[len(b)]
}
