package hub

import "apps.local/neetbox-tui/protocol"

// Projects lists the projects, oldest first.
func (h *Hub) Projects() []protocol.ProjectInfo {
	list := h.list()
	infos := make([]protocol.ProjectInfo, 0, len(list))
	for _, p := range list {
		p.mu.Lock()
		info := protocol.ProjectInfo{ID: p.id, Name: p.id, Runs: len(p.runs), LastEvent: p.lastAt, LastSeq: p.seq, Ignored: p.ignored}
		for _, r := range p.runs {
			info.Online = info.Online || r.state.Online()
		}
		p.mu.Unlock()
		infos = append(infos, info)
	}
	return infos
}

// Resolve finds a project's id by its name.
func (h *Hub) Resolve(name string) (string, bool) {
	p, ok := h.resolve(name)
	if !ok {
		return "", false
	}
	return p.id, true
}

// Runs lists a project's runs, oldest first, without their sections.
func (h *Hub) Runs(project string) []protocol.RunInfo {
	p, ok := h.resolve(project)
	if !ok {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	infos := make([]protocol.RunInfo, 0, len(p.runs))
	for _, r := range p.runs {
		infos = append(infos, r.info())
	}
	return infos
}

// Run is one run with its sections.
func (h *Hub) Run(project, run string) (protocol.RunInfo, bool) {
	p, ok := h.resolve(project)
	if !ok {
		return protocol.RunInfo{}, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if r := p.findRun(run); r != nil {
		return r.detail(), true
	}
	return protocol.RunInfo{}, false
}

// Connected lists the runs that a stop of the daemon would cut off.
func (h *Hub) Connected() []protocol.RunInfo {
	infos := []protocol.RunInfo{}
	for _, p := range h.list() {
		p.mu.Lock()
		for _, r := range p.runs {
			if r.state.Online() {
				infos = append(infos, r.info())
			}
		}
		p.mu.Unlock()
	}
	return infos
}

// Receipts lists a run's receipts, newest first; those of the whole project for
// run "".
func (h *Hub) Receipts(project, run string) []protocol.Receipt {
	p, ok := h.resolve(project)
	if !ok {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.receipts.Expire(nowMilli())
	return p.receipts.List(run)
}

// Machines lists the machines that report: the daemon's own, then the runs'.
func (h *Hub) Machines() []protocol.MachineInfo {
	machines := []protocol.MachineInfo{}
	h.mu.Lock()
	own := h.machine
	h.mu.Unlock()
	if own.ID != "" {
		machines = append(machines, own)
	}
	for _, p := range h.list() {
		p.mu.Lock()
		for _, r := range p.runs {
			if text := r.sections[string(protocol.EventHardware)]; text != nil {
				machines = append(machines, protocol.MachineInfo{
					ID: p.id + "/" + r.id, Host: r.machine, By: p.id + "/" + r.id, At: r.heard, Hardware: text,
				})
			}
		}
		p.mu.Unlock()
	}
	return machines
}

// Edit changes a run. Errors: [protocol.ErrNotFound].
func (h *Hub) Edit(project, run string, edit protocol.RunEdit) (protocol.RunInfo, error) {
	p, ok := h.resolve(project)
	if !ok {
		return protocol.RunInfo{}, protocol.ErrNotFound
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.findRun(run)
	if r == nil {
		return protocol.RunInfo{}, protocol.ErrNotFound
	}
	if edit.Name != nil {
		r.name = *edit.Name
	}
	if edit.Notes != nil {
		r.notes = *edit.Notes
	}
	if edit.Tags != nil {
		r.tags = append([]string(nil), *edit.Tags...)
	}
	p.save(r)
	return r.detail(), nil
}

// Delete forgets a run that is not connected. Errors: [protocol.ErrNotFound],
// [protocol.ErrRunOnline].
func (h *Hub) Delete(project, run string) error {
	p, ok := h.resolve(project)
	if !ok {
		return protocol.ErrNotFound
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, r := range p.runs {
		if r.id != run {
			continue
		}
		if r.state.Online() {
			return protocol.ErrRunOnline
		}
		p.runs = append(p.runs[:i:i], p.runs[i+1:]...)
		h.recorder.DeleteRun(p.id, run)
		return nil
	}
	return protocol.ErrNotFound
}
