// Package pane is what a region of the dashboard is and how it is framed.
//
// A pane draws exactly the rectangle it was given: not a row more, since Bubble
// Tea drops the top of a screen that is too tall, and not a cell wider, since
// that would push its neighbour away. Frame, Block and Join keep that promise
// whatever text they are given, and only they know what a border costs.
package pane
