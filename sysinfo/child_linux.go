package sysinfo

import "syscall"

// childAttributes have the kernel kill the tool when we end without closing
// it: in loop mode it would run on for ever.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}

// tieToParent has nothing to add to the attributes.
func tieToParent(int) (release func()) {
	return func() {}
}
