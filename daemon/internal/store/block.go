package store

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

const (
	// blockEvents is the knee: fewer compress worse, more cost more to find one
	// event in.
	blockEvents = 256
	// blockBytes ends a block of large events early.
	blockBytes = 1 << 20
	// maxBlock bounds what a block may unpack to: one frame of the largest size,
	// and what lies beside it.
	maxBlock     = 80 << 20
	blockVersion = 1
)

var errBlock = errors.New("block is damaged")

// stored is an event as it lies in a row or block.
type stored struct {
	offset int64 // from its stream's base
	at     int64
	flags  byte
	text   span // of logs; found while archiving
	body   []byte
}

// blockEncoder packs events into blocks. It belongs to one goroutine.
type blockEncoder struct {
	zstd *zstd.Encoder
	raw  []byte
}

func newBlockEncoder() *blockEncoder {
	// The only errors are of options.
	enc, _ := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	return &blockEncoder{zstd: enc}
}

func (e *blockEncoder) close() error { return e.zstd.Close() }

// encode packs events in ascending order of offset. A block is a version, the
// count, for each event the distance to the one before, the arrival time as a
// distance, flags, size and place of the log text, then all frames; all of it
// compressed.
func (e *blockEncoder) encode(events []stored) []byte {
	raw := append(e.raw[:0], blockVersion) //nolint:gocritic // kept for the next block below
	raw = binary.AppendUvarint(raw, uint64(len(events)))
	offset, at := int64(0), int64(0)
	for _, ev := range events {
		raw = binary.AppendUvarint(raw, uint64(ev.offset-offset))
		raw = binary.AppendVarint(raw, ev.at-at)
		raw = append(raw, ev.flags)
		raw = binary.AppendUvarint(raw, uint64(len(ev.body)))
		if ev.text.ok {
			raw = binary.AppendUvarint(raw, uint64(ev.text.off)+1)
			raw = binary.AppendUvarint(raw, uint64(ev.text.len))
			raw = append(raw, byte(ev.text.rank))
		} else {
			raw = append(raw, 0)
		}
		offset, at = ev.offset, ev.at
	}
	for _, ev := range events {
		raw = append(raw, ev.body...)
	}
	dst := e.zstd.EncodeAll(raw, nil)
	if cap(raw) > blockBytes*4 {
		raw = nil
	}
	e.raw = raw
	return dst
}

// blockDecoder unpacks blocks; what it gives is good until the next call.
type blockDecoder struct {
	zstd   *zstd.Decoder
	raw    []byte
	events []stored
	bodies []byte // all frames, one after the other
	plain  bool   // every event's text is known
}

func newBlockDecoder() *blockDecoder {
	// The only errors are of options.
	dec, _ := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxBlock))
	return &blockDecoder{zstd: dec}
}

func (d *blockDecoder) close() { d.zstd.Close() }

// decode unpacks a block. Errors: errBlock.
func (d *blockDecoder) decode(data []byte) error {
	d.events, d.bodies = d.events[:0], nil
	raw, err := d.zstd.DecodeAll(data, d.raw[:0])
	if err != nil {
		return fmt.Errorf("%w: %w", errBlock, err)
	}
	d.raw = raw
	if cap(raw) > 4*blockBytes {
		d.raw = nil // an image or two; not kept
	}
	return d.parse(raw)
}

func (d *blockDecoder) parse(raw []byte) error {
	r := varints{b: raw}
	if r.byte() != blockVersion {
		return errBlock
	}
	count := r.uint(blockEvents)
	d.plain = true
	offset, at, total := int64(0), int64(0), 0
	sizes := make([]int, 0, blockEvents)
	for range count {
		offset += int64(r.uint(maxOffset))
		at += r.int()
		ev := stored{offset: offset, at: at, flags: r.byte()}
		size := int(r.uint(maxBlock))
		if off := r.uint(maxBlock); off > 0 {
			ev.text = span{off: int(off) - 1, len: int(r.uint(maxBlock)), rank: int(r.byte()), ok: true}
		}
		if r.bad || offset > maxOffset || (ev.text.ok && ev.text.off+ev.text.len > size) {
			return errBlock
		}
		d.plain = d.plain && ev.text.ok
		total += size
		sizes = append(sizes, size)
		d.events = append(d.events, ev)
	}
	if r.bad || total != len(r.b) {
		d.events = d.events[:0]
		return errBlock
	}
	d.bodies = r.b
	rest := r.b
	for i, size := range sizes {
		d.events[i].body, rest = rest[:size:size], rest[size:]
	}
	return nil
}

// varints reads numbers that may be anything.
type varints struct {
	b   []byte
	bad bool
}

func (v *varints) byte() byte {
	if len(v.b) == 0 {
		v.bad = true
		return 0
	}
	c := v.b[0]
	v.b = v.b[1:]
	return c
}

func (v *varints) uint(most uint64) uint64 {
	n, size := binary.Uvarint(v.b)
	if size <= 0 || n > most {
		v.bad, v.b = true, nil
		return 0
	}
	v.b = v.b[size:]
	return n
}

func (v *varints) int() int64 {
	n, size := binary.Varint(v.b)
	if size <= 0 {
		v.bad, v.b = true, nil
		return 0
	}
	v.b = v.b[size:]
	return n
}
