package main

import (
	"context"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"darksite/internal/ground/secret"
	"darksite/internal/notify"
	"darksite/internal/procedure"
	"darksite/internal/term"
	"darksite/internal/workspace"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/history"
	"darksite/processing/kadi"
)

// outbox is the mail that is to be sent as things stand.
type outbox struct {
	sender   *notify.Sender
	events   []notify.Event
	messages []notify.Message // one for each event
	ended    []procedure.Entry
}

// openMail finds what people were not told of yet, nil where nobody is to be told.
// Settings that are wrong show when there is nothing to tell, too.
func openMail(c *workspace.Workspace) (*outbox, error) {
	if c.Notify.To == "" {
		return nil, nil
	}
	sender, err := senderOf(c)
	if err != nil {
		return nil, err
	}
	journal, err := procedure.Read(journalPath(c))
	if err != nil {
		return nil, err
	}
	stands, err := situation(c, journal)
	if err != nil {
		return nil, err
	}
	o := &outbox{sender: sender}
	o.events, o.ended = notify.News(notify.Events(stands), journal)
	for _, event := range o.events {
		o.messages = append(o.messages, event.Message(c.Site.Title))
	}
	return o, nil
}

// senderOf is what [notify] says.
func senderOf(c *workspace.Workspace) (*notify.Sender, error) {
	s := &notify.Sender{Program: c.Notify.Via, Security: c.Notify.Security}
	s.From, s.To = c.Notify.Addresses()
	if host, port, ok := c.Notify.Server(); ok {
		s.Program, s.Host, s.Port = "", host, port
	}
	if c.Notify.Credentials == "" {
		return s, nil
	}
	user, password, err := secret.ReadLogin(c.Beside(c.Notify.Credentials))
	if err != nil {
		return nil, &term.ExitError{Code: term.Configuration, Err: fmt.Errorf("no mail can be sent: notify.credentials: %w", err)}
	}
	s.User, s.Password = user, string(password)
	return s, nil
}

// situation is how the latest calibrations stand.
func situation(c *workspace.Workspace, journal []procedure.Entry) (s notify.Situation, err error) {
	s.Now = clock()
	known, err := recent(c)
	if err != nil {
		return s, err
	}
	rules, err := c.Rules("")
	if err != nil {
		return s, err
	}
	ids := c.LocalIDs()
	for _, k := range known {
		if givenUp(c, k) {
			continue
		}
		ids = append(ids, k.ID)
		told, err := readTold(c, k.ID)
		if err != nil {
			return s, err
		}
		k.Take(told)
		one := notify.Calibration{ID: k.ID, Lost: k.State == kadi.Lost && told == nil, Final: k.Final, Page: pageAddress(c, k.ID)}
		// A map that cannot be read stops the run, which tells of it.
		if cal, err := artifact.Load(c.ArchiveDir(), k.ID); err == nil {
			judged, err := c.Judge(cal, rules)
			if err != nil {
				return s, err
			}
			one.Verdict, one.SignOff, one.Simulated = &judged.Verdict, judged.SignOff, cal.Simulated
		}
		if steps, err := checklist(c, k.ID); err != nil || procedure.Current(steps) != nil {
			one.Stop = lastStep(journal, k.ID)
		}
		s.Calibrations = append(s.Calibrations, one)
	}
	slices.Sort(ids)
	if ids = slices.Compact(ids); len(ids) > 0 {
		s.Latest, s.Due = ids[len(ids)-1], history.Due(ids, int(c.Pages.CadenceDays))
	}
	return s, nil
}

// lastStep is the latest entry of the journal on a step that run does.
func lastStep(journal []procedure.Entry, id chandra.ID) *procedure.Entry {
	for _, e := range slices.Backward(journal) {
		if e.ID == id && e.Step != procedure.TWiki && e.Step != notify.JournalStep {
			return &e
		}
	}
	return nil
}

// tell sends the mail that is to be sent, and notes in the journal what was.
func tell(ctx context.Context, e *env, c *workspace.Workspace) error {
	o, err := openMail(c)
	if o == nil || err != nil {
		return err
	}
	note := func(entry procedure.Entry) error {
		entry.Time, entry.Version = clock().UTC().Format(time.RFC3339), version
		return procedure.Append(journalPath(c), entry)
	}
	for _, entry := range o.ended {
		if err := note(entry); err != nil {
			return err
		}
	}
	if len(o.messages) == 0 {
		return nil
	}
	err = o.sender.Send(ctx, o.messages, func(i int) error {
		e.Printf("mail sent to %s: %s", addresses(o.sender.To), o.messages[i].Subject)
		return note(o.events[i].Told())
	})
	if err != nil {
		return &term.ExitError{Code: term.Failure, Err: fmt.Errorf("mail could not be sent: %w", err),
			Hint: "check [notify] in site.toml; the next `darksite run --due` tries again, and `--dry-run` shows the mail"}
	}
	return nil
}

// show prints mail that would be sent.
func (o *outbox) show(e *env) {
	for _, m := range o.messages {
		e.Printf("\nmail that would be sent:\nFrom: %s\nTo: %s\nSubject: %s\n\n%s", addresses([]*mail.Address{o.sender.From}), addresses(o.sender.To), m.Subject, strings.TrimSuffix(m.Text, "\n"))
	}
	if len(o.messages) == 0 {
		e.Printf("no mail would be sent: there is nothing that people were not told of")
	}
}

// addresses are mail addresses as people write them.
func addresses(list []*mail.Address) string {
	var names []string
	for _, a := range list {
		names = append(names, a.Address)
	}
	return strings.Join(names, ", ")
}
