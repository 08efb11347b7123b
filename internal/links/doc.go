// Package links takes a tree of pages and returns what in it leads nowhere:
// links and fragments without a target, ids that are there twice, pictures
// without a text, requests to other hosts, and what the policy of the pages
// would refuse (scripts, styles and handlers in the page itself).
//
// Pages work from disk, under any path of a server and offline, so a link is
// relative and names a file: a directory has no index.html when there is no
// server.
//
// It is pure: no disk, no clock, no network, and the same tree gives the same
// findings in the same order. Pages may be as bad as they like; what is said of
// one page and of one link is bounded.
package links
