package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// calibrationPage makes a function that waits until the page of a calibration has a text.
func calibrationPage(t *testing.T, dir string) func(text string) {
	p := startPreview(t, dir, 0)
	return func(text string) {
		t.Helper()
		p.until("the page shows "+text, func() bool { _, body := p.get("2016_may/"); return strings.Contains(body, text) })
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const noteOfCase = "content/notes/2016125.md"

// content/, or a directory in it, is replaced by another one.
func TestCase34ContentIsReplaced(t *testing.T) {
	dir := smallSite(t)
	put(t, dir, noteOfCase, "The old note.")
	put(t, dir, "next/notes/2016125.md", "The new note.")
	put(t, dir, "third/2016125.md", "A third note.")
	shows := calibrationPage(t, dir)
	shows("The old note.")
	in := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	must(t, os.Rename(in("content"), in("content.old")))
	must(t, os.Rename(in("next"), in("content")))
	shows("The new note.")
	must(t, os.Rename(in("content/notes"), in("notes.old")))
	must(t, os.Rename(in("third"), in("content/notes")))
	shows("A third note.")
	put(t, dir, noteOfCase, "Saved in the third directory.")
	shows("Saved in the third directory.")
}

// A note that is a link, to a file, over another link, or in a directory that is one.
func TestCase35NotesThatAreLinks(t *testing.T) {
	dir := smallSite(t)
	put(t, dir, "texts/first.md", "First text.")
	put(t, dir, "texts/second.md", "Second text.")
	put(t, dir, "others/2016125.md", "In another directory.")
	in := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	link := func(to, name string) {
		t.Helper()
		must(t, os.MkdirAll(filepath.Dir(in(name)), 0o777))
		must(t, os.Symlink(to, in(name+".new")))
		must(t, os.Rename(in(name+".new"), in(name)))
	}
	link("first.md", "texts/now.md")
	link("../../texts/now.md", noteOfCase)
	shows := calibrationPage(t, dir)
	shows("First text.")
	put(t, dir, "texts/first.md", "First text, saved.")
	shows("First text, saved.")
	link("second.md", "texts/now.md")
	shows("Second text.")
	put(t, dir, "texts/second.md", "Second text, saved.")
	shows("Second text, saved.")

	must(t, os.RemoveAll(in("content/notes")))
	link("../others", "content/notes")
	shows("In another directory.")
	put(t, dir, "others/2016125.md", "In another directory, saved.")
	shows("In another directory, saved.")
	link("..", "content/dark_cal/round") // leads to where it lies
	put(t, dir, "others/2016125.md", "And once more.")
	shows("And once more.")
}

// The first note comes with the directories that it lies in.
func TestCase41FirstNote(t *testing.T) {
	for i := range 3 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			dir := smallSite(t)
			shows := calibrationPage(t, dir)
			shows("2016 May")
			must(t, os.MkdirAll(filepath.Join(dir, "content", "notes"), 0o777))
			put(t, dir, noteOfCase, "The first note.")
			shows("The first note.")
		})
	}
}
