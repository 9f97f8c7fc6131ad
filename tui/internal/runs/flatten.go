package runs

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/text"
)

// Bounds on what a run's own object can make the details do.
const (
	deepest   = 8   // levels that become part of a key
	mostPairs = 300 // of one section
)

type pair struct{ key, value string }

// flatten lists the leaves of a JSON object under dotted keys, sorted and safe
// to draw, and how many there were beyond those listed. What is no object is
// one value without a key.
func flatten(raw []byte) (pairs []pair, more int) {
	dec := json.NewDecoder(bytes.NewReader(protocol.QuoteNonFinite(raw)))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return []pair{{"", clip(string(raw))}}, 0
	}
	f := flattener{}
	f.walk("", v, 0)
	// Wide objects are cut after sorting, or the cut would be another one each
	// time: a map has no order.
	slices.SortFunc(f.pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.value, b.value))
	})
	if n := len(f.pairs); n > mostPairs {
		return f.pairs[:mostPairs], n - mostPairs
	}
	return f.pairs, 0
}

type flattener struct{ pairs []pair }

func (f *flattener) walk(key string, v any, depth int) {
	object, ok := v.(map[string]any)
	if !ok || depth >= deepest || len(object) == 0 && key != "" {
		f.pairs = append(f.pairs, pair{key, clip(leaf(v))})
		return
	}
	for k, inner := range object {
		k = shown(k, `""`)
		if key != "" {
			k = key + "." + k
		}
		f.walk(k, inner, depth+1)
	}
}

// leaf is a value as a person would write it: text without quotes, everything
// else as JSON.
func leaf(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	s, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(s)
}

func clip(s string) string { return text.Plain(head(s)) }
