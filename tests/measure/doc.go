// Package measure is what the measuring programs of this folder share: the built
// program in a place of its own, the CPU time and memory of a process, and a
// report that holds each figure against what was measured beside it in the same
// run and against its bar.
//
// It judges nothing but figures, and fails no build: what is not known here is
// NaN from the first reading to the report, which writes it as a dash or as null.
package measure
