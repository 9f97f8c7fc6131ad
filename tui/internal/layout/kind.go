package layout

// Kind names a region of the screen.
type Kind uint8

// The regions. Runs, Log, Gauges and Receipts are panes, which take the focus;
// the others are single lines.
const (
	None Kind = iota
	Header
	Tabs
	Runs
	Log
	Gauges
	Receipts
	Status

	kinds
)

// Panes are the regions that take the focus, in the order of their numbers on
// the keyboard.
func Panes() []Kind { return []Kind{Runs, Log, Gauges, Receipts} }

// Pane reports a region that takes the focus.
func (k Kind) Pane() bool { return k >= Runs && k <= Receipts }

func (k Kind) String() string {
	switch k {
	case Header:
		return "header"
	case Tabs:
		return "tabs"
	case Runs:
		return "runs"
	case Log:
		return "log"
	case Gauges:
		return "gauges"
	case Receipts:
		return "receipts"
	case Status:
		return "status"
	case None, kinds:
	}
	return "none"
}

// Set is a set of regions. The zero value is empty.
type Set uint16

// Of is the set of the given regions.
func Of(members ...Kind) Set {
	var s Set
	for _, k := range members {
		s |= 1 << k
	}
	return s
}

// Has reports whether k is in the set.
func (s Set) Has(k Kind) bool { return s&(1<<k) != 0 }

// With is the set with k in it.
func (s Set) With(k Kind) Set { return s | 1<<k }

// Without is the set without k.
func (s Set) Without(k Kind) Set { return s &^ (1 << k) }

// Mode is how much the screen has room for.
type Mode uint8

// The modes, smallest first. In Word and Summary the whole screen is the one
// region Runs: Word shows the state of the chosen run, Summary one line for
// each run. Single shows the focused pane, Compact the runs and one other,
// Normal and Wide all of them.
const (
	Word Mode = iota
	Summary
	Single
	Compact
	Normal
	Wide
)

func (m Mode) String() string {
	switch m {
	case Word:
		return "word"
	case Summary:
		return "summary"
	case Single:
		return "single"
	case Compact:
		return "compact"
	case Normal:
		return "normal"
	case Wide:
		return "wide"
	}
	return "unknown"
}

func modeOf(w, h int) Mode {
	switch {
	case w < 20 || h < 4:
		return Word
	case w < 40 || h < 10:
		return Summary
	case w < 80 || h < 24:
		return Single
	case w < 100 || h < 30:
		return Compact
	case w < 140 || h < 40:
		return Normal
	}
	return Wide
}
