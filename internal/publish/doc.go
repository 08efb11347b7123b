// Package publish turns a built tree and a target into a published one that
// readers see whole at every moment, and that can be undone.
//
// A target is a directory, a place that rsync reaches, S3-compatible storage, or
// an archive file. What follows is of the directory, such as a web server's tree
// that holds much that is not ours.
//
// # What lies in the target
//
//	dark_cal/              the built tree, and MANIFEST, for sha256sum -c
//	.darksite-releases/    what darksite keeps there
//	    objects/ab/abc...  files by SHA-256; those that are live are hard links
//	    releases/000012    what a release holds; the highest number is live
//	    journal            a release that is being switched to
//	    displaced/000012/  files of others that stood where ours belong
//	    lock, holder       who is publishing
//	    tmp/               files on their way
//
// Everything that undoing needs is in the target: the machine that built the
// tree may be gone. The last ten releases are kept.
//
// # The order of a switch
//
// All new bytes are in objects/, hashed and on the disk, before the journal is
// written, and the journal is on the disk before the first change that a reader
// could see. Then each file appears by one rename, in this order:
//
//  1. new assets and downloads
//  2. new pages, to which nothing leads yet
//  3. changed assets and downloads
//  4. changed pages
//  5. indexes, and MANIFEST last
//  6. the block of darksite in pages that people keep by hand
//  7. removals, pages first
//
// So at every moment each link of each page that a reader can come to leads to a
// whole file, also where a directory cannot be renamed in one step. At last the journal is renamed to be
// the release's record. A publisher that was stopped at any call leaves the old
// tree, the new one, or the old one with a part of these steps done; the next
// one finishes it. Switching depends on what the disk holds, not on how far
// somebody came.
//
// # What is not ours
//
// Ours are the files that the releases name, or a MANIFEST of ours in a target
// without releases. Other files are not touched. Where one stands in the way of
// ours the target is refused, until [Options.Adopt]: then it is copied to
// displaced/, which is never emptied, and replaced. A file of ours that somebody
// changed is copied there too before it is replaced; where ours should be
// removed it is left.
package publish
