package report

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"apps.local/neetbox-tui/protocol"
)

const (
	maxBeside  = 16  // actions that run beside each other
	maxWaiting = 256 // calls that wait for their turn, of each kind
)

// actions are what the run offers, in the order in which it announced them.
type actions struct {
	names  []string
	byName map[string]Action
	open   []*turn       // calls that were not answered yet
	closed bool          // no more calls are taken
	idle   chan struct{} // where somebody waits for the last open call; else nil
}

// Action announces an action. Of two with the same name the later one counts;
// one without a name or without a Do can't be called and is not announced.
func (r *Reporter) Action(a Action) {
	if a.Name == "" || a.Do == nil {
		r.log.Error("an action needs a name and a Do", "action", a.Name)
		return
	}
	a.Args = slices.Clone(a.Args)
	r.mu.Lock()
	if _, again := r.actions.byName[a.Name]; !again {
		r.actions.names = append(r.actions.names, a.Name)
	}
	r.actions.byName[a.Name] = a
	r.status.set(sectionAction, r.actions.announcement(), time.Now())
	r.mu.Unlock()
	nudge(r.dirty)
}

// announcement is the whole dictionary of actions. It is put together by hand,
// because the arguments' order means something and a Go map has none.
func (a *actions) announcement() json.RawMessage {
	text := []byte{'{'}
	for i, name := range a.names {
		action := a.byName[name]
		if i > 0 {
			text = append(text, ',')
		}
		text = append(append(text, toJSON(name)...), `:{"description":`...)
		text = append(append(text, toJSON(action.Description)...), `,"args":{`...)
		for j, arg := range action.Args {
			if j > 0 {
				text = append(text, ',')
			}
			text = append(append(append(text, toJSON(arg.Name)...), ':'), toJSON(arg.typeName())...)
		}
		text = fmt.Appendf(text, `},"blocking":%t}`, action.Blocking)
	}
	return append(text, '}')
}

// lane runs calls, at most limit at once and the rest in their order.
type lane struct {
	limit   int
	mu      sync.Mutex
	running int
	waiting []func()
}

// run runs do in its turn, or reports that too many wait already.
func (l *lane) run(do func()) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.running == l.limit {
		if len(l.waiting) == maxWaiting {
			return false
		}
		l.waiting = append(l.waiting, do)
		return true
	}
	l.running++
	go func() { // ends with the last call; finishActions waits for their answers
		for ; do != nil; do = l.next() {
			do()
		}
	}()
	return true
}

// next is the call whose turn it is; nil ends the goroutine that asked.
func (l *lane) next() func() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) == 0 {
		l.running--
		return nil
	}
	do := l.waiting[0]
	l.waiting = l.waiting[1:]
	return do
}

// turn is one call from its arrival to its one answer.
type turn struct {
	id   protocol.EventID
	name string
	once sync.Once
}

// call starts what an action event asks for, and never waits for it.
func (r *Reporter) call(ctx context.Context, e protocol.Event) {
	if protocol.IsActionResult(e) {
		return // another run's answer, or an echo
	}
	call, err := protocol.ParseActionCall(e)
	t := &turn{id: e.ID, name: call.Name}
	r.mu.Lock()
	action, known := r.actions.byName[call.Name]
	closed := r.actions.closed
	if !closed {
		r.actions.open = append(r.actions.open, t)
	}
	r.mu.Unlock()
	switch {
	case closed:
		return
	case err != nil:
		r.answer(t, nil, fmt.Errorf("read the call: %w", err))
		return
	case !known:
		r.answer(t, nil, fmt.Errorf("this run has no action %q", call.Name))
		return
	}
	args, err := action.read(call)
	if err != nil {
		r.answer(t, nil, err)
		return
	}
	l := r.beside
	if action.Blocking {
		l = r.blocking
	}
	if !l.run(func() { r.perform(ctx, t, action, args) }) {
		r.answer(t, nil, fmt.Errorf("%d calls wait already; try again when some have ended", maxWaiting))
	}
}

var errOver = errors.New("the run is over")

// perform does an action and answers.
func (r *Reporter) perform(ctx context.Context, t *turn, action Action, args Args) {
	if ctx.Err() != nil {
		r.answer(t, nil, errOver)
		return
	}
	if t.id != protocol.NoEventID {
		r.began(t)
	}
	defer func() {
		if cause := recover(); cause != nil {
			r.log.Error("action panicked", "action", t.name, "panic", cause, "stack", string(debug.Stack()))
			r.answer(t, nil, fmt.Errorf("panic: %v", cause))
		}
	}()
	result, err := action.Do(ctx, args)
	r.answer(t, toJSON(result), err)
}

// began tells that an action has begun: its call may have waited long.
func (r *Reporter) began(t *turn) {
	state := toJSON(protocol.ActionState{ID: t.id, State: string(protocol.ReceiptRunning)})
	r.mu.Lock()
	if !r.sealed {
		r.backlog.push(told{protocol.EventStatus, protocol.SeriesActionState, protocol.NoEventID, state})
	}
	r.mu.Unlock()
	nudge(r.wake)
}

// answer answers a call, once.
func (r *Reporter) answer(t *turn, result json.RawMessage, err error) {
	t.once.Do(func() {
		answer := protocol.ActionResult{Name: t.name, Result: result}
		if err != nil {
			answer.Result, answer.Error = nil, err.Error()
			if answer.Error == "" {
				answer.Error = fmt.Sprintf("%T", err)
			}
		}
		r.file(t, answer.Payload())
	})
}

// file queues an answer and counts its call as answered.
func (r *Reporter) file(t *turn, payload []byte) {
	defer nudge(r.wake)
	r.mu.Lock()
	defer r.mu.Unlock()
	if t.id != protocol.NoEventID && !r.sealed { // else nobody waits, or hears
		r.backlog.push(told{protocol.EventAck, "", t.id, payload})
		if r.plain {
			// Released servers pass on results that are action events, and no acks.
			r.backlog.push(told{protocol.EventAction, "", t.id, payload})
		}
	}
	r.actions.open = slices.DeleteFunc(r.actions.open, func(o *turn) bool { return o == t })
	if len(r.actions.open) == 0 && r.actions.idle != nil {
		close(r.actions.idle)
		r.actions.idle = nil
	}
}

// finishActions takes no more calls and waits a moment for the actions that were
// told to stop. It answers for those that do not, so that no frontend waits for
// ever; their goroutines end when they do, because Go can't stop them.
func (r *Reporter) finishActions(ctx context.Context) {
	idle := make(chan struct{})
	r.mu.Lock()
	r.actions.closed = true
	open := slices.Clone(r.actions.open)
	if len(open) > 0 {
		r.actions.idle = idle
	}
	r.mu.Unlock()
	if len(open) == 0 {
		return
	}
	patience := time.NewTimer(actionGrace)
	defer patience.Stop()
	select {
	case <-idle:
		return
	case <-patience.C:
	case <-ctx.Done():
	}
	for _, t := range open {
		r.answer(t, nil, errOver)
	}
}
