package hub

import (
	"fmt"
	"time"

	"apps.local/neetbox-tui/protocol"
)

// janitor looks once in a while for what happens by nothing happening: silence,
// ended status syncs, calls without an answer. Its timer runs only while a run
// is online.
type janitor struct {
	timer *time.Timer
	armed bool
}

const janitorEvery = time.Second

func (j *janitor) stop() {
	if j.timer != nil {
		j.timer.Stop()
	}
	j.armed = false
}

// arm starts the janitor when it is not running.
func (h *Hub) arm() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopping || h.janitor.armed {
		return
	}
	h.janitor.armed = true
	h.janitor.timer = time.AfterFunc(janitorEvery, h.tidy)
}

func (h *Hub) tidy() {
	now := nowMilli()
	online := false
	for _, p := range h.list() {
		p.mu.Lock()
		online = p.tidy(now) || online
		p.mu.Unlock()
	}
	h.mu.Lock()
	h.janitor.armed = false
	h.mu.Unlock()
	if online {
		h.arm()
	}
}

// tidy reports whether the project still needs looking after.
func (p *Project) tidy(now int64) bool {
	p.receipts.Expire(now)
	busy := p.receipts.NextExpiry() > 0
	for _, run := range p.runs {
		if !run.state.Online() {
			continue
		}
		busy = true
		if run.dirty {
			p.save(run)
		}
		switch {
		case !run.connected() && now-run.synced > syncAlive.Milliseconds():
			p.endRun(run, false)
		case run.state == protocol.RunRunning && run.silent(now):
			p.presence(run, protocol.RunQuiet, fmt.Sprintf("silent for %s", time.Duration(now-run.heard)*time.Millisecond))
		case run.state == protocol.RunQuiet && !run.silent(now):
			p.presence(run, protocol.RunRunning, "")
		}
	}
	return busy
}
