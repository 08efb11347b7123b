package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"darksite/internal/term"
)

// asReader is the program in a process that may write to nothing of ours: a copy,
// run by a user of its own when we are the system's administrator.
func asReader(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := program(t, args...)
	if os.Getuid() != 0 {
		return cmd
	}
	path := filepath.Join(t.TempDir(), "darksite")
	content, err := os.ReadFile(cmd.Path)
	must(t, err)
	must(t, os.WriteFile(path, content, 0o755))
	for dir := filepath.Dir(path); strings.HasPrefix(dir, os.TempDir()+string(filepath.Separator)); dir = filepath.Dir(dir) {
		must(t, os.Chmod(dir, 0o755))
	}
	const nobody = 65534
	cmd.Path = path
	cmd.Env = append(os.Environ(), "HOME="+filepath.Dir(path))
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	return cmd
}

// readOnly lets nobody write below a directory.
func readOnly(t *testing.T, top string) {
	t.Helper()
	set := func(bits, without fs.FileMode) {
		must(t, filepath.WalkDir(top, func(path string, e fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := e.Info()
			if err != nil {
				return err
			}
			return os.Chmod(path, info.Mode().Perm()&^without|bits)
		}))
	}
	set(0o444, 0o222)
	for dir := top; strings.HasPrefix(dir, os.TempDir()+string(filepath.Separator)); dir = filepath.Dir(dir) {
		must(t, os.Chmod(dir, 0o555))
	}
	must(t, filepath.WalkDir(top, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() {
			err = os.Chmod(path, 0o555)
		}
		return err
	}))
	t.Cleanup(func() {
		for dir := top; strings.HasPrefix(dir, os.TempDir()+string(filepath.Separator)); dir = filepath.Dir(dir) {
			os.Chmod(dir, 0o755)
		}
		filepath.WalkDir(top, func(path string, e fs.DirEntry, err error) error { return os.Chmod(path, 0o755) })
	})
}

// A site that may only be read is shown and published as long as nothing is stale.
func TestCase38SiteThatMayOnlyBeRead(t *testing.T) {
	dir := smallSite(t)
	if code := run([]string{"-C", dir, "-q", "build"}); code != 0 {
		t.Fatalf("build: exit code %d", code)
	}
	readOnly(t, dir)

	target := filepath.Join(t.TempDir(), "www")
	must(t, os.Mkdir(target, 0o777))
	must(t, os.Chmod(target, 0o777))
	if out, err := asReader(t, "-C", dir, "publish", target, "--no-build").CombinedOutput(); err != nil {
		t.Errorf("publish --no-build: %v\n%s", err, out)
	}
	if _, err := os.Stat(filepath.Join(target, "dark_cal", "2016_may", "index.html")); err != nil {
		t.Error(err)
	}
	out, err := asReader(t, "-C", dir, "publish", target).CombinedOutput()
	if code := exitCode(err); code != term.Failure || !bytes.Contains(out, []byte("may not be written to")) || !bytes.Contains(out, []byte("copy of the site directory")) {
		t.Errorf("publish: exit code %d\n%s", code, out)
	}

	var said lockedBuffer
	cmd := asReader(t, "-C", dir, "serve", "--port", "0")
	cmd.Stdout, cmd.Stderr = &said, &said
	must(t, cmd.Start())
	defer func() {
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
	}()
	address := regexp.MustCompile(`http://[0-9.:]+/\S*`)
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if at := address.FindString(said.String()); at != "" {
			answer, err := http.Get(strings.TrimSuffix(at, "/") + "/2016_may/")
			must(t, err)
			body, err := io.ReadAll(answer.Body)
			answer.Body.Close()
			if err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(body), "2016 May") {
				t.Errorf("the page of a calibration: %d, %v", answer.StatusCode, err)
			}
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("serve shows no address:\n%s", said.String())
		}
	}
}

func exitCode(err error) int {
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		return failed.ExitCode()
	}
	return map[bool]int{true: 0, false: -1}[err == nil]
}
