package palette

import "apps.local/neetbox-tui/tui/internal/text"

// name is what a person calls the run.
func (t Target) name() string {
	name := text.Plain(t.RunName)
	if name == "" {
		name = text.Plain(t.Run)
	}
	return text.Truncate(name, 60)
}

// refusal is why no action at all can be sent to the run; empty when one can.
func (t Target) refusal() string {
	switch {
	case t.ReadOnly:
		return "This dashboard is read-only: it sends no actions"
	case t.Run == "":
		return "No run is chosen: choose one in the list of runs"
	case !t.Online && t.Reason != "":
		return t.name() + " is not connected (" + text.Plain(t.Reason) + "): it can't hear actions"
	case !t.Online:
		return t.name() + " is not connected: it can't hear actions"
	}
	return ""
}

// refused is why this action cannot be sent.
func (o *Overlay) refused(action string) string {
	if why := o.target.refusal(); why != "" {
		return why
	}
	if _, known := o.target.Actions[action]; !known {
		return o.target.name() + " has no action " + shown(action)
	}
	return ""
}

// empty is why the list of actions has no rows, and what to do; empty when it
// has some. The list of commands always has.
func (o *Overlay) empty() string {
	if o.mode == commands {
		return ""
	}
	if why := o.target.refusal(); why != "" {
		return why
	}
	switch {
	case o.target.Actions == nil:
		return o.target.name() + " has not announced any actions yet. They appear here as soon as it does."
	case len(o.list.all) == 0:
		return "This run registered no actions. See: neetbox-tui help actions"
	}
	return ""
}
