// Package demo simulates training runs, so that everything a dashboard shows can
// be seen without a program that trains.
//
// What a run reports is made by a generator without a clock: the same seed gives
// the same events in the same order, whatever the machine. Only times, run ids
// and what actions change differ. Each run is a [report.Reporter] like any other
// program's, and its actions really do what they say.
package demo
