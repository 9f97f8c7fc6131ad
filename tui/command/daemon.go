package command

import (
	"context"
	"errors"
	"fmt"

	"apps.local/neetbox-tui/protocol"
	"apps.local/neetbox-tui/tui/internal/text"
	"apps.local/neetbox-tui/tui/link"
)

// NoDaemonError says that no daemon of ours answers.
type NoDaemonError struct {
	Endpoint protocol.Endpoint
	Err      error
}

func (e *NoDaemonError) Error() string {
	if link.Refused(e.Err) {
		return fmt.Sprintf("no daemon at %s; `neetbox-tui` starts one, --host and --port choose another", e.Endpoint.Address())
	}
	return fmt.Sprintf("no answer from a daemon at %s: %v; --host and --port choose another", e.Endpoint.Address(), e.Err)
}

func (e *NoDaemonError) Unwrap() error { return e.Err }

// ExitCode is the command line's "no daemon, or one that can't be used".
func (e *NoDaemonError) ExitCode() int { return 3 } //nolint:mnd // cli contract

// noDaemon wraps what went wrong with a call, unless the daemon itself said no.
func noDaemon(endpoint protocol.Endpoint, err error) error {
	var said *link.APIError
	if errors.As(err, &said) || errors.Is(err, context.Canceled) {
		return err
	}
	return &NoDaemonError{Endpoint: endpoint, Err: err}
}

// open makes a client of a daemon that has answered and is one of ours. The
// caller closes it.
func open(ctx context.Context, endpoint protocol.Endpoint) (*link.Client, error) {
	client := link.NewClient(endpoint)
	hello, err := client.Hello(ctx)
	if err == nil && hello.Server != protocol.ServerName {
		err = fmt.Errorf("what answers there is another server (%q)", text.Plain(hello.Server))
	}
	if err != nil {
		client.Close()
		return nil, noDaemon(endpoint, err)
	}
	return client, nil
}
