package attach

import (
	"io/fs"
	"syscall"

	"golang.org/x/sys/windows"
)

// detached gives the daemon no console and a process group of its own: neither
// Ctrl-C here nor closing this window reaches it.
func detached() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{
		HideWindow:    true,
		CreationFlags: windows.DETACHED_PROCESS | windows.CREATE_NEW_PROCESS_GROUP,
	}
}

// userID is a constant: temporary files are each user's own here.
func userID() string { return "state" }

// private is true: the directory of temporary files is the user's own here.
func private(fs.FileInfo) bool { return true }
