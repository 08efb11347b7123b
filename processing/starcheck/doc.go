// Package starcheck turns a page of starcheck, or mica's database of such pages,
// into the facts of a calibration as it was planned.
//
// starcheck checks the star catalogues of a week's command load. A calibration
// stands in its page as five observations without a catalogue, DC_T0 to DC_T4,
// each between two of the field's centre (inputs-and-pages.md, section C):
//
//  1. The page is split into its blocks, one for each observation ([Parse]).
//  2. The first block of DC_T0 begins a calibration. The nearest block with a
//     catalogue before it is the centre: the time of its catalogue, its attitude
//     and its predicted CCD temperature are those of the calibration.
//  3. DC_T0 to DC_T4 are the replicas 1 to 5. The id is the UTC day on which the
//     first replica begins, which may be the day after the catalogue's.
//  4. What was planned is held against the sequence that is always planned
//     ([Calibration.Check]).
//
// Several loads may hold one calibration, because loads are replanned; the
// newest approved one is taken, and the others are named ([Find]).
package starcheck
