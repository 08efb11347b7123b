package digest

import (
	"io/fs"
	"syscall"
)

// inodeTime is when a file's inode changed, which no program can set.
func inodeTime(info fs.FileInfo) int64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return st.Ctim.Nano()
	}
	return 0
}
