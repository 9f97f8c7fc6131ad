package keys

// Default is the key map of a user who changed nothing.
func Default() Map {
	var m Map
	m.add(Global, global()...)
	m.add(Runs, motions()...)
	m.add(Runs, searching()...)
	m.add(Runs,
		Binding{Command: CmdOpen, Keys: []string{"enter"}, Hint: "open", Help: "open the run under the cursor", Rank: 20},
		Binding{Command: CmdSort, Keys: []string{"s"}, Help: "sort by the next column"},
		Binding{Command: CmdReverse, Keys: []string{"S"}, Help: "reverse the order"},
		Binding{Command: CmdDetails, Keys: []string{"i"}, Help: "show everything known about the run"},
		Binding{Command: CmdRename, Keys: []string{"r"}, Hint: "rename", Help: "give the run another name", Rank: 62},
		Binding{Command: CmdNote, Keys: []string{"e"}, Hint: "note", Help: "write down what is to be known about the run", Rank: 64},
		Binding{Command: CmdTags, Keys: []string{"#"}, Hint: "tags", Help: "change the tags of the run", Rank: 66},
		Binding{Command: CmdDelete, Keys: []string{"D"}, Help: "delete the run, after a question"},
		Binding{Command: CmdCopy, Keys: []string{"y"}, Help: "copy the name of the run"},
	)
	m.add(Logs, motions()...)
	m.add(Logs, searching()...)
	m.add(Logs, logs()...)
	m.add(Gauges, motions()...)
	m.add(Gauges,
		Binding{Command: CmdCopy, Keys: []string{"y"}, Help: "copy the values shown"},
	)
	m.add(Receipts, motions()...)
	m.add(Receipts,
		Binding{Command: CmdOpen, Keys: []string{"enter"}, Hint: "form", Help: "open the form of this action again", Rank: 20},
		Binding{Command: CmdAgain, Keys: []string{"r"}, Hint: "again", Help: "call the action again with the same values", Rank: 22},
		Binding{Command: CmdForget, Keys: []string{"x"}, Hint: "forget", Help: "take the receipt off the list", Rank: 24},
		Binding{Command: CmdDetails, Keys: []string{"i"}, Hint: "details", Help: "show the whole result", Rank: 26},
		Binding{Command: CmdCopy, Keys: []string{"y"}, Help: "copy the result"},
	)
	m.add(Palette, choosing()...)
	m.add(Form,
		Binding{Command: CmdOpen, Keys: []string{"enter"}, Hint: "run", Help: "call the action", Rank: 10},
		Binding{Command: CmdNextField, Keys: []string{"tab"}, Hint: "next", Help: "go to the next field", Rank: 12},
		Binding{Command: CmdPrevField, Keys: []string{"shift+tab"}, Help: "go to the previous field"},
		Binding{Command: CmdUp, Keys: []string{"up"}, Hint: "recall", Help: "put in the value used before", Rank: 14},
		Binding{Command: CmdDown, Keys: []string{"down"}, Help: "put in the value used after"},
		back("close"),
	)
	m.add(Search,
		Binding{Command: CmdOpen, Keys: []string{"enter"}, Hint: "keep", Help: "keep the filter and leave the line", Rank: 10},
		Binding{Command: CmdUp, Keys: []string{"up"}, Hint: "earlier", Help: "put in the search before", Rank: 12},
		Binding{Command: CmdDown, Keys: []string{"down"}, Help: "put in the search after"},
		back("drop"),
	)
	m.add(Help, motions()...)
	m.add(Help, searching()...)
	m.add(Help, Binding{Command: CmdBack, Keys: []string{"esc", "q", "?"}, Hint: "close", Help: "close the help", Rank: 90})
	m.add(Edit,
		Binding{Command: CmdOpen, Keys: []string{"enter"}, Hint: "save", Help: "save what was typed", Rank: 10},
		back("drop"),
	)
	m.add(Note,
		Binding{Command: CmdOpen, Keys: []string{"enter"}, Hint: "new line", Help: "begin a new line; on the button, save", Rank: 10},
		Binding{Command: CmdNextField, Keys: []string{"tab"}, Hint: "to the button", Help: "go from the text to the button, and back", Rank: 14},
		Binding{Command: CmdPrevField, Keys: []string{"shift+tab"}, Help: "go from the button to the text, and back"},
		Binding{Command: CmdSave, Keys: []string{"ctrl+d"}, Hint: "save", Help: "save the note", Rank: 12},
		back("drop"),
	)
	m.add(Confirm,
		Binding{Command: CmdOpen, Keys: []string{"enter"}, Hint: "choose", Help: "take the answer that is marked", Rank: 12},
		Binding{Command: CmdNextField, Keys: []string{"tab", "right", "l"}, Hint: "the other answer", Help: "mark the other answer", Rank: 14},
		Binding{Command: CmdPrevField, Keys: []string{"shift+tab", "left", "h"}, Help: "mark the other answer"},
		Binding{Command: CmdYes, Keys: []string{"y"}, Hint: "yes", Help: "answer yes", Rank: 16},
		Binding{Command: CmdBack, Keys: []string{"esc", "n", "q"}, Hint: "no", Help: "answer no", Rank: 90},
	)
	return m
}

func global() []Binding {
	return []Binding{
		{Command: CmdActions, Keys: []string{"a"}, Hint: "actions", Help: "call an action of the run", Rank: 10},
		{Command: CmdZoom, Keys: []string{"z"}, Hint: "zoom", Help: "give the focused pane the whole screen, and back", Rank: 40},
		{Command: CmdNextPane, Keys: []string{"tab"}, Hint: "pane", Help: "focus the next pane", Rank: 50},
		{Command: CmdPrevPane, Keys: []string{"shift+tab"}, Help: "focus the previous pane"},
		{Command: CmdPalette, Keys: []string{":", "ctrl+p"}, Hint: "everything", Help: "find and run any command", Rank: 60},
		{Command: CmdHelp, Keys: []string{"?"}, Hint: "help", Help: "show the keys that work here", Rank: 70},
		{Command: CmdQuit, Keys: []string{"q"}, Hint: "leave", Help: "leave this view; on the first one leave the dashboard, the daemon goes on", Rank: 80},
		{Command: CmdForceQuit, Keys: []string{"ctrl+c", "Q"}, Help: "leave the dashboard from anywhere; ctrl+c twice does not wait for anything"},
		{Command: CmdBack, Keys: []string{"esc"}, Help: "one step back: close, clear the filter, leave the zoom, leave the view"},
		{Command: CmdPane1, Keys: []string{"1"}, Help: "focus pane 1; again to zoom it"},
		{Command: CmdPane2, Keys: []string{"2"}, Help: "focus pane 2; again to zoom it"},
		{Command: CmdPane3, Keys: []string{"3"}, Help: "focus pane 3; again to zoom it"},
		{Command: CmdPane4, Keys: []string{"4"}, Help: "focus pane 4; again to zoom it"},
		{Command: CmdPane5, Keys: []string{"5"}, Help: "focus pane 5; again to zoom it"},
		{Command: CmdPane6, Keys: []string{"6"}, Help: "focus pane 6; again to zoom it"},
		{Command: CmdReset, Keys: []string{"0"}, Help: "put the layout back as it was at first"},
		{Command: CmdRefresh, Keys: []string{"R"}, Help: "ask the daemon again for everything"},
		{Command: CmdRetry, Keys: []string{"ctrl+r"}, Help: "connect now instead of waiting"},
		{Command: CmdTheme, Keys: []string{"T"}, Help: "take the next theme"},
		{Command: CmdMouse, Keys: []string{"M"}, Help: "give the mouse back to the terminal, to select text, and take it again"},
		{Command: CmdMessages, Keys: []string{"ctrl+g"}, Help: "show what happened, errors in full"},
		{Command: CmdRedraw, Keys: []string{"ctrl+l"}, Help: "draw the screen anew"},
		{Command: CmdSuspend, Keys: []string{"ctrl+z"}, Help: "suspend the dashboard to the shell"},
	}
}

func motions() []Binding {
	return []Binding{
		{Command: CmdDown, Keys: []string{"j", "down"}, Help: "down"},
		{Command: CmdUp, Keys: []string{"k", "up"}, Help: "up"},
		{Command: CmdLeft, Keys: []string{"h", "left"}, Help: "left, or close the group"},
		{Command: CmdRight, Keys: []string{"l", "right"}, Help: "right, or open the group"},
		{Command: CmdTop, Keys: []string{"g g", "home"}, Help: "to the first line"},
		{Command: CmdBottom, Keys: []string{"G", "end"}, Help: "to the last line"},
		{Command: CmdHalfDown, Keys: []string{"ctrl+d"}, Help: "half a page down"},
		{Command: CmdHalfUp, Keys: []string{"ctrl+u"}, Help: "half a page up"},
		{Command: CmdPageDown, Keys: []string{"pgdown", "ctrl+f"}, Help: "a page down"},
		{Command: CmdPageUp, Keys: []string{"pgup", "ctrl+b"}, Help: "a page up"},
	}
}

func searching() []Binding {
	return []Binding{
		{Command: CmdSearch, Keys: []string{"/"}, Hint: "search", Help: "show only what matches", Rank: 12},
		{Command: CmdNextHit, Keys: []string{"n"}, Help: "to the next hit"},
		{Command: CmdPrevHit, Keys: []string{"N"}, Help: "to the previous hit"},
	}
}

func logs() []Binding {
	return []Binding{
		{Command: CmdFollow, Keys: []string{"f"}, Hint: "follow", Help: "stay at the newest line, or stop", Rank: 20},
		{Command: CmdNextError, Keys: []string{"e"}, Hint: "next error", Help: "to the next error", Rank: 22},
		{Command: CmdPrevError, Keys: []string{"E"}, Help: "to the previous error"},
		{Command: CmdLevel, Keys: []string{"L"}, Hint: "level", Help: "raise the least level shown, from the highest back to all", Rank: 24},
		{Command: CmdWrap, Keys: []string{"w"}, Hint: "wrap", Help: "wrap long lines, or cut them", Rank: 26},
		{Command: CmdTimestamps, Keys: []string{"t"}, Help: "times off, as a clock, as an age"},
		{Command: CmdOpen, Keys: []string{"enter"}, Help: "show the whole line"},
		{Command: CmdCopy, Keys: []string{"y"}, Help: "copy the line"},
		{Command: CmdCopyAll, Keys: []string{"Y"}, Help: "copy all lines shown"},
	}
}

func choosing() []Binding {
	return []Binding{
		{Command: CmdOpen, Keys: []string{"enter"}, Hint: "run", Help: "run the command under the cursor", Rank: 10},
		{Command: CmdDown, Keys: []string{"down", "ctrl+n"}, Hint: "down", Help: "down", Rank: 12},
		{Command: CmdUp, Keys: []string{"up", "ctrl+p"}, Hint: "up", Help: "up", Rank: 14},
		{Command: CmdPageDown, Keys: []string{"pgdown"}, Help: "a page down"},
		{Command: CmdPageUp, Keys: []string{"pgup"}, Help: "a page up"},
		back("close"),
	}
}

func back(hint string) Binding {
	return Binding{Command: CmdBack, Keys: []string{"esc"}, Hint: hint, Help: "one step back", Rank: 90}
}
