package feeds

import (
	"encoding/xml"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"darksite/internal/view"
	"darksite/processing/vocabulary"
	"darksite/processing/warm"
)

// Bounds of an entry, in characters: a summary is what a reader shows without a
// click.
const (
	maxFeedSummary = 390
	maxFeedNote    = 4000
)

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	Title   string      `xml:"title"`
	ID      string      `xml:"id"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	Title     string     `xml:"title"`
	ID        string     `xml:"id"`
	Published string     `xml:"published"`
	Updated   string     `xml:"updated"`
	Links     []atomLink `xml:"link"`
	Summary   string     `xml:"summary"`
	Content   string     `xml:"content,omitempty"` // with the note, where there is one
}

// feedEpoch is the date of a feed without entries: the year of the launch.
var feedEpoch = time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)

// Atom is the feed of the calibrations (RFC 4287), with an entry for each that has a
// page, the newest first. Ids are tags (RFC 4151) of the host that publishes, so
// they outlive a move within it; dates come from the data, so that a build
// announces nothing that was announced before.
func Atom(site *view.Site) ([]byte, error) {
	settings := site.Settings
	base := settings.Base()
	if base != "" {
		base += view.Section + "/"
	}
	link := func(rel, mime, to string) atomLink { return atomLink{rel, mime, base + to} }
	f := atomFeed{
		Lang: "en", Title: feedText(settings.Title), ID: tagOf(settings, ""), Author: feedText(settings.HomeTitle),
		Links: []atomLink{link("self", "application/atom+xml", "feed.xml"), link("alternate", "text/html", "index.html")},
	}
	last := feedEpoch
	for _, c := range slices.Backward(site.Calibrations) {
		id := c.Artifact.ID
		k := site.History.Cards[id]
		updated := updatedOf(c)
		if updated.After(last) {
			last = updated
		}
		title := fmt.Sprintf("%s (%s): %s", id.Date().Format("2006 Jan 2"), id.Colon(), k.State.Word)
		if k.Simulated {
			title = "Simulated: " + title
		}
		summary := limited(summaryOf(k), maxFeedSummary)
		content := ""
		if words := noteText(c.Note, maxFeedNote); words != "" {
			content = feedWords(summary+" Note: "+words, maxFeedSummary+maxFeedNote)
		}
		f.Entries = append(f.Entries, atomEntry{
			Title:     title,
			ID:        tagOf(settings, string(id)),
			Published: id.Date().Format(time.RFC3339),
			Updated:   updated.Format(time.RFC3339),
			Links:     []atomLink{link("alternate", "text/html", k.Address+"/index.html")},
			Summary:   feedText(summary),
			Content:   content,
		})
	}
	f.Updated = last.Format(time.RFC3339)
	data, err := xml.MarshalIndent(f, "", " ")
	if err != nil {
		return nil, err
	}
	return []byte(xml.Header + string(data) + "\n"), nil
}

// tagOf is the permanent id of a calibration, or of the feed.
func tagOf(settings view.Settings, id string) string {
	host := "darksite.invalid"
	if u, err := url.Parse(settings.BaseURL); err == nil && u.Hostname() != "" {
		host = strings.ToLower(u.Hostname())
	}
	return strings.TrimSuffix("tag:"+host+",1999:"+view.Section+"/"+id, "/")
}

// updatedOf is when what is said of a calibration last changed, as far as the
// data tell: its day, or that of its sign-off. Rules that are new change no
// date: they would announce all of history anew.
func updatedOf(c view.Calibration) time.Time {
	day := c.Artifact.ID.Date()
	if o := c.SignOff; o != nil {
		if signed, err := time.Parse(time.DateOnly, o.Date); err == nil && signed.After(day) {
			return signed
		}
	}
	return day
}

// summaryOf is a calibration in a sentence or two, as a feed and a search show
// it.
func summaryOf(k *view.Card) string {
	verdict := k.State.Word + ": " + k.State.Sentence
	if k.Simulated {
		verdict = vocabulary.Simulated + " " + verdict
	}
	if n := len(k.State.Causes); n > 1 {
		verdict += " Also: " + k.State.Causes[1].Text
		if n > 2 {
			verdict += fmt.Sprintf("; and %d more", n-2)
		}
		verdict += "."
	}
	return fmt.Sprintf("%s CCD temperature %s; %s of the pixels above %d e⁻/s.", verdict, k.Temperature(), k.Warm(), int(warm.Threshold))
}

// feedText keeps a text of one line to what XML 1.0 can hold.
func feedText(s string) string { return feedWords(s, view.MaxText) }

// feedWords is feedText with another bound.
func feedWords(s string, most int) string {
	return view.Printable(strings.ToValidUTF8(s, "\uFFFD"), most)
}
