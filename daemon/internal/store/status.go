package store

import (
	"sync"
	"time"

	"apps.local/neetbox-tui/protocol"
)

const (
	stateOK     = "ok"
	statePaused = "paused"
	reasonSlow  = "events come faster than the disk takes them"
	// reasonDaemonEnded is why a run is lost that was connected when the daemon
	// ended, however it did.
	reasonDaemonEnded = "the daemon ended"
)

// status is whether history keeps up. Its lock is a leaf, and nobody is called
// under it: what hears of a change may hold the lock under which the next event
// is recorded.
type status struct {
	changed chan struct{}
	tell    func(protocol.HistoryState)

	mu    sync.Mutex
	state protocol.HistoryState
	fatal error
}

func newStatus(tell func(protocol.HistoryState)) *status {
	return &status{changed: make(chan struct{}, 1), tell: tell, state: protocol.HistoryState{State: stateOK}}
}

func (s *status) now() protocol.HistoryState {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// miss counts events that are not stored, and pauses.
func (s *status) miss(n int64, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.Missed += n
	if s.state.State != statePaused {
		s.state.State, s.state.Reason = statePaused, reason
	}
	signal(s.changed)
}

func (s *status) pause(reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state.State == statePaused && s.state.Reason == reason {
		return
	}
	s.state.State, s.state.Reason = statePaused, reason
	signal(s.changed)
}

func (s *status) resume() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state.State == stateOK {
		return
	}
	s.state.State, s.state.Reason = stateOK, ""
	signal(s.changed)
}

func (s *status) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fatal = err
}

func (s *status) failure() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fatal
}

// announce tells of changes: of a new state at once, of a count that grows once
// a second.
func (s *status) announce(stop <-chan struct{}) {
	told, toldAt := protocol.HistoryState{State: stateOK}, time.Time{}
	again := time.NewTimer(time.Hour)
	defer again.Stop()
	for {
		select {
		case <-stop:
			return
		case <-s.changed:
		case <-again.C:
		}
		state := s.now()
		if state == told || s.tell == nil {
			continue
		}
		since := time.Since(toldAt)
		if state.State == told.State && state.Reason == told.Reason && since < time.Second {
			again.Reset(time.Second - since)
			continue
		}
		told, toldAt = state, time.Now()
		s.tell(state)
	}
}
