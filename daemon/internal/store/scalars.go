package store

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"apps.local/neetbox-tui/protocol"
)

// Scalars summarises a run's curves, by name. Errors: [protocol.ErrNotFound].
func (m *Memory) Scalars(_ context.Context, project, run string) ([]protocol.ScalarSummary, error) {
	points, err := m.points(project, run, "")
	if err != nil {
		return nil, err
	}
	bySeries := map[string]*protocol.ScalarSummary{}
	for _, p := range points {
		s := bySeries[p.series]
		value := protocol.Scalar{X: p.X, Y: p.Y}
		if s == nil {
			s = &protocol.ScalarSummary{Series: p.series, First: value, Min: protocol.Float(math.NaN()), Max: protocol.Float(math.NaN())}
			bySeries[p.series] = s
		}
		s.Count++
		s.Last = value
		s.Min, s.Max = extremes(s.Min, s.Max, p.Y)
	}
	list := make([]protocol.ScalarSummary, 0, len(bySeries))
	for _, s := range bySeries {
		list = append(list, *s)
	}
	slices.SortFunc(list, func(a, b protocol.ScalarSummary) int { return strings.Compare(a.Series, b.Series) })
	return list, nil
}

// extremes widens a range by y; what is not finite widens nothing, and a range
// that has seen nothing yet is NaN.
func extremes(low, high, y protocol.Float) (newLow, newHigh protocol.Float) {
	switch {
	case !finite(y):
		return low, high
	case !finite(low):
		return y, y
	}
	return min(low, y), max(high, y)
}

func finite(f protocol.Float) bool { return !math.IsNaN(float64(f)) && !math.IsInf(float64(f), 0) }

// Scalar reads one curve. Errors: [protocol.ErrNotFound].
func (m *Memory) Scalar(_ context.Context, project, run, series string, q protocol.ScalarQuery) (protocol.ScalarSeries, error) {
	points, err := m.points(project, run, series)
	if err != nil {
		return protocol.ScalarSeries{}, err
	}
	curve := protocol.ScalarSeries{Series: series, Points: []protocol.ScalarPoint{}}
	for _, p := range points {
		if (q.From == nil || float64(p.X) >= *q.From) && (q.To == nil || float64(p.X) <= *q.To) {
			curve.Points = append(curve.Points, p.ScalarPoint)
		}
	}
	if q.Buckets > 0 && len(curve.Points) > q.Buckets {
		curve.Buckets, curve.Points = Buckets(curve.Points, q.Buckets), nil
	}
	return curve, nil
}

// Buckets thins points, in order of arrival, to n stretches by their extremes,
// so that spikes and non-finite points survive.
func Buckets(points []protocol.ScalarPoint, n int) []protocol.ScalarBucket {
	buckets := make([]protocol.ScalarBucket, 0, n)
	for i := range n {
		part := points[i*len(points)/n : (i+1)*len(points)/n]
		if len(part) == 0 {
			continue
		}
		b := protocol.ScalarBucket{
			FromX: part[0].X, ToX: part[len(part)-1].X, Count: int64(len(part)),
			Min: protocol.Float(math.NaN()), Max: protocol.Float(math.NaN()),
		}
		for _, p := range part {
			b.Min, b.Max = extremes(b.Min, b.Max, p.Y)
			if !finite(p.Y) {
				b.NonFinite++
			}
		}
		buckets = append(buckets, b)
	}
	return buckets
}

type seriesPoint struct {
	protocol.ScalarPoint
	series string
}

func (m *Memory) points(project, run, series string) ([]seriesPoint, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.projects[project]
	if p == nil {
		return nil, fmt.Errorf("project %.64q: %w", project, protocol.ErrNotFound)
	}
	r := p.runs[run]
	if r == nil {
		return nil, nil
	}
	var points []seriesPoint
	for i := range r.main.len() {
		ev := r.main.at(i)
		if ev.Type != protocol.EventScalar || (series != "" && ev.Series != series) {
			continue
		}
		var value protocol.Scalar
		if ev.DecodePayload(&value) == nil {
			points = append(points, seriesPoint{protocol.ScalarPoint{Seq: ev.Seq, At: ev.At, X: value.X, Y: value.Y}, ev.Series})
		}
	}
	return points, nil
}
