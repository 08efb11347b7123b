// Package browser opens pages in headless Chromium for tests and tells what
// they show, ask for and complain of.
//
// Names of hosts are not resolved, so that a test depends on this machine alone;
// a server for a test listens on 127.0.0.1.
//
// Only tests import it. Those that do have the build tag "browser".
package browser
