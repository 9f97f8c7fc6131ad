package protocol_test

import (
	"testing"

	"apps.local/neetbox-tui/protocol"
)

const usualLog = `{"event-type":"log","name":"bert","payload":{"prefix":"info","datetime":"2026-11-22-09:23:12","whom":"train","msg":"epoch 1 loss 0.25 "},"seq":4}`

// FuzzLogReader_SaysWhatParseLogSays for every payload.
func FuzzLogReader_SaysWhatParseLogSays(f *testing.F) {
	for _, payload := range []string{
		`{"prefix":"info","datetime":"x","whom":"m","msg":"a\nb\u00e9"}`, `{"whom":"m","message":"x"}`, `{"log":{"msg":"x"}}`,
		`{"msg":1}`, `{"Msg":"x"}`, `{"msg":"x","msg":"y"}`, `{"msg":null,"text":"t"}`, `"bare"`, `{"msg":"NaN","x":NaN}`,
		`{"level":"error","prefix":"","text":"t"}`, `{"m\u0073g":"x"}`, `[1]`, `{}`, `{"other":[1,{"msg":"no"}],"text":"t"}`,
	} {
		f.Add(payload, "")
		f.Add(payload, "warning")
	}
	reader := protocol.NewLogReader()
	f.Fuzz(func(t *testing.T, payload, series string) {
		ev, _, err := protocol.Decode([]byte(`{"event-type":"log","payload":` + payload + `}`))
		if err != nil {
			return
		}
		ev.Series = series
		if got, want := reader.Read(ev), protocol.ParseLog(ev); got != want {
			t.Errorf("%s (series %q)\nread   %+v\nparsed %+v", payload, series, got, want)
		}
	})
}

func BenchmarkLogReader(b *testing.B) {
	ev, _, err := protocol.Decode([]byte(usualLog))
	if err != nil {
		b.Fatal(err)
	}
	b.Run("read", func(b *testing.B) {
		r := protocol.NewLogReader()
		b.ReportAllocs()
		for b.Loop() {
			r.Read(ev)
		}
	})
	b.Run("floor-ParseLog", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			protocol.ParseLog(ev)
		}
	})
}
