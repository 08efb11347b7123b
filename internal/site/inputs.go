package site

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"darksite/internal/view"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/pixels"
	"darksite/processing/published"
	"darksite/processing/quality"
)

// Section is the directory that holds everything this package makes. What
// lies beside it, such as the main page of the aspect team, is not ours.
const Section = view.Section

// Inputs are all that a site is made of.
type Inputs struct {
	Settings     view.Settings
	Calibrations []Calibration // any order
	// Addresses must know every calibration; see [Addresses.Assign].
	Addresses Addresses
	// Pictures are those of every calibration; see [Drawing.Draw].
	Pictures map[chandra.ID]Pictures
	// Program is a hash of the program, by which pages of another one are told, and
	// Rendered gives the pages of an earlier build. Without either all are rendered.
	Program  string
	Rendered func(chandra.ID) (Rendered, bool)
	// Defaults hold content/, layouts/ and static/; darksite.Defaults.
	Defaults fs.FS
	// Overlay is the user's site directory, whose content/, layouts/ and
	// static/ replace the defaults file by file. It may be nil.
	Overlay fs.FS
	// Published are numbers of calibrations as they were published; of those
	// without a map they are all that is known.
	Published []*published.Calibration
	// Rules gave the verdicts, and pages draw their limits; nil stands for the built-in rules.
	Rules *quality.Rules
	// Legacy are old reports, which are published as they are.
	Legacy []OldReport
	// Unmatched are sentences about files that people wrote of calibrations that
	// are not there, for warnings.
	Unmatched []string
	// Moved are calibrations whose address went to an old report, for a warning.
	Moved []chandra.ID
}

// Calibration is one calibration as the archive holds it.
type Calibration struct {
	view.Calibration // its address is that of the book
	// Image gives the pixels of image.fits in e-/s, NaN where a pixel has no value.
	// It is called once per build and its result is not kept.
	Image func() ([]float32, error)
	// Coverage gives the samples of the short and of the long integration that
	// each pixel rests on, indexed as the image; nil where they are not known.
	Coverage func() (short, long []uint8, err error)
	// Pixels gives the list that belongs to the comparison, and is nil only with it.
	Pixels func() ([]pixels.Pixel, error)
	// Hashes are those of the files behind Image, Coverage, Comparison and Pixels,
	// and of calibration.json, "" where they are not known. They tell whether
	// pictures and pages are up to date.
	Hashes Hashes
	// Downloads are the archive's files that the page offers.
	Downloads []Download
}

// Hashes are the SHA-256 of what pages and pictures are made of.
type Hashes struct{ Calibration, Map, Coverage, Comparison, Pixels string }

// Download is a file that is published beside its calibration's page.
type Download struct {
	Name string // base name, such as "image.fits"
	Size int64  // bytes
	// SHA256 of the content, "" when it is not known; then it is read to be
	// compared with what was published.
	SHA256 string
	// Open gives the content, Size bytes. It is called when the tree is
	// written, compared or served, never by [Build].
	Open func() (io.ReadCloser, error)
}

// downloadName is what a download may be called: no separators, no hidden
// files, nothing that needs quoting in an address.
var downloadName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// ordered checks the calibrations and sorts them by id, oldest first.
func (in *Inputs) ordered() ([]Calibration, error) {
	calibrations := slices.Clone(in.Calibrations)
	for _, c := range calibrations {
		if c.Artifact == nil || c.Image == nil {
			return nil, errors.New("site: a calibration lacks its artifact or its image")
		}
		if _, err := chandra.ParseID(string(c.Artifact.ID)); err != nil {
			return nil, fmt.Errorf("site: %s: %w", artifact.CalibrationFile, err)
		}
	}
	slices.SortStableFunc(calibrations, func(a, b Calibration) int {
		return strings.Compare(string(a.Artifact.ID), string(b.Artifact.ID))
	})
	for i := range calibrations {
		c := &calibrations[i]
		id := c.Artifact.ID
		if i > 0 && calibrations[i-1].Artifact.ID == id {
			return nil, fmt.Errorf("site: calibration %s is there twice; keep one of the two artifacts", id)
		}
		var ok bool
		if c.Address, ok = in.Addresses.Of(id); !ok {
			return nil, fmt.Errorf("site: calibration %s has no address; call Addresses.Assign and save the address book before building", id)
		}
		for _, d := range c.Downloads {
			if !downloadName.MatchString(d.Name) || d.Open == nil {
				return nil, fmt.Errorf("site: calibration %s: download %q: want a plain file name and a way to open it", id, d.Name)
			}
		}
	}
	return calibrations, nil
}
