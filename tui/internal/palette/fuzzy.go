package palette

import (
	"slices"
	"strings"
	"unicode"

	"apps.local/neetbox-tui/tui/internal/line"
)

const (
	maxFuzzy = 256 // runes of a title that are searched

	scoreHit   = 4
	scoreRun   = 12 // directly after the hit before
	scoreWord  = 9  // at the start of a word
	scoreFirst = 4  // at the very start
	scoreSkip  = -4 // after a gap
	scoreWhole = 4  // in one piece, for each rune after the first
	scoreExact = 60
	scoreMore  = 2 // found only in the description
	noScore    = -1 << 20
)

// find looks for every word of the query, in the title as a subsequence and else
// in the description as it is written. at are the runes of the title that were
// hit, ascending. Case does not matter.
func find(query, title, more string) (score int, at []int, ok bool) {
	for word := range strings.FieldsSeq(query) {
		s, hits, found := fuzzy(word, title)
		switch {
		case found:
			score += s
			at = append(at, hits...)
		case strings.Contains(strings.ToLower(more), strings.ToLower(word)):
			score += scoreMore
		default:
			return 0, nil, false
		}
	}
	slices.Sort(at)
	return score, slices.Compact(at), true
}

// fuzzy finds the best place for the runes of word, in their order, in title.
func fuzzy(word, title string) (score int, at []int, ok bool) {
	w, t := fold(word), fold(title)
	if len(w) == 0 || !within(w, t) {
		return 0, nil, false
	}
	original := []rune(title)
	// best[i][j] is the best score with w[i] placed on t[j]; from[i][j] the place
	// of w[i-1] in it.
	best, from := grid(len(w), len(t)), grid(len(w), len(t))
	for j := range t {
		best[0][j], from[0][j] = noScore, -1
		if w[0] == t[j] {
			best[0][j] = scoreHit + bonus(original, j)
		}
	}
	for i := 1; i < len(w); i++ {
		place(best[i-1], best[i], from[i], w[i], t, original)
	}
	if score, at, ok = trace(best, from); !ok {
		return 0, nil, false
	}
	score -= len(t) / 8 // the shorter of two is meant
	switch {
	case string(w) == string(t):
		score += scoreExact
	case at[len(at)-1]-at[0] == len(at)-1:
		score += scoreWhole * (len(at) - 1)
	}
	return score, at, true
}

// place fills the row of one rune from the row of the rune before it.
func place(before, best, from []int, r rune, t, original []rune) {
	gap, gapAt := noScore, -1 // best place of the rune before, left of t[j-1]
	for j := range t {
		best[j], from[j] = noScore, -1
		if j > 1 && before[j-2] > gap {
			gap, gapAt = before[j-2], j-2
		}
		if r != t[j] || j == 0 {
			continue
		}
		base, at := gap+scoreSkip, gapAt
		if next := before[j-1] + scoreRun; next >= base {
			base, at = next, j-1
		}
		if base > noScore/2 {
			best[j], from[j] = base+scoreHit+bonus(original, j), at
		}
	}
}

// trace reads the best place of all runes out of the table.
func trace(best, from [][]int) (score int, at []int, ok bool) {
	last := best[len(best)-1]
	end := 0
	for j, s := range last {
		if s > last[end] {
			end = j
		}
	}
	if last[end] <= noScore/2 {
		return 0, nil, false
	}
	score = last[end]
	at = make([]int, len(best))
	for i := len(best) - 1; i >= 0; i-- {
		at[i] = end
		end = from[i][end]
	}
	return score, at, true
}

// bonus is for the places people type: starts of words, humps of camel case.
func bonus(t []rune, j int) int {
	if j == 0 {
		return scoreWord + scoreFirst
	}
	if before := t[j-1]; line.Apart(before) || before == '_' || unicode.IsLower(before) && unicode.IsUpper(t[j]) {
		return scoreWord
	}
	return 0
}

func fold(s string) []rune {
	r := []rune(s)
	r = r[:min(len(r), maxFuzzy)]
	for i := range r {
		r[i] = unicode.ToLower(r[i])
	}
	return r
}

func within(w, t []rune) bool {
	for _, r := range t {
		if len(w) > 0 && w[0] == r {
			w = w[1:]
		}
	}
	return len(w) == 0
}

func grid(rows, columns int) [][]int {
	cells := make([]int, rows*columns)
	g := make([][]int, rows)
	for i := range g {
		g[i] = cells[i*columns : (i+1)*columns]
	}
	return g
}
