package keys

// Scope is a place that takes input.
type Scope string

// The scopes. Palette, Form, Search, Edit and Note are typed into, and with Help
// and Confirm they lie over everything else: a key of theirs hides the same key
// of Global.
const (
	Global   Scope = "global"
	Runs     Scope = "runs"
	Logs     Scope = "logs"
	Gauges   Scope = "gauges"
	Receipts Scope = "receipts"
	Palette  Scope = "palette"
	Form     Scope = "form"
	Search   Scope = "search"
	Help     Scope = "help"
	Edit     Scope = "edit"    // one line about a run
	Note     Scope = "note"    // several lines about a run
	Confirm  Scope = "confirm" // a question that a yes cannot be taken back from
)

// Scopes are all scopes, Global first.
func Scopes() []Scope {
	return []Scope{Global, Runs, Logs, Gauges, Receipts, Palette, Form, Search, Help, Edit, Note, Confirm}
}

// Typed reports a scope where printable keys are text.
func (s Scope) Typed() bool {
	switch s {
	case Palette, Form, Search, Edit, Note:
		return true
	case Global, Runs, Logs, Gauges, Receipts, Help, Confirm:
	}
	return false
}

// Modal reports a scope that takes the input before Global does.
func (s Scope) Modal() bool { return s.Typed() || s == Help || s == Confirm }

// Command is something the dashboard can be told to do. Its text is its name
// in the configuration and in the palette.
type Command string

// Commands of the whole dashboard.
const (
	CmdQuit      Command = "quit"
	CmdForceQuit Command = "force-quit"
	CmdBack      Command = "back"
	CmdHelp      Command = "help"
	CmdPalette   Command = "palette"
	CmdActions   Command = "actions"
	CmdNextPane  Command = "next-pane"
	CmdPrevPane  Command = "previous-pane"
	CmdPane1     Command = "pane-1"
	CmdPane2     Command = "pane-2"
	CmdPane3     Command = "pane-3"
	CmdPane4     Command = "pane-4"
	CmdPane5     Command = "pane-5"
	CmdPane6     Command = "pane-6"
	CmdZoom      Command = "zoom"
	CmdReset     Command = "reset-layout"
	CmdRedraw    Command = "redraw"
	CmdRefresh   Command = "refresh"
	CmdRetry     Command = "retry"
	CmdSuspend   Command = "suspend"
	CmdMouse     Command = "mouse"
	CmdMessages  Command = "messages"
	CmdTheme     Command = "theme"
)

// Commands that move in a list or a text.
const (
	CmdDown     Command = "down"
	CmdUp       Command = "up"
	CmdLeft     Command = "left"
	CmdRight    Command = "right"
	CmdTop      Command = "top"
	CmdBottom   Command = "bottom"
	CmdHalfDown Command = "half-page-down"
	CmdHalfUp   Command = "half-page-up"
	CmdPageDown Command = "page-down"
	CmdPageUp   Command = "page-up"
)

// Commands of one pane or input.
const (
	CmdOpen       Command = "open"
	CmdSearch     Command = "search"
	CmdNextHit    Command = "next-hit"
	CmdPrevHit    Command = "previous-hit"
	CmdFollow     Command = "follow"
	CmdWrap       Command = "wrap"
	CmdTimestamps Command = "timestamps"
	CmdNextError  Command = "next-error"
	CmdPrevError  Command = "previous-error"
	CmdLevel      Command = "level"
	CmdCopy       Command = "copy"
	CmdCopyAll    Command = "copy-all"
	CmdDetails    Command = "details"
	CmdSort       Command = "sort"
	CmdReverse    Command = "reverse-sort"
	CmdDelete     Command = "delete"
	CmdRename     Command = "rename"
	CmdNote       Command = "note"
	CmdTags       Command = "tags"
	CmdSave       Command = "save"
	CmdYes        Command = "yes"
	CmdAgain      Command = "again"
	CmdForget     Command = "forget"
	CmdNextField  Command = "next-field"
	CmdPrevField  Command = "previous-field"
)
