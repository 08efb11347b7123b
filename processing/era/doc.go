// Package era turns a day into how calibrations were taken then, and times of
// replicas into calibrations.
//
// Until 2019 a calibration was five replicas 43 minutes apart, in 1999 seven.
// Since 2020 single replicas lie days apart, and what belongs together is a
// matter of agreement (processing.md, section 13). So it is configuration.
package era
