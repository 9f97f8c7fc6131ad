package link

import (
	"context"
	"net"

	"apps.local/neetbox-tui/protocol"
)

// SetDial replaces the network, so that a test can run in a bubble of its own
// time.
func (l *Link) SetDial(dial func(ctx context.Context, network, address string) (net.Conn, error)) {
	l.dial = dial
	l.client = newClient(l.options.Endpoint, dial)
}

// SetMaxAnswer makes heavy pages cheap to come by.
func (l *Link) SetMaxAnswer(bytes int) { l.client.most = bytes }

// Intake is the way of an event from the socket to the screen, without the
// socket, for the benchmark.
type Intake struct {
	dec *protocol.Decoder
	in  *intake
	box *inbox
}

func NewIntake(limit int) *Intake {
	return &Intake{protocol.NewDecoder(), newIntake(limit), newInbox(limit, DefaultInterval)}
}

func (i *Intake) Put(frame []byte) error {
	event, _, err := i.dec.Decode(frame)
	if err != nil {
		return err
	}
	i.in.put(event.Clone())
	return nil
}

// Move hands on what came in, as the sorter does, empties the inbox and says how
// much was in it.
func (i *Intake) Move() int {
	events, missed, unread := i.in.take()
	i.box.put(events, nil, missed, unread)
	return len(i.box.queue.take())
}
