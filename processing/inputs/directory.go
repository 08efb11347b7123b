package inputs

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"darksite/processing/chandra"
	"darksite/processing/era"
)

// InfoFile is the name of the file with a calibration's facts.
const InfoFile = "info.csv"

// VC2File is a telemetry file of a data directory.
type VC2File struct {
	VC2Name
	// File is the base name, as it stands in the directory.
	File  string
	Bytes int64 // as stored
}

// Directory is what a data directory holds for the pipeline.
type Directory struct {
	// Dir is the directory as it was given.
	Dir string
	// ID is the directory's own name when that is a calibration id, else "".
	ID chandra.ID
	// VC2 has at most one file for each replica, by rising replica number.
	VC2 []VC2File
	// Info is the base name of the facts' file, info.csv or else info.fits; ""
	// when there is neither.
	Info string
	// Replicas is ReplicasFile when it is there, else "".
	Replicas string
	// Warnings are sentences for the operator, in the order of file names.
	Warnings []string
}

// Path is where the file with this base name lies.
func (d *Directory) Path(file string) string { return filepath.Join(d.Dir, file) }

// ourResult is what earlier tools leave beside the telemetry they read.
var ourResult = regexp.MustCompile(`(?i)-L0(\.fits)?(\.gz)?$`)

// Scan lists the telemetry files and the facts' file of a data directory, for
// example data/2015355. Everything else in it is left alone; a file whose name
// mentions VC2 but is not a delivered name is a warning, because it may be a
// download under way. Symbolic links count as the file they lead to. Where
// info.csv and info.fits are both there, the two are compared.
//
// The eras say how many replicas of which days are to be expected. Where
// replicas lie days apart, each of them may be numbered on its own day; they
// are then numbered by rising day and number.
//
// Two files of one replica are an error: which of them is right is for a
// person to say. A directory without telemetry is not an error here.
func Scan(dir string, eras era.Eras) (Directory, error) {
	d := Directory{Dir: dir}
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return d, fmt.Errorf("data directory %q: %w", dir, err)
	}
	if id, err := chandra.ParseID(filepath.Base(absolute)); err == nil {
		d.ID = id
	}
	entries, err := os.ReadDir(dir) // sorted by name
	if err != nil {
		return d, fmt.Errorf("data directory: %w", err)
	}
	hasCSV, hasFITS := false, false
	for _, e := range entries {
		switch name := e.Name(); {
		case name == InfoFile || name == InfoFITS:
			if _, err := regular(dir, name); err != nil {
				return d, err
			}
			hasCSV = hasCSV || name == InfoFile
			hasFITS = hasFITS || name == InfoFITS
		case name == ReplicasFile:
			if _, err := regular(dir, name); err != nil {
				return d, err
			}
			d.Replicas = name
		case strings.Contains(strings.ToUpper(name), "VC2"):
			if err := d.add(e, eras); err != nil {
				return d, err
			}
		}
	}
	d.chooseInfo(hasCSV, hasFITS)
	if d.ID != "" && eras.Of(d.ID).ApartDays > 1 {
		d.numberByDay()
	}
	slices.SortStableFunc(d.VC2, func(a, b VC2File) int { return cmp.Compare(a.Replica, b.Replica) })
	for i := 1; i < len(d.VC2); i++ {
		if a, b := d.VC2[i-1], d.VC2[i]; a.Replica == b.Replica {
			return d, fmt.Errorf("data directory %q: replica %d has two files, %s and %s: keep one of them", dir, a.Replica, a.File, b.File)
		}
	}
	return d, nil
}

// numberByDay numbers replicas that lie days apart from 1 on. Numbers that
// already tell them apart stay.
func (d *Directory) numberByDay() {
	numbers, days := map[int]bool{}, map[VC2Name]bool{}
	for _, f := range d.VC2 {
		numbers[f.Replica] = true
		days[VC2Name{Year: f.Year, DOY: f.DOY, Replica: f.Replica}] = true
	}
	if len(numbers) == len(d.VC2) || len(days) < len(d.VC2) {
		return // or two files of one replica and day, for Scan to refuse
	}
	slices.SortStableFunc(d.VC2, func(a, b VC2File) int {
		return cmp.Or(cmp.Compare(a.ID(), b.ID()), cmp.Compare(a.Replica, b.Replica))
	})
	for i := range d.VC2 {
		d.VC2[i].Replica = i + 1
	}
}

// add takes one entry whose name mentions VC2.
func (d *Directory) add(e fs.DirEntry, eras era.Eras) error {
	name := e.Name()
	parsed, err := ParseVC2Name(name)
	if err != nil {
		if !e.IsDir() && !ourResult.MatchString(name) {
			d.warnf("%q is ignored: %v", name, err)
		}
		return nil
	}
	size, err := regular(d.Dir, name)
	if err != nil {
		return err
	}
	if d.ID != "" {
		d.checkName(parsed, name, eras.Of(d.ID))
	}
	d.VC2 = append(d.VC2, VC2File{VC2Name: parsed, File: name, Bytes: size})
	return nil
}

// checkName warns of a day or a number that the era has not.
func (d *Directory) checkName(n VC2Name, name string, e era.Era) {
	if last := e.LastDay(d.ID); n.ID() < d.ID || n.ID() > last {
		d.warnf("%s is of %s, not within %s to %s: check that it belongs to this calibration",
			name, n.ID().Colon(), d.ID.Colon(), last.Colon())
	}
	if e.ApartDays <= 1 && n.Replica > e.Replicas {
		d.warnf("%s is of replica %d, a calibration has %d", name, n.Replica, e.Replicas)
	}
}

// regular is the size of a file, which must be a plain one: opening a pipe or
// a device would wait or never end.
func regular(dir, name string) (int64, error) {
	info, err := os.Stat(filepath.Join(dir, name))
	if err != nil {
		return 0, fmt.Errorf("data directory: %w", err)
	}
	if !info.Mode().IsRegular() {
		return 0, fmt.Errorf("data directory %q: %s is not a plain file (%s): remove or rename it", dir, name, info.Mode().Type())
	}
	return info.Size(), nil
}

func (d *Directory) warnf(format string, args ...any) {
	d.Warnings = append(d.Warnings, fmt.Sprintf(format, args...))
}
