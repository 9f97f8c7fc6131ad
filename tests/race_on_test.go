//go:build race

package tests

// raceArgs make the executable under test watch for races as the tests do.
func raceArgs() []string { return []string{"-race"} }
