// Package tests holds what neetbox-tui promises to the people who run it and to
// the programs that report to it, checked from outside: every test drives the
// built executable, over real sockets and real terminals, in directories and on
// ports of its own.
//
// The promises of the command line are scripts, one promise a file, under
// testdata/script. What needs a terminal, a race of processes or a released
// client is Go. The architecture is a test as well: the table in the import map
// says which package may know which, and why others may not.
//
// The tests take no default port, touch nothing of the user's, and end only
// processes that they started. The released Python client is fetched from its
// registry once and kept in the user's cache directory; where that can't be had
// its tests skip and say so, or fail when NEETBOX_TUI_REQUIRE_PYTHON is 1.
package tests
