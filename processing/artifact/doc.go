// Package artifact turns a calibration's images and numbers into the files of
// the archive, and reads them back for whoever builds pages.
//
// archive/aca_dark/<id>/ holds image.fits and properties.json, as mica's
// readers want them, and calibration.json and coverage.fits for darksite.
package artifact
