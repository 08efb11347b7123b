// Package workspace takes a site directory and brings what is made in it up to date.
//
// A [Workspace] is the directory as a value: its settings, its paths, what people
// wrote in it. What is made of what is one graph, in which each node comes after
// those that it is made of: the archive of each calibration, the comparisons, the
// address book, the pictures of each calibration, the pages, and the list on the main
// page. [Workspace.Plan] says which nodes would be made and why; [Workspace.Build]
// makes them; a [Preview] makes, in memory, those that a change of some files
// concerns.
//
// Nodes compare hashes of what they were made of. Beside the graph a record of the
// last whole build tells whether any file that a node reads has changed at all, so
// that a build with nothing to do looks at files and reads none.
package workspace
