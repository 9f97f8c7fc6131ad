package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"time"
)

// figure is one row: a value, what it is held against in the same run, and the
// bar. NaN stands for what is not known here.
type figure struct {
	Name   string
	Value  float64
	Unit   string
	Beside string // what the ratio is to; "" when the value itself is judged
	Other  float64
	Ratio  float64
	Bar    float64 // NaN: none
	Goal   float64
	Least  bool // the bar is the least, not the most
	Own    bool // the value is judged, not the ratio
	Note   string
}

// told is a figure without a bar.
func told(name string, value float64, unit string) figure {
	nan := math.NaN()
	return figure{Name: name, Value: value, Unit: unit, Other: nan, Ratio: nan, Bar: nan, Goal: nan}
}

// atMost is a figure whose value has a bar.
func atMost(name string, value float64, unit string, bar, goal float64) figure {
	f := told(name, value, unit)
	f.Bar, f.Goal = bar, goal
	return f
}

// besides puts a floor beside the figure, which is judged by itself as before.
func (f figure) besides(name string, other float64) figure {
	f = f.against(name, other, f.Value/other)
	f.Own = true
	return f
}

// against puts a floor beside the figure; ratio is what is judged from then on.
func (f figure) against(name string, other, ratio float64) figure {
	f.Beside, f.Other, f.Ratio = name, other, ratio
	return f
}

func (f figure) barred(bar, goal float64, least bool) figure {
	f.Bar, f.Goal, f.Least = bar, goal, least
	return f
}

func (f figure) judged() float64 {
	if f.Beside == "" || f.Own {
		return f.Value
	}
	return f.Ratio
}

// verdict is "goal", "bar", "missed", or "" where there is no bar or no value.
func (f figure) verdict() string {
	v := f.judged()
	if math.IsNaN(v) || math.IsNaN(f.Bar) {
		return ""
	}
	within := func(limit float64) bool {
		if f.Least {
			return v >= limit
		}
		return v <= limit
	}
	switch {
	case within(f.Goal):
		return "goal"
	case within(f.Bar):
		return "bar"
	}
	return "missed"
}

// number writes three significant digits, thousands and millions by letter.
func number(v float64) string {
	switch size := math.Abs(v); {
	case math.IsNaN(v):
		return "–"
	case size >= 1e6:
		return strconv.FormatFloat(v/1e6, 'f', 2, 64) + " M"
	case size >= 1e4:
		return strconv.FormatFloat(v/1e3, 'f', 0, 64) + " k"
	case size >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case size >= 1:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 3, 64)
}

func (f figure) limits() string {
	if math.IsNaN(f.Bar) {
		return ""
	}
	sign := "≤"
	if f.Least {
		sign = "≥"
	}
	return fmt.Sprintf("%s %g / %g", sign, f.Bar, f.Goal)
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
			ratio = number(f.Ratio)
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
		Ratio   *float64 `json:"ratio,omitempty"`
		Bar     *float64 `json:"bar,omitempty"`
		Goal    *float64 `json:"goal,omitempty"`
		Least   bool     `json:"at_least,omitempty"`
		Verdict string   `json:"verdict,omitempty"`
		Note    string   `json:"note,omitempty"`
	}
	known := func(v float64) *float64 {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
		return &v
	}
	rows := make([]row, 0, len(figures))
	for _, f := range figures {
		rows = append(rows, row{
			f.Name, known(f.Value), f.Unit, f.Beside, known(f.Other), known(f.Ratio), known(f.Bar), known(f.Goal),
			f.Least, f.verdict(), f.Note,
		})
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(map[string]any{"machine": machine, "figures": rows})
}

// median is the middle value, NaN of none; values that are not known don't count.
func median(values []float64) float64 {
	sorted := slices.DeleteFunc(slices.Clone(values), math.IsNaN)
	if len(sorted) == 0 {
		return math.NaN()
	}
	slices.Sort(sorted)
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// percentile is the value that the given share of the sorted values is not
// above, in milliseconds; NaN of none.
func percentile(sorted []time.Duration, share float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := int(math.Ceil(share*float64(len(sorted)))) - 1
	return float64(sorted[max(0, at)]) / float64(time.Millisecond)
}
