// Package serve takes a function that builds a tree of pages, and gives a
// preview of it: a web server for this machine that shows the last good tree,
// builds again when a file changes, and has browsers follow.
//
// [Run] listens on the loopback addresses alone unless it is told otherwise. A
// request is answered only when its Host header names this machine and the
// port, so that no name of somebody else's can be bound to it; only GET and
// HEAD are; and a path is looked up among the paths of the tree and nowhere
// else, so that there is no way to a file that is not published.
//
// What is served is the tree, byte for byte, but for what [instrument] adds to
// HTML: one script, and leave for it to listen to the reload stream. The stream
// wants the token of this run, which only pages of this server know.
//
// A build that fails leaves the last good tree in place; what is wrong with the
// new one is shown over its pages and said once on the terminal.
package serve
