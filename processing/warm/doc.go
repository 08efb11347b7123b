// Package warm turns the histogram of a dark map, its CCD temperature and its
// zodiacal background into numbers of warm pixels that can be compared between
// calibrations: raw, corrected for temperature and background, and as the model
// expects them.
//
// The corrections are those of warm_pix_corr.py, which the trend of 1999 to
// 2015 was made with, by moving the threshold instead of the pixels:
//
//	limit   = 100 * 10^((T+19)/21)  e-/s   a pixel of 100 e-/s at -19 C, at T
//	limit_z = (100+z) * 10^((T+19)/21)     the same with a background of z e-/s
//
// and, for the temperatures and thresholds that are asked for, the three laws
// of package scaling by name.
package warm
