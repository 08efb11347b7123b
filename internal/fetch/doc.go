// Package fetch turns a source of telemetry and a calibration's id into the VC2
// files of data/<id>/.
//
// A [Source] is a directory, of this machine or mounted, a directory of another
// machine over ssh ("host:/path"), or a module of an rsync daemon
// ("rsync://host/module/path"). In it the files lie side by side, or in
// directories YYYY, YYYYDOY or YYYY_DOY; nothing deeper is looked at.
//
// # What belongs to a calibration
//
// Names tell the day and the replica, and nothing else is looked at before a
// file is fetched. Where the replicas of a calibration follow within hours:
//
//   - files of the id's day belong to it, unless they go on with the replica
//     numbers of the day before (1, 2 | 3, 4, 5): then they are the end of that
//     day's calibration, whose sequence crossed midnight;
//   - files of the next day belong to it if all of that day's go on with its
//     numbers; if that day has a number of its own that does not, it is another
//     calibration, and all of its files are that one's;
//   - what a directory data/<id>/ holds already is that calibration's.
//
// Where replicas lie days apart, the days are put together as package era does.
// What the names do not decide, for example two files of one replica, is not
// fetched: the operator names the files.
//
// # What a fetched file is
//
// A file arrives under the name .fetch-<name>, is told whole (gzip data to the
// end, SFDUs, unchanged at the source since it was listed), and only then gets
// its name. What was interrupted goes on where it stopped: what is there of it
// is compared with the source first. A file that is there is never written to.
//
// The rsync program is run with a list of arguments, never through a shell.
package fetch
