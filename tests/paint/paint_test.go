package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"apps.local/neetbox-tui/tests/measure"
)

// TestMain lets the test's binary be the helpers, as the program is.
func TestMain(m *testing.M) {
	if code, helps := helperMain(os.Args[1:]); helps {
		os.Exit(code)
	}
	os.Exit(m.Run())
}

func TestLogEvent_HasItsSizeAndANumberThatCanBeSet(t *testing.T) {
	text, numberAt := logEvent(project)
	if len(text) != eventSize {
		t.Errorf("%d bytes, want %d", len(text), eventSize)
	}
	frame, textAt := clientFrame(text)
	setNumber(frame[textAt+numberAt:], 120_345)
	var event struct {
		Payload struct{ Message string } `json:"payload"`
	}
	if err := json.Unmarshal(frame[textAt:], &event); err != nil {
		t.Fatalf("%v in %s", err, frame[textAt:])
	}
	if want := "line 000000120345 epoch"; !strings.HasPrefix(event.Payload.Message, want) {
		t.Errorf("message %q, want it to begin with %q", event.Payload.Message, want)
	}
}

// daemon is as much of one as a sender needs; it gives on what it reads.
func daemon(t *testing.T) (addr string, events <-chan []byte) {
	t.Helper()
	read := make(chan []byte, 100_000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var upgrader websocket.Upgrader
		ws, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer ws.Close()
		for {
			_, text, err := ws.ReadMessage()
			if err != nil {
				close(read)
				return
			}
			if bytes.Contains(text, []byte("handshake")) {
				err = ws.WriteMessage(websocket.TextMessage, []byte(`{"event-type":"handshake","payload":{"result":200}}`))
			} else {
				read <- text
			}
			if err != nil {
				return
			}
		}
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://"), read
}

func TestSend_KeepsToItsRateAndTellsWhatItSent(t *testing.T) {
	addr, events := daemon(t)
	in, rates := io.Pipe()
	answers, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- send(addr, project, in, out) }()
	r := &run{in: rates, answers: bufio.NewScanner(answers)}
	first, from, err := r.rate(10_000)
	if err != nil {
		t.Fatal(err)
	}
	if first != 1 {
		t.Errorf("%d lines before a rate was told, want 1", first)
	}
	if err := measure.Pause(t.Context(), 200*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	sent, to, err := r.rate(0)
	if err != nil {
		t.Fatal(err)
	}
	_ = rates.Close()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if most := int64(to.Sub(from).Seconds()*10_000) + first; sent > most || sent < 100 {
		t.Errorf("%d lines sent in %v, want at most %d", sent, to.Sub(from), most)
	}
	var got int64
	for range events {
		got++
	}
	if got != sent {
		t.Errorf("%d lines came, %d were sent", got, sent)
	}
}

func TestScreen_EmptyProgramIsPaintedAndAnswersKeys(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, emptyArg)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color")
	s, seen, err := open(cmd, false, paneMarker)
	if err != nil {
		t.Skipf("no pseudo-terminal here: %v", err)
	}
	defer s.leave()
	if _, err := s.await(t.Context(), seen, paneMarker); err != nil {
		t.Fatal(err)
	}
	keys, err := s.typeFor(t.Context(), 300*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	for _, took := range keys {
		if took <= 0 || took > paintTime {
			t.Errorf("a key was painted after %v", took)
		}
	}
	if n, _ := s.written(); n < rows*columns || len(keys) < 2 {
		t.Errorf("%d bytes painted, %d keys", n, len(keys))
	}
}

// TestScreen_MarkerIsSeenHoweverCut feeds output in pieces.
func TestScreen_MarkerIsSeenHoweverCut(t *testing.T) {
	const output = "\x1b[2Jsome text, " + helpMarker + ", and more"
	for size := 1; size <= len(output); size++ {
		s := &screen{}
		seen := s.expect(helpMarker)
		var at time.Time
		for i := 0; i < len(output); i += size {
			at = at.Add(time.Second)
			s.take([]byte(output[i:min(i+size, len(output))]), at)
		}
		select {
		case <-seen:
		default:
			t.Errorf("pieces of %d: not seen", size)
		}
	}
}

func TestScreen_WhatWasPaintedBeforeIsNotTheAnswer(t *testing.T) {
	s := &screen{}
	s.take([]byte("Everywh"), time.Now())
	seen := s.expect(helpMarker)
	s.take([]byte("still Everywh"), time.Now())
	select {
	case <-seen:
		t.Error("seen before it was painted")
	default:
	}
	s.take([]byte("ere"), time.Now())
	if len(seen) != 1 {
		t.Error("not seen")
	}
}

func TestScreen_KeepsNoMoreThanItSays(t *testing.T) {
	s := &screen{}
	piece := bytes.Repeat([]byte{'x'}, kept/3)
	for range 10 {
		s.take(piece, time.Now())
	}
	s.take(bytes.Repeat([]byte{'y'}, kept), time.Now())
	if len(s.last) != kept || bytes.ContainsRune(s.last, 'x') {
		t.Errorf("%d bytes kept, want the last %d", len(s.last), kept)
	}
}

func TestLinesTaken(t *testing.T) {
	for text, want := range map[string]int64{
		"running 2h14   1,204 logs   127.0.0.1": 1204,
		"\x1b[2m1 log\x1b[0m":                   1,
		"1,000,000 logs":                        1_000_000,
		"no number":                             0,
		"12 logbooks":                           0,
	} {
		if got := linesTaken(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

func TestPlan_OnlyRefusesWhatIsNoRate(t *testing.T) {
	p := newPlan(true)
	p.only("0,50000,-1,many,2000000")
	if len(p.rates) != 2 || p.rates[1] != 50_000 || len(p.problems) != 3 {
		t.Errorf("rates %v, problems %v", p.rates, p.problems)
	}
}

func TestNumbers_TwoOrThreeSignificantDigits(t *testing.T) {
	for v, want := range map[float64]string{
		2_345_678: "2.35 M", 123_456: "123 k", 12_345: "12.3 k", 1_000: "1.0 k", 123.4: "123", 20: "20.0", 0.964: "0.96", 0: "0",
	} {
		if got := numbers().Text(v); got != want {
			t.Errorf("%v is %q, want %q", v, got, want)
		}
	}
}
