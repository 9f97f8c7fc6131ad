package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"slices"
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

func TestNumbers_ThreeSignificantDigits(t *testing.T) {
	for v, want := range map[float64]string{
		2_345_678: "2.35 M", 12_345: "12 k", 9_999: "9999", 123.4: "123", 99.94: "99.9", 1: "1.0", 0.1234: "0.123", 0: "0.000",
	} {
		if got := numbers().Text(v); got != want {
			t.Errorf("%v is %q, want %q", v, got, want)
		}
	}
}
