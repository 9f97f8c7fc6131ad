package sysinfo

import "time"

// Part names one independently read part of a [Snapshot].
type Part string

// The parts of a snapshot, as they appear as keys of [Snapshot.Absent].
const (
	PartCPU    Part = "cpu"
	PartMemory Part = "memory"
	PartSwap   Part = "swap"
	PartLoad   Part = "load"
	PartDisk   Part = "disk"
	PartNet    Part = "net"
	PartGPU    Part = "gpu"
)

// Snapshot is one machine at one moment. It is the caller's to keep and to
// change: no two snapshots share memory.
type Snapshot struct {
	// At is when the sample was begun.
	At   time.Time
	Host Host

	CPU    CPU
	Memory Memory
	Swap   Swap
	Load   Load
	// Disk is the traffic of all physical disks: In is read, Out is written.
	Disk Rate
	// Net is the traffic of all interfaces but loopback: In is received, Out
	// is sent. Traffic that crosses a bridge or a tunnel counts once on each
	// interface that it crosses.
	Net Rate
	// GPUs are in the order of their index. Nil without nvidia-smi, which is
	// no trouble and so is not in Absent either.
	GPUs []GPU

	// Absent has an entry for each part that could not be read: why, in words
	// for a person. The fields of such a part are zero. It is never nil.
	Absent map[Part]string
}

// Host says which machine a snapshot is of.
type Host struct {
	// Hostname is what the kernel calls the machine; empty when it does not say.
	Hostname string
	// MachineID is 32 hexadecimal digits that stay the same over restarts,
	// made from the platform's own id by a one-way hash so that the id itself
	// does not leave the machine. On Linux root may see another platform id
	// (the firmware's) than others do (/etc/machine-id), hence another hash.
	MachineID string
	// OS and Arch are in Go's spelling: linux, darwin, windows; amd64, arm64.
	OS, Arch string
}

// CPU is the use of the processor since the sample before.
type CPU struct {
	// Total is the use of all cores together, 0 to 100 percent.
	Total float64
	// PerCore is the use of each logical core, 0 to 100 percent, in the order
	// of the kernel.
	PerCore []float64
	// Frequencies are those of the logical cores, in the order of PerCore. Nil
	// when no core's frequency is known. Filled even where the percentages are
	// absent.
	Frequencies []Frequency
}

// Frequency is a core's clock in MHz. Zero means unknown, as it does on the
// wire, where `freq` is [current, min, max].
type Frequency struct {
	Current, Min, Max float64
}

// Memory is the machine's physical memory in bytes.
type Memory struct {
	// Available is what could be used without swapping; Used excludes what
	// the kernel holds only as a cache. Used and Free need not add up to Total.
	Total, Available, Used, Free uint64
}

// Swap is the machine's swap space in bytes. All zero on a machine without.
type Swap struct {
	Total, Used, Free uint64
}

// Load is the mean number of runnable processes over 1, 5 and 15 minutes.
type Load struct {
	One, Five, Fifteen float64
}

// Rate is traffic in bytes per second since the sample before.
type Rate struct {
	In, Out float64
}

// GPU is one NVIDIA GPU. A driver may refuse any of the readings: virtual
// GPUs have no temperature, partitioned ones no load.
type GPU struct {
	// Index is the driver's, from 0.
	Index int
	// Name and Driver are without control characters; empty when unknown.
	Name, Driver string
	// Load is the share of time in which a kernel ran, 0 to 1.
	Load Reading
	// MemoryTotal, MemoryUsed and MemoryFree are in MiB.
	MemoryTotal, MemoryUsed, MemoryFree Reading
	// Temperature is in degrees Celsius.
	Temperature Reading
	// Power is the present draw and PowerLimit the highest allowed, in watts.
	Power, PowerLimit Reading
}

// Reading is a number that a device may not give. The zero value is unknown.
type Reading struct {
	// Value is finite, and zero when unknown.
	Value float64
	// Known tells a zero that was read from one that was not.
	Known bool
}
