package chandra

// Celsius is a temperature in degrees Celsius: of the CCD, or of the ACA's
// housing where a name says so.
type Celsius float64
