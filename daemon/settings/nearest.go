package settings

// maxTypo is how many letters may differ for a name to be taken for another.
const maxTypo = 3

// nearest returns the name most like s, if one is alike enough to be meant.
func nearest(s string, names []string) (string, bool) {
	if len(s) > 64 {
		return "", false
	}
	best, at := "", min(maxTypo, max(1, len(s)/2))+1
	for _, name := range names {
		if d := distance(s, name); d < at {
			best, at = name, d
		}
	}
	return best, best != ""
}

// distance counts the bytes to insert, remove or change to turn a into b
// (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
