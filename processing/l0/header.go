package l0

import (
	"math"
	"strconv"
	"strings"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/fits"
	"darksite/processing/telemetry"
)

const extensionName = "ACA_DUMP"

// columns of the true table. The two counters have no unit that FITS knows; the
// comments say what they count.
var columns = []fits.Column{
	{Name: "TIME_ERT", Form: "1D", Unit: "s", Comment: "Earth-received time, TT since MJDREF"},
	{Name: "REC_CTR", Form: "1J", Comment: "frame counter, 24 bits"},
	{Name: "ADC_BIAS", Form: "1I", Unit: "DN", Zero: fits.ZeroUint16, Comment: "A/D converter offset"},
	{Name: "INTEG", Form: "1E", Unit: "s", Comment: "integration time"},
	{Name: "CALTYPE", Form: "1I", Comment: "calibration type flag"},
	{Name: "REPLICA", Form: "1I", Comment: "replica field as sent"},
	{Name: "COLNEG", Form: "1I", Comment: "column sign"},
	{Name: "ROW", Form: "1I", Unit: "pixel", Comment: "ACA row"},
	{Name: "SCI_HDR_CTR", Form: "1I", Zero: fits.ZeroUint16, Comment: "science frames of 2.05 s"},
	{Name: "TWO_US_CLK", Form: "1J", Zero: fits.ZeroUint32, Comment: "clock of 2 us, restarts with SCI_HDR_CTR"},
	{Name: "PIXDATA", Form: "512J", Unit: "DN", Comment: "signal less ADC_BIAS, in the order sent"},
}

// legacyColumns have the old forms and neither units nor offsets
// (telemetry.md, section 7).
func legacyColumns() []fits.Column {
	old := make([]fits.Column, len(columns))
	for i, c := range columns {
		old[i] = fits.Column{Name: c.Name, Form: strings.TrimPrefix(c.Form, "1")}
	}
	old[len(old)-1].Form = "512I"
	return old
}

// limits are the values that a column's bits or the CCD allow (telemetry.md,
// sections 2 and 5), for TLMIN and TLMAX.
var limits = map[string][2]int{
	"REC_CTR": {0, telemetry.CounterModulus - 1},
	"CALTYPE": {0, 1},
	"REPLICA": {0, 7},
	"COLNEG":  {0, 1},
	"ROW":     {telemetry.CCD.FirstRow, telemetry.CCD.LastRow()},
}

// The constants of the old headers (acalimg_sfdu.pro, 1999: phdr and exthdr).
// They were never about the data.
const (
	legacyDate  = "1998-12-18T22:29:19"
	legacyStart = 310.0625
	legacyStop  = 436.39375
)

// primaryCards describe the file.
func primaryCards(rows []telemetry.Row, opt Options) []fits.Card {
	cards := []fits.Card{
		{Key: "MISSION", Value: "AXAF", Comment: "Advanced X-ray Astrophysics Facility"},
		{Key: "TELESCOP", Value: "CHANDRA", Comment: "telescope"},
	}
	if opt.Legacy {
		cards = append(cards,
			fits.Card{Key: "DATACLAS", Value: "OBSERVED", Comment: "constant in legacy tables"},
			fits.Card{Key: "DATE", Value: legacyDate, Comment: "constant in legacy tables"},
			fits.Card{Key: "MJDREF", Value: float64(chandra.MJDEpoch), Comment: "1998-01-01"},
			fits.Card{Key: "TIMESYS", Value: "TT", Comment: "as in legacy tables; the times are UTC"},
			fits.Card{Key: "TIMEUNIT", Value: "s"},
			fits.Card{Key: "TSTART", Value: legacyStart, Comment: "constant in legacy tables"},
			fits.Card{Key: "TSTOP", Value: legacyStop, Comment: "constant in legacy tables"})
	} else {
		cards = append(cards, fits.Card{Key: "INSTRUME", Value: "ACA", Comment: "Aspect Camera Assembly"})
		cards = append(cards, fits.Card{Key: "CREATOR", Value: creator(opt), Comment: "program that wrote this file"})
		cards = append(cards, timeCards(rows)...)
	}
	if opt.Simulated {
		cards = append(cards, fits.Simulated())
	}
	cards = append(cards, fits.Card{Key: "TLM_FMT", Value: 0, Comment: "ACA calibration dump"})
	if opt.Legacy {
		cards = append(cards, fits.Card{Key: "HISTORY", Value: "Written by " + creator(opt) + " with the values that ACALIMG_SFDU gave: days of 84600 s, UTC labelled TT, ADC_BIAS less 32768, signed counters, PIXDATA cut to 16 bits."})
	}
	if opt.Source != "" {
		cards = append(cards, fits.Card{Key: "HISTORY", Value: "Telemetry: " + opt.Source})
	}
	return cards
}

// extensionCards describe the table.
func extensionCards(rows []telemetry.Row, opt Options) []fits.Card {
	if opt.Legacy {
		return []fits.Card{
			{Key: "CREATOR", Value: "ACALIMG_SFDU", Comment: "procedure whose values these are"},
			{Key: "ORIGIN", Value: "ASC", Comment: "constant in legacy tables"},
			{Key: "DATE", Value: legacyDate, Comment: "constant in legacy tables"},
		}
	}
	cards := []fits.Card{
		{Key: "MISSION", Value: "AXAF", Comment: "Advanced X-ray Astrophysics Facility"},
		{Key: "TELESCOP", Value: "CHANDRA", Comment: "telescope"},
		{Key: "INSTRUME", Value: "ACA", Comment: "Aspect Camera Assembly"},
		{Key: "CREATOR", Value: creator(opt), Comment: "program that wrote this file"},
	}
	cards = append(cards, timeCards(rows)...)
	for i, c := range columns {
		if l, ok := limits[c.Name]; ok {
			n := strconv.Itoa(i + 1)
			cards = append(cards, fits.Card{Key: "TLMIN" + n, Value: l[0]}, fits.Card{Key: "TLMAX" + n, Value: l[1]})
		}
	}
	return cards
}

func creator(opt Options) string {
	return strings.TrimSpace("darksite " + opt.Version)
}

// timeCards tell the first and last Earth-received time. The file's own date is
// the last one too: the same telemetry gives the same bytes.
func timeCards(rows []telemetry.Row) []fits.Card {
	first, last := rows[0].ERT.Time(), rows[0].ERT.Time()
	for i := range rows {
		t := rows[i].ERT.Time()
		if t.Before(first) {
			first = t
		}
		if t.After(last) {
			last = t
		}
	}
	return []fits.Card{
		{Key: "DATE", Value: last.Format(isoLayout), Comment: "last Earth-received time (UTC)"},
		{Key: "DATE-OBS", Value: terrestrial(first), Comment: "TSTART as a date (TT)"},
		{Key: "DATE-END", Value: terrestrial(last), Comment: "TSTOP as a date (TT)"},
		{Key: "MJDREF", Value: chandra.MJDEpoch, Comment: "1998-01-01T00:00:00 TT"},
		{Key: "TIMESYS", Value: "TT", Comment: "time scale"},
		{Key: "TIMEUNIT", Value: "s"},
		{Key: "TSTART", Value: chandra.Seconds(first), Comment: "first Earth-received time"},
		{Key: "TSTOP", Value: chandra.Seconds(last), Comment: "last Earth-received time"},
	}
}

const isoLayout = "2006-01-02T15:04:05.000000"

// terrestrial is t as a calendar date in TT.
func terrestrial(t time.Time) string {
	epoch := time.Date(1998, 1, 1, 0, 0, 0, 0, time.UTC)
	micros := math.Round(chandra.Seconds(t) * 1e6)
	return epoch.Add(time.Duration(micros) * time.Microsecond).Format(isoLayout)
}
