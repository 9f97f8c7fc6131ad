package store

import "time"

// limits are what tests make smaller.
type limits struct {
	window     time.Duration // a batch is written after it
	hotRows    int64         // rows of a connected run before its oldest are archived
	keepRows   int64         // rows that it keeps then
	coldAfter  time.Duration // since a run ended; before, it may come back
	tidyEvery  time.Duration // how often cold runs and retention are looked for
	retryFirst time.Duration // after a write that did not succeed
	retryMost  time.Duration
	size       int64
	age        time.Duration
	maxPages   int64 // of the file; 0: no bound
	allCold    bool  // every row is archived at once
}

func defaultLimits() limits {
	return limits{
		window: 20 * time.Millisecond, hotRows: 50_000, keepRows: 40_000, coldAfter: time.Minute,
		tidyEvery: 10 * time.Second, retryFirst: 250 * time.Millisecond, retryMost: 5 * time.Second,
	}
}

func (l *limits) retain(r Retention) {
	l.size, l.age = r.Size, r.Age
	if l.size == 0 {
		l.size = DefaultSize
	}
	if l.age == 0 {
		l.age = DefaultAge
	}
}
