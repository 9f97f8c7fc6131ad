package command

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/link"
)

// follower prints a log as it grows.
//
// What the connection hands over tells that there is something; what was left out
// (because it came faster than it was printed, or while there was no connection)
// is read from history, so that no line is missing that the daemon still has.
type follower struct {
	*logReading
	output  Output
	grep    *regexp.Regexp
	floor   int
	joined  string       // epoch of the daemon that is connected; "" before the first
	last    protocol.Seq // everything up to it was printed
	owed    bool         // history has to be read before anything else is printed
	offline bool
}

// follow prints the newest count lines (0: all) and then what comes, until ctx
// ends.
func follow(ctx context.Context, l *logReading, o Output, count int) error {
	f := &follower{logReading: l, output: o, floor: protocol.LevelRank("debug")}
	if l.query.Level != "" {
		f.floor = protocol.LevelRank(l.query.Level)
	}
	if l.query.Regex != "" {
		grep, err := regexp.Compile(l.query.Regex)
		if err != nil {
			return fmt.Errorf("read the pattern: %w", err)
		}
		f.grep = grep
	}
	connection := link.New(link.Options{Endpoint: l.client.Endpoint(), ReadOnly: true})
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- connection.Run(running) }()
	err := f.take(ctx, connection, count)
	stop()
	return errors.Join(err, <-ended)
}

// take prints batch after batch.
func (f *follower) take(ctx context.Context, connection *link.Link, count int) error {
	next := connection.Next()
	for {
		batch, ok := next().(link.BatchMsg)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case !ok || batch.Closed:
			return errors.New("follow the log: the connection ended by itself; run the command again")
		}
		if batch.State != nil {
			if err := f.stand(*batch.State); err != nil {
				return err
			}
		}
		if batch.Snapshot != nil {
			if err := f.join(ctx, *batch.Snapshot, count); err != nil {
				return err
			}
		}
		f.owed = f.owed || batch.Missed > 0
		if err := f.printBatch(ctx, batch.Events); err != nil {
			return err
		}
	}
}

// stand tells a person how the connection stands, once for each loss.
func (f *follower) stand(s link.State) error {
	endpoint := f.client.Endpoint()
	switch {
	case s.Phase == link.Failed, s.Phase == link.Offline && f.joined == "":
		return &NoDaemonError{Endpoint: endpoint, Err: s.Err}
	case s.Phase == link.Offline && !f.offline:
		f.offline = true
		f.output.say("lost the daemon at %s; waiting until it is back", endpoint.Address())
	case s.Phase == link.Online && f.offline:
		f.offline = false
		f.output.say("the daemon at %s is back", endpoint.Address())
	}
	return nil
}

// join prints what history holds, the first time; later it has what came while
// there was no connection read.
func (f *follower) join(ctx context.Context, s link.Snapshot, count int) error {
	if f.joined == "" {
		last, err := f.newest(ctx, count)
		f.joined, f.last = s.Epoch, last
		return err
	}
	if f.joined != s.Epoch {
		f.output.say("the daemon started its numbering anew: what it has now follows, what it had before is gone")
		f.joined, f.epoch, f.last = s.Epoch, "", 0
	}
	// A daemon that was killed may have lost its newest events, and gives their
	// numbers again.
	f.last = min(f.last, s.Heads[f.project])
	f.owed = true
	return nil
}

// printBatch prints the events that were not printed before.
func (f *follower) printBatch(ctx context.Context, events []protocol.Event) error {
	if f.owed {
		err := f.catchUp(ctx)
		if err != nil || f.owed {
			return err // the events are in history, too
		}
	}
	chosen := events[:0]
	for _, e := range events {
		if e.Project != f.project || e.Seq <= f.last {
			continue
		}
		f.last = e.Seq
		if f.matches(e) {
			chosen = append(chosen, e)
		}
	}
	if len(chosen) == 0 {
		return nil
	}
	return f.printAll(ctx, chosen)
}

// catchUp reads from history what was not printed. Where the daemon can't be
// asked it is still owed, and asked for when there is news.
func (f *follower) catchUp(ctx context.Context) error {
	f.printed = f.last
	last, err := f.after(ctx, f.last)
	f.last = f.printed
	var away *NoDaemonError
	var said *link.APIError
	switch {
	case err == nil:
		f.last = max(f.last, last)
	case errors.As(err, &away), errors.Is(err, errNewEpoch):
		return nil
	case errors.As(err, &said) && said.Status == http.StatusNotFound:
		// Another daemon, which this project has not reported to yet.
	default:
		return err
	}
	f.owed = false
	return nil
}

// matches does what the daemon does for a query.
func (f *follower) matches(e protocol.Event) bool {
	if e.Type != protocol.EventLog || (f.query.Run != "" && e.Run != f.query.Run) || e.At < f.query.From {
		return false
	}
	log := protocol.ParseLog(e)
	return protocol.LevelRank(log.Level) >= f.floor && (f.grep == nil || f.grep.MatchString(log.Text))
}
