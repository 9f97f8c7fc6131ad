package attach

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"apps.local/neetbox-tui/protocol"
)

// standDown asks an older daemon to end if no run is connected to it, and waits
// until its ports are free. A "no" is an [*IncompatibleError].
func (e *ensurer) standDown(ctx context.Context, h protocol.Hello) error {
	e.Progress(fmt.Sprintf("asking the older daemon (pid %d, version %s) to stand down", h.PID, h.Version))
	refusal, err := e.askToEnd(ctx)
	if refusal != "" {
		return e.incompatible(h, refusal)
	}
	at := e.endpointOf(h)
	free := func() bool { return unused(ctx, at.Host, at.Port) && unused(ctx, at.Host, at.WS) }
	if err != nil {
		if free() { // it ended by itself in the meantime
			return nil
		}
		return e.incompatible(h, "it does not answer to being asked to end ("+rootCause(err)+")")
	}

	deadline := time.NewTimer(e.limits.standDown)
	defer deadline.Stop()
	tick := time.NewTicker(e.limits.poll)
	defer tick.Stop()
	for !free() {
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for the older daemon to end: %w", context.Cause(ctx))
		case <-deadline.C:
			return e.incompatible(h, fmt.Sprintf("it agreed to end but holds its ports after %v", e.limits.standDown))
		case <-tick.C:
		}
	}
	return nil
}

// askToEnd returns why the daemon refuses, in words, or nothing when it agrees.
// The error is the network's.
func (e *ensurer) askToEnd(ctx context.Context) (refusal string, err error) {
	ctx, cancel := context.WithTimeout(ctx, e.limits.standDown)
	defer cancel()
	r, err := exchange(ctx, e.Endpoint, http.MethodPost, e.Endpoint.URL("tui", "v1", "shutdown"), `{"if_idle":true}`)
	if err != nil {
		return "", err
	}
	if r.status >= 200 && r.status < 300 {
		return "", nil
	}
	var body protocol.ErrorBody
	if json.Unmarshal(r.body, &body) == nil && body.Error.Message != "" {
		return clean(body.Error.Message, 200), nil
	}
	if r.status == http.StatusConflict {
		return "runs are connected to it", nil
	}
	return fmt.Sprintf("it answered %d to being asked to end", r.status), nil
}
