package storetest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"apps.local/neetbox-tui/protocol"
)

// samples are frames of every kind that a run may send.
func samples() []string {
	return []string{
		`{"event-type":"log","name":"p","payload":{"log":{"whom":"w","message":"hé \"q\""}},"event-id":-1}`,
		"{ \"event-type\" : \"log\",\n \"payload\":{\"message\":\"x\"} , \"event-id\":12345678901234567890123 }  ",
		`{"event-type":"scalar","name":"p","series":"loss","payload":{"x":1,"y":NaN},"event-id":-1}`,
		`{"event-type":"scalar","name":"p","series":"loss","payload":{"x":-Infinity,"y":1e400},"event-id":-1}`,
		`{"event-type":"made-up","name":"p","payload":[1,2,{"a":null}],"event-id":7,"extra":{"deep":[[]]}}`,
		`{"event-type":"log","name":"somewhere else","payload":"bare text","event-id":0}`,
		`{"event-type":"status","name":"p","series":"config","payload":{"lr":0.1},"n":3,"sent":"2026-01-01"}`,
		`{"event-type":"hardware","name":"p","payload":{"cpus":[1]},"seq":99,"run":"liar","at":1}`,
		`{"event-type":"image","name":"p","series":"grid","payload":{"step":1,"data":"iVBORw0KGgo="},"event-id":-1}`,
		`{"event-type":"progress","name":"p","series":"bar","payload":{"step":1},"event-id":-1}`,
		`{"event-type":"hyperparameters","name":"p","payload":{"a":"\ud800"},"event-id":-1}`,
		`{"event-type":"action","name":"p","payload":{"name":"go","args":{}},"event-id":5}`,
		`{"event-type":"ack","payload":null}`,
		"{\"event-type\":\"log\",\"payload\":{\"message\":\"\xff\xfe\"}}",
	}
}

func frames(t *testing.T, h History, _ func()) {
	var m maker
	var want []string
	keep := func(ev protocol.Event) {
		frame := ev.AppendFrame(nil, protocol.Spelling{Dialect: protocol.DialectSeed, Extended: true})
		if ev.NonFinite {
			frame = protocol.QuoteNonFinite(frame)
		}
		want = append(want, string(frame))
		h.Record(ev)
	}
	for _, frame := range samples() {
		keep(m.event(t, "r", frame))
	}
	for _, made := range []protocol.Event{
		{Type: protocol.EventStatus, Series: protocol.SeriesPresence, ID: protocol.NoEventID, Payload: []byte(`{"online":true,"state":"running"}`)},
		{Type: protocol.EventAck, ID: protocol.ID(5), Payload: []byte(`{ "result" : 200 }`), Sent: "then", N: 4},
		{Type: "odd \"type\"", ID: protocol.ID(0)},
	} {
		keep(m.number(made, "r"))
	}
	p := page(t, h, protocol.EventQuery{})
	var got []string
	for _, frame := range p.Events {
		got = append(got, string(frame))
	}
	same(t, "frames", got, want)
}

// filters compares with a reader that looks at every event.
func filters(t *testing.T, h History, settle func()) {
	var m maker
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a test
	var all []protocol.Event
	words := []string{"alpha", "beta", "gamma delta", `quo"te`, "ünï", "a\nb", "100%"}
	for i := range 2000 {
		run := fmt.Sprintf("run %d", random.IntN(4))
		var ev protocol.Event
		switch random.IntN(8) {
		case 0:
			ev = m.scalar(t, run, words[random.IntN(3)], strconv.Itoa(i), fmt.Sprint(random.Float64()))
		case 1:
			ev = m.event(t, run, fmt.Sprintf(`{"event-type":"kind %d","payload":{"i":%d},"series":"s%d"}`, random.IntN(3), i, random.IntN(2)))
		case 2:
			ev = m.event(t, run, fmt.Sprintf(`{"event-type":"log","payload":{"prefix":"%s","msg":"%s %d"}}`,
				[]string{"error", "debug", ""}[random.IntN(3)], words[random.IntN(3)], i))
		default:
			ev = m.log(t, run, []string{"", "info", "warning", "error", "debug"}[random.IntN(5)],
				fmt.Sprintf("%s line %d %s", words[random.IntN(len(words))], i, words[random.IntN(len(words))]))
		}
		m.at += int64(random.IntN(10))
		all = append(all, ev.Clone())
		h.Record(ev)
		if i%700 == 699 {
			settle()
		}
	}
	pick := func(from ...string) string {
		if random.IntN(3) > 0 {
			return ""
		}
		return from[random.IntN(len(from))]
	}
	for range 100 {
		q := protocol.EventQuery{
			Run: pick("run 0", "run 1", "nobody"), Type: protocol.EventType(pick("log", "scalar", "kind 1", "none")),
			Series: pick("alpha", "s1", "error"), Level: pick("debug", "info", "warning", "error"),
			Grep: pick("beta", `"`, "ü", "12", "nowhere", "a\nb"), Regex: pick(`line 1\d+`, `^beta`, `\w$`, `(?i)ALPHA`),
			Limit: 1 + random.IntN(200),
		}
		switch random.IntN(4) {
		case 0:
			q.After = protocol.Seq(random.IntN(2100)) - 1
		case 1:
			q.Before = protocol.Seq(random.IntN(2100))
		}
		if random.IntN(4) == 0 {
			q.From = all[random.IntN(len(all))].At
		}
		if random.IntN(4) == 0 {
			q.To = all[random.IntN(len(all))].At
		}
		same(t, fmt.Sprintf("%+v", q), seqs(t, page(t, h, q)), naive(all, q))
		if t.Failed() {
			return
		}
	}
}

// naive answers a query by looking at every event.
func naive(all []protocol.Event, q protocol.EventQuery) []protocol.Seq {
	found := []protocol.Seq{}
	for _, ev := range all {
		if among(ev, q) && says(ev, q) {
			found = append(found, ev.Seq)
		}
	}
	if len(found) <= q.Limit {
		return found
	}
	if q.After != 0 {
		return found[:q.Limit]
	}
	return found[len(found)-q.Limit:]
}

func among(ev protocol.Event, q protocol.EventQuery) bool {
	switch {
	case q.Run != "" && ev.Run != q.Run, q.Type != "" && ev.Type != q.Type, q.Series != "" && ev.Series != q.Series:
		return false
	}
	return ev.Seq > q.After && (q.Before == 0 || ev.Seq < q.Before) && ev.At >= q.From && (q.To == 0 || ev.At < q.To)
}

func says(ev protocol.Event, q protocol.EventQuery) bool {
	if q.Level == "" && q.Grep == "" && q.Regex == "" {
		return true
	}
	log := protocol.ParseLog(ev)
	return ev.Type == protocol.EventLog && strings.Contains(log.Text, q.Grep) && regexp.MustCompile(q.Regex).MatchString(log.Text) &&
		(q.Level == "" || protocol.LevelRank(log.Level) >= protocol.LevelRank(q.Level))
}

func texts(t *testing.T, h History, _ func()) {
	var m maker
	payloads := []string{
		`"needle"`, `{"log":{"message":"a needle"}}`, `{"msg":"n\u0065edle"}`, `{"text":"needle"}`,
		`{"log":"needle"}`, `{"message":{"deep":"needle"}}`, `{"message":["needle"]}`, `{"other":"needle"}`,
		`{"Message":"needle"}`, `"{\"message\":\"needle\"}"`, `{"message":"first","message":"needle"}`,
		`{"prefix":3,"msg":"needle"}`, `{"msg":null,"message":"needle"}`, `{"whom":NaN,"message":"needle"}`,
	}
	for _, payload := range payloads {
		h.Record(m.event(t, "r", `{"event-type":"log","payload":`+payload+`}`))
	}
	last := m.seq
	for _, payload := range []string{
		`{"message":"other","whom":"needle"}`, `{"log":{"message":"other"},"needle":1}`, `{"prefix":"needle","msg":"other"}`,
		`{"message":"needle","message":"other"}`, `{"msg":"other","message":"needle"}`,
	} {
		h.Record(m.event(t, "r", `{"event-type":"log","payload":`+payload+`}`))
	}
	same(t, "by substring", seqs(t, page(t, h, protocol.EventQuery{Grep: "needle"})), from(1, last))
	same(t, "by pattern", seqs(t, page(t, h, protocol.EventQuery{Regex: "n.edle"})), from(1, last))
}

func progress(t *testing.T, h History, _ func()) {
	var m maker
	for i := range 60 {
		h.Record(m.event(t, "r", fmt.Sprintf(`{"event-type":"progress","series":"bar %d","payload":{"step":%d}}`, i%2, i)))
	}
	same(t, "bars", seqs(t, page(t, h, protocol.EventQuery{Type: protocol.EventProgress})), from(59, 60))
}

func curves(t *testing.T, h History, settle func()) {
	var m maker
	ctx := t.Context()
	for i, y := range []string{"3", "NaN", "-2.5", "Infinity", "7", "1"} {
		h.Record(m.scalar(t, "r", "loss", strconv.Itoa(i), y))
		settle()
	}
	h.Record(m.event(t, "r", `{"event-type":"scalar","series":"acc","payload":{"x":"NaN","y":null}}`))
	h.Record(m.event(t, "r", `{"event-type":"scalar","series":"acc","payload":"nonsense"}`))
	h.Record(m.scalar(t, "other", "loss", "9", "9"))
	got, err := h.Scalars(ctx, "p", "r")
	if err != nil {
		t.Fatal(err)
	}
	nan := protocol.Float(math.NaN())
	want := []protocol.ScalarSummary{
		{Series: "acc", Count: 1, First: protocol.Scalar{X: nan, Y: nan}, Last: protocol.Scalar{X: nan, Y: nan}, Min: nan, Max: nan},
		{Series: "loss", Count: 6, First: protocol.Scalar{X: 0, Y: 3}, Last: protocol.Scalar{X: 5, Y: 1}, Min: -2.5, Max: 7},
	}
	same(t, "summaries", fmt.Sprint(got), fmt.Sprint(want))
	curve, err := h.Scalar(ctx, "p", "r", "loss", protocol.ScalarQuery{})
	if err != nil {
		t.Fatal(err)
	}
	var ys []string
	for i, p := range curve.Points {
		if p.Seq != protocol.Seq(i+1) || p.At != 1_700_000_000_001+int64(i) || float64(p.X) != float64(i) {
			t.Errorf("point %d is %+v", i, p)
		}
		ys = append(ys, fmt.Sprint(float64(p.Y)))
	}
	same(t, "values", ys, []string{"3", "NaN", "-2.5", "+Inf", "7", "1"})
	low, high := 1.0, 3.0
	curve, err = h.Scalar(ctx, "p", "r", "loss", protocol.ScalarQuery{From: &low, To: &high})
	if err != nil || len(curve.Points) != 3 {
		t.Errorf("stretch: %v, %v", curve, err)
	}
	curve, err = h.Scalar(ctx, "p", "r", "nobody", protocol.ScalarQuery{})
	if err != nil || len(curve.Points) != 0 {
		t.Errorf("unknown curve: %v, %v", curve, err)
	}
}

func buckets(t *testing.T, h History, settle func()) {
	var m maker
	for i := range 2000 {
		y := "1"
		switch i {
		case 777:
			y = "1000"
		case 888:
			y = "NaN"
		}
		h.Record(m.scalar(t, "r", "loss", strconv.Itoa(i), y))
		if i == 1000 {
			settle()
		}
	}
	curve, err := h.Scalar(t.Context(), "p", "r", "loss", protocol.ScalarQuery{Buckets: 50})
	if err != nil {
		t.Fatal(err)
	}
	spike := slices.ContainsFunc(curve.Buckets, func(b protocol.ScalarBucket) bool { return b.Max == 1000 })
	odd := slices.ContainsFunc(curve.Buckets, func(b protocol.ScalarBucket) bool { return b.NonFinite == 1 })
	if len(curve.Buckets) != 50 || !spike || !odd {
		t.Errorf("%d buckets, spike %v, non-finite %v", len(curve.Buckets), spike, odd)
	}
}
