// Package view takes calibrations with their verdicts, comparisons and notes, the
// published numbers and the settings, and returns what pages show: one typed model
// for each kind of page, with numbers as texts that are ready to stand in it.
//
// A template gets the [Site] and asks it for the model of its page. Feeds, the API
// and the search index are made of the same models. Nothing here renders, and nothing
// touches a disk.
package view
