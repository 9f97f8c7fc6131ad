package link

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
)

// panicError is a panic of one of the link's goroutines. It must not reach the
// runtime, which would end the program with the terminal in raw mode.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }

// rescue turns a panic of the function that defers it into its error.
func rescue(err *error) {
	if value := recover(); value != nil {
		*err = &panicError{value: value, stack: debug.Stack()}
	}
}

// crew is goroutines that end together: the first that returns an error ends the
// others' context.
type crew struct {
	ctx    context.Context //nolint:containedctx // the crew is the extent of this context
	cancel context.CancelCauseFunc
	wg     sync.WaitGroup
}

func newCrew(ctx context.Context) *crew {
	c := &crew{}
	c.ctx, c.cancel = context.WithCancelCause(ctx)
	return c
}

// run starts a goroutine.
func (c *crew) run(work func(context.Context) error) {
	c.wg.Go(func() {
		if err := guarded(c.ctx, work); err != nil {
			c.cancel(err)
		}
	})
}

// wait returns after the last goroutine, with the first error.
func (c *crew) wait() error {
	c.wg.Wait()
	// Read before the context is released, which gives it a cause of its own.
	err := context.Cause(c.ctx)
	c.cancel(nil)
	return err
}

func guarded(ctx context.Context, work func(context.Context) error) (err error) {
	defer rescue(&err)
	return work(ctx)
}
