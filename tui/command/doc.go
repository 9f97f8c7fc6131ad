// Package command is the frontend without a screen: the commands that print what
// the dashboard shows. They speak to the daemon over REST like any other
// frontend, and write to what they are given.
package command
