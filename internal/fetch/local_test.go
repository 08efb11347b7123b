package fetch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"darksite/internal/shared"
	"darksite/processing/inputs"
)

func TestFetch(t *testing.T) {
	src, o := source(t, delivered(t)), options(t)
	when := time.Date(2015, 12, 22, 3, 4, 5, 0, time.UTC)
	if err := os.Chtimes(filepath.Join(src.dir, r1), when, when); err != nil {
		t.Fatal(err)
	}
	var last Progress
	var total int64
	for _, b := range replicas() {
		total += int64(len(b))
	}
	o.Progress = func(p Progress) {
		if p.Done < last.Done || p.FileDone > p.FileBytes || p.Bytes != total {
			t.Errorf("progress %+v after %+v", p, last)
		}
		last = p
	}
	r, err := Fetch(t.Context(), src, testID, o)
	if err != nil {
		t.Fatal(err)
	}
	fetched(t, o, r1, r2, r3, r4, r5)
	if last.Done != total || last.Number != 5 || last.File != r5 {
		t.Errorf("the last progress is %+v, want all %d bytes", last, total)
	}
	if len(r.Files) != 5 || r.Missing != nil || len(r.Warnings) != 0 {
		t.Fatalf("%+v", r)
	}
	for _, f := range r.Files {
		sum := sha256.Sum256(packed(t, f.Name))
		if f.Outcome != Fetched || f.SHA256 != hex.EncodeToString(sum[:]) || f.Bytes != int64(len(packed(t, f.Name))) || f.Rows == 0 || f.SFDUs == 0 || f.Resumed != 0 {
			t.Errorf("%+v", f)
		}
	}
	if info, err := os.Stat(filepath.Join(o.Data, string(testID), r1)); err != nil || !info.ModTime().Equal(when) {
		t.Errorf("the time of the delivery is not kept: %v, %v", info, err)
	}
	// What was fetched is what the pipeline looks for.
	d, err := inputs.Scan(r.Dir, o.Eras)
	if err != nil || len(d.VC2) != 5 || len(d.Warnings) != 0 {
		t.Errorf("%+v, %v", d, err)
	}

	r, err = Fetch(t.Context(), src, testID, o)
	if err != nil {
		t.Fatal(err)
	}
	if n := r.with(Present); n != 5 {
		t.Errorf("the second time: %v, want all present", outcomes(r))
	}
}

func TestFetchGolden(t *testing.T) {
	src, o := source(t, shared.Path(t, "golden", "full", "2016125")), options(t)
	r, err := Fetch(t.Context(), src, "2016125", o)
	if err != nil {
		t.Fatal(err)
	}
	if n := r.with(Fetched); n != 4 || len(r.Missing) != 1 || r.Missing[0] != 5 {
		t.Errorf("%v, missing %v: want four files, and replica 5 missing", outcomes(r), r.Missing)
	}
	for _, f := range r.Files {
		if f.SFDUs < 33000 || f.Rows < 4000 {
			t.Errorf("%s: %d SFDUs, %d rows", f.Name, f.SFDUs, f.Rows)
		}
	}
}

func TestFetchLayouts(t *testing.T) {
	for layout, dir := range map[string]string{"flat": "", "years": "2015", "days": "2015355", "days with a bar": "2015_355"} {
		src := t.TempDir()
		put(t, filepath.Join(src, dir, r1), packed(t, r1))
		put(t, filepath.Join(src, dir, "2015_100_VC2_Replica2_SFDU_31000.gz"), nil)
		put(t, filepath.Join(src, "2014", "2014_355_VC2_Replica3_SFDU_31000.gz"), nil)
		put(t, filepath.Join(src, "other", r2), packed(t, r2))
		put(t, filepath.Join(src, "2015355", "deep", r3), packed(t, r3))
		o := options(t)
		r, err := Fetch(t.Context(), source(t, src), testID, o)
		if err != nil {
			t.Errorf("%s: %v", layout, err)
			continue
		}
		fetched(t, o, r1)
		if diff := cmp.Diff([]int{2, 3, 4, 5}, r.Missing); diff != "" {
			t.Errorf("%s: missing (-want +got):\n%s", layout, diff)
		}
	}
}

// A partial file is gone on with if it is the beginning of the source's, and
// mended if it is not.
func TestFetchResumes(t *testing.T) {
	whole := unpacked(t, r1) // several chunks
	if len(whole) < chunk+chunk/2 {
		t.Fatalf("%d bytes are not two chunks", len(whole))
	}
	half := whole[:chunk+1000]
	garbled := append([]byte{}, half...)
	garbled[chunk+10] ^= 1
	for name, c := range map[string]struct {
		partial []byte
		resumed int64
	}{
		"the beginning":      {half, chunk},
		"all of it":          {whole, int64(len(whole))},
		"garbled":            {garbled, chunk},
		"too long":           {append(append([]byte{}, whole...), "more"...), int64(len(whole))},
		"something else":     {[]byte(strings.Repeat("x", len(whole))), 0},
		"nothing":            {nil, 0},
		"of another replica": {unpacked(t, r2), 0},
	} {
		t.Run(name, func(t *testing.T) {
			dir, o := t.TempDir(), options(t)
			put(t, filepath.Join(dir, plain1), whole)
			put(t, filepath.Join(o.Data, string(testID), partialPrefix+plain1), c.partial)
			r, err := Fetch(t.Context(), source(t, dir), testID, o)
			if err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(filepath.Join(r.Dir, plain1))
			if err != nil || string(got) != string(whole) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
			if r.Files[0].Resumed != c.resumed {
				t.Errorf("%d bytes were resumed, want %d", r.Files[0].Resumed, c.resumed)
			}
			holds(t, o, plain1)
		})
	}
}

func TestFetchNeverOverwrites(t *testing.T) {
	for name, ours := range map[string][]byte{
		"of the same size": append([]byte{0}, packed(t, r2)[1:]...),
		"shorter":          packed(t, r2)[:100],
		"empty":            {},
	} {
		dir, o := delivered(t, r1, r2), options(t)
		put(t, filepath.Join(o.Data, string(testID), r2), ours)
		r, err := Fetch(t.Context(), source(t, dir), testID, o)
		if !errors.Is(err, ErrRefused) || errors.Is(err, ErrNotYet) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, content := range [][]byte{ours, packed(t, r2)} {
			if want := fmt.Sprintf("%x", sha256.Sum256(content)); !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q does not name %s", name, err, want)
			}
		}
		if got, _ := os.ReadFile(filepath.Join(r.Dir, r2)); string(got) != string(ours) {
			t.Errorf("%s: the file was written to", name)
		}
		// The other is fetched all the same.
		if diff := cmp.Diff(map[string]Outcome{r1: Fetched, r2: Refused}, outcomes(r)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// What stands in for files at the source is left alone, and told.
func TestFetchOddSource(t *testing.T) {
	dir, o := delivered(t, r1), options(t)
	if err := os.Symlink(filepath.Join(delivered(t, r2), r2), filepath.Join(dir, r2)); err != nil {
		t.Fatal(err)
	}
	os.Symlink("nowhere", filepath.Join(dir, r3))
	os.Mkdir(filepath.Join(dir, r4), 0o755)
	if err := syscall.Mkfifo(filepath.Join(dir, r5), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, odd := range []string{
		"2015_355_VC2_Replica3_SFDU_31089\n.gz", ".2015_355_VC2_Replica3_SFDU_31089.gz.a8X", "..2015_355_VC2_Replica3_SFDU_31089.gz",
		"2015_355_VC2_Replica1_SFDU_31087-L0.fits", "2015_355_VC2_Replica1_SFDU_31087.gz;touch x",
	} {
		put(t, filepath.Join(dir, odd), packed(t, r1))
	}
	var r *Result
	var err error
	within(t, 5*time.Second, func() { r, err = Fetch(t.Context(), source(t, dir), testID, o) })
	if err != nil {
		t.Fatal(err)
	}
	fetched(t, o, r1, r2)
	told := strings.Join(r.Warnings, "\n")
	for _, want := range []string{r3 + `" at the source: no such file`, r4 + `" at the source is not a plain file`, r5 + `" at the source is not a plain file`,
		`31089\n.gz" at the source is not a delivered name`, `.a8X"`, `"..2015`, `touch x"`} {
		if !strings.Contains(told, want) {
			t.Errorf("no warning says %s:\n%s", want, told)
		}
	}
	if len(r.Warnings) != 7 || strings.Count(told, "\n") != 6 {
		t.Errorf("%d warnings, want 7 of one line:\n%s", len(r.Warnings), told)
	}
}

func TestFetchNothing(t *testing.T) {
	o := options(t)
	r, err := Fetch(t.Context(), source(t, t.TempDir()), testID, o)
	if !errors.Is(err, ErrNotYet) || !strings.Contains(err.Error(), "2015_355_VC2_Replica1") {
		t.Errorf("%v", err)
	}
	if diff := cmp.Diff([]int{1, 2, 3, 4, 5}, r.Missing); diff != "" {
		t.Error(diff)
	}
	if _, err := os.Stat(o.Data); !os.IsNotExist(err) {
		t.Errorf("a data directory was made for nothing: %v", err)
	}
	_, err = Fetch(t.Context(), source(t, filepath.Join(t.TempDir(), "unmounted")), testID, o)
	if !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "is the disk mounted?") {
		t.Errorf("%v", err)
	}
	if _, err := Fetch(t.Context(), Source{}, testID, o); err == nil {
		t.Error("fetched from nowhere")
	}
}

func TestFetchYearEnd(t *testing.T) {
	dir, o := t.TempDir(), options(t)
	put(t, filepath.Join(dir, "2016", "2016_366_VC2_Replica1_SFDU_31087.gz"), packed(t, r1))
	put(t, filepath.Join(dir, "2017", "2017_001_VC2_Replica2_SFDU_31088.gz"), packed(t, r2))
	r, err := Fetch(t.Context(), source(t, dir), "2016366", o)
	if n := r.with(Fetched); err != nil || n != 2 {
		t.Errorf("%v, %v", outcomes(r), err)
	}
	if _, err := Fetch(t.Context(), source(t, dir), "2017001", o); !errors.Is(err, ErrUndecided) || !strings.Contains(err.Error(), "2016366") {
		t.Errorf("%v", err)
	}
}

func TestFetchCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	o := options(t)
	o.Progress = func(p Progress) {
		if p.Number == 3 {
			cancel()
		}
	}
	src := source(t, delivered(t))
	r, err := Fetch(ctx, src, testID, o)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("%v", err)
	}
	fetched(t, o, r1, r2)
	if n := r.with(Fetched); n != 2 {
		t.Errorf("%v", outcomes(r))
	}
	o.Progress = nil
	if _, err := Fetch(t.Context(), src, testID, o); err != nil {
		t.Fatal(err)
	}
	fetched(t, o, r1, r2, r3, r4, r5)
}

// with counts the files of one outcome.
func (r *Result) with(o Outcome) (files int) {
	for _, f := range r.Files {
		if f.Outcome == o {
			files++
		}
	}
	return files
}
