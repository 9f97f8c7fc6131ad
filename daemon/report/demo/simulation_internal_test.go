package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"math"
	"strings"
	"testing"
)

// script is what a simulation tells in n steps, as text, for which NaN is equal
// to itself.
func script(seed uint64, index, n int) []string {
	s := newSimulation(seed, index)
	lines := []string{s.name, fmt.Sprint(s.config(), s.platform(), s.hyperparameters())}
	for range n {
		for _, f := range s.next() {
			lines = append(lines, fmt.Sprintf("%#v", f))
		}
		machine, _ := json.Marshal(s.hardware())
		lines = append(lines, string(machine))
	}
	for _, f := range append(s.crash(), s.farewell("x")...) {
		lines = append(lines, fmt.Sprintf("%#v", f))
	}
	return lines
}

func TestSimulation_SameSeedTellsTheSame(t *testing.T) {
	a, b := script(7, 1, 300), script(7, 1, 300)
	if len(a) != len(b) {
		t.Fatalf("%d and %d facts", len(a), len(b))
	}
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("fact %d: %s and %s", i, a[i], b[i])
		}
	}
	if other := script(8, 1, 300); strings.Join(a, "") == strings.Join(other, "") {
		t.Error("another seed tells the same")
	}
	if other := script(7, 2, 1); a[0] == other[0] {
		t.Errorf("two runs are named %s", a[0])
	}
}

func TestSimulation_TellsEverythingThatADashboardShows(t *testing.T) {
	s := newSimulation(1, 0)
	levels, curves, bars, pictures := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	var colour, carriage, lines, nan int
	for !s.over() {
		for _, f := range s.next() {
			switch f := f.(type) {
			case logLine:
				levels[f.level]++
				colour += strings.Count(f.text, "\x1b[")
				carriage += strings.Count(f.text, "\r")
				lines += strings.Count(f.text, "\n")
			case point:
				curves[f.series]++
				if math.IsNaN(f.y) {
					nan++
				}
			case bar:
				bars[f.series]++
				if f.total == 0 {
					bars["unknown total"]++
				}
			case picture:
				pictures[f.series]++
				if _, err := png.Decode(bytes.NewReader([]byte(f.png))); err != nil {
					t.Fatalf("picture %s: %v", f.series, err)
				}
			}
		}
	}
	for what, seen := range map[string]map[string]int{"level": levels, "curve": curves, "bar": bars, "picture": pictures} {
		for _, name := range map[string][]string{
			"level":   {"", "ok", "info", "debug", "warning", "error", "mention"},
			"curve":   {"loss", "val_loss", "lr", "accuracy", "grad_norm"},
			"bar":     {"epoch", "step", "index files", "unknown total"},
			"picture": {"samples", "confusion"},
		}[what] {
			if seen[name] == 0 {
				t.Errorf("no %s %q in %v", what, name, seen)
			}
		}
	}
	if levels["error"] > levels["warning"] || levels["warning"] > levels["info"] {
		t.Errorf("levels %v", levels)
	}
	if nan != 1 || colour == 0 || carriage == 0 || lines == 0 {
		t.Errorf("%d NaN, %d colours, %d carriage returns, %d new lines", nan, colour, carriage, lines)
	}
	if s.loss > 0.6 {
		t.Errorf("the loss ends at %g", s.loss)
	}
	if gpus := s.hardware().GPUs; len(gpus) != 2 {
		t.Errorf("%d GPUs", len(gpus))
	}
}

func TestSimulation_SetLRHoldsFromTheNextStep(t *testing.T) {
	s := newSimulation(1, 0)
	s.next()
	s.setLR(0.005)
	for _, f := range s.next() {
		if p, ok := f.(point); ok && p.series == "lr" && p.y != 0.005 {
			t.Errorf("lr is %g", p.y)
		}
	}
}
