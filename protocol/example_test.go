package protocol_test

import (
	"fmt"

	"apps.local/neetbox-tui/protocol"
)

// A run says hello; the daemon answers with the same event-id.
func ExampleParseHandshake() {
	ev, dialect, err := protocol.Decode([]byte(`{"name":"bert","event-type":"handshake","payload":{"who":"cli"},"event-id":0}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	hs, err := protocol.ParseHandshake(ev)
	fmt.Println(dialect, ev.Project, hs.Who, err)

	answer := protocol.Event{
		Type: protocol.EventHandshake, Project: ev.Project, ID: ev.ID,
		Payload: []byte(`{"result":200,"reason":"join success"}`),
	}
	fmt.Printf("%s\n", answer.AppendFrame(nil, protocol.Spelling{Dialect: dialect}))
	// Output:
	// seed bert cli <nil>
	// {"event-type":"handshake","name":"bert","payload":{"result":200,"reason":"join success"},"event-id":0}
}

// A log line may come in any client's keys.
func ExampleParseLog() {
	for _, frame := range []string{
		`{"event-type":"log","name":"bert","payload":{"log":{"message":"epoch 1"}},"event-id":-1}`,
		`{"event-type":"log","name":"bert","payload":{"prefix":"info","datetime":"2026-11-22-09:23:12","whom":"train","msg":"epoch 1"}}`,
	} {
		ev, _, err := protocol.Decode([]byte(frame))
		if err != nil {
			fmt.Println(err)
			return
		}
		l := protocol.ParseLog(ev)
		fmt.Printf("%q %q %q\n", l.Level, l.Whom, l.Text)
	}
	// Output:
	// "" "" "epoch 1"
	// "info" "train" "epoch 1"
}

// An action travels from a frontend to the run; the ack with the same event-id
// comes back.
func ExampleReceipts() {
	receipts := protocol.NewReceipts(100, protocol.ActionTimeout)
	for _, frame := range []string{
		`{"event-type":"action","name":"bert","payload":{"action":{"name":"save","args":{"tag":"'v3'"}}},"event-id":12,"at":1000}`,
		`{"event-type":"status","name":"bert","payload":{"event-id":12,"state":"running"},"series":"action-state","at":1005}`,
		`{"event-type":"ack","name":"bert","payload":{"action":{"name":"save","result":"ckpt/v3.pt"}},"event-id":12,"at":2800}`,
	} {
		ev, _, err := protocol.Decode([]byte(frame))
		if err != nil {
			fmt.Println(err)
			return
		}
		r, _ := receipts.Apply(ev)
		fmt.Printf("%s: %s, result %q\n", r.Action, r.State, r.Result)
	}
	// Output:
	// save: sent, result ""
	// save: running, result ""
	// save: done, result "\"ckpt/v3.pt\""
}

// Bare NaN is no JSON, but Python writes it: it is taken, and a browser gets
// null.
func ExampleEvent_AppendFrame() {
	ev, _, err := protocol.Decode([]byte(`{"event-type":"scalar","name":"bert","payload":{"x":1,"y":NaN},"series":"loss"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s\n", ev.AppendFrame(nil, protocol.Spelling{Dialect: protocol.DialectSeed}))
	ev.Seq, ev.Run, ev.At = 7, "9c1d", 1795339391089
	fmt.Printf("%s\n", ev.AppendFrame(nil, protocol.Spelling{Dialect: protocol.DialectSeed, Extended: true}))
	// Output:
	// {"event-type":"scalar","name":"bert","payload":{"x":1,"y":null},"series":"loss"}
	// {"event-type":"scalar","name":"bert","payload":{"x":1,"y":NaN},"series":"loss","seq":7,"run":"9c1d","at":1795339391089}
}
