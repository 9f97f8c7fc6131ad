package sysinfo

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// fakeEnv makes the test binary play nvidia-smi, in one of the ways that
// playTool knows; startsEnv names a file to which each start adds a line.
const (
	fakeEnv   = "SYSINFO_FAKE_TOOL"
	startsEnv = "SYSINFO_FAKE_STARTS"
)

func TestMain(m *testing.M) {
	if way := os.Getenv(fakeEnv); way == "daemon" {
		playDaemon()
	} else if way != "" {
		os.Exit(playTool(way, os.Stdout))
	}
	goleak.VerifyTestMain(m)
}

// playDaemon samples with a silent tool until it is killed: one that writes
// would end by itself when nobody is left to read.
func playDaemon() {
	self, err := os.Executable()
	if err != nil {
		os.Exit(99)
	}
	if err := os.Setenv(fakeEnv, "silent"); err != nil {
		os.Exit(99)
	}
	New(Options{NvidiaSMI: self}).Sample(context.Background())
	<-time.After(time.Minute)
	os.Exit(0)
}

const (
	fakeHeader = "index, name, driver_version, utilization.gpu [%], memory.total [MiB], memory.used [MiB]," +
		" memory.free [MiB], temperature.gpu, power.draw [W], power.limit [W]\n"
	fakeRow = "%d, NVIDIA H200, 550.54.15, 37 %%, 143771 MiB, 20480 MiB, 123291 MiB, 41, 120.50 W, 700.00 W\n"
)

func playTool(way string, out io.Writer) int {
	if path := os.Getenv(startsEnv); path != "" {
		starts, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return 99
		}
		fmt.Fprintln(starts, os.Getpid(), strings.Join(os.Args[1:], " "))
		_ = starts.Close()
	}
	switch way {
	case "refuse":
		fmt.Fprintln(out, "No devices were found")
		return 6
	case "silent":
		<-time.After(time.Minute)
		return 0
	case "die":
		fmt.Fprint(out, fakeHeader)
		for range 2 {
			fmt.Fprintf(out, fakeRow, 0)
		}
		return 3
	case "steady":
		fmt.Fprint(out, fakeHeader)
		for range time.Tick(5 * time.Millisecond) {
			for gpu := range 2 {
				if _, err := fmt.Fprintf(out, fakeRow, gpu); err != nil {
					return 0
				}
			}
		}
	}
	return 98
}
