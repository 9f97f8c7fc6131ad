package runs

// SelectedMsg says that the user moved to another run.
type SelectedMsg struct{ Project, Run string }

// OpenMsg asks for the run to be shown in the other panes.
type OpenMsg struct{ Project, Run string }

// DetailsMsg asks for everything known about the run; see Details.
type DetailsMsg struct{ Project, Run string }

// RenameMsg asks for the run to be given another name.
type RenameMsg struct{ Project, Run string }

// NoteMsg asks for the run's note to be changed.
type NoteMsg struct{ Project, Run string }

// TagsMsg asks for the run's tags to be changed.
type TagsMsg struct{ Project, Run string }

// DeleteMsg asks for the run to be deleted. Nothing has been asked or checked
// yet: the question is for whoever receives it.
type DeleteMsg struct{ Project, Run string }

// CopyMsg asks for Text on the clipboard. What says what it is, for the line
// that tells the user: "the run's name".
type CopyMsg struct{ Text, What string }
