package tests

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// patience bounds every wait. Reaching it is a failure, so it is long enough for
// a loaded machine that watches for races.
const patience = 30 * time.Second

// patient is the test's context with that bound.
func patient(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// until looks again and again whether something holds. When it never does the
// error says what was waited for and what was seen last.
func until(ctx context.Context, what string, holds func() (ok bool, seen string)) error {
	const every = 20 * time.Millisecond
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		ok, seen := holds()
		if ok {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w; last seen: %s", what, ctx.Err(), seen)
		case <-ticker.C:
		}
	}
}

// eventually is until for tests.
func eventually(t testing.TB, what string, holds func() (ok bool, seen string)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := until(ctx, what, holds); err != nil {
		t.Fatal(err)
	}
}
