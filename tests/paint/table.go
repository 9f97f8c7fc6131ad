package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
)

// figure is one row: a value, what was measured beside it in the same run, and
// the bar for the value. NaN stands for what is not known or not there.
type figure struct {
	Name   string
	Value  float64
	Unit   string
	Beside string // "" when there is nothing
	Other  float64
	Bar    float64
	Goal   float64
	Note   string
}

// told is a figure without a bar.
func told(name string, value float64, unit string) figure {
	none := math.NaN()
	return figure{Name: name, Value: value, Unit: unit, Other: none, Bar: none, Goal: none}
}

func (f figure) besides(name string, other float64) figure {
	f.Beside, f.Other = name, other
	return f
}

// barred says what the value may be at most, and should be; NaN for neither.
func (f figure) barred(bar, goal float64) figure {
	f.Bar, f.Goal = bar, goal
	return f
}

// verdict is "goal", "bar", "missed" of a bar, or "" where there is no bar or no
// value.
func (f figure) verdict() string {
	switch {
	case math.IsNaN(f.Value):
		return ""
	case f.Value <= f.Goal:
		return "goal"
	case f.Value <= f.Bar:
		return "bar"
	case math.IsNaN(f.Bar):
		return ""
	}
	return "missed"
}

// number writes two or three significant digits, thousands and millions by
// letter.
func number(v float64) string {
	switch size := math.Abs(v); {
	case math.IsNaN(v):
		return "–"
	case size >= 1e6:
		return strconv.FormatFloat(v/1e6, 'f', 2, 64) + " M"
	case size >= 1e5:
		return strconv.FormatFloat(v/1e3, 'f', 0, 64) + " k"
	case size >= 1e3:
		return strconv.FormatFloat(v/1e3, 'f', 1, 64) + " k"
	case size >= 100, size == 0:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case size >= 1:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

func (f figure) limits() string {
	if math.IsNaN(f.Bar) && math.IsNaN(f.Goal) {
		return ""
	}
	return "≤ " + number(f.Bar) + " / " + number(f.Goal)
}

// writeTable writes the figures as one Markdown table under a line about the
// machine.
func writeTable(w io.Writer, machine string, figures []figure) error {
	if _, err := fmt.Fprintf(w, "%s\n\n| figure | measured | beside it, same run | ratio | bar / goal | met |\n|---|---|---|---|---|---|\n", machine); err != nil {
		return err
	}
	for _, f := range figures {
		beside, ratio := "", ""
		if f.Beside != "" {
			beside = f.Beside + " " + number(f.Other)
			ratio = number(f.Value / f.Other)
		}
		name := f.Name
		if f.Note != "" {
			name += " (" + f.Note + ")"
		}
		_, err := fmt.Fprintf(w, "| %s | %s %s | %s | %s | %s | %s |\n", name, number(f.Value), f.Unit, beside, ratio, f.limits(), f.verdict())
		if err != nil {
			return err
		}
	}
	return nil
}

// writeJSON writes the same as one JSON document; what is not known is null.
func writeJSON(w io.Writer, machine string, figures []figure) error {
	type row struct {
		Figure  string   `json:"figure"`
		Value   *float64 `json:"value"`
		Unit    string   `json:"unit"`
		Beside  string   `json:"beside,omitempty"`
		Other   *float64 `json:"other,omitempty"`
		Bar     *float64 `json:"bar,omitempty"`
		Goal    *float64 `json:"goal,omitempty"`
		Verdict string   `json:"verdict,omitempty"`
		Note    string   `json:"note,omitempty"`
	}
	known := func(v float64) *float64 {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
		return &v
	}
	all := make([]row, 0, len(figures))
	for _, f := range figures {
		all = append(all, row{f.Name, known(f.Value), f.Unit, f.Beside, known(f.Other), known(f.Bar), known(f.Goal), f.verdict(), f.Note})
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(map[string]any{"machine": machine, "figures": all})
}

// median is the middle value, NaN of none; values that are not known don't count.
func median(values []float64) float64 {
	sorted := slices.DeleteFunc(slices.Clone(values), math.IsNaN)
	if len(sorted) == 0 {
		return math.NaN()
	}
	slices.Sort(sorted)
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}
