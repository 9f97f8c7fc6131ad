//go:build unix

package tests

import (
	"errors"
	"syscall"
	"testing"

	"github.com/gorilla/websocket"
)

// TestEnd_RunsAreDroppedAndFrontendsAreTold because a released client may take a
// close frame for the end of its own work, while a frontend should know that this
// was meant.
func TestEnd_RunsAreDroppedAndFrontendsAreTold(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	daemon := s.daemon(t)
	run, web := s.join(t, "cli", "bert"), s.join(t, "web", "bert")
	if err := daemon.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		who  string
		peer *peer
		code int // the one that the library gives to a connection without a close frame is 1006
	}{
		{"run", run, websocket.CloseAbnormalClosure},
		{"frontend", web, websocket.CloseGoingAway},
	} {
		eventually(t, "the end of the "+test.who, func() (bool, string) { return test.peer.ended() != nil, test.peer.seen() })
		var closed *websocket.CloseError
		if err := test.peer.ended(); errors.As(err, &closed) && closed.Code != test.code || test.code == websocket.CloseGoingAway && closed == nil {
			t.Errorf("%s: %v, not code %d", test.who, err, test.code)
		}
	}
	if code, err := daemon.wait(patient(t)); err != nil || code != 0 {
		t.Errorf("exit code %d, %v", code, err)
	}
}
