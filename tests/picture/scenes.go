package main

import (
	"context"
	"fmt"
	"regexp"
)

// picture is a file and how its screen comes about.
type picture struct {
	file          string
	shows         string // what is on it, in words: its title
	columns, rows int
	scene         func(context.Context, *stage) error
}

// pictures are all there are.
func pictures() []picture {
	return []picture{
		{"dashboard.svg", "neetbox-tui: the dashboard", 120, 36, afterAction},
		{"action.svg", "neetbox-tui: calling an action", 120, 36, actionForm},
		{"small.svg", "neetbox-tui: the dashboard at 80 by 24", 80, 24, fullLog},
	}
}

const enter = "\r"

// named waits until every simulated run is shown by its name instead of its id,
// wherever it is shown.
func named(ctx context.Context, s *stage) error {
	const runs = 3
	name := regexp.MustCompile(`● [a-z]+-[a-z]+-\d+`)
	unnamed := regexp.MustCompile(`› [0-9a-f]{8} `)
	_, err := s.until(ctx, func(now screen) bool {
		shown := now.String()
		return len(name.FindAllString(shown, -1)) >= runs && !unnamed.MatchString(shown)
	})
	if err != nil {
		return fmt.Errorf("wait for the names of the runs: %w", err)
	}
	return nil
}

// logged waits until the screen shows so many lines of the log of a run that is
// named.
func logged(ctx context.Context, s *stage, enough int) error {
	entry := regexp.MustCompile(`\d\d:\d\d:\d\d [A-Z✓✗ ] `)
	if err := named(ctx, s); err != nil {
		return err
	}
	_, err := s.until(ctx, func(now screen) bool { return len(entry.FindAllString(now.String(), -1)) >= enough })
	if err != nil {
		return fmt.Errorf("wait for %d lines of the log: %w", enough, err)
	}
	return s.settled(ctx)
}

// types presses keys one after the other, each time what the screen asks for.
func types(ctx context.Context, s *stage, keys ...string) error {
	for _, each := range keys {
		if err := s.press(each); err != nil {
			return err
		}
		if err := s.settled(ctx); err != nil {
			return err
		}
	}
	return nil
}

// fullLog shows a log that fills its pane at 80 by 24.
func fullLog(ctx context.Context, s *stage) error {
	const lines = 17
	return logged(ctx, s, lines)
}

// afterAction shows the receipt of an action, a log that nearly fills its pane
// at 120 by 36, and again the keys that the action's end covered for a moment.
func afterAction(ctx context.Context, s *stage) error {
	const before, after = 10, 18
	if err := logged(ctx, s, before); err != nil {
		return err
	}
	if err := types(ctx, s, "a", "save", enter, "v3", enter); err != nil {
		return err
	}
	if err := s.shows(ctx, "save_checkpoint(tag='v3')", "done", "ckpt/"); err != nil {
		return err
	}
	if err := logged(ctx, s, after); err != nil {
		return err
	}
	return s.shows(ctx, "? help")
}

// actionForm shows the form of an action with a value in it.
func actionForm(ctx context.Context, s *stage) error {
	const lines = 17
	if err := logged(ctx, s, lines); err != nil {
		return err
	}
	if err := types(ctx, s, "a", "set_lr", enter, "3e-4"); err != nil {
		return err
	}
	return s.shows(ctx, "calls", "set_lr(lr=3e-4)")
}
