// Package ccd takes the sizes of a CCD and returns where its pixels lie: rows,
// columns, quadrants, and the places of the pixels of a record that was read out.
//
// A [Geometry] is a value that every map carries; that of the Aspect Camera
// Assembly is [ACA]. The orientation of maps is defined here and nowhere else
// ([Geometry.PlaceOf]). The package imports nothing of the project.
package ccd
