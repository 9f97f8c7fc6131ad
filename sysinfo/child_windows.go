package sysinfo

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// childAttributes keep a console window from opening for the tool when the
// daemon has none to share.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{HideWindow: true, CreationFlags: windows.CREATE_NO_WINDOW}
}

// tieToParent puts the tool into a job that Windows ends with its last handle,
// and so with this process however that ends: in loop mode the tool would run
// on for ever. It does what it can; without a job, only Close ends the tool.
func tieToParent(pid int) (release func()) {
	nothing := func() {}
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return nothing
	}
	release = func() { _ = windows.CloseHandle(job) }
	var limits windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION
	limits.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits)))
	if err != nil {
		release()
		return nothing
	}
	tool, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(pid))
	if err != nil {
		release()
		return nothing
	}
	defer func() { _ = windows.CloseHandle(tool) }()
	if err := windows.AssignProcessToJobObject(job, tool); err != nil {
		release()
		return nothing
	}
	return release
}
