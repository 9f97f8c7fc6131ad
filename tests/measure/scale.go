package measure

import (
	"math"
	"strconv"
)

// Step is how numbers from a size on are written.
type Step struct {
	From     float64 // the smallest size, without its sign
	Per      float64 // what a number is divided by
	Decimals int
	Letter   string // for what it is divided by, with the space before it
}

// Scale is how numbers are written: by the first of its steps that reaches down
// to them. A number that no step reaches, as every number on an empty scale, is
// written in full; one that is not known is a dash.
type Scale []Step

// Text writes a number.
func (s Scale) Text(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	for _, step := range s {
		if math.Abs(v) >= step.From {
			return strconv.FormatFloat(v/step.Per, 'f', step.Decimals, 64) + step.Letter
		}
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
