//go:build !race

package tests

// raceArgs is empty where the tests themselves don't watch for races.
func raceArgs() []string { return nil }
