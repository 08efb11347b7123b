// Package quantity takes a histogram, a temperature and a background, or what was
// published of a calibration, and returns its numbers by their keys, each of them
// declared once.
//
// [All] is the one table of the numbers of a calibration. What an output needs to know
// of a number stands there: the key under which every file has it, its unit and
// decimals, what it is called and what it means, how it is worked out, under which name
// tables have published it, and where pages show it. calibration.json, the history,
// the API, tables, TWiki text, `why`, the glossary and the JSON Schemas come from it, so a
// new number is one entry.
package quantity
