package protocol_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"apps.local/neetbox-tui/protocol"
)

func decode(t testing.TB, frame string) protocol.Event {
	t.Helper()
	ev, _, err := protocol.Decode([]byte(frame))
	if err != nil {
		t.Fatalf("decode %s: %v", frame, err)
	}
	return ev
}

func golden(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "wire", name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(string(text), "\n")
}

// The seed document's examples: read, and written as they stand.
func TestSeedExamples_AreReadAndWrittenExactly(t *testing.T) {
	const project = "project name"
	tests := map[string]protocol.Event{
		"handshake-web": {Type: protocol.EventHandshake, ID: protocol.ID(4711), Payload: []byte(`{"who":"web"}`)},
		"log":           {Type: protocol.EventLog, ID: protocol.NoEventID, Payload: []byte(`{"log":{"message":"epoch 1"}}`)},
		"action": {
			Type: protocol.EventAction, ID: protocol.ID(4712),
			Payload: []byte(`{"action":{"name":"save","args":{"tag":"'v3'"}}}`),
		},
		"ack": {
			Type: protocol.EventAck, ID: protocol.ID(4712),
			Payload: []byte(`{"action":{"name":"save","result":"ckpt/v3.pt"}}`),
		},
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			frame := golden(t, "seed-"+name+".json")
			want.Project = project
			got, dialect, err := protocol.Decode([]byte(frame))
			if err != nil || dialect != protocol.DialectSeed {
				t.Fatalf("decode: %v, dialect %v", err, dialect)
			}
			if got.Type != want.Type || got.Project != want.Project || got.ID != want.ID || string(got.Payload) != string(want.Payload) {
				t.Errorf("read %+v, want %+v", got, want)
			}
			if made := string(want.AppendFrame(nil, protocol.Spelling{Dialect: protocol.DialectSeed})); made != frame {
				t.Errorf("wrote %s\nwant  %s", made, frame)
			}
		})
	}
}

func TestReleasedClient_EveryRecordedFrameIsRead(t *testing.T) {
	file, err := os.Open(filepath.Join("testdata", "wire", "client-0.2.0.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := 0
	for scan := bufio.NewScanner(file); scan.Scan(); lines++ {
		var recorded struct {
			Dir   string
			Frame json.RawMessage
		}
		if err := json.Unmarshal(scan.Bytes(), &recorded); err != nil {
			t.Fatal(err)
		}
		ev, dialect, err := protocol.Decode(recorded.Frame)
		if err != nil || dialect != protocol.DialectSeed || ev.Project == "" {
			t.Errorf("%s %s: %v %v", recorded.Dir, recorded.Frame, dialect, err)
		}
		switch ev.Type {
		case protocol.EventLog:
			if l := protocol.ParseLog(ev); l.Text == "" {
				t.Errorf("log without text: %s", recorded.Frame)
			}
		case protocol.EventAction:
			fromRun := strings.HasPrefix(recorded.Dir, "cli") || strings.HasSuffix(recorded.Dir, "web")
			if protocol.IsActionResult(ev) != fromRun {
				t.Errorf("%s: result or call mistaken: %s", recorded.Dir, recorded.Frame)
			}
		default:
		}
	}
	const least = 5
	if lines < least {
		t.Errorf("only %d recorded frames", lines)
	}
}

func TestDecode_Tolerant(t *testing.T) {
	tests := []struct {
		name, frame string
		want        protocol.Event
	}{
		{
			"payload as object text", `{"event-type":"log","payload":"{\"msg\":\"x\"}"}`,
			protocol.Event{Type: "log", ID: protocol.NoEventID, Payload: []byte(`"{\"msg\":\"x\"}"`)},
		},
		{
			"name left out", `{"event-type":"log","payload":{}}`,
			protocol.Event{Type: "log", ID: protocol.NoEventID, Payload: []byte(`{}`)},
		},
		{"name null", `{"event-type":"log","name":null}`, protocol.Event{Type: "log", ID: protocol.NoEventID}},
		{
			"unknown type and keys", `{"x":[{"event-type":"no"}],"event-type":"wavehands","name":"p","event-id":null}`,
			protocol.Event{Type: "wavehands", Project: "p", ID: protocol.NoEventID},
		},
		{
			"doubled key, the last counts", `{"event-type":"log","event-type":"ack","event-id":1,"event-id":2}`,
			protocol.Event{Type: "ack", ID: protocol.ID(2)},
		},
		{
			"extension keys", `{"event-type":"log","seq":9,"run":"r","at":5,"series":"s","sent":"t","n":3}`,
			protocol.Event{Type: "log", ID: protocol.NoEventID, Seq: 9, Run: "r", At: 5, Series: "s", Sent: "t", N: 3},
		},
		{
			"extension keys of another's making", `{"event-type":"log","seq":"x","run":1,"n":{}}`,
			protocol.Event{Type: "log", ID: protocol.NoEventID},
		},
		{
			"lone surrogate", `{"event-type":"log","name":"\ud800x"}`,
			protocol.Event{Type: "log", Project: "\uFFFDx", ID: protocol.NoEventID},
		},
		{"space around", " \n{\"event-type\" : \"log\"}\t\n", protocol.Event{Type: "log", ID: protocol.NoEventID}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := decode(t, tt.frame)
			got.Frame = nil
			if diff := cmp.Diff(visible(tt.want), visible(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// visible is what an event says, without where it lies in memory.
func visible(e protocol.Event) map[string]any {
	return map[string]any{
		"type": e.Type, "project": e.Project, "id": e.ID.String(), "payload": string(e.Payload), "series": e.Series,
		"run": e.Run, "seq": e.Seq, "at": e.At, "sent": e.Sent, "n": e.N, "nonfinite": e.NonFinite,
	}
}

func TestDecode_Refuses(t *testing.T) {
	for frame, want := range map[string]error{
		``: protocol.ErrNotJSON, `null`: protocol.ErrNotJSON, `[]`: protocol.ErrNotJSON, `"x"`: protocol.ErrNotJSON,
		`{`: protocol.ErrNotJSON, `{"event-type":"log"`: protocol.ErrNotJSON, `{"event-type":"log"}x`: protocol.ErrNotJSON,
		`{"event-type":"log"}{}`: protocol.ErrNotJSON, `{"event-type":"log","payload":{]}`: protocol.ErrNotJSON,
		`{"event-type":"log","payload":nan}`: protocol.ErrNotJSON, `{"event-type":"log","payload":-NaN}`: protocol.ErrNotJSON,
		`{"event-type":"log",'a':1}`: protocol.ErrNotJSON, `{"event-type":"log","payload":Nanana}`: protocol.ErrNotJSON,
		`{}`: protocol.ErrNoEventType, `{"event-type":""}`: protocol.ErrNoEventType,
		`{"event-type":1}`: protocol.ErrWrongType, `{"event-type":null}`: protocol.ErrWrongType,
		`{"event-type":"log","name":5}`:       protocol.ErrWrongType,
		`{"event-type":"log","event-id":"5"}`: protocol.ErrEventID, `{"event-type":"log","event-id":5.0}`: protocol.ErrEventID,
		`{"event-type":"log","event-id":1e3}`: protocol.ErrEventID, `{"event-type":"log","event-id":NaN}`: protocol.ErrEventID,
	} {
		if ev, _, err := protocol.Decode([]byte(frame)); !errors.Is(err, want) {
			t.Errorf("%s gave %v %v, want %v", frame, ev, err, want)
		}
	}
}

func TestEventID_AnyIntegerIsKeptExactly(t *testing.T) {
	for _, text := range []string{
		"0", "-1", "1", "55754813001", "9007199254740993", "9223372036854775807", "-9223372036854775808",
		"9223372036854775808", "123456789012345678901234567890", "-0",
	} {
		ev := decode(t, `{"event-type":"ack","event-id":`+text+`}`)
		if ev.ID.String() != text {
			t.Errorf("%s became %s", text, ev.ID)
		}
		made := protocol.Event{Type: "ack", ID: ev.ID}
		if frame := made.AppendFrame(nil, protocol.Spelling{}); !bytes.Contains(frame, []byte(`"event-id":`+text+`}`)) {
			t.Errorf("%s was written as %s", text, frame)
		}
		if want := text != "-1" && text != "0" && text != "-0" && text[0] != '-'; ev.ID.Waits() != want {
			t.Errorf("%s waits: %v", text, ev.ID.Waits())
		}
	}
	for range 1000 {
		if n, ok := protocol.NewEventID().Int64(); !ok || n < 1 || n >= 1<<53 {
			t.Fatalf("drew %d", n)
		}
	}
}

func TestNonFinite_IsTakenMarkedAndRespelled(t *testing.T) {
	frame := `{"event-type":"scalar","payload":{"x":1,"y":NaN,"z":[-Infinity,Infinity],"s":"NaN \" Infinity"},"series":"NaN"}`
	ev := decode(t, frame)
	if !ev.NonFinite || ev.Series != "NaN" || string(ev.Payload) != `{"x":1,"y":NaN,"z":[-Infinity,Infinity],"s":"NaN \" Infinity"}` {
		t.Fatalf("read %+v with payload %s", ev, ev.Payload)
	}
	plain := string(ev.AppendFrame(nil, protocol.Spelling{Dialect: protocol.DialectSeed}))
	if want := `{"event-type":"scalar","payload":{"x":1,"y":null,"z":[null,null],"s":"NaN \" Infinity"},"series":"NaN"}`; plain != want {
		t.Errorf("plain: %s", plain)
	}
	if !json.Valid([]byte(plain)) {
		t.Error("plain spelling is not JSON")
	}
	var value protocol.Scalar
	if err := ev.DecodePayload(&value); err != nil || value.X != 1 || !math.IsNaN(float64(value.Y)) {
		t.Errorf("scalar %+v %v", value, err)
	}
	finite := decode(t, `{"event-type":"log","payload":{"msg":"NaN"}}`)
	if finite.NonFinite {
		t.Error("NaN inside a string marked the event")
	}
}

func TestExtendedSpelling_SplicesOnlyWhatTheFrameLacks(t *testing.T) {
	ext := protocol.Spelling{Dialect: protocol.DialectSeed, Extended: true}
	ev := decode(t, `{"event-type":"log","name":"p","payload":{}} `)
	ev.Seq, ev.Run, ev.At = 4, "r\"1", 99
	if got, want := string(ev.AppendFrame(nil, ext)), `{"event-type":"log","name":"p","payload":{},"seq":4,"run":"r\"1","at":99}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	nameless := decode(t, `{"event-type":"log"}`)
	nameless.Project, nameless.Seq = "p", 1
	if got, want := string(nameless.AppendFrame(nil, ext)), `{"event-type":"log","name":"p","seq":1}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	forged := decode(t, `{"event-type":"log","seq":1,"run":"mine","at":1}`)
	forged.Seq, forged.Run, forged.At = 7, "daemon's", 8
	again := decode(t, string(forged.AppendFrame(nil, ext)))
	if again.Seq != 7 || again.Run != "daemon's" || again.At != 8 {
		t.Errorf("a run's own keys stood: %+v", again)
	}
}

func TestClone_OutlivesTheBuffer(t *testing.T) {
	buf := []byte(`{"event-type":"log","payload":{"msg":"x"}}`)
	ev, _, err := protocol.Decode(buf)
	if err != nil {
		t.Fatal(err)
	}
	kept := ev.Clone()
	clear(buf)
	if string(kept.Payload) != `{"msg":"x"}` || string(kept.Frame) != `{"event-type":"log","payload":{"msg":"x"}}` {
		t.Errorf("kept %s in %s", kept.Payload, kept.Frame)
	}
}

func TestParseLog_EverySpelling(t *testing.T) {
	tests := []struct {
		frame string
		want  protocol.Log
	}{
		{
			`{"event-type":"log","payload":{"prefix":"info","datetime":"2026-11-22-09:23:12","whom":"m/f","msg":"hello "}}`,
			protocol.Log{Level: "info", Whom: "m/f", Text: "hello ", Time: "2026-11-22-09:23:12"},
		},
		{`{"event-type":"log","payload":{"log":{"whom":"m","message":"x"}},"series":"warning"}`, protocol.Log{Level: "warning", Whom: "m", Text: "x"}},
		{`{"event-type":"log","payload":{"log":"just text"}}`, protocol.Log{Text: "just text"}},
		{`{"event-type":"log","payload":"bare text"}`, protocol.Log{Text: "bare text"}},
		{`{"event-type":"log","payload":"{\"msg\":\"held as text\"}"}`, protocol.Log{Text: "held as text"}},
		{`{"event-type":"log","payload":{"msg":7}}`, protocol.Log{Text: "7"}},
		{`{"event-type":"log","payload":{"msg":NaN}}`, protocol.Log{Text: "NaN"}},
		{`{"event-type":"log","payload":{"other":[1]}}`, protocol.Log{Text: `{"other":[1]}`}},
		{`{"event-type":"log","payload":[1,2]}`, protocol.Log{Text: `[1,2]`}},
		{`{"event-type":"log"}`, protocol.Log{}},
	}
	for _, tt := range tests {
		if got := protocol.ParseLog(decode(t, tt.frame)); got != tt.want {
			t.Errorf("%s\ngot  %+v\nwant %+v", tt.frame, got, tt.want)
		}
	}
}

func TestAction_EverySpelling(t *testing.T) {
	for _, payload := range []string{
		`{"name":"add","args":{"a":"1","b":2}}`, `{"action":{"name":"add","args":{"a":"1","b":2}}}`,
		`{"action":"add","args":{"a":"1","b":2}}`,
	} {
		ev := decode(t, `{"event-type":"action","payload":`+payload+`,"event-id":1}`)
		call, err := protocol.ParseActionCall(ev)
		if err != nil || call.Name != "add" || call.Args["a"] != "1" || call.Args["b"] != "2" || protocol.IsActionResult(ev) {
			t.Errorf("%s: %+v %v", payload, call, err)
		}
	}
	for payload, want := range map[string]protocol.ActionResult{
		`{"name":"add","result":3.5}`:                                             {Name: "add", Result: json.RawMessage("3.5")},
		`{"action":{"name":"add","result":null}}`:                                 {Name: "add", Result: json.RawMessage("null")},
		`{"name":"add","error":"boom","action":{"name":"add","error":"boom"}}`:    {Name: "add", Error: "boom"},
		`{"action":{"name":"x"},"error":"gone","from":"server","state":"lost"}`:   {Name: "x", Error: "gone", FromServer: true, Lost: true},
		string(protocol.ServerAnswer("x", "gone", false)):                         {Name: "x", Error: "gone", FromServer: true},
		string(protocol.ActionResult{Name: "x", Result: []byte("[1]")}.Payload()): {Name: "x", Result: json.RawMessage("[1]")},
	} {
		got := protocol.ParseActionResult(decode(t, `{"event-type":"ack","payload":`+payload+`,"event-id":1}`))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", payload, diff)
		}
	}
	both := string(protocol.ActionCall{Name: "add", Args: map[string]string{"a": "1"}}.Payload())
	if want := `{"name":"add","args":{"a":"1"},"action":{"name":"add","args":{"a":"1"}}}`; both != want {
		t.Errorf("call is written %s", both)
	}
}

func TestActionSpec_KeepsTheOrderOfArguments(t *testing.T) {
	var spec protocol.ActionSpec
	text := `{"description":null,"args":{"z":"int","a":"str","m":null,"z":"float"},"blocking":true}`
	if err := json.Unmarshal([]byte(text), &spec); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(spec.ArgNames, ","); got != "z,a,m" || spec.Args["z"] != "float" || !spec.Blocking || spec.Description != "" {
		t.Errorf("read %+v", spec)
	}
}

func TestParseHardware_BothEras(t *testing.T) {
	for frame, want := range map[string]protocol.RAM{
		`{"event-type":"hardware","payload":{"cpus":[{"id":0,"percent":12.5,"freq":[2600,0,0]}],"ram":{"total":25.2,"used":1.5},"gpus":[]}}`: {Total: 25200, Used: 1500},
		`{"event-type":"hardware","payload":{"cpus":[{"id":0,"percentage":12.5,"frequency":[2600,0,0]}],"ram":{"total":25200,"used":1500}}}`: {Total: 25200, Used: 1500},
	} {
		hw, err := protocol.ParseHardware(decode(t, frame))
		if err != nil || len(hw.CPUs) != 1 || hw.CPUs[0].Percentage != 12.5 || hw.CPUs[0].Frequency[0] != 2600 {
			t.Fatalf("%+v %v", hw, err)
		}
		if hw.RAM.Total != want.Total || hw.RAM.Used != want.Used {
			t.Errorf("RAM %+v, want %+v", hw.RAM, want)
		}
	}
}

func TestFloat_RoundTrip(t *testing.T) {
	for _, text := range []string{`"NaN"`, `"Infinity"`, `"-Infinity"`, `1.5`, `-0.25`, `100000`} {
		var f protocol.Float
		if err := json.Unmarshal([]byte(text), &f); err != nil {
			t.Fatal(err)
		}
		if again, err := json.Marshal(f); err != nil || string(again) != text {
			t.Errorf("%s became %s %v", text, again, err)
		}
	}
	var f protocol.Float
	if err := json.Unmarshal([]byte(`"x"`), &f); err == nil {
		t.Error(`"x" was read as a number`)
	}
}

func FuzzDecode(f *testing.F) {
	for _, name := range []string{"seed-log.json", "seed-action.json", "seed-ack.json", "seed-handshake-web.json"} {
		text, err := os.ReadFile(filepath.Join("testdata", "wire", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, frame := range []string{
		`{"event-type":"scalar","payload":{"y":NaN,"z":-Infinity},"event-id":1}`,
		`{"event-type":"log","payload":"{\"log\":\"x\"}","name":"\ud800","series":"\\"}`,
		`{"event-type":"log","event-id":99999999999999999999}`, "{\"event-type\":\"\xff\"}",
	} {
		f.Add([]byte(frame))
	}
	plain, ext := protocol.Spelling{Dialect: protocol.DialectSeed}, protocol.Spelling{Dialect: protocol.DialectSeed, Extended: true}
	f.Fuzz(func(t *testing.T, frame []byte) {
		ev, _, err := protocol.Decode(frame)
		if err != nil {
			return
		}
		if ev.Type == "" {
			t.Fatal("an event without a type")
		}
		if !ev.NonFinite && !bytes.Equal(ev.AppendFrame(nil, plain), frame) {
			t.Fatal("the plain spelling is not the bytes that came in")
		}
		ev.Seq, ev.Run, ev.At = 12, "run", 34
		again, _, err := protocol.Decode(ev.AppendFrame(nil, ext))
		if err != nil {
			t.Fatalf("the extended spelling is not read back: %v", err)
		}
		if diff := cmp.Diff(visible(ev), visible(again)); diff != "" {
			t.Fatalf("the extended spelling says something else: %s", diff)
		}
		made := ev.Clone()
		made.Frame = nil
		again, _, err = protocol.Decode(made.AppendFrame(nil, ext))
		if err != nil {
			t.Fatalf("an event made anew is not read back: %v", err)
		}
		made.Payload = again.Payload // null for none
		made.Sent, again.Sent = "", ""
		made.NonFinite = again.NonFinite // it may have been in a key that nobody knows
		if diff := cmp.Diff(visible(made), visible(again)); diff != "" {
			t.Fatalf("an event made anew says something else: %s", diff)
		}
		_ = protocol.ParseLog(ev)
		_ = protocol.ParseActionResult(ev)
		_, _ = protocol.ParseActionCall(ev)
		_, _ = protocol.ParseHandshake(ev)
		_, _ = protocol.ParseHardware(ev)
	})
}

func BenchmarkDecode(b *testing.B) {
	frame := []byte(`{"event-type":"log","name":"bert-finetune","payload":{"prefix":"info","datetime":"2026-11-22-09:23:12","whom":"train/step","msg":"` +
		strings.Repeat("loss 1.234 ", 12) + `"},"event-id":-1}`)
	b.Run("envelope", func(b *testing.B) {
		d := protocol.NewDecoder()
		b.SetBytes(int64(len(frame)))
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := d.Decode(frame); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("floor-encoding-json", func(b *testing.B) {
		b.SetBytes(int64(len(frame)))
		b.ReportAllocs()
		for b.Loop() {
			var w struct {
				Type    string          `json:"event-type"`
				Name    string          `json:"name"`
				ID      int64           `json:"event-id"`
				Payload json.RawMessage `json:"payload"`
			}
			if err := json.Unmarshal(frame, &w); err != nil {
				b.Fatal(err)
			}
		}
	})
}
