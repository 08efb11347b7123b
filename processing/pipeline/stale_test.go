package pipeline

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"darksite/processing/artifact"
)

// An archive of before has numbers under other names, so it is made again where
// the telemetry is at hand, with the reason, and once only.
func TestOlderLayoutIsMadeAgain(t *testing.T) {
	o := options(t, dataDir(t, "2016125", "golden", "cal5"))
	r, err := Process(context.Background(), "2016125", o)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(r.Dir, artifact.CalibrationFile)
	today, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before := strings.Replace(string(today), artifact.Schema, "darksite/calibration/2", 1)
	if err := os.WriteFile(path, []byte(before), 0o644); err != nil {
		t.Fatal(err)
	}
	if stale, why, err := Stale("2016125", o); !stale || !strings.Contains(why, "darksite/calibration/2") || err != nil {
		t.Errorf("stale %v, %q, %v", stale, why, err)
	}
	if _, err := Process(context.Background(), "2016125", o); err != nil {
		t.Fatal(err)
	}
	if stale, why, err := Stale("2016125", o); stale || err != nil {
		t.Errorf("made again, and stale for %q, %v", why, err)
	}
	if again, err := os.ReadFile(path); err != nil || string(again) != string(today) {
		t.Errorf("not the same as at first: %v", err)
	}
}
