package command_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/command"
)

func curved(t *testing.T) *daemon {
	t.Helper()
	d := oneRun(t, 0)
	nan, inf := protocol.Float(math.NaN()), protocol.Float(math.Inf(-1))
	d.curves = []protocol.ScalarSummary{
		{Series: "loss,train", Count: 2, First: protocol.Scalar{X: 1, Y: 0.5}, Last: protocol.Scalar{X: 2, Y: nan}, Min: inf, Max: 0.5},
		{Series: "acc\x1b[2J", Count: 12345, Last: protocol.Scalar{X: 3, Y: 0.25}, Min: 0.125, Max: 0.25},
	}
	d.points["loss,train"] = protocol.ScalarSeries{Series: "loss,train", Points: []protocol.ScalarPoint{
		{Seq: 7, At: 1_700_000_000_000, X: 1, Y: 0.1}, {Seq: 9, At: 1_700_000_000_001, X: 2, Y: nan}, {Seq: 10, At: 1_700_000_000_002, X: 3, Y: inf},
	}}
	return d
}

func TestScalars_AreATableCSVOrJSON(t *testing.T) {
	t.Parallel()
	d := curved(t)
	for _, c := range []struct {
		name string
		o    command.ScalarsOptions
		want string
	}{
		{"summary", command.ScalarsOptions{Name: "p"}, "" +
			"SERIES           COUNT          AT X          LAST           MIN           MAX\n" +
			"acc             12,345             3          0.25         0.125          0.25\n" +
			"loss,train           2             2           NaN            -∞           0.5\n"},
		{"summary as CSV", command.ScalarsOptions{Name: "p/fox", CSV: true}, "" +
			"series,count,last_x,last,min,max\nacc,12345,3,0.25,0.125,0.25\n\"loss,train\",2,2,NaN,-Infinity,0.5\n"},
		{"summary as JSON", command.ScalarsOptions{Name: "p/@1", JSON: true}, "" +
			`{"series":"acc\u001b[2J","count":12345,"first":{"x":0,"y":0},"last":{"x":3,"y":0.25},"min":0.125,"max":0.25}` + "\n" +
			`{"series":"loss,train","count":2,"first":{"x":1,"y":0.5},"last":{"x":2,"y":"NaN"},"min":"-Infinity","max":0.5}` + "\n"},
		{"points", command.ScalarsOptions{Name: "p", Series: []string{"loss,train"}}, "series,seq,at,x,y\n" +
			"\"loss,train\",7,2023-11-14T22:13:20.000Z,1,0.1\n" +
			"\"loss,train\",9,2023-11-14T22:13:20.001Z,2,NaN\n" +
			"\"loss,train\",10,2023-11-14T22:13:20.002Z,3,-Infinity\n"},
		{"points as JSON", command.ScalarsOptions{Name: "p", Series: []string{"loss,train"}, JSON: true}, "" +
			`{"series":"loss,train","seq":7,"at":"2023-11-14T22:13:20.000Z","x":1,"y":0.1}` + "\n" +
			`{"series":"loss,train","seq":9,"at":"2023-11-14T22:13:20.001Z","x":2,"y":"NaN"}` + "\n" +
			`{"series":"loss,train","seq":10,"at":"2023-11-14T22:13:20.002Z","x":3,"y":"-Infinity"}` + "\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			c.o.Zone = time.UTC
			if err := command.Scalars(t.Context(), d.endpoint, command.Output{Out: &out, Err: io.Discard}, c.o); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, out.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestScalars_BucketsKeepTheirExtremes(t *testing.T) {
	t.Parallel()
	d := curved(t)
	d.points["loss,train"] = protocol.ScalarSeries{Series: "loss,train", Buckets: []protocol.ScalarBucket{
		{FromX: 1, ToX: 9, Min: -1, Max: 100, Count: 9, NonFinite: 1},
	}}
	for _, c := range []struct {
		json bool
		want string
	}{
		{false, "series,from_x,to_x,min,max,count,non_finite\n\"loss,train\",1,9,-1,100,9,1\n"},
		{true, `{"series":"loss,train","from_x":1,"to_x":9,"min":-1,"max":100,"count":9,"non_finite":1}` + "\n"},
	} {
		var out bytes.Buffer
		o := command.ScalarsOptions{Name: "p", Series: []string{"loss,train"}, Buckets: 1, JSON: c.json, Zone: time.UTC}
		if err := command.Scalars(t.Context(), d.endpoint, command.Output{Out: &out, Err: io.Discard}, o); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, out.String()); diff != "" {
			t.Error(diff)
		}
	}
}

func TestScalars_RefusalsNameWhatThereIs(t *testing.T) {
	t.Parallel()
	d := curved(t)
	for word, o := range map[string]command.ScalarsOptions{
		`no series "loss"`: {Name: "p", Series: []string{"loss,train", "loss"}},
		"loss,train":       {Name: "p", Series: []string{"los"}},
		`no run "x"`:       {Name: "p/x"},
		"exclude":          {Name: "p", CSV: true, JSON: true},
		"name one":         {Name: "p", Buckets: 3},
		"makes no sense":   {Name: "p", Series: []string{"x"}, Buckets: -3},
	} {
		var out bytes.Buffer
		o.Zone = time.UTC
		err := command.Scalars(t.Context(), d.endpoint, command.Output{Out: &out, Err: io.Discard}, o)
		var coded interface{ ExitCode() int }
		if !errors.As(err, &coded) || !strings.Contains(err.Error(), word) || out.Len() > 0 {
			t.Errorf("%+v: printed %q, %v; want %q", o, out.String(), err, word)
		}
	}
	d.runs["p"] = nil
	if err := command.Scalars(t.Context(), d.endpoint, command.Output{Out: io.Discard}, command.ScalarsOptions{Name: "p"}); err == nil {
		t.Error("a project without runs has scalars")
	}
}
