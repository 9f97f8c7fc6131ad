package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/link"
)

// LogsOptions are the flags of `logs`, as they were written.
type LogsOptions struct {
	Name   string // PROJECT[/RUN]
	Follow bool
	Lines  string // how many of the newest; "0" or "all" for all; "" where it was not given
	Since  string
	Until  string
	Level  string
	Grep   string // RE2
	JSON   bool
	Now    time.Time // what Since and Until count from; its zone is what times are shown in
}

// defaultLines is how many lines there are when nothing was said about it.
const defaultLines = 100

// errNewEpoch says that sequence numbers started again while history was read.
var errNewEpoch = errors.New("the daemon started its numbering anew while its history was read; run the command again")

// Logs prints the log of a project or of one run, oldest first, in the order in
// which the daemon numbered the lines. With Follow it goes on with what comes,
// across restarts of the daemon, until ctx ends; then its error is that of ctx.
//
// Without Lines it is the newest hundred, or everything where Since is given. The
// history is read in pages; no run is ever held in memory.
//
// Errors: [*UsageError], [*NameError], [*NoDaemonError], [*link.APIError], those
// of writing. That the reader of o.Out has left is none.
func Logs(ctx context.Context, endpoint protocol.Endpoint, o Output, options LogsOptions) error {
	query, count, err := options.query()
	if err != nil {
		return err
	}
	client, err := open(ctx, endpoint)
	if err != nil {
		return err
	}
	defer client.Close()
	t, err := resolve(ctx, client, options.Name)
	if err != nil {
		return err
	}
	query.Run = t.run
	out := bufio.NewWriter(o.Out)
	l := &logReading{
		client: client, project: t.project.ID, query: query, out: out,
		print: (&logWriter{
			out: out, zone: options.Now.Location(), json: options.JSON, color: o.colored(),
			runs: newRunNames(client, t), byRun: t.run == "",
		}).write,
	}
	return untilClosed(func() error {
		if options.Follow {
			return follow(ctx, l, o, count)
		}
		_, err := l.newest(ctx, count)
		return err
	})
}

// query reads the flags. count is how many lines, 0 for all.
func (o LogsOptions) query() (q protocol.EventQuery, count int, err error) {
	q = protocol.EventQuery{Type: protocol.EventLog}
	if count, err = o.count(); err != nil {
		return q, 0, err
	}
	if q.Level, err = level(o.Level); err != nil {
		return q, 0, err
	}
	if o.Since != "" {
		if q.From, err = when("--since", o.Since, o.Now); err != nil {
			return q, 0, err
		}
	}
	if o.Until != "" {
		if q.To, err = when("--until", o.Until, o.Now); err != nil {
			return q, 0, err
		}
		if q.To <= q.From {
			return q, 0, wrongUsage("--until %s is not after --since %s; exchange them", o.Until, o.Since)
		}
	}
	if o.Follow && o.Until != "" {
		return q, 0, wrongUsage("--follow goes on without an end, --until gives one; leave one out")
	}
	if _, err := regexp.Compile(o.Grep); err != nil {
		return q, 0, wrongUsage("--grep %s is no regular expression: %s; put \\ before what is meant as it stands",
			quoted(o.Grep), strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	q.Regex = o.Grep
	return q, count, nil
}

func (o LogsOptions) count() (int, error) {
	switch {
	case o.Lines == "all", o.Lines == "" && o.Since != "":
		return 0, nil
	case o.Lines == "":
		return defaultLines, nil
	}
	n, err := strconv.Atoi(o.Lines)
	if err != nil || n < 0 {
		return 0, wrongUsage("-n %s is no number of lines; give one, or all", quoted(o.Lines))
	}
	return n, nil
}

// level is the word for a level that the daemon knows.
func level(word string) (string, error) {
	switch strings.ToLower(word) {
	case "":
		return "", nil
	case "debug", "info", "warning", "error":
		return strings.ToLower(word), nil
	case "warn":
		return "warning", nil
	case "err":
		return "error", nil
	}
	return "", wrongUsage("--level %s is none; give debug, info, warning or error", quoted(word))
}

// logReading reads what a query selects of a project's history, page by page, and
// prints it.
type logReading struct {
	client  *link.Client
	project string
	query   protocol.EventQuery // without After, Before and Limit
	print   func(context.Context, protocol.Event) error
	out     *bufio.Writer
	epoch   string       // of the numbering that is read; "" before the first page
	printed protocol.Seq // of the newest event that was printed
}

// pageSize is how many events are asked for at a time.
const pageSize = 1_000

// newest prints the newest count events, or all where it is 0, and returns the
// highest number that the project had then.
func (l *logReading) newest(ctx context.Context, count int) (protocol.Seq, error) {
	if count == 0 {
		return l.after(ctx, 0)
	}
	if count <= pageSize {
		page, whole, err := l.page(ctx, protocol.EventQuery{Limit: count})
		if err != nil {
			return 0, err
		}
		if whole {
			return page.Last, l.printAll(ctx, page.Events)
		}
	}
	after, err := l.start(ctx, count)
	if err != nil {
		return 0, err
	}
	return l.after(ctx, after)
}

// start finds the number after which the newest count events begin, by going
// through them backwards without keeping any.
func (l *logReading) start(ctx context.Context, count int) (protocol.Seq, error) {
	var before protocol.Seq
	for count > 0 {
		limit := min(count, pageSize)
		page, whole, err := l.page(ctx, protocol.EventQuery{Before: before, Limit: limit})
		if err != nil {
			return 0, err
		}
		if len(page.Events) == 0 {
			break
		}
		count -= len(page.Events)
		before = page.Events[0].Seq
		if whole && len(page.Events) < limit {
			break
		}
	}
	return max(before-1, 0), nil
}

// after prints what comes after a number and was there when it was called, and
// returns the highest number that the project had then.
func (l *logReading) after(ctx context.Context, after protocol.Seq) (end protocol.Seq, err error) {
	for {
		if after <= 0 {
			after = link.FromStart
		}
		page, whole, err := l.page(ctx, protocol.EventQuery{After: after, Limit: pageSize})
		if err != nil {
			return end, err
		}
		if end == 0 {
			end = page.Last
		}
		events := page.Events
		for len(events) > 0 && events[len(events)-1].Seq > end {
			events = events[:len(events)-1] // or a run that writes faster than this reads never lets it end
		}
		if err := l.printAll(ctx, events); err != nil {
			return end, err
		}
		if len(events) == 0 || (whole && len(events) < pageSize) {
			return end, nil
		}
		after = events[len(events)-1].Seq
	}
}

// page asks for a page, for a smaller one where its answer is too big. whole says
// that it was not: a page with fewer events than asked for is the last one then.
func (l *logReading) page(ctx context.Context, at protocol.EventQuery) (page link.Page, whole bool, err error) {
	q := l.query
	q.After, q.Before, q.Limit = at.After, at.Before, at.Limit
	for {
		page, err = l.client.Events(ctx, l.project, q)
		switch {
		case errors.Is(err, link.ErrTooBig) && q.Limit > 1:
			const smaller = 8
			q.Limit = max(q.Limit/smaller, 1)
			continue
		case err != nil:
			return page, false, noDaemon(l.client.Endpoint(), err)
		case l.epoch != "" && page.Epoch != l.epoch:
			return page, false, errNewEpoch
		}
		l.epoch = page.Epoch
		return page, q.Limit == at.Limit, nil
	}
}

func (l *logReading) printAll(ctx context.Context, events []protocol.Event) error {
	for _, e := range events {
		if err := l.print(ctx, e); err != nil {
			return fmt.Errorf("print the log: %w", err)
		}
		l.printed = e.Seq
	}
	if err := l.out.Flush(); err != nil {
		return fmt.Errorf("print the log: %w", err)
	}
	return nil
}
