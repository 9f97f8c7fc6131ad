// Package runs is the pane of the projects and their runs, and the other forms
// in which a run is told: the line at the top of the screen, one line or one
// word on screens too small for panes, and its details.
//
// The pane is told about runs by whole snapshots and by single events, in any
// mixture. Neither ever moves the cursor off the item it is on. It keeps no
// clock: ages are counted from the time that SetNow was given last.
//
// Drawing costs what is on the screen. Ten thousand runs are sorted and folded
// when they change, not when they are drawn.
package runs
