package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"darksite/internal/lock"
	"darksite/internal/procedure"
	"darksite/internal/site"
	"darksite/internal/term"
	"darksite/internal/twiki"
	"darksite/internal/workspace"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/quality"
	"darksite/processing/vocabulary"
)

var twikiVerb = verb{
	name:  "twiki",
	args:  "ID [--post [--credentials FILE]]",
	short: "print the TWiki text of a calibration, or post it",
	long: `Prints the block of a calibration in TWiki markup: verdict, a table of this and the two
previous calibrations, what changed, the analyst's notes (content/notes/<id>.md, Markdown)
and links. Nothing is sent anywhere.

--post puts it into the topic set in site.toml ([twiki] endpoint and topic), between two
marker comments; every other byte is preserved, and the topic is read back. User name and
password come from the environment (DARKSITE_TWIKI_USER, DARKSITE_TWIKI_PASSWORD) or from a
two-line file with mode 600, and are never printed or stored.`,
	examples: []string{"darksite twiki 2016125", "darksite twiki 2016125 --post --credentials ~/twiki.keys"},
	words:    calibrations,
	setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
		post := fs.Bool("post", false, "post the block to the topic set in site.toml")
		credentials := fs.String("credentials", "", "read user name and password from `FILE`")
		return func(ctx context.Context, e *env, args []string) error {
			return runTWiki(ctx, e, args, *post, *credentials)
		}
	},
}

// posted is the JSON document.
type posted struct {
	ID      chandra.ID `json:"id"`
	Text    string     `json:"text"`
	Posted  bool       `json:"posted"`
	Changed bool       `json:"changed"` // false when the topic had the block already
	Address string     `json:"address,omitempty"`
}

func runTWiki(ctx context.Context, e *env, args []string, post bool, credentials string) error {
	ids, err := e.ids(args, "twiki")
	if err != nil {
		return err
	}
	switch {
	case len(ids) != 1:
		return usageError(errors.New("name one calibration, for example 2015355"), "twiki")
	case credentials != "" && !post:
		return usageError(errors.New("--credentials goes with --post"), "twiki")
	}
	c, err := e.site()
	if err != nil {
		return err
	}
	said, err := c.Note(ids[0])
	if err != nil {
		return err
	}
	block, err := twikiBlock(c, ids[0], said.Markdown)
	if err != nil {
		return err
	}
	for _, w := range workspace.NoteWarnings(ids[0], said) {
		e.Warnf("%s", w)
	}
	if err := warnUnmatched(e, c); err != nil {
		return err
	}
	if pageAddress(c, ids[0]) == "" {
		e.Warnf("the text has no link to the report: set base_url under [site], or address under the published target, in site.toml, and build")
	}
	d := posted{ID: ids[0], Text: string(block)}
	if !post {
		e.Printf("%s", strings.TrimSuffix(d.Text, "\n"))
		return e.Document(d)
	}
	if c.TWiki.Endpoint == "" || c.TWiki.Topic == "" {
		return &term.ExitError{Code: term.Configuration, Err: errors.New("no topic is set"), Hint: "set [twiki] endpoint and topic in site.toml"}
	}
	from := twiki.FromEnvironment("DARKSITE_TWIKI_USER", "DARKSITE_TWIKI_PASSWORD")
	if credentials != "" {
		from = twiki.FromFile(credentials)
	}
	unlock, err := lock.Write(c.Dir)
	if err != nil {
		return err
	}
	defer unlock()
	client := twiki.Client{Endpoint: c.TWiki.Endpoint, Credentials: from}
	var r twiki.Result
	err = record(c, ids[0], procedure.TWiki, func() (detail string, already bool, err error) {
		r, err = client.Post(ctx, c.TWiki.Topic, block)
		return r.Address, !r.Saved, err
	})
	if err != nil {
		return err
	}
	d.Posted, d.Changed, d.Address = true, r.Saved, r.Address
	state := "posted and read back"
	if !r.Saved {
		state = "there already"
	}
	e.Printf("%s  %s: %s", d.ID, r.Address, state)
	if r.Elsewhere {
		e.Warnf("somebody else edited the topic at the same time; their text is kept")
	}
	return e.Document(d)
}

// twikiBlock is the text of a calibration.
func twikiBlock(c *workspace.Workspace, id chandra.ID, notes string) ([]byte, error) {
	cal, err := artifact.Load(c.ArchiveDir(), id)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, notArchived(c, id, err)
	} else if err != nil {
		return nil, err
	}
	rules, err := c.Rules("")
	if err != nil {
		return nil, err
	}
	judged, err := c.Judge(cal, rules)
	if err != nil {
		return nil, err
	}
	page := twiki.Page{ID: id, Title: c.Site.Title, Simulated: cal.Simulated, Verdict: judged.Reason,
		Provenance: vocabulary.Method(cal) + fmt.Sprintf(" Made by %s %s from %d files.", cal.Provenance.Tool, cal.Provenance.Version, len(cal.Provenance.Inputs))}
	for i, cause := range judged.Causes {
		if i > 0 { // the first is in the line of the verdict
			page.Reasons = append(page.Reasons, cause.Text)
		}
	}
	for _, do := range judged.Actions() {
		page.Reasons = append(page.Reasons, "What to do: "+do)
	}
	if judged.SignOff != nil {
		page.Reasons = append(page.Reasons, judged.Beside+" "+judged.SignOff.Reason)
	} else if judged.Unread != "" {
		page.Reasons = append(page.Reasons, judged.Unread)
	}
	if page.Rows, err = twikiRows(c, id, rules); err != nil {
		return nil, err
	}
	if judged.Comparison != nil {
		page.Changes = vocabulary.Changes(judged.Comparison)
	}
	page.Notes = notes
	if address := pageAddress(c, id); address != "" {
		page.Links = append(page.Links, twiki.Link{Text: "Report with map, histograms and downloads", Address: address})
	} else {
		page.Provenance += " The address of its report is not known here, so there is no link."
	}
	return twiki.Text(page), nil
}

// twikiRows are this calibration and up to two usable ones before it, oldest first.
func twikiRows(c *workspace.Workspace, id chandra.ID, rules *quality.Rules) (rows []twiki.Row, err error) {
	const earlier = 2
	ids, err := artifact.List(c.ArchiveDir())
	if err != nil {
		return nil, err
	}
	for _, one := range slices.Backward(ids[:slices.Index(ids, id)+1]) {
		cal, err := artifact.Load(c.ArchiveDir(), one)
		if err != nil {
			return nil, err
		}
		judged, err := c.Judge(cal, rules)
		if err != nil {
			return nil, err
		}
		if one != id && !quality.StandingOf(judged.Verdict, judged.SignOff).Usable {
			continue
		}
		row := twiki.RowOf(one, cal.Statistics)
		row.Address, row.Simulated = pageAddress(c, one), cal.Simulated
		if rows = append(rows, row); len(rows) > earlier {
			break
		}
	}
	slices.Reverse(rows)
	return rows, nil
}

// pageAddress is the public address of a calibration's page, "" if unknown.
func pageAddress(c *workspace.Workspace, id chandra.ID) string {
	base := readersAddress(c)
	if base == "" {
		return ""
	}
	content, err := os.ReadFile(filepath.Join(c.Dir, workspace.AddressFile))
	if err != nil {
		return ""
	}
	book, err := site.ParseAddresses(content)
	if err != nil {
		return ""
	}
	if address, ok := book.Of(id); ok {
		return base + site.Section + "/" + address + "/"
	}
	return ""
}
