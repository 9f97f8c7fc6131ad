package command

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/link"
)

// ScalarsOptions are the flags of `scalars`.
type ScalarsOptions struct {
	Name    string   // PROJECT[/RUN]; a project stands for its newest run
	Series  []string // none: a summary of all
	Buckets int      // thin each series to that many stretches of extremes; 0: its points
	CSV     bool
	JSON    bool
	Zone    *time.Location // that times are written in
}

// Scalars prints the names of a run's series with their count, last, least and
// greatest value, or the points of those that are named: as CSV with a heading,
// or one JSON object a line. What is no number is NaN, Infinity or -Infinity.
//
// Errors: [*UsageError], [*NameError], [*NoDaemonError], [*link.APIError], those
// of writing. That the reader of o.Out has left is none.
func Scalars(ctx context.Context, endpoint protocol.Endpoint, o Output, options ScalarsOptions) error {
	switch {
	case options.CSV && options.JSON:
		return wrongUsage("--csv and --json exclude each other; leave one out")
	case options.Buckets < 0:
		return wrongUsage("--buckets %d makes no sense; give how many stretches, or 0 for the points", options.Buckets)
	case options.Buckets > 0 && len(options.Series) == 0:
		return wrongUsage("--buckets thins the series that are named; name one")
	}
	client, err := open(ctx, endpoint)
	if err != nil {
		return err
	}
	defer client.Close()
	t, err := resolve(ctx, client, options.Name)
	if err != nil {
		return err
	}
	run := t.newest()
	if run == "" {
		return misnamed("project %s has no runs; `neetbox-tui status` lists what there is", quoted(t.project.Name))
	}
	out := bufio.NewWriter(o.Out)
	s := &scalarReading{client: client, project: t.project.ID, run: run, options: options, out: out}
	return untilClosed(func() error {
		err := s.print(ctx)
		if flushed := out.Flush(); err == nil {
			err = flushed
		}
		return err
	})
}

// scalarReading prints the curves of one run.
type scalarReading struct {
	client       *link.Client
	project, run string
	options      ScalarsOptions
	out          *bufio.Writer
}

func (s *scalarReading) print(ctx context.Context) error {
	curves, err := s.client.Scalars(ctx, s.project, s.run)
	if err != nil {
		return noDaemon(s.client.Endpoint(), err)
	}
	if len(s.options.Series) == 0 {
		slices.SortStableFunc(curves, func(a, b protocol.ScalarSummary) int { return strings.Compare(a.Series, b.Series) })
		return s.summary(curves)
	}
	// Before the first line is printed: half of an answer is none.
	for _, series := range s.options.Series {
		if !slices.ContainsFunc(curves, func(c protocol.ScalarSummary) bool { return c.Series == series }) {
			return noSeries(curves, series)
		}
	}
	return s.curves(ctx)
}

func noSeries(curves []protocol.ScalarSummary, series string) error {
	if len(curves) == 0 {
		return misnamed("no series %s: the run has reported no scalars; `neetbox-tui status` lists other runs", quoted(series))
	}
	names := make([]string, 0, len(curves))
	for _, c := range curves {
		names = append(names, c.Series)
	}
	if near := nearest(series, names); len(near) > 0 {
		names = near
	}
	return misnamed("no series %s; leave the name out to list them all, there is: %s", quoted(series), listed(shownAll(names)))
}

// summary prints one line a series.
func (s *scalarReading) summary(curves []protocol.ScalarSummary) error {
	switch {
	case s.options.JSON:
		for _, c := range curves {
			if err := writeJSON(s.out, c, false); err != nil {
				return err
			}
		}
		return nil
	case s.options.CSV:
		rows := [][]string{{"series", "count", "last_x", "last", "min", "max"}}
		for _, c := range curves {
			rows = append(rows, []string{
				text.Plain(c.Series), strconv.FormatInt(c.Count, 10), decimal(c.Last.X), decimal(c.Last.Y), decimal(c.Min), decimal(c.Max),
			})
		}
		return csv.NewWriter(s.out).WriteAll(rows)
	case len(curves) == 0:
		_, err := fmt.Fprintln(s.out, "The run has reported no scalars.")
		return err
	}
	width := len("SERIES")
	for _, c := range curves {
		width = max(width, text.Width(shown(c.Series)))
	}
	if _, err := fmt.Fprintf(s.out, "%s  %10s  %12s  %12s  %12s  %12s\n", text.Fit("SERIES", width), "COUNT", "AT X", "LAST", "MIN", "MAX"); err != nil {
		return err
	}
	for _, c := range curves {
		if _, err := fmt.Fprintf(s.out, "%s  %10s  %s  %s  %s  %s\n", text.Fit(shown(c.Series), width), text.Count(int(c.Count)),
			number(c.Last.X), number(c.Last.Y), number(c.Min), number(c.Max)); err != nil {
			return err
		}
	}
	return nil
}

func number(f protocol.Float) string {
	const width = 12
	return text.PadLeft(text.Number(float64(f)), width)
}

// curves prints the points or stretches of the series that were named, as CSV
// where nothing else was asked for.
func (s *scalarReading) curves(ctx context.Context) error {
	table := csv.NewWriter(s.out)
	if !s.options.JSON {
		heading := []string{"series", "seq", "at", "x", "y"}
		if s.options.Buckets > 0 {
			heading = []string{"series", "from_x", "to_x", "min", "max", "count", "non_finite"}
		}
		if err := table.Write(heading); err != nil {
			return err
		}
	}
	for _, series := range s.options.Series {
		curve, err := s.client.Scalar(ctx, s.project, s.run, series, protocol.ScalarQuery{Buckets: s.options.Buckets})
		var said *link.APIError
		switch {
		case errors.Is(err, link.ErrTooBig):
			return fmt.Errorf("series %s is too long to be sent at once; --buckets 10000 thins it and keeps its spikes", quoted(series))
		case errors.As(err, &said) && said.Status == http.StatusNotFound:
			return noSeries(nil, series) // deleted since the list was made
		case err != nil:
			return noDaemon(s.client.Endpoint(), err)
		}
		for _, p := range curve.Points {
			if err := s.point(table, series, p); err != nil {
				return err
			}
		}
		for _, b := range curve.Buckets {
			if err := s.bucket(table, series, b); err != nil {
				return err
			}
		}
	}
	table.Flush()
	return table.Error()
}

func (s *scalarReading) point(table *csv.Writer, series string, p protocol.ScalarPoint) error {
	at := time.UnixMilli(p.At).In(s.options.Zone).Format(exactTime)
	if s.options.JSON {
		return writeJSON(s.out, scalarLine{series, p.Seq, at, p.X, p.Y}, false)
	}
	return table.Write([]string{text.Plain(series), strconv.FormatInt(int64(p.Seq), 10), at, decimal(p.X), decimal(p.Y)})
}

func (s *scalarReading) bucket(table *csv.Writer, series string, b protocol.ScalarBucket) error {
	if s.options.JSON {
		return writeJSON(s.out, bucketLine{series, b}, false)
	}
	return table.Write([]string{
		text.Plain(series), decimal(b.FromX), decimal(b.ToX), decimal(b.Min), decimal(b.Max),
		strconv.FormatInt(b.Count, 10), strconv.FormatInt(b.NonFinite, 10),
	})
}

// scalarLine is a point as `scalars --json` prints it.
type scalarLine struct {
	Series string         `json:"series"`
	Seq    protocol.Seq   `json:"seq"`
	At     string         `json:"at"`
	X      protocol.Float `json:"x"`
	Y      protocol.Float `json:"y"`
}

// bucketLine is a stretch as `scalars --buckets --json` prints it.
type bucketLine struct {
	Series string `json:"series"`
	protocol.ScalarBucket
}

// decimal is a number in full, as JSON answers write it.
func decimal(f protocol.Float) string {
	switch v := float64(f); {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 1):
		return "Infinity"
	case math.IsInf(v, -1):
		return "-Infinity"
	default:
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
}
