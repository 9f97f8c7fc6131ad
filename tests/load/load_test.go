package main

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestLogEvent_HasItsSizeAndIsJSON(t *testing.T) {
	for _, waits := range []bool{false, true} {
		text, stampAt := logEvent("load-12", waits)
		if len(text) != eventSize {
			t.Errorf("waits %v: %d bytes, want %d", waits, len(text), eventSize)
		}
		now := time.Unix(1_700_000_000, 123_456_789)
		stamp(text[stampAt:], now)
		if got := stamped(text[stampAt:]); got != now.UnixNano() {
			t.Errorf("waits %v: stamp %d, want %d", waits, got, now.UnixNano())
		}
		if !json.Valid(text) || !isLog(text) || bytes.HasSuffix(text, []byte(asks)) != waits {
			t.Errorf("waits %v: %s", waits, text)
		}
	}
}

func TestMask_InPlaceEqualsWhole(t *testing.T) {
	text, stampAt := logEvent("load", false)
	frame, textAt := clientFrame(text)
	now := time.Unix(1, 2)
	place := frame[textAt+stampAt:][:stampDigits]
	stamp(place, now)
	mask(place, stampAt)
	stamp(text[stampAt:], now)
	want, _ := clientFrame(text)
	if !bytes.Equal(frame, want) {
		t.Error("a stamped frame differs from a frame of the stamped text")
	}
}

// TestFrames_WholeHoweverCut feeds frames of every length class in pieces.
func TestFrames_WholeHoweverCut(t *testing.T) {
	var sent [][]byte
	var wire []byte
	for _, size := range []int{0, 1, 125, 126, 250, 65535, 65536} {
		text := bytes.Repeat([]byte{'x'}, size)
		frame, _ := serverFrame(text)
		sent, wire = append(sent, text), append(wire, frame...)
	}
	for _, piece := range []int{1, 7, 4096, len(wire)} {
		here, there := net.Pipe()
		go func() {
			for part := range slices.Chunk(wire, piece) {
				if _, err := there.Write(part); err != nil {
					return
				}
			}
		}()
		f := newFrames(here)
		for i, want := range sent {
			got, err := f.read()
			if err != nil {
				t.Fatalf("pieces of %d, frame %d: %v", piece, i, err)
			}
			if !bytes.Equal(got, want) {
				t.Fatalf("pieces of %d, frame %d: %d bytes, want %d", piece, i, len(got), len(want))
			}
		}
		_ = here.Close()
		_ = there.Close()
	}
}

func TestFrames_TooLargeIsAnError(t *testing.T) {
	here, there := net.Pipe()
	defer func() { _ = there.Close() }()
	defer func() { _ = here.Close() }()
	go func() {
		frame, _ := serverFrame(make([]byte, 2*receiveBuffer))
		_, _ = there.Write(frame) // the reader gives up before the end
	}()
	if _, err := newFrames(here).read(); err == nil {
		t.Error("a frame larger than the buffer was read")
	}
}

func TestVerdict(t *testing.T) {
	for name, c := range map[string]struct {
		figure figure
		want   string
	}{
		"at most, within goal":  {atMost("", 20, "", 40, 25), "goal"},
		"at most, within bar":   {atMost("", 30, "", 40, 25), "bar"},
		"at most, above":        {atMost("", 41, "", 40, 25), "missed"},
		"at least, within bar":  {told("", 1, "").against("floor", 9, 12).barred(10, 25, true), "bar"},
		"at least, below":       {told("", 1, "").against("floor", 9, 9).barred(10, 25, true), "missed"},
		"the ratio is judged":   {told("", 99, "").against("floor", 99, 1).barred(1.5, 1.1, false), "goal"},
		"the value is judged":   {atMost("", 30, "", 40, 25).besides("floor", 1), "bar"},
		"unknown has none":      {atMost("", math.NaN(), "", 40, 25), ""},
		"without a bar no word": {told("", 1, ""), ""},
	} {
		if got := c.figure.verdict(); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestMedianAndPercentile(t *testing.T) {
	if got := median([]float64{3, math.NaN(), 1, 2}); got != 2 {
		t.Errorf("median %v, want 2", got)
	}
	if got := median([]float64{4, 1, 2, 3}); got != 2.5 {
		t.Errorf("median of four %v, want 2.5", got)
	}
	if !math.IsNaN(median(nil)) || !math.IsNaN(percentile(nil, 0.5)) {
		t.Error("nothing has a median")
	}
	ms := []time.Duration{time.Millisecond, 2 * time.Millisecond, 3 * time.Millisecond, 4 * time.Millisecond}
	if half, most := percentile(ms, 0.5), percentile(ms, 0.99); half != 2 || most != 4 {
		t.Errorf("p50 %v p99 %v, want 2 and 4", half, most)
	}
}

func TestWrite_UnknownIsADashAndNull(t *testing.T) {
	figures := []figure{told("a", math.NaN(), "µs").against("b", math.NaN(), math.NaN()).barred(1, 2, false)}
	var table, document strings.Builder
	if err := writeTable(&table, "machine", figures); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(table.String(), "| a | – µs | b – | – | ≤ 1 / 2 |  |") {
		t.Errorf("table:\n%s", table.String())
	}
	if err := writeJSON(&document, "machine", figures); err != nil {
		t.Fatal(err)
	}
	var back struct {
		Figures []struct{ Value *float64 }
	}
	if err := json.Unmarshal([]byte(document.String()), &back); err != nil || len(back.Figures) != 1 || back.Figures[0].Value != nil {
		t.Errorf("document: %v\n%s", err, document.String())
	}
}

// TestFloors_DeliverEverything runs each floor in this process.
func TestFloors_DeliverEverything(t *testing.T) {
	for mode, k := range map[string]kind{floorRelay: kindRelay, floorNaive: kindGorilla} {
		t.Run(mode, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			go func() { _ = serveMode(mode, l) }() // ends with the listener
			defer func() { _ = l.Close() }()
			deliver(t, target{&server{addr: l.Addr().String()}, k})
		})
	}
}

// TestDaemon_DeliversEverything is the load's own promise: within the window
// nothing is lost, in either spelling.
func TestDaemon_DeliversEverything(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the daemon")
	}
	daemon := daemonUnderLoad(t, daemonBinary(t))
	for name, k := range map[string]kind{"plain": kindPlain, "extended": kindExtended} {
		t.Run(name, func(t *testing.T) { deliver(t, target{daemon, k}) })
	}
}

func deliver(t *testing.T, to target) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), caseTime)
	defer cancel()
	const most, receivers = 2 * window, 3
	flood := load{pattern: pattern{receivers, 1}, project: t.Name(), time: caseTime, most: most}
	o, err := flood.run(ctx, to)
	if err != nil {
		t.Fatal(err)
	}
	if o.Events != most || o.Delivered != most*receivers {
		t.Errorf("%d events, %d delivered, want %d and %d", o.Events, o.Delivered, most, most*receivers)
	}
	alone := load{pattern: pattern{0, batch}, project: t.Name() + "-alone", time: caseTime, most: most}
	if _, err := alone.run(ctx, to); err != nil {
		t.Errorf("without receivers: %v", err)
	}
	steady := load{pattern: pattern{receivers, 1}, project: t.Name() + "-steady", time: 200 * time.Millisecond, rate: 1000}
	o, err = steady.run(ctx, to)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(o.Latencies)
	if len(o.Latencies) != int(o.Delivered) || o.Latencies[0] < 0 || o.Latencies[len(o.Latencies)-1] > caseTime {
		t.Errorf("%d latencies of %d delivered: %v", len(o.Latencies), o.Delivered, o.Latencies[:min(3, len(o.Latencies))])
	}
}
