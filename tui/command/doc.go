// Package command is the frontend without a screen: the commands that print what
// the dashboard shows. They speak to the daemon over REST like any other
// frontend, and write to what they are given; [Logs] that follow listen to its
// WebSocket, too.
//
// # Promise
//
// What a run sent reaches a terminal clean: text without anything that drives it,
// colours only where they were asked for, JSON with every control escaped. History
// is read in pages and printed as it comes, so that no run is too long. Errors say
// what to do next and carry the exit code of the command line: 2 for wrong usage,
// 3 without a daemon, 5 for a name that means nothing or several things.
package command
