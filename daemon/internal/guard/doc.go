// Package guard decides who may talk to the daemon at all, before any route or
// socket looks at what is said.
//
// The daemon has no passwords: whoever reaches its ports can read what runs
// report and trigger what they offer. So that this is only the person at this
// machine, three doors are closed:
//
//   - [Loopback] refuses other machines, and every Host that is not this
//     machine's loopback. Without the second check a web page could point its own
//     name at 127.0.0.1 and read the answers as its own.
//   - [SameOrigin] refuses writes that another site's page sends: a browser sends
//     them without asking, it only hides the answer.
//   - [AllowOrigin] does the same for WebSocket upgrades, which are GETs and which
//     no browser holds back.
//
// Programs that are no browsers send neither Origin nor Sec-Fetch-Site and pass.
// Refusals are 403 with a [protocol.ErrorBody] of code "forbidden".
package guard
