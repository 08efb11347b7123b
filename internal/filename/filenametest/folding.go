package filenametest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const diskBytes = 64 << 20

// Folding gives a directory of a real exFAT file system: it ignores case, and has
// no hard links and no rights. Without the rights to mount one the test is
// skipped; with them and without the programs it is skipped too, or fails when
// CI=true.
func Folding(t *testing.T) string {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("mounting a disk needs root")
	}
	for _, device := range []string{"/dev/loop-control", "/dev/fuse"} {
		if _, err := os.Stat(device); err != nil {
			t.Skipf("%v: there are no such disks here", err)
		}
	}
	for _, program := range []string{"losetup", "mkfs.exfat", "mount.exfat-fuse", "umount"} {
		if _, err := exec.LookPath(program); err != nil && os.Getenv("CI") == "true" {
			t.Fatalf("%v: apt install exfat-fuse exfatprogs", err)
		} else if err != nil {
			t.Skipf("%v: apt install exfat-fuse exfatprogs", err)
		}
	}
	image, dir := filepath.Join(t.TempDir(), "disk"), t.TempDir()
	if err := os.WriteFile(image, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(image, diskBytes); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mkfs.exfat", image).CombinedOutput(); err != nil {
		t.Fatalf("mkfs.exfat: %v: %s", err, out)
	}
	out, err := exec.Command("losetup", "-f", "--show", image).Output()
	if err != nil {
		t.Skipf("losetup: %v: no loop device can be had here", err)
	}
	device := strings.TrimSpace(string(out))
	t.Cleanup(func() { exec.Command("losetup", "-d", device).Run() })
	// Without caches by name: the kernel does not know which names are one.
	if out, err := exec.Command("mount.exfat-fuse", "-o", "attr_timeout=0,entry_timeout=0", device, dir).CombinedOutput(); err != nil {
		t.Skipf("mount.exfat-fuse: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	})
	return dir
}
