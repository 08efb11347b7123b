package fetch

import (
	"fmt"
	"strconv"
	"strings"
)

// Bounds of waiting for the other end, in seconds: a daemon or a machine that
// does not answer, and a transfer in which nothing moves.
const (
	connectSeconds = 20
	silenceSeconds = 60
)

// The arguments of rsync. Paths stand behind "--", so that none is an option;
// --secluded-args (-s) sends them past the shell of the other machine; -L
// follows symbolic links, as a directory here is read.

func (s Source) commonArgs(ssh string) []string {
	args := []string{"-s", "-L", "--no-motd", "--timeout=" + strconv.Itoa(silenceSeconds)}
	if s.kind == daemon {
		return append(args, "--contimeout="+strconv.Itoa(connectSeconds))
	}
	// BatchMode: ssh asks for no password, which nobody might see.
	return append(args, fmt.Sprintf("--rsh=%s -T -o BatchMode=yes -o ConnectTimeout=%d -o ServerAliveInterval=15 -o ServerAliveCountMax=4", ssh, connectSeconds))
}

// listArgs list what may be of the window's years, one directory deep.
func (s Source) listArgs(ssh string, w window) []string {
	const day = "[0-3][0-9][0-9]"
	args := append(s.commonArgs(ssh), "-r", "--list-only", "--no-human-readable")
	for _, y := range w.years() {
		args = append(args,
			fmt.Sprintf("--include=/%04d/", y), fmt.Sprintf("--include=/%04d%s/", y, day), fmt.Sprintf("--include=/%04d_%s/", y, day),
			fmt.Sprintf("--include=/*%04d_%s_VC2*", y, day), fmt.Sprintf("--include=/*/*%04d_%s_VC2*", y, day))
	}
	dir := strings.TrimRight(s.arg(""), "/") // all that is in it, not itself
	return append(args, "--exclude=*", "--", dir+"/")
}

// statArgs list one file.
func (s Source) statArgs(ssh, rel string) []string {
	return append(s.commonArgs(ssh), "--list-only", "--no-human-readable", "--", s.arg(rel))
}

// digestArgs print the MD5 of one file. Nothing is transferred; the file at
// nowhere, which is not there, is not made.
func (s Source) digestArgs(ssh, rel, nowhere string) []string {
	return append(s.commonArgs(ssh), "--dry-run", "--checksum", "--checksum-choice=md5", "--out-format=%C", "--", s.arg(rel), nowhere)
}

// copyArgs make a file here that of the source. What is there of it is
// compared with the source's in blocks; those that differ are sent and written
// in place, and in the end the whole is compared. (--append-verify would trust
// a file that has the size already.)
func (s Source) copyArgs(ssh, rel, to string, limit int64) []string {
	return append(s.commonArgs(ssh), "--inplace", "--no-whole-file", "--ignore-times", "--times",
		"--max-size="+strconv.FormatInt(limit, 10), "--", s.arg(rel), to)
}
