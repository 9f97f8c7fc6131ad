package hub

import (
	"encoding/json"
	"slices"

	"apps.local/neetbox-tui/protocol"
)

// fromRun takes an event of a run.
func (p *Peer) fromRun(ev protocol.Event) {
	project, run := p.project, p.run
	if ev.Project != "" && runProject(ev.Project) != project.id {
		p.ignore("a run can't write into another project")
		return
	}
	if reservedForDaemon(ev) {
		p.ignore("series " + ev.Series + " is the daemon's")
		return
	}
	now := nowMilli()
	project.mu.Lock()
	defer project.mu.Unlock()
	if ev.N > 0 {
		if ev.N <= run.stored {
			return // sent again after a reconnect
		}
		run.stored = ev.N
	}
	run.hear(now)
	if run.state == protocol.RunQuiet {
		project.presence(run, protocol.RunRunning, "")
	}
	// What a sender writes into these keys is not its to say.
	ev.Seq, ev.Run, ev.At = 0, "", now
	project.note(run, ev)
	project.take(run, ev, everybody)
	if p.hub.trace != nil {
		p.hub.trace(p.String(), ev)
	}
	if ev.ID.Waits() && ev.Type != protocol.EventAck && ev.Type != protocol.EventAction {
		run.ask(ev.ID, now)
		ack := protocol.Event{
			Type: protocol.EventAck, Project: project.id, ID: ev.ID, Payload: []byte(`{"result":200,"reason":"taken"}`),
		}
		p.Outbox.Text(ack.AppendFrame(nil, plain))
	}
}

func reservedForDaemon(ev protocol.Event) bool {
	return ev.Type == protocol.EventStatus &&
		(ev.Series == protocol.SeriesPresence || ev.Series == protocol.SeriesHistory)
}

// note keeps of an event what a late frontend asks for first: the run's status
// by series, its newest hardware, and its last words.
func (p *Project) note(run *Run, ev protocol.Event) {
	switch ev.Type {
	case protocol.EventStatus:
		switch ev.Series {
		case protocol.SeriesEnd:
			var end protocol.End
			if ev.DecodePayload(&end) == nil {
				run.end = &end
			}
		case protocol.SeriesActionState:
		default:
			run.setSection(ev.Series, ev)
		}
	case protocol.EventHardware:
		run.setSection(string(protocol.EventHardware), ev)
		if run.machine == "" {
			var of struct{ Machine protocol.Machine }
			if ev.DecodePayload(&of) == nil {
				run.machine = of.Machine.Host
			}
		}
	case protocol.EventHyperparameters:
		run.setSection(protocol.SeriesHyperparameters, ev)
	default:
	}
}

// setSection keeps a copy of a status section, within bounds.
func (r *Run) setSection(series string, ev protocol.Event) {
	body, err := ev.Object()
	if err != nil || series == "" || len(body) > maxSection {
		return
	}
	if _, known := r.sections[series]; !known && len(r.sections) >= maxSections {
		return
	}
	text := append(json.RawMessage(nil), body...)
	if ev.NonFinite {
		text = protocol.QuoteNonFinite(text)
	}
	r.sections[series] = text
	if series != string(protocol.EventHardware) { // every second, and worth nothing tomorrow
		r.dirty = true
	}
	if series == protocol.SeriesAction {
		r.readActions()
	}
}

// readActions finds what the run offers among its sections.
func (r *Run) readActions() {
	text, said := r.sections[protocol.SeriesAction]
	if !said {
		return
	}
	r.actions = map[string]json.RawMessage{}
	if json.Unmarshal(text, &r.actions) != nil {
		r.actions = nil
	}
}

// fromFrontend takes an event of a frontend: calls and acks. What only a run may
// say is dropped and counted.
func (p *Peer) fromFrontend(ev protocol.Event) error {
	project := p.project
	if ev.Project != "" && (project == nil || ev.Project != project.id) {
		project, _ = p.hub.resolve(ev.Project)
	}
	switch ev.Type {
	case protocol.EventAction:
		p.call(project, ev)
	case protocol.EventAck:
		p.passAck(project, ev)
	default:
		p.ignore("a frontend can't send " + string(ev.Type))
	}
	return nil
}

// call passes an action to the run, or answers in its place: no frontend waits
// for ever.
func (p *Peer) call(project *Project, ev protocol.Event) {
	call, err := protocol.ParseActionCall(ev)
	if err != nil {
		p.refuseCall(ev, "", "the call can't be read: "+err.Error())
		return
	}
	if project == nil {
		p.refuseCall(ev, call.Name, "no such project")
		return
	}
	project.mu.Lock()
	defer project.mu.Unlock()
	run, problem := project.addressed(ev.Run, p.spelling.Extended, call.Name)
	request := ev
	request.Seq, request.N, request.At = 0, 0, nowMilli()
	if problem == "" && !run.newest().Outbox.Text(p.callFrame(project, ev)) {
		problem = "the run does not read what is sent to it"
	}
	project.take(run, request, extendedOnly)
	if p.hub.trace != nil {
		p.hub.trace(p.String(), request)
	}
	if problem != "" && ev.ID.Waits() {
		project.answer(run, ev.ID, call.Name, problem, false)
	}
}

// addressed is the run that a call is for, and why it can't be called. Only an
// extended frontend may name the run; run may be nil when there is a problem.
func (p *Project) addressed(id string, named bool, action string) (run *Run, problem string) {
	if named && id != "" {
		if run = p.findRun(id); run == nil {
			return nil, "no such run"
		}
	} else if run = p.newestConnected(); run == nil {
		return nil, "no run of this project is connected"
	}
	switch {
	case !run.connected():
		return run, "the run is not connected"
	case run.actions != nil && run.actions[action] == nil:
		return run, "this run has no action " + quoted(action)
	}
	return run, ""
}

func quoted(s string) string {
	text, _ := json.Marshal(s) //nolint:errchkjson // a string
	return string(text)
}

// callFrame is the call as the run gets it: the frontend's own bytes, unless
// they hold keys that a released client never heard of, or lack its "name".
func (p *Peer) callFrame(project *Project, ev protocol.Event) []byte {
	if !p.spelling.Extended && ev.Project != "" && !ev.NonFinite {
		return ev.Frame
	}
	made := protocol.Event{Type: ev.Type, Project: project.id, ID: ev.ID, Payload: ev.Payload}
	return made.AppendFrame(nil, plain)
}

// refuseCall answers only the frontend that called: there is no project to file
// the call under.
func (p *Peer) refuseCall(ev protocol.Event, action, problem string) {
	p.ignore(problem)
	if !ev.ID.Waits() {
		return
	}
	ack := protocol.Event{
		Type: protocol.EventAck, Project: ev.Project, ID: ev.ID, Payload: protocol.ServerAnswer(action, problem, false),
	}
	p.Outbox.Text(ack.AppendFrame(nil, plain))
}

// answer is the daemon's ack in a run's place.
func (p *Project) answer(run *Run, id protocol.EventID, action, problem string, lost bool) {
	p.take(run, protocol.Event{
		Type: protocol.EventAck, ID: id, Payload: protocol.ServerAnswer(action, problem, lost),
	}, everybody)
}

// passAck passes a frontend's ack to the run that asked for it.
func (p *Peer) passAck(project *Project, ev protocol.Event) {
	if project == nil {
		p.ignore("an ack for no project")
		return
	}
	project.mu.Lock()
	defer project.mu.Unlock()
	for _, run := range slices.Backward(project.runs) {
		at, asked := run.asked[ev.ID]
		if asked && run.connected() && nowMilli()-at <= askedWithin.Milliseconds() {
			run.newest().Outbox.Text(p.callFrame(project, ev))
			return
		}
	}
	project.ignored++
}
