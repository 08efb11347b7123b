// Package browser opens pages in headless Chromium for tests and tells what
// they show, ask for and complain of.
//
// It speaks the DevTools protocol
// (https://chromedevtools.github.io/devtools-protocol/) over a pipe: JSON
// messages that end in a zero byte. Names of hosts are not resolved, so that a
// test depends on this machine alone; a server for a test listens on 127.0.0.1.
//
// Only tests import it. Those that do have the build tag "browser".
package browser
