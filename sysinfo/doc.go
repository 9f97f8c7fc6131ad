// Package sysinfo samples the machine it runs on: processor, memory, swap,
// load, disks, network and NVIDIA GPUs.
//
// Its promise is that a sample always succeeds. Each part is read on its own;
// what a platform does not give, what fails and what panics is left out, and
// [Snapshot.Absent] says why in words that a person can read. Nothing in a
// snapshot is ever NaN, infinite or negative where that makes no sense.
//
// GPUs are read from one long-lived nvidia-smi. Spawning it for every sample
// would re-initialise the driver every second on machines where nobody else
// holds it open, which costs up to seconds of system time per GPU.
package sysinfo
