// Package filename turns names of files into what every file system makes of
// them: whether all can have a name, and which two names are one where case and
// Unicode normal form do not count.
//
// A published tree is copied to memory sticks, to the disks of laptops and to
// shares of Windows. Microsoft's "Naming Files, Paths, and Namespaces" and the
// exFAT specification say what those refuse; Apple's file systems compare names
// without case and normal form.
package filename
