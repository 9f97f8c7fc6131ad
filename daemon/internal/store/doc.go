// Package store is history: what the hub recorded and REST reads back.
//
// [Memory] keeps the newest events within bounds and forgets them when the
// daemon ends. Its users define the interfaces they need (hub.Recorder writes,
// rest.Reader reads); the conformance suite in storetest holds for every
// implementation of the two.
package store
