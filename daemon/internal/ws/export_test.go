package ws

import "time"

// SetPatience shortens what a test would otherwise wait for.
func (s *Server) SetPatience(firstFrame, writeStall time.Duration) {
	s.patience.firstFrame, s.patience.writeStall = firstFrame, writeStall
}
