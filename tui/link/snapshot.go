package link

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"apps.local/neetbox-tui/protocol"
)

// snapshotWorkers is how many projects are asked for their runs at a time.
const snapshotWorkers = 4

// snapshot asks REST for everything that is not an event.
func (c *conn) snapshot(ctx context.Context) (Snapshot, error) {
	snap := Snapshot{Epoch: c.reply.Epoch, Heads: c.reply.Heads}
	if snap.Heads == nil {
		snap.Heads = map[string]protocol.Seq{}
	}
	var err error
	if snap.Projects, err = c.client.Projects(ctx); err != nil {
		return Snapshot{}, err
	}
	if snap.Runs, err = c.allRuns(ctx, snap.Projects); err != nil {
		return Snapshot{}, err
	}
	snap.Machines, err = c.client.Machines(ctx)
	if refusal, said := errors.AsType[*APIError](err); said {
		// Nothing else depends on machines.
		c.link.log.Warn("machines not listed", "err", refusal)
		err = nil
	}
	return snap, err
}

func (c *conn) allRuns(ctx context.Context, projects []protocol.ProjectInfo) (map[string][]protocol.RunInfo, error) {
	var mu sync.Mutex
	runs := make(map[string][]protocol.RunInfo, len(projects))
	ask := func(ctx context.Context, project string) error {
		list, err := c.client.Runs(ctx, project)
		if refusal, said := errors.AsType[*APIError](err); said && refusal.Status == http.StatusNotFound {
			return nil // deleted since the list was made
		}
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		runs[project] = list
		return nil
	}
	wanted := make(chan string, len(projects))
	for _, p := range projects {
		wanted <- p.ID
	}
	close(wanted)
	work := newCrew(ctx)
	for range min(snapshotWorkers, len(projects)) {
		work.run(func(ctx context.Context) error {
			for project := range wanted {
				if err := ask(ctx, project); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return runs, work.wait()
}
