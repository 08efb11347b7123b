package pipeline

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"darksite/internal/ground/phrase"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/filling"
	"darksite/processing/mica"
	"darksite/processing/quality"
)

// ErrForeign says that a place holds what darksite did not make, and ErrChanged
// that it holds what somebody changed since.
var (
	ErrForeign = errors.New("darksite did not make it")
	ErrChanged = errors.New("not as darksite wrote it, so somebody changed it or the disk damaged it")
)

// Refusal is a calibration that must not go to readers who take what they find.
type Refusal struct {
	ID      chandra.ID
	Reasons []string // clauses without a full stop
	// Fillable tells that it is only for pixels without a value.
	Fillable bool
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("calibration %s is not copied: %s", r.ID, strings.Join(r.Reasons, "; "))
}

// Outgoing is a calibration on its way into another archive.
type Outgoing struct {
	ID       chandra.ID
	Archive  string // that holds it
	Standing quality.Standing
	// Earlier names calibrations that its holes may be filled from, the best
	// first; the first with a temperature is taken. Fill asks for it.
	Fill    bool
	Earlier []chandra.ID
	Force   bool // copy it in spite of what speaks against it
	Replace bool // also what darksite did not make
}

// Prepared are the files of a copy.
type Prepared struct {
	ID    chandra.ID
	Files map[string][]byte
	// Filled is nil where no pixel was; Forced are the reasons that were
	// overridden.
	Filled *artifact.Filled
	Forced []string
	// Simulated tells that it rests on simulated telemetry.
	Simulated bool

	calibration *artifact.Calibration
}

// Prepare makes the files of the copy and writes nothing. The error is a
// [Refusal] where the readers of such an archive would be harmed: by a map that
// is judged bad, that has no temperature, or that has pixels without a number.
func (o *Outgoing) Prepare() (*Prepared, error) {
	if problems := artifact.Verify(o.Archive, o.ID); problems != nil {
		return nil, fmt.Errorf("calibration %s: %s: `darksite verify %s` tells all", o.ID, problems[0], o.ID)
	}
	files, err := artifact.Files(o.Archive, o.ID)
	if err != nil {
		return nil, err
	}
	c, err := artifact.Load(o.Archive, o.ID)
	if err != nil {
		return nil, err
	}
	image, err := artifact.LoadImage(c.Geometry, o.Archive, o.ID)
	if err != nil {
		return nil, err
	}
	refusal := &Refusal{ID: o.ID, Reasons: o.against(c)}
	only := len(refusal.Reasons) == 0
	var d artifact.Copy
	filled, holes := image, countHoles(image)
	if holes != c.Map.Missing {
		return nil, fmt.Errorf("calibration %s: %d pixels have no value, %s says %d: process or import it again", o.ID, holes, artifact.CalibrationFile, c.Map.Missing)
	}
	if holes > 0 && o.Fill {
		var unfilled int
		if filled, unfilled, err = o.fill(c, image, &d); err != nil {
			return nil, err
		}
		if unfilled > 0 {
			refusal.Reasons = append(refusal.Reasons, fmt.Sprintf("%d of %d pixels without a value can't be filled: neither an earlier map nor their quadrant has one", unfilled, holes))
		}
	} else if holes > 0 {
		refusal.Reasons, refusal.Fillable = o.Against(c), only
	}
	if len(refusal.Reasons) > 0 && !o.Force {
		return nil, refusal
	}
	d.Forced = refusal.Reasons
	p := &Prepared{ID: o.ID, Filled: d.Filled(c.Geometry), Forced: d.Forced, Simulated: c.Simulated, calibration: c}
	p.Files, err = artifact.EncodeCopy(c, files, filled, d)
	return p, err
}

// Against says what speaks against a copy as it is, in clauses without a full
// stop.
func (o *Outgoing) Against(c *artifact.Calibration) (reasons []string) {
	reasons = o.against(c)
	if n := c.Map.Missing; n > 0 {
		reasons = append(reasons, fmt.Sprintf("%d pixels have no value: one is enough to make numpy's percentile of the map NaN, and then proseco rejects no guide star any more", n))
	}
	return reasons
}

// against says what speaks against a copy but for holes.
func (o *Outgoing) against(c *artifact.Calibration) (reasons []string) {
	if !o.Standing.Usable {
		reasons = append(reasons, o.Standing.Why)
	}
	if c.Facts.CCDTemp == nil {
		reasons = append(reasons, "it has no CCD temperature: readers that scale maps (proseco's t_ccd_ref) would fail for every later date")
	}
	// A map that an older version imported may still have them.
	if h := c.Histogram.Values; c.Origin == artifact.FromMap && len(h) > 0 && (float64(h[0]) < mica.LowestRate || float64(h[len(h)-1]) > mica.HighestRate) {
		reasons = append(reasons, fmt.Sprintf("its values go from %v to %v e-/s, which are no dark currents: import it again", h[0], h[len(h)-1]))
	}
	return reasons
}

func countHoles(image []float32) (n int) {
	for _, v := range image {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			n++
		}
	}
	return n
}

// fill fills the holes of the map and notes in d how.
func (o *Outgoing) fill(c *artifact.Calibration, image []float32, d *artifact.Copy) (filled []float32, unfilled int, err error) {
	var temp *chandra.Celsius
	if c.Facts.CCDTemp != nil {
		t := chandra.Celsius(*c.Facts.CCDTemp)
		temp = &t
	}
	var earlier *filling.Earlier
	for _, id := range o.Earlier {
		e, err := artifact.Load(o.Archive, id)
		if err != nil {
			return nil, 0, err
		}
		if e.Facts.CCDTemp == nil {
			continue
		}
		before, err := artifact.LoadImage(e.Geometry, o.Archive, id)
		if err != nil {
			return nil, 0, err
		}
		d.Earlier, earlier = e, &filling.Earlier{ID: id, Temp: chandra.Celsius(*e.Facts.CCDTemp), Image: before}
		break
	}
	filled, d.Pixels, unfilled, err = filling.Fill(c.Geometry, image, temp, earlier)
	return filled, unfilled, err
}

// Check tells whether the copy may be put into another archive, which must
// exist: [ErrForeign] where something else wrote what is there, [ErrChanged] where
// somebody changed it.
func (o *Outgoing) Check(to string) error {
	to, err := MirrorRoot(to)
	if err != nil {
		return err
	}
	dir := filepath.Join(to, string(o.ID))
	if _, err := os.Stat(dir); err != nil || o.Replace {
		return nil
	}
	if _, err := os.Stat(filepath.Join(dir, artifact.CalibrationFile)); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w: look at what is there, and replace it with --replace", dir, ErrForeign)
	}
	changed, err := artifact.Changed(to, o.ID)
	if err != nil {
		return err
	}
	if len(changed) > 0 {
		return fmt.Errorf("%s: %s: %w: look at what was changed, and replace it with --replace", dir, phrase.List(changed, 3), ErrChanged)
	}
	return nil
}

// Put writes the files into another archive, which must exist, in one step, and
// reads them back. What others put beside them stays. Changed is false when the
// same files were there.
func (p *Prepared) Put(to string) (dir string, changed bool, err error) {
	if to, err = MirrorRoot(to); err != nil {
		return "", false, err
	}
	dir = filepath.Join(to, string(p.ID))
	if changed, err = artifact.Save(to, p.ID, p.Files); err != nil {
		return dir, changed, err
	}
	back, err := artifact.Files(to, p.ID)
	if err != nil {
		return dir, changed, err
	}
	for name, content := range p.Files {
		if !bytes.Equal(back[name], content) {
			return dir, changed, fmt.Errorf("%s: %s came back otherwise than it was written: the disk is not to be trusted", dir, name)
		}
	}
	return dir, changed, nil
}

// MirrorRoot is the directory that holds calibrations: the one named, or its
// aca_dark.
func MirrorRoot(to string) (string, error) {
	st, err := os.Stat(to)
	if err != nil {
		return "", fmt.Errorf("%w: want an archive that exists; its directory is not made here", err)
	}
	if !st.IsDir() {
		return "", fmt.Errorf("%s is no directory: want an archive", to)
	}
	if inner := filepath.Join(to, "aca_dark"); filepath.Base(to) != "aca_dark" {
		if st, err := os.Stat(inner); err == nil && st.IsDir() {
			return inner, nil
		}
	}
	return to, nil
}

// Mirrored tells whether another archive has a copy of a calibration as it is
// now, by their manifests. In a copy that was filled or forced the map and the
// properties differ; all else is the same.
func Mirrored(archive string, id chandra.ID, to string) (bool, error) {
	to, err := MirrorRoot(to)
	if err != nil {
		return false, err
	}
	own, err := os.ReadFile(filepath.Join(archive, string(id), artifact.ManifestFile))
	if err != nil {
		return false, nil // nothing to mirror yet
	}
	there, err := os.ReadFile(filepath.Join(to, string(id), artifact.ManifestFile))
	if err != nil || bytes.Equal(own, there) {
		return err == nil, nil
	}
	filled, forced, err := artifact.CopyOf(to, id)
	if err != nil || filled == nil && forced == nil {
		return false, nil
	}
	return slices.Equal(commonLines(own), commonLines(there)), nil
}

// commonLines are the lines of a manifest that a copy has from its original.
func commonLines(manifest []byte) (lines []string) {
	for line := range strings.Lines(string(manifest)) {
		if !strings.HasSuffix(line, "  "+artifact.ImageFile+"\n") && !strings.HasSuffix(line, "  "+artifact.PropertiesFile+"\n") {
			lines = append(lines, line)
		}
	}
	return lines
}

// Holds names the directory of a calibration in another archive, "" where there
// is none.
func Holds(to string, id chandra.ID) string {
	to, err := MirrorRoot(to)
	if err != nil {
		return ""
	}
	dir := filepath.Join(to, string(id))
	if _, err := os.Stat(dir); err != nil {
		return ""
	}
	return dir
}
