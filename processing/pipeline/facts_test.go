package pipeline

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"darksite/processing/artifact"
	"darksite/processing/quality"
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

// contradicted processes a calibration with two tables and returns its
// contradictions and how those count by the default rules.
func contradicted(t *testing.T, info, replicas string) (sentences []string, counts quality.State) {
	t.Helper()
	o := options(t, dataDir(t, "2016125", "golden", "cal5"))
	for name, table := range map[string]string{"info.csv": info, "replicas.csv": replicas} {
		path := filepath.Join(o.Data, "2016125", name)
		if table == "" {
			os.Remove(path)
		} else if err := os.WriteFile(path, []byte(table), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Process(context.Background(), "2016125", o)
	if err != nil {
		t.Fatal(err)
	}
	if problems := artifact.Verify(o.Archive, "2016125"); problems != nil {
		t.Errorf("verify: %q", problems)
	}
	v := quality.Judge(quality.Subject{Calibration: r.Calibration}, quality.DefaultRules())
	at := slices.IndexFunc(v.Clauses, func(c quality.Clause) bool { return c.Name == "contradictions" })
	return r.Calibration.Contradictions, v.Clauses[at].Counts
}

// Until 2019 the replicas of a calibration look at one field: an attitude elsewhere
// is not taken for a field of its own.
func TestAnAttitudeFarFromTheOthersIsAContradiction(t *testing.T) {
	const head, info = "replica,ra,dec\n", "datestart,temp,ra,dec\n2016:125:01:00:00,-13.6,227.136,16.976\n"
	field := "1,227.136,16.976\n2,227.16,16.98\n3,227.1,16.99\n4,227.14,16.96\n"
	for name, c := range map[string]struct {
		info, table string
		want        []string // pieces of the sentence, none for no contradiction
	}{
		"one field":      {info, head + field + "5,227.14,17.3\n", nil},
		"some attitudes": {info, head + "1,227.136,16.976\n2,,\n", nil},
		"one elsewhere":  {info, head + field + "5,187.14,16.98\n", []string{"replicas.csv has replica 5 at RA 187.140, Dec 16.980 and replica 1 at RA 227.136, Dec 16.976, 38.2 degrees apart"}},
		"the first":      {"", head + "1,10,-45\n" + strings.TrimPrefix(field, "1,227.136,16.976\n"), []string{"replica 1 at RA 10.000, Dec -45.000 and replica 2 at RA 227.160, Dec 16.980"}},
		"info elsewhere": {strings.Replace(info, "227.136", "127.136", 1), head + field, []string{"info.csv has the calibration at RA 127.136, Dec 16.976 and replicas.csv has replica 1 at RA 227.136"}},
	} {
		t.Run(name, func(t *testing.T) {
			found, counts := contradicted(t, c.info, c.table)
			if len(found) != len(c.want) {
				t.Fatalf("contradictions %q, want %d", found, len(c.want))
			}
			for i, want := range c.want {
				if !strings.Contains(found[i], want) {
					t.Errorf("contradiction %q, want %q in it", found[i], want)
				}
				if counts != quality.Degraded {
					t.Errorf("the contradiction counts as %s, want degraded", counts)
				}
			}
		})
	}
}

// Temperatures of one replica that are degrees apart are not averaged silently.
func TestTemperaturesOfOneReplicaFarApartAreAContradiction(t *testing.T) {
	const info = "datestart,temp,ra,dec\n2016:125:01:00:00,-13.6,227.136,16.976\n"
	for name, c := range map[string]struct {
		table, want string
	}{
		"near":               {"replica,pre_temp,post_temp\n1,-13.5,-12.6\n", ""},
		"before and after":   {"replica,pre_temp,post_temp\n1,-13.5,-5.5\n", "replicas.csv has of replica 1 pre_temp -13.50 C and post_temp -5.50 C, 8.00 C apart"},
		"and mean":           {"replica,pre_temp,post_temp,temp\n2,-13.5,-13.4,-9.5\n", "of replica 2 pre_temp -13.50 C and post_temp -13.40 C and temp -9.50 C, 4.00 C apart"},
		"after alone":        {"replica,post_temp\n1,-13.5\n", ""},
		"mean between those": {"replica,pre_temp,post_temp,temp\n2,-13.5,-13.4,-13.45\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			found, counts := contradicted(t, info, c.table)
			switch {
			case c.want == "" && len(found) > 0, c.want != "" && (len(found) != 1 || !strings.Contains(found[0], c.want)):
				t.Errorf("contradictions %q, want %q", found, c.want)
			case c.want != "" && counts != quality.Degraded:
				t.Errorf("the contradiction counts as %s, want degraded", counts)
			}
		})
	}
}
