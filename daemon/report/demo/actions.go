package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"apps.local/neetbox-tui/daemon/report"
)

const (
	saveTime     = 1500 * time.Millisecond
	evaluateTime = 3 * time.Second
)

var errTrainingOver = errors.New("the training is over")

// ask has the simulation do something between two steps and returns what it says.
func (t *training) ask(ctx context.Context, do func(*training) any) (any, error) {
	o := order{do: do, done: make(chan any, 1)}
	select {
	case t.orders <- o:
		return <-o.done, nil
	case <-ctx.Done():
		return nil, errTrainingOver
	}
}

// order is an action that only asks.
func (t *training) order(do func(*training) any) func(context.Context, report.Args) (any, error) {
	return func(ctx context.Context, _ report.Args) (any, error) { return t.ask(ctx, do) }
}

// work takes its time, and less when the run ends.
func work(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return errTrainingOver
	}
}

// announce gives the run its actions.
func (t *training) announce() {
	for _, a := range []report.Action{
		{
			Name: "save_checkpoint", Description: "Write the weights to disk.",
			Args: []report.Arg{{Name: "tag", Type: "str"}}, Do: t.saveCheckpoint,
		},
		{
			Name: "set_lr", Description: "Change the learning rate from the next step on.",
			Args: []report.Arg{{Name: "lr", Type: "float"}, {Name: "note", Type: "str", Optional: true, Default: ""}},
			Do:   t.setLR,
		},
		{
			Name: "evaluate", Description: "Evaluate on a split; nothing else is heard meanwhile.",
			Args: []report.Arg{{Name: "split", Type: "str"}}, Blocking: true, Do: t.evaluate,
		},
		{
			Name: "pause", Description: "Stop stepping until resume().",
			Do: t.order(func(t *training) any { return t.pause(true) }),
		},
		{
			Name: "resume", Description: "Go on after pause().",
			Do: t.order(func(t *training) any { return t.pause(false) }),
		},
		{
			Name: "stop_training", Description: "End the run after this step, as finished.",
			Do: t.order(func(t *training) any { t.stopped = true; return t.sim.step }),
		},
		{
			Name: "fail", Description: "Raise an error with this text; the run goes on.",
			Args: []report.Arg{{Name: "message", Type: "str"}},
			Do:   func(_ context.Context, a report.Args) (any, error) { return nil, errors.New(a.Text("message")) },
		},
		{
			Name: "echo", Description: "Return the value as it was understood.",
			Args: []report.Arg{{Name: "value"}},
			Do:   func(_ context.Context, a report.Args) (any, error) { return a["value"], nil },
		},
	} {
		t.reporter.Action(a)
	}
}

func (t *training) saveCheckpoint(ctx context.Context, a report.Args) (any, error) {
	if err := work(ctx, saveTime); err != nil {
		return nil, err
	}
	return t.ask(ctx, func(t *training) any {
		name := fmt.Sprintf("ckpt/%s-%s-step%d.pt", t.sim.name, a.Text("tag"), t.sim.step)
		t.tell([]fact{logLine{"ok", whomCheckpoint, "\x1b[32msaved\x1b[0m " + name}})
		return name
	})
}

func (t *training) setLR(ctx context.Context, a report.Args) (any, error) {
	lr := a.Float("lr")
	if !(lr >= 0 && lr <= 1) {
		return nil, fmt.Errorf("a learning rate of %g makes no sense; give one from 0 to 1", lr)
	}
	_, err := t.ask(ctx, func(t *training) any {
		text := fmt.Sprintf("learning rate %.3g -> %.3g", t.sim.lr(), lr)
		if note := a.Text("note"); note != "" {
			text += " (" + note + ")"
		}
		t.sim.setLR(lr)
		t.tell([]fact{logLine{"info", whomTrainer, text}})
		t.reporter.Hyperparameters(map[string]any{"lr": lr})
		return nil
	})
	return nil, err
}

func (t *training) evaluate(ctx context.Context, a report.Args) (any, error) {
	split := a.Text("split")
	if split != "train" && split != "val" && split != "test" {
		return nil, fmt.Errorf("there is no split %q; the splits are train, val and test", split)
	}
	if err := work(ctx, evaluateTime); err != nil {
		return nil, err
	}
	return t.ask(ctx, func(t *training) any {
		loss, accuracy := t.sim.evaluate(split)
		return map[string]any{"split": split, "loss": loss, "accuracy": accuracy, "step": t.sim.step}
	})
}

// pause returns a sentence for whoever called.
func (t *training) pause(on bool) string {
	was := t.paused
	t.paused = on
	word := map[bool]string{true: "paused", false: "training"}[on]
	if was == on {
		return "already " + word
	}
	t.tell([]fact{logLine{"info", whomTrainer, fmt.Sprintf("%s at step %d", word, t.sim.step)}})
	return word
}
