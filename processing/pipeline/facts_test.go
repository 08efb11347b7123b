package pipeline

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"darksite/processing/artifact"
)

// A table that has the times of some replicas only gives none: reception is
// hours later than exposure, and both in one calibration would make another order
// and another duration.
func TestTimesOfSomeReplicasAreNotMixedWithReception(t *testing.T) {
	const head = "replica,datestart,datestop\n"
	rows := []string{
		"1,2016:125:02:06:00,2016:125:02:15:50\n", "2,2016:125:02:49:00,2016:125:02:58:50\n", "3,2016:125:03:32:00,2016:125:03:41:50\n",
		"4,2016:125:04:15:00,2016:125:04:24:50\n", "5,2016:125:04:58:00,2016:125:05:07:50\n",
	}
	for name, c := range map[string]struct {
		table, lacking string
	}{
		"whole":      {head + strings.Join(rows, ""), ""},
		"last row":   {head + strings.Join(rows[:4], ""), "of replica 5,"},
		"two rows":   {head + strings.Join(rows[1:4], ""), "of replicas 1, 5,"},
		"first stop": {head + "1,2016:125:02:06:00,\n" + strings.Join(rows[1:], ""), "of replica 1,"},
		"no times":   {"replica,temp\n1,-13.5\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := options(t, dataDir(t, "2016125", "golden", "cal5"))
			if err := os.WriteFile(filepath.Join(o.Data, "2016125", "replicas.csv"), []byte(c.table), 0o666); err != nil {
				t.Fatal(err)
			}
			r, err := Process(context.Background(), "2016125", o)
			if err != nil {
				t.Fatal(err)
			}
			want := artifact.TimeReceived
			if name == "whole" {
				want = artifact.TimeEvent
			}
			for _, replica := range r.Calibration.Replicas {
				if replica.TimeSource != want {
					t.Errorf("replica %d: times are %q, want %q", replica.Number, replica.TimeSource, want)
				}
			}
			warned := slices.ContainsFunc(r.Warnings, func(w string) bool {
				return strings.Contains(w, "no start and stop") && strings.Contains(w, c.lacking)
			})
			if warned != (c.lacking != "") {
				t.Errorf("warnings %q, want one about %q", r.Warnings, c.lacking)
			}
		})
	}
}
