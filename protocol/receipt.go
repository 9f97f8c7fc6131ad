package protocol

import (
	"slices"
	"time"
)

// Receipts follows the life of actions from the events alone, so that the daemon
// and every frontend come to the same answer. It is not safe for concurrent use.
type Receipts struct {
	timeout time.Duration
	limit   int
	byID    map[EventID]*Receipt
	order   []EventID // oldest first
}

// NewReceipts keeps the newest limit receipts; a call is timed out when no
// answer came within timeout.
func NewReceipts(limit int, timeout time.Duration) *Receipts {
	return &Receipts{timeout: timeout, limit: limit, byID: map[EventID]*Receipt{}}
}

// Apply takes an event of a run (calls, answers and action-state; others change
// nothing) and returns the receipt that it changed. Times are the event's At.
func (b *Receipts) Apply(e Event) (Receipt, bool) {
	switch e.Type {
	case EventAction:
		if IsActionResult(e) {
			return b.answer(e)
		}
		return b.call(e)
	case EventAck:
		return b.answer(e)
	case EventStatus:
		if e.Series == SeriesActionState {
			return b.begin(e)
		}
	default:
	}
	return Receipt{}, false
}

func (b *Receipts) call(e Event) (Receipt, bool) {
	call, err := ParseActionCall(e)
	if err != nil || !e.ID.Waits() {
		return Receipt{}, false
	}
	r := &Receipt{ID: e.ID, Run: e.Run, Action: call.Name, Args: call.Args, State: ReceiptSent, Sent: e.At}
	b.put(r)
	return *r, true
}

// Put files a receipt as it is, in place of the one with the same id: what REST
// told, or a call that never left.
func (b *Receipts) Put(r Receipt) { b.put(&r) }

func (b *Receipts) put(r *Receipt) {
	if _, known := b.byID[r.ID]; !known {
		b.order = append(b.order, r.ID)
	}
	b.byID[r.ID] = r
	for len(b.order) > b.limit {
		delete(b.byID, b.order[0])
		b.order = b.order[1:]
	}
}

func (b *Receipts) begin(e Event) (Receipt, bool) {
	var state ActionState
	if e.DecodePayload(&state) != nil {
		return Receipt{}, false
	}
	r := b.byID[state.ID]
	if r == nil || r.State != ReceiptSent {
		return Receipt{}, false
	}
	r.State, r.Began = ReceiptRunning, e.At
	return *r, true
}

func (b *Receipts) answer(e Event) (Receipt, bool) {
	r := b.byID[e.ID]
	if r == nil || r.State == ReceiptDone || r.State == ReceiptFailed {
		return Receipt{}, false
	}
	result := ParseActionResult(e)
	// A run whose connection broke may come back and answer after all.
	if r.State == ReceiptLost && result.FromServer {
		return Receipt{}, false
	}
	r.Late = !r.State.Open()
	r.Answered = e.At
	switch {
	case result.Lost:
		r.State, r.Error = ReceiptLost, result.Error
	case result.Error != "":
		r.State, r.Error = ReceiptFailed, result.Error
	default:
		r.State, r.Result = ReceiptDone, slices.Clone(result.Result)
		r.Error = ""
	}
	return *r, true
}

// Expire times out the calls that have waited too long at now, in Unix
// milliseconds, and returns those it changed.
func (b *Receipts) Expire(now int64) []Receipt {
	var changed []Receipt
	for _, id := range b.order {
		r := b.byID[id]
		if r.State.Open() && now-r.Sent >= b.timeout.Milliseconds() {
			r.State = ReceiptTimedOut
			changed = append(changed, *r)
		}
	}
	return changed
}

// NextExpiry is when [Receipts.Expire] will next have something to do, in Unix
// milliseconds; 0 when no call is open.
func (b *Receipts) NextExpiry() int64 {
	var next int64
	for _, r := range b.byID {
		if at := r.Sent + b.timeout.Milliseconds(); r.State.Open() && (next == 0 || at < next) {
			next = at
		}
	}
	return next
}

// OpenOf lists the ids of a run's calls that still wait for an answer.
func (b *Receipts) OpenOf(run string) []EventID {
	var ids []EventID
	for _, id := range b.order {
		if r := b.byID[id]; r.Run == run && (r.State.Open() || r.State == ReceiptTimedOut) {
			ids = append(ids, id)
		}
	}
	return ids
}

// Find returns the receipt of a call.
func (b *Receipts) Find(id EventID) (Receipt, bool) {
	if r := b.byID[id]; r != nil {
		return *r, true
	}
	return Receipt{}, false
}

// Forget drops a receipt.
func (b *Receipts) Forget(id EventID) {
	delete(b.byID, id)
	b.order = slices.DeleteFunc(b.order, func(x EventID) bool { return x == id })
}

// List returns a run's receipts, newest first; all of them for run "".
func (b *Receipts) List(run string) []Receipt {
	var list []Receipt
	for _, id := range slices.Backward(b.order) {
		if r := b.byID[id]; run == "" || r.Run == run {
			list = append(list, *r)
		}
	}
	return list
}
