package protocol_test

import (
	"fmt"
	"testing"
	"time"

	"apps.local/neetbox-tui/protocol"
)

func call(id, at int) string {
	return fmt.Sprintf(`{"event-type":"action","payload":{"name":"save","args":{}},"event-id":%d,"run":"r","at":%d}`, id, at)
}

func answer(id, at int, payload string) string {
	return fmt.Sprintf(`{"event-type":"ack","payload":%s,"event-id":%d,"run":"r","at":%d}`, payload, id, at)
}

func TestReceipts_EveryLife(t *testing.T) {
	const begun = `{"event-type":"status","series":"action-state","payload":{"event-id":1,"state":"running"},"at":1005}`
	ok, bad := `{"name":"save","result":1}`, `{"name":"save","error":"boom"}`
	gone := string(protocol.ServerAnswer("save", "gone", true))
	tests := map[string]struct {
		frames []string
		now    int64 // Expire is called with it between the frames and late
		late   []string
		want   protocol.ReceiptState
		isLate bool
	}{
		"sent":                {[]string{call(1, 1000)}, 1000, nil, protocol.ReceiptSent, false},
		"running":             {[]string{call(1, 1000), begun}, 1000, nil, protocol.ReceiptRunning, false},
		"done":                {[]string{call(1, 1000), begun, answer(1, 2000, ok)}, 90_000, nil, protocol.ReceiptDone, false},
		"done without start":  {[]string{call(1, 1000), answer(1, 2000, ok)}, 90_000, nil, protocol.ReceiptDone, false},
		"failed":              {[]string{call(1, 1000), answer(1, 2000, bad)}, 90_000, nil, protocol.ReceiptFailed, false},
		"answered once":       {[]string{call(1, 1000), answer(1, 2000, ok), answer(1, 2001, bad)}, 0, nil, protocol.ReceiptDone, false},
		"just in time":        {[]string{call(1, 1000)}, 60_999, nil, protocol.ReceiptSent, false},
		"timed out":           {[]string{call(1, 1000)}, 61_000, nil, protocol.ReceiptTimedOut, false},
		"late answer":         {[]string{call(1, 1000)}, 61_000, []string{answer(1, 70_000, ok)}, protocol.ReceiptDone, true},
		"lost":                {[]string{call(1, 1000), answer(1, 2000, gone)}, 0, nil, protocol.ReceiptLost, false},
		"back after lost":     {[]string{call(1, 1000), answer(1, 2000, gone), answer(1, 3000, ok)}, 0, nil, protocol.ReceiptDone, true},
		"lost stays lost":     {[]string{call(1, 1000), answer(1, 2000, gone), answer(1, 3000, gone)}, 0, nil, protocol.ReceiptLost, false},
		"start after the end": {[]string{call(1, 1000), answer(1, 2000, ok), begun}, 0, nil, protocol.ReceiptDone, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			book := protocol.NewReceipts(10, time.Minute)
			for _, frame := range tt.frames {
				book.Apply(decode(t, frame))
			}
			book.Expire(tt.now)
			for _, frame := range tt.late {
				book.Apply(decode(t, frame))
			}
			r, found := book.Find(protocol.ID(1))
			if !found || r.State != tt.want || r.Late != tt.isLate {
				t.Errorf("%+v, want %s (late %v)", r, tt.want, tt.isLate)
			}
		})
	}
}

func TestReceipts_KeepsTheNewestAndListsThemFirst(t *testing.T) {
	book := protocol.NewReceipts(3, time.Minute)
	for id := 1; id <= 5; id++ {
		book.Apply(decode(t, call(id, id)))
	}
	if got := fmt.Sprint(ids(book.List("r"))); got != "[5 4 3]" {
		t.Errorf("kept %s", got)
	}
	if next := book.NextExpiry(); next != 3+time.Minute.Milliseconds() {
		t.Errorf("next expiry at %d", next)
	}
	book.Forget(protocol.ID(4))
	if got := fmt.Sprint(ids(book.List("")), book.OpenOf("r"), len(book.List("other"))); got != "[5 3] [3 5] 0" {
		t.Errorf("after forgetting 4: %s", got)
	}
}

func ids(list []protocol.Receipt) []string {
	var out []string
	for _, r := range list {
		out = append(out, r.ID.String())
	}
	return out
}

func TestReceipts_OtherEventsChangeNothing(t *testing.T) {
	book := protocol.NewReceipts(3, time.Minute)
	for _, frame := range []string{
		`{"event-type":"action","payload":{"name":"x"},"event-id":-1}`, `{"event-type":"action","payload":"?","event-id":4}`,
		`{"event-type":"ack","payload":{},"event-id":9}`, `{"event-type":"log","payload":{},"event-id":9}`,
		`{"event-type":"status","series":"action-state","payload":{"event-id":9}}`,
	} {
		if r, changed := book.Apply(decode(t, frame)); changed {
			t.Errorf("%s changed %+v", frame, r)
		}
	}
}
