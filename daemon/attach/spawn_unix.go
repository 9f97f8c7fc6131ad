//go:build unix

package attach

import (
	"io/fs"
	"os"
	"strconv"
	"syscall"
)

// detached puts the daemon into a session of its own: neither Ctrl-C in this
// terminal nor the terminal's end reaches it. See setsid(2).
func detached() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

func userID() string { return strconv.Itoa(os.Getuid()) }

// private reports whether only this user can write to a directory.
func private(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Getuid() && info.Mode().Perm()&0o022 == 0
}
