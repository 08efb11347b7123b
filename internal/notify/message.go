package notify

import (
	"fmt"
	"strings"

	"darksite/internal/ground/phrase"
)

// Message is a mail before it has an address.
type Message struct {
	Subject string `json:"subject"`
	Text    string `json:"text"`
}

// Message is the mail about an event of a site with a title.
func (e Event) Message(title string) Message {
	headline := fmt.Sprintf("calibration %s ", e.ID)
	switch {
	case e.Kind == Late && e.Step == "":
		headline = "the next calibration is late"
	case e.Kind == Waits:
		headline += "waits for a person"
	case e.Kind == Failed:
		headline += "failed at " + string(e.Step)
	default:
		headline += "is " + string(e.Kind)
	}
	var b strings.Builder
	line := func(format string, args ...any) {
		// What telemetry, other programs and other hosts say stays in its line.
		b.WriteString(phrase.Line(fmt.Sprintf(format, args...)) + "\n")
	}
	line("%s.", strings.ToUpper(headline[:1])+headline[1:])
	b.WriteString("\n")
	for _, why := range e.Why {
		line("%s", why)
	}
	if e.Do != "" {
		line("What to do: %s", sentence(e.Do))
	}
	b.WriteString("\n")
	if e.Page != "" {
		line("Its page: %s", e.Page)
	}
	if e.Kind != Late || e.Step != "" {
		line("All steps: darksite status %s", e.ID)
	}
	line("This is said once, and again when the reason changes or it comes back.")
	return Message{Subject: phrase.Short(title) + ": " + headline, Text: b.String()}
}
