// Package gauges is the pane of the machines: how busy their processors,
// memory and graphics cards are, now and over the last minutes.
//
// A machine is shown once, whoever reports it. How much is told about each
// depends on the room: from one line for a machine to a bar, a history and
// every core. A reading is never more certain than it is: what is not there is
// "–" with the reason, and what is old is faint and has its age.
package gauges
