//go:build !linux && !windows

package sysinfo

import "syscall"

// childAttributes are none: these platforms have no portable way to end a
// child with its parent. The tool then ends at its next write into the closed
// pipe.
func childAttributes() *syscall.SysProcAttr {
	return nil
}

func tieToParent(int) (release func()) {
	return func() {}
}
