// Package shared turns names of reference material into paths and bytes for
// tests: golden telemetry, published figures and notes that lie beside the
// checkout in ../shared and are not part of the project.
//
// Only tests import it. The environment variable DARKSITE_SHARED names another
// directory. Where the material is missing a test is skipped, except when
// CI=true: there it fails, so that a green run has compared with the outside
// truth.
package shared
