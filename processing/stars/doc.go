// Package stars turns a dark map into the places that look like a star.
//
// The median over replicas removes stars because the pointings differ by 2
// arcmin. Where too few replicas cover a pixel, or the spacecraft did not move,
// a star stays in the map, and looks like dark current to whoever uses it. It
// differs from warm pixels, which lie singly, by its width: the camera is out of
// focus and spreads a star over 5 x 5 pixels and more.
package stars
