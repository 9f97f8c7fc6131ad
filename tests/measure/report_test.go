package measure_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"apps.local/neetbox-tui/tests/measure"
)

// report has what is known, what isn't, and every kind of bar.
func report() measure.Report {
	none := math.NaN()
	noted := measure.Told("noted", 2.5, "MiB").AtMost(none, 2)
	noted.Note = "a note"
	return measure.Report{
		Machine: "machine",
		Numbers: measure.Scale{{From: 0, Per: 1, Decimals: 1}},
		Figures: []measure.Figure{
			measure.Told("unknown", none, "µs").Against("floor", none, none).RatioAtMost(1.5, 1),
			measure.Told("beside", 12.34, "ms").Besides("floor", 6.17).AtMost(20, 9),
			measure.Told("against", 2, "µs").Against("naive", 24, 12).RatioAtLeast(10, 25),
			noted,
		},
	}
}

func TestReport_TableTellsRatiosAndBars(t *testing.T) {
	var table strings.Builder
	if err := report().WriteTable(&table); err != nil {
		t.Fatal(err)
	}
	const want = `machine

| figure | measured | beside it, same run | ratio | bar / goal | met |
|---|---|---|---|---|---|
| unknown | – µs | floor – | – | ≤ 1.5 / 1 |  |
| beside | 12.3 ms | floor 6.2 | 2.0 | ≤ 20 / 9 | bar |
| against | 2.0 µs | naive 24.0 | 12.0 | ≥ 10 / 25 | bar |
| noted (a note) | 2.5 MiB |  |  | ≤ – / 2 |  |
`
	if table.String() != want {
		t.Errorf("wrote\n%s\nwant\n%s", table.String(), want)
	}
}

func TestReport_JSONHasNullForAnUnknownValueAndNothingForTheRest(t *testing.T) {
	var document strings.Builder
	if err := report().WriteJSON(&document); err != nil {
		t.Fatal(err)
	}
	var read struct {
		Machine string
		Figures []map[string]any
	}
	if err := json.Unmarshal([]byte(document.String()), &read); err != nil || read.Machine != "machine" || len(read.Figures) != 4 {
		t.Fatalf("%v in\n%s", err, document.String())
	}
	for i, want := range []map[string]any{
		{"figure": "unknown", "value": nil, "other": nil, "ratio": nil, "bar": 1.5, "verdict": nil},
		{"value": 12.34, "other": 6.17, "ratio": nil, "goal": 9.0, "verdict": "bar", "at_least": nil},
		{"ratio": 12.0, "verdict": "bar", "at_least": true},
		{"beside": nil, "bar": nil, "goal": 2.0, "note": "a note"},
	} {
		for key, value := range want {
			if got := read.Figures[i][key]; got != value {
				t.Errorf("figure %d: %s is %v, want %v", i, key, got, value)
			}
		}
	}
	if value, there := read.Figures[0]["value"]; !there || value != nil {
		t.Errorf("an unknown value is left out:\n%s", document.String())
	}
}

func TestScale_FirstStepThatReachesDown(t *testing.T) {
	scale := measure.Scale{{From: 1e3, Per: 1e3, Decimals: 1, Letter: " k"}, {From: 10, Per: 1, Decimals: 0}}
	for v, want := range map[float64]string{
		1234: "1.2 k", -1234: "-1.2 k", 1000: "1.0 k", 999.4: "999", 10: "10", 9.75: "9.75", 0: "0",
	} {
		if got := scale.Text(v); got != want {
			t.Errorf("%v is %q, want %q", v, got, want)
		}
	}
	if got := scale.Text(math.NaN()); got != "–" {
		t.Errorf("what is not known is %q", got)
	}
	if got := measure.Scale(nil).Text(0.27); got != "0.27" {
		t.Errorf("on an empty scale %q", got)
	}
}
