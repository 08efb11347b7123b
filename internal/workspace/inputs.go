package workspace

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"darksite/internal/ground/workers"
	"darksite/internal/legacy"
	"darksite/internal/site"
	"darksite/internal/view"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/comparison"
	"darksite/processing/history"
	"darksite/processing/pipeline"
	"darksite/processing/pixels"
	"darksite/processing/quality"
	"darksite/processing/scaling"
)

// sums gives the hash of a file as hexadecimal.
type sums func(path string) (string, error)

// gather reads what the pages are made of besides addresses and texts: the archive,
// and nothing of the telemetry. One reads a calibration.
func (w *Workspace) gather(in *site.Inputs, one func(chandra.ID, *quality.Rules) (site.Calibration, error)) error {
	in.Settings = view.Settings{
		Title: w.Site.Title, BaseURL: w.Site.BaseURL, HomeTitle: w.Site.Organization,
		At:          history.At{CCDTemp: chandra.Celsius(w.Pages.CommonTempC), Law: scaling.PerPixel},
		CadenceDays: int(w.Pages.CadenceDays),
	}
	var err error
	if in.Rules, err = w.Rules(""); err != nil {
		return err
	}
	if in.Calibrations, err = w.calibrations(one); err != nil {
		return err
	}
	if in.Published, err = pipeline.Published(w.PublishedDir()); err != nil {
		return err
	}
	in.Unmatched, err = w.Unmatched()
	return err
}

// calibrations reads those of the archive, each with one.
func (w *Workspace) calibrations(one func(chandra.ID, *quality.Rules) (site.Calibration, error)) ([]site.Calibration, error) {
	ids, err := artifact.List(w.ArchiveDir())
	if err != nil {
		return nil, err
	}
	rules, err := w.Rules("")
	if err != nil {
		return nil, err
	}
	found := make([]site.Calibration, len(ids))
	return found, workers.Each(len(ids), func(i int) (err error) {
		found[i], err = one(ids[i], rules)
		return err
	})
}

// hashed reads a calibration whose files have these hashes.
func (w *Workspace) hashed(sum sums) func(chandra.ID, *quality.Rules) (site.Calibration, error) {
	return func(id chandra.ID, rules *quality.Rules) (site.Calibration, error) {
		return w.siteCalibration(id, rules, sum)
	}
}

// siteCalibration is what the pages need of one calibration.
func (w *Workspace) siteCalibration(id chandra.ID, rules *quality.Rules, sum sums) (site.Calibration, error) {
	cal, err := artifact.Load(w.ArchiveDir(), id)
	if err != nil {
		return site.Calibration{}, err
	}
	judged, err := w.Judge(cal, rules)
	if err != nil {
		return site.Calibration{}, err
	}
	in := site.Calibration{
		Calibration: view.Calibration{Artifact: cal, Verdict: &judged.Verdict, SignOff: judged.SignOff, Unread: judged.Unread, Comparison: judged.Comparison},
		Image:       func() ([]float32, error) { return artifact.LoadImage(cal.Geometry, w.ArchiveDir(), id) },
	}
	if cal.Origin != artifact.FromMap {
		in.Coverage = func() (short, long []uint8, err error) {
			if short, long, ok := cal.EvenCoverage(); ok {
				return short, long, nil
			}
			return artifact.LoadCoverage(cal.Geometry, w.ArchiveDir(), id)
		}
	}
	if in.Comparison != nil {
		in.Pixels = func() ([]pixels.Pixel, error) { return comparison.LoadPixels(cal.Geometry, w.ComparisonsDir(), id) }
	}
	said, err := w.Note(id)
	if err != nil {
		return in, err
	}
	in.Note, in.NoteWarnings = said.Markdown, said.Warnings
	if in.Downloads, err = w.downloads(cal, sum); err != nil {
		return in, err
	}
	for _, d := range in.Downloads {
		switch d.Name {
		case artifact.CalibrationFile:
			in.Hashes.Calibration = d.SHA256
		case artifact.ImageFile:
			in.Hashes.Map = d.SHA256
		case artifact.CoverageFile:
			in.Hashes.Coverage = d.SHA256
		case comparison.ComparisonFile:
			in.Hashes.Comparison = d.SHA256
		case comparison.PixelsCSV:
			in.Hashes.Pixels = d.SHA256
		}
	}
	return in, nil
}

// downloads are the files of a calibration that its page offers. A map that
// another program made has no coverage, and a comparison may not have been made.
func (w *Workspace) downloads(cal *artifact.Calibration, sum sums) ([]site.Download, error) {
	var out []site.Download
	offer := func(dir string, optional bool, names ...string) error {
		for _, name := range names {
			file := filepath.Join(string(cal.ID), name)
			st, err := os.Stat(filepath.Join(dir, file))
			if optional && errors.Is(err, fs.ErrNotExist) {
				continue
			} else if err != nil {
				return err
			}
			hash, err := sum(filepath.Join(dir, file))
			if err != nil {
				return err
			}
			// A symbolic link that leads out of the archive is not published.
			out = append(out, site.Download{Name: name, Size: st.Size(), SHA256: hash, Open: func() (io.ReadCloser, error) { return os.OpenInRoot(dir, file) }})
		}
		return nil
	}
	err := errors.Join(
		offer(w.ArchiveDir(), false, artifact.ImageFile),
		offer(w.ArchiveDir(), true, artifact.CoverageFile),
		offer(w.ArchiveDir(), false, artifact.PropertiesFile, artifact.CalibrationFile),
		offer(w.ComparisonsDir(), true, comparison.Files()...))
	return out, err
}

// OldReports are what the pages show of the records.
func (w *Workspace) OldReports(records []legacy.Record) (reports []site.OldReport) {
	for _, k := range records {
		reports = append(reports, site.OldReport{Record: k, Open: func(f legacy.File) (io.ReadCloser, error) { return legacy.Open(w.LegacyDir(), f) }})
	}
	return reports
}
