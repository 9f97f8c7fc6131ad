package term

import "time"

// Sieve gives the tests the pure part of Input.
type Sieve struct{ s sieve }

// NewSieve returns a sieve that looks for replies.
func NewSieve() *Sieve {
	s := new(Sieve)
	s.s.arm()
	return s
}

// Feed returns what of chunk passes now.
func (s *Sieve) Feed(chunk []byte) []byte { return s.s.feed(nil, chunk) }

// Stop returns what was held back.
func (s *Sieve) Stop() []byte { return s.s.stop(nil) }

// Colour returns what the last reply to OSC 11 said.
func (s *Sieve) Colour() string { return s.s.colour }

// Armed tells whether a sentinel is still to come.
func (s *Sieve) Armed() bool { return s.s.armed }

// SetClock replaces the clock Input gives a question up by.
func (i *Input) SetClock(now func() time.Time) { i.now = now }

// LongestCopy is how many bytes of base64 Copy sends.
const LongestCopy = longestCopy

// DarkByColour and DarkByEnv judge a background.
func DarkByColour(text string) (dark, known bool) { return darkByColour(text) }

// DarkByEnv judges COLORFGBG.
func DarkByEnv(value string) (dark, known bool) { return darkByEnv(value) }

// FirstKey measures a key.
func FirstKey(b []byte) (n int, whole bool) { return firstKey(b) }
