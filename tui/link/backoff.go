package link

import (
	"math/rand/v2"
	"time"
)

// The pauses between attempts to connect.
const (
	firstPause = 250 * time.Millisecond
	longest    = 5 * time.Second
	// healthy is how long a connection must last before a new loss counts as the
	// first one: a daemon that drops everybody at once after each join must not be
	// hammered.
	healthy = 60 * time.Second
)

// backoff doubles the pause between attempts. The zero value starts anew.
type backoff struct{ pause time.Duration }

// next is the pause before the next attempt, spread by a fifth either way so
// that the dashboards of one daemon do not come back in the same instant.
func (b *backoff) next() time.Duration {
	b.pause = min(max(2*b.pause, firstPause), longest)
	const spread = 0.2
	return time.Duration(float64(b.pause) * (1 - spread + 2*spread*rand.Float64()))
}

func (b *backoff) reset() { b.pause = 0 }
