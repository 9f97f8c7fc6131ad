// Package rest answers on the daemon's REST port.
//
// # Promise
//
// Every answer to a request that can't be served is JSON of the shape
// {"error":{"code","message","hint"}}: of unknown routes and methods, of wrong
// parameters, of other sites' pages, of bugs in here. The released frontends
// parse whatever comes as JSON, and a person always reads what to do next.
//
// Only this machine is served, and no other site's page may write; package guard
// decides that before any route is looked at.
//
// # Routes
//
// Every route is declared once, with the types it takes and gives, and the
// OpenAPI document is made from the same declaration. One file holds the routes
// of one era:
//
//	seed.go   /hello, /cli/sync, /web/list, /web/status and the eras' shutdowns:
//	          what released clients and their pages ask for
//	tui.go    /tui/v1: what our own frontends and commands ask for
//
// With [Options.Debug] the document is at /openapi.json and a page to try the
// routes from at /docs; both come from the executable alone.
//
// # Names
//
// A project may be called anything, slashes and dots included. The seed's routes
// end in a name, which is everything behind the route; in /tui/v1 a name is one
// path segment, so its slashes are written %2F and a name of dots alone %2E.
//
// # Numbers
//
// Python writes bare NaN and Infinity into JSON. The seed's routes give a status
// document back as it came when it came as text, and with null in their place
// otherwise; /tui/v1 writes the strings "NaN", "Infinity" and "-Infinity".
package rest
