package store

import (
	"context"
	"encoding/binary"
	"math"

	"zombiezen.com/go/sqlite"

	"apps.local/neetbox-tui/protocol"
)

// Scalars summarises a run's curves, by name, from sums that are kept while
// storing. Errors: [protocol.ErrNotFound] for an unknown project.
func (h *History) Scalars(ctx context.Context, project, run string) ([]protocol.ScalarSummary, error) {
	var list []protocol.ScalarSummary
	err := h.read(ctx, func(r *reader) error {
		id, err := r.project(project)
		if err != nil {
			return err
		}
		return each(r.conn, `SELECT s.name, s.count, s.first_x, s.first_y, s.last_x, s.last_y, s.low, s.high
			FROM series s JOIN run r ON r.id = s.run WHERE r.project = ? AND r.name = ? AND s.type = ? AND s.count > 0 ORDER BY s.name`,
			func(s *sqlite.Stmt) {
				list = append(list, protocol.ScalarSummary{
					Series: s.ColumnText(0), Count: s.ColumnInt64(1),
					First: protocol.Scalar{X: columnFloat(s, 2), Y: columnFloat(s, 3)},
					Last:  protocol.Scalar{X: columnFloat(s, 4), Y: columnFloat(s, 5)},
					Min:   columnFloat(s, 6), Max: columnFloat(s, 7),
				})
			}, id, run, classScalar)
	})
	return list, err
}

// Scalar reads one curve, the archived part first. Errors:
// [protocol.ErrNotFound] for an unknown project.
func (h *History) Scalar(ctx context.Context, project, run, series string, q protocol.ScalarQuery) (protocol.ScalarSeries, error) {
	curve := protocol.ScalarSeries{Series: series, Points: []protocol.ScalarPoint{}}
	take := func(p protocol.ScalarPoint) {
		if (q.From == nil || float64(p.X) >= *q.From) && (q.To == nil || float64(p.X) <= *q.To) {
			curve.Points = append(curve.Points, p)
		}
	}
	err := h.read(ctx, func(r *reader) error {
		id, err := r.project(project)
		if err != nil {
			return err
		}
		var name, base int64
		err = each(r.conn, `SELECT s.id, t.base FROM run r JOIN series s ON s.run = r.id AND s.type = ?3 AND s.name = ?4
			JOIN stream t ON t.run = r.id AND t.type = ?3 WHERE r.project = ?1 AND r.name = ?2`,
			func(s *sqlite.Stmt) { name, base = s.ColumnInt64(0), s.ColumnInt64(1) }, id, run, classScalar, series)
		if err != nil || name == 0 {
			return err
		}
		if err := r.archivedPoints(name, base, take); err != nil {
			return err
		}
		return each(r.conn, "SELECT id, at, x, y FROM event WHERE series = ? ORDER BY id", func(s *sqlite.Stmt) {
			take(protocol.ScalarPoint{
				Seq: protocol.Seq(base + s.ColumnInt64(0)&maxOffset), At: s.ColumnInt64(1), X: columnFloat(s, 2), Y: columnFloat(s, 3),
			})
		}, name)
	})
	if err != nil {
		return protocol.ScalarSeries{}, err
	}
	if q.Buckets > 0 && len(curve.Points) > q.Buckets {
		curve.Buckets, curve.Points = Buckets(curve.Points, q.Buckets), nil
	}
	return curve, nil
}

func (r *reader) archivedPoints(series, base int64, take func(protocol.ScalarPoint)) error {
	d := r.takeDecoder()
	defer r.giveDecoder(d)
	var data []byte
	return each(r.conn, "SELECT data FROM curve WHERE series = ? ORDER BY first", func(s *sqlite.Stmt) {
		data = columnBytes(s, 0, data)
		raw, err := d.zstd.DecodeAll(data, d.raw[:0])
		if err != nil {
			return // passed over, as a damaged block is
		}
		d.raw = raw
		decodePoints(raw, base, take)
	}, series)
}

// appendPoint appends a point of a curve: the distance of its number and its
// arrival to those of the point before, and both values as they are.
func appendPoint(dst []byte, offset, at int64, value protocol.Scalar) []byte {
	dst = binary.AppendVarint(dst, offset)
	dst = binary.AppendVarint(dst, at)
	dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(float64(value.X)))
	return binary.LittleEndian.AppendUint64(dst, math.Float64bits(float64(value.Y)))
}

func decodePoints(raw []byte, base int64, take func(protocol.ScalarPoint)) {
	const values = 16
	r := varints{b: raw}
	offset, at := int64(0), int64(0)
	for len(r.b) > 0 {
		offset += r.int()
		at += r.int()
		if r.bad || len(r.b) < values {
			return
		}
		take(protocol.ScalarPoint{
			Seq: protocol.Seq(base + offset), At: at,
			X: protocol.Float(math.Float64frombits(binary.LittleEndian.Uint64(r.b))),
			Y: protocol.Float(math.Float64frombits(binary.LittleEndian.Uint64(r.b[values/2:]))),
		})
		r.b = r.b[values:]
	}
}
