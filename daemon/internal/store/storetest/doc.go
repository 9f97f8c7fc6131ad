// Package storetest is what every history must do, as tests that run against any
// of them.
package storetest
