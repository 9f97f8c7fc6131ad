package sysinfo

import (
	"fmt"
	"os"
	"path/filepath"
)

// physicalDisks names the devices to count. /proc/diskstats lists partitions,
// device-mapper and loop devices beside the disks that they lie on, and adding
// those would count each byte twice or more. Only what is backed by hardware
// has a device link in sysfs.
func physicalDisks() ([]string, error) {
	const root = "/sys/block"
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil, fmt.Errorf("list disks: %w", err)
	}
	var names []string
	for _, entry := range entries {
		if _, err := os.Stat(filepath.Join(root, entry.Name(), "device")); err == nil {
			names = append(names, entry.Name())
		}
	}
	if len(names) == 0 {
		return nil, errNoDisks
	}
	return names, nil
}
