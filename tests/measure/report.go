package measure

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
)

// Report is what a program has measured, and how its table writes numbers.
type Report struct {
	Machine string // what it was measured on, as Machine tells it
	Figures []Figure
	Numbers Scale // for values and ratios
	Limits  Scale // for bars and goals
}

// WriteTable writes the figures as one Markdown table under a line about the
// machine.
func (r Report) WriteTable(w io.Writer) error {
	const head = "| figure | measured | beside it, same run | ratio | bar / goal | met |\n|---|---|---|---|---|---|\n"
	if _, err := fmt.Fprintf(w, "%s\n\n%s", r.Machine, head); err != nil {
		return err
	}
	for _, f := range r.Figures {
		beside, ratio := "", ""
		if f.Beside != "" {
			beside = f.Beside + " " + r.Numbers.Text(f.Other)
			ratio = r.Numbers.Text(f.shownRatio())
		}
		name := f.Name
		if f.Note != "" {
			name += " (" + f.Note + ")"
		}
		_, err := fmt.Fprintf(w, "| %s | %s %s | %s | %s | %s | %s |\n", name, r.Numbers.Text(f.Value), f.Unit, beside, ratio, r.limits(f), f.Verdict())
		if err != nil {
			return err
		}
	}
	return nil
}

// limits are a figure's bar and goal; "" where it has neither.
func (r Report) limits(f Figure) string {
	if math.IsNaN(f.Bar) && math.IsNaN(f.Goal) {
		return ""
	}
	sign := "≤ "
	if f.Least {
		sign = "≥ "
	}
	return sign + r.Limits.Text(f.Bar) + " / " + r.Limits.Text(f.Goal)
}

// WriteJSON writes the same as one JSON document: numbers unrounded, a value
// that is not known null, anything else that is not known or not there left out.
func (r Report) WriteJSON(w io.Writer) error {
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
	rows := make([]row, 0, len(r.Figures))
	for _, f := range r.Figures {
		rows = append(rows, row{
			f.Name, known(f.Value), f.Unit, f.Beside, known(f.Other), known(f.Ratio), known(f.Bar), known(f.Goal),
			f.Least, f.Verdict(), f.Note,
		})
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(map[string]any{"machine": r.Machine, "figures": rows})
}
