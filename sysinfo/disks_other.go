//go:build !linux

package sysinfo

// physicalDisks is empty, which stands for all: elsewhere than on Linux the
// counters are of whole disks only (fixed drives on Windows).
func physicalDisks() ([]string, error) {
	return nil, nil
}
