package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
	"unicode"
)

// program is a run of rsync.
type program struct {
	name string
	args []string
	// keep is a file that it holds open while it lives; may be nil.
	keep *os.File
}

// The most that is kept of what a program writes.
const (
	maxOutput = 4 << 20
	maxSaid   = 4 << 10
)

// kept are the variables that rsync and ssh see: where programs, keys and
// agents are, and a daemon's password. Not among them are those that make
// rsync run other programs or go elsewhere, such as RSYNC_RSH and
// RSYNC_CONNECT_PROG.
var kept = []string{"PATH", "HOME", "USER", "LOGNAME", "SSH_AUTH_SOCK", "KRB5CCNAME", "RSYNC_PASSWORD"}

func environment(lookup func(string) (string, bool)) []string {
	// Times in UTC, messages in one language.
	env := []string{"TZ=UTC", "LC_ALL=C"}
	for _, name := range kept {
		if value, ok := lookup(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// run returns what the program writes. When the context is done, it and all it
// has started are killed. An error of the program is a failure.
func (p program) run(ctx context.Context) (string, error) {
	path, err := exec.LookPath(p.name)
	if err != nil {
		return "", fmt.Errorf("%w: the program %s is needed for this source: install it (Debian: apt install rsync)", err, p.name)
	}
	out, said := &head{most: maxOutput}, &head{most: maxSaid}
	cmd := exec.CommandContext(ctx, path, p.args...)
	cmd.Env = environment(os.LookupEnv)
	cmd.Dir = "/"
	cmd.Stdout, cmd.Stderr = out, said
	if p.keep != nil {
		cmd.ExtraFiles = []*os.File{p.keep}
	}
	// A group of its own: Ctrl-C reaches it through us, and with it goes ssh.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 500 * time.Millisecond
	err = cmd.Run()
	switch exit, _ := errors.AsType[*exec.ExitError](err); {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case exit != nil:
		return out.String(), &failure{code: exit.ExitCode(), said: visible(said.String()), full: saysFull(said.String())}
	case err != nil:
		return "", fmt.Errorf("%s: %w", p.name, err)
	case out.cut:
		return "", fmt.Errorf("%s writes more than %d bytes: is this the right directory?", p.name, maxOutput)
	}
	return out.String(), nil
}

// head keeps the first bytes of a stream.
type head struct {
	bytes.Buffer
	most int
	cut  bool
}

func (h *head) Write(p []byte) (int, error) {
	room := h.most - h.Len()
	h.cut = h.cut || len(p) > room
	h.Buffer.Write(p[:min(len(p), room)])
	return len(p), nil
}

// visible makes one line of what a program said, without its summary.
func visible(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.Map(func(r rune) rune {
			if !unicode.IsPrint(r) {
				return ' '
			}
			return r
		}, strings.ToValidUTF8(line, "?"))
		line = strings.Join(strings.Fields(line), " ")
		if line != "" && !strings.HasPrefix(line, "rsync error:") && len(lines) < 3 {
			lines = append(lines, shorten(line))
		}
	}
	return strings.Join(lines, "; ")
}

// failure is how rsync ended.
type failure struct {
	code int // of its exit; -1 when it was killed
	said string
	full bool // the disk here, as it says
}

// Exit codes of rsync (its manual, EXIT VALUES); 255 is ssh's.
const (
	exitProtocol   = 5
	exitLocalFile  = 11
	exitStream     = 12
	exitPartly     = 23
	exitVanished   = 24
	exitSilence    = 30
	exitConnecting = 35
	exitNoCommand  = 127
	exitSSH        = 255
)

func (f *failure) Error() string {
	if f.said == "" {
		return fmt.Sprintf("rsync ended with code %d", f.code)
	}
	return fmt.Sprintf("rsync ended with code %d: %s", f.code, f.said)
}

// partly tells whether the other end answered, but not for all.
func (f *failure) partly() bool { return f.code == exitPartly || f.code == exitVanished }

// saysFull tells whether the disk here is full; the other end only reads.
func saysFull(said string) bool {
	return strings.Contains(said, "No space left on device") || strings.Contains(said, "Disk quota exceeded")
}

// advice tells what to do.
func (f *failure) advice(k kind) string {
	const again = "; what has been fetched stays, run the same command again to go on"
	switch f.code {
	case exitProtocol:
		return "see that the module's name is right and that it lets you in" + again
	case exitPartly, exitVanished:
		return "see that the path is right and can be read there" + again
	case exitNoCommand:
		return "rsync is needed at the other end too" + again
	case exitSSH, exitStream:
		if k == overSSH {
			return "see that `ssh` reaches the host without asking for a password (key in the agent, host known)" + again
		}
	case exitSilence, exitConnecting:
		return "it does not answer" + again
	}
	return "see that the source is up" + again
}
