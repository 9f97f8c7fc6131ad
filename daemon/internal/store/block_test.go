package store

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"apps.local/neetbox-tui/protocol"
)

func TestBlock_RoundTripIsLossless(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // a test
	enc, dec := newBlockEncoder(), newBlockDecoder()
	defer dec.close()
	for n := range blockEvents + 1 {
		var events []stored
		offset := int64(0)
		for range n {
			offset += 1 + random.Int64N(1000)
			body := make([]byte, random.IntN(300))
			for i := range body {
				body[i] = byte(random.Uint32())
			}
			ev := stored{offset: offset, at: random.Int64() - random.Int64(), flags: byte(random.Uint32()), body: body}
			if len(body) > 10 {
				ev.text = span{off: random.IntN(5), len: random.IntN(5), rank: random.IntN(4), ok: true}
			}
			events = append(events, ev)
		}
		if err := dec.decode(enc.encode(events)); err != nil {
			t.Fatal(err)
		}
		if len(dec.events) != n {
			t.Fatalf("%d events of %d came back", len(dec.events), n)
		}
		for i, got := range dec.events {
			want := events[i]
			if got.offset != want.offset || got.at != want.at || got.flags != want.flags || got.text != want.text || !bytes.Equal(got.body, want.body) {
				t.Fatalf("event %d of %d: got %+v, want %+v", i, n, got, want)
			}
		}
	}
	if err := enc.close(); err != nil {
		t.Error(err)
	}
}

// FuzzBlock reads anything as a block; what it can read is packed and read again.
func FuzzBlock(f *testing.F) {
	enc, dec := newBlockEncoder(), newBlockDecoder()
	raw := func(events ...stored) []byte {
		enc.encode(events)
		return bytes.Clone(enc.raw)
	}
	f.Add(raw())
	f.Add(raw(stored{offset: 5, at: -9, flags: 1, body: []byte("{}")}))
	f.Add(raw(stored{offset: 5, body: []byte("abcdef"), text: span{off: 1, len: 2, rank: 1, ok: true}}, stored{offset: 6}))
	f.Fuzz(func(t *testing.T, raw []byte) {
		_ = dec.decode(raw) // as it lies on disk
		if dec.events = dec.events[:0]; dec.parse(raw) != nil {
			return
		}
		events := append([]stored(nil), dec.events...)
		again := newBlockDecoder()
		defer again.close()
		if err := again.decode(enc.encode(events)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(fmt.Sprintf("%+v", events), fmt.Sprintf("%+v", again.events)); diff != "" {
			t.Error(diff)
		}
	})
}

// FuzzPoints reads anything as points of a curve.
func FuzzPoints(f *testing.F) {
	f.Add(appendPoint(appendPoint(nil, 3, -4, protocol.Scalar{X: 1, Y: 2}), 1, 1, protocol.Scalar{}))
	f.Fuzz(func(_ *testing.T, raw []byte) {
		decodePoints(raw, 1, func(protocol.ScalarPoint) {})
	})
}

func TestFindSpan_ReadsTheUsualSpellings(t *testing.T) {
	for _, frame := range []string{
		`{"event-type":"log","name":"p","payload":{"log":{"whom":"w","datetime":"d","message":"text"}},"event-id":-1,"series":"info"}`,
		`{"event-type":"log","payload":{"prefix":"info","datetime":"d","whom":3,"msg":"text"},"event-id":-1}`,
		`{"event-type":"log","payload":{"whom":null,"message":"text"},"series":"info"}`,
	} {
		if got := findSpan([]byte(frame)); !got.ok || frame[got.off:got.off+got.len] != "text" || got.rank != protocol.LevelRank("info") {
			t.Errorf("%s: %+v", frame, got)
		}
	}
}

// FuzzSpan compares with the reader of logs that looks at everything.
func FuzzSpan(f *testing.F) {
	for _, frame := range []string{
		`{"event-type":"log","payload":{"log":{"message":"x"}},"series":"warn"}`,
		`{"event-type":"log","payload":{"prefix":"error","level":"info","msg":"é","text":"b"}}`,
		`{"event-type":"log","payload":{"Msg":"a","msg":"b"}}`, `{"event-type":"log","payload":{"log":{"log":{"msg":"a"}}}}`,
		`{"event-type":"log","payload":{"msg":"a","whom":NaN,"datetime":{"a":["}"]}}}`,
		`{"event-type":"log","series":"","payload":{"level":"debug","text":"\u0041"},"payload":{"text":""}}`,
		`{"event-type":"log","series":3,"payload":{"level":null,"text":"a"}}`,
	} {
		f.Add([]byte(frame))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		ev, _, err := protocol.Decode(frame)
		if err != nil {
			return
		}
		got := findSpan(frame)
		if !got.ok {
			return
		}
		want := protocol.ParseLog(ev)
		if text := string(frame[got.off : got.off+got.len]); text != want.Text || got.rank != protocol.LevelRank(want.Level) {
			t.Errorf("got %q rank %d, want %+v", text, got.rank, want)
		}
	})
}

// FuzzPlainScalar compares with the reader of payloads that uses reflection.
func FuzzPlainScalar(f *testing.F) {
	for _, payload := range []string{`{"x":1,"y":-2.5e3}`, `{"y":1,"x":2,"x":3}`, `{"x":1}`, `{"x":"1","y":2}`, `{"x":1e999,"y":0}`} {
		f.Add([]byte(payload))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		ev, _, err := protocol.Decode([]byte(`{"event-type":"scalar","payload":` + string(payload) + `}`))
		if err != nil || strings.Contains(string(payload), "payload") {
			return
		}
		got, ok := plainScalar(ev.Payload)
		if !ok {
			return
		}
		var want protocol.Scalar
		if err := ev.DecodePayload(&want); err != nil || got != want {
			t.Errorf("got %v, want %v, %v", got, want, err)
		}
	})
}
