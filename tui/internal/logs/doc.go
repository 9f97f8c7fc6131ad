// Package logs is the live log of one run as a pane of the dashboard.
//
// The pane follows the newest line until someone scrolls up; from then on the
// rows in view stay where they are, whatever arrives, until their lines are
// cut. Lines are put in order by their sequence number, so live lines, older
// pages and lines sent twice may come in any order. It keeps a bounded number
// of lines and bytes and says what it cut.
//
// Text of runs is hostile and is cleaned once, when it arrives. What is drawn
// are the rows in view alone, and nothing at all when nothing changed. The
// pane reads no clock and starts no timer: SetNow tells it the time.
package logs
