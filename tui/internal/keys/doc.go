// Package keys declares every key once: the declaration is what dispatches it,
// what the bottom line and the help show, and what a configuration changes.
//
// A key belongs to a scope, the place that has the input. The same key may
// mean another thing in another scope and never two things in one; Conflicts
// finds both and Rebind refuses them. Typed and pasted text is never a
// command.
package keys
