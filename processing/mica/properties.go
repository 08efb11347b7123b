package mica

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"darksite/internal/ground/phrase"
	"darksite/processing/chandra"
)

// Form names the generation of a properties.json by its keys.
type Form string

const (
	// Classic is mica's own form of 2013 to 2019.
	Classic Form = "classic"
	// Modern is the form of the acdc package since 2019.
	Modern Form = "modern"
	// Both has the keys of either.
	Both Form = "classic and modern"
	// Unknown has neither.
	Unknown Form = "unknown"
)

// Properties are the content of a properties.json (processing.md, sections 2.3
// and 2.4). What is not there, or null, is nil or "".
type Properties struct {
	Form Form

	ID   string // YYYYDOY
	Date string // YYYY:DOY, with a time in some
	// Start and Stop of the classic form, UTC, YYYY:DDD:HH:MM:SS.sss, and DurS
	// the seconds between them.
	Start, Stop string
	DurS        *float64
	// DateStart and DateStop of the modern form, the same notation.
	DateStart, DateStop string
	CCDTemp             *chandra.Celsius // ccd_temp
	TCCD                *chandra.Celsius // t_ccd
	TempSource          string           // ccd_temp_source, as darksite writes it
	Images              *int             // n_ccd_img, exposures of the CCD
	Filename            string
	RADeg, DecDeg       *float64 // of the dark field, J2000
	// The zodiacal background: ecliptic longitude and latitude of the field,
	// longitude of the Sun, their distance in longitude, and the brightness in
	// units of the table (package zodi), which are not e-/s.
	ElDeg, EbDeg, SunElDeg, LL0Deg, ZodiB *float64
	Replicas                              []Replica
	// CommonTimes tells that the replicas had the times of the whole
	// calibration, as mica wrote them. They are not in Replicas.
	CommonTimes bool
	// Other are members with keys that are not known, in the order of the file.
	Other []Member
	// Notes are sentences about what was not kept.
	Notes []string
}

// Replica is one entry of "replicas".
type Replica struct {
	Count       int // from 1
	CCDTemp     *chandra.Celsius
	Source      string // of the temperature: HDR3, AACCCDPT or GUESS
	Start, Stop string // UTC, "" when unknown
	Downlink    *bool
	Other       []Member
}

// Temperature is ccd_temp, which the readers that scale maps take, or t_ccd
// where only that is there.
func (p *Properties) Temperature() *chandra.Celsius {
	if p.CCDTemp != nil {
		return p.CCDTemp
	}
	return p.TCCD
}

// Span is the begin and the end of the calibration by either form.
func (p *Properties) Span() (start, stop string) {
	if p.Start != "" || p.Stop != "" {
		return p.Start, p.Stop
	}
	return p.DateStart, p.DateStop
}

// Bounds of what is kept of members that are not known.
const (
	maxOther      = 64       // members
	maxOtherValue = 16 << 10 // bytes of one
	maxReplicas   = 99
)

// ParseProperties reads a properties.json of either form. A known key with a
// value of the wrong kind, or out of its range, is an error.
func ParseProperties(content []byte) (*Properties, error) {
	list, err := members(content)
	if err != nil {
		return nil, err
	}
	p := &Properties{}
	classic, modern := false, false
	var other []Member
	for _, m := range list {
		set, ok := known[m.Key]
		if !ok {
			other = append(other, m)
			continue
		}
		if string(m.Value) == "null" {
			continue
		}
		if err := set(p, m); err != nil {
			return nil, err
		}
		classic = classic || isClassic[m.Key]
		modern = modern || isModern[m.Key]
	}
	switch {
	case classic && modern:
		p.Form = Both
	case classic:
		p.Form = Classic
	case modern:
		p.Form = Modern
	default:
		p.Form = Unknown
	}
	p.Other = p.keep(other, "")
	p.dropCommonTimes()
	return p, nil
}

// isClassic and isModern are keys that one form has and the other has not.
var (
	isClassic = map[string]bool{"id": true, "start": true, "stop": true, "dur": true, "replicas": true, "zodib": true}
	isModern  = map[string]bool{"t_ccd": true, "n_ccd_img": true, "datestart": true, "datestop": true, "filename": true}
)

var known = map[string]func(*Properties, Member) error{
	"id":              func(p *Properties, m Member) error { return text(&p.ID, m) },
	"date":            func(p *Properties, m Member) error { return date(&p.Date, m) },
	"start":           func(p *Properties, m Member) error { return date(&p.Start, m) },
	"stop":            func(p *Properties, m Member) error { return date(&p.Stop, m) },
	"datestart":       func(p *Properties, m Member) error { return date(&p.DateStart, m) },
	"datestop":        func(p *Properties, m Member) error { return date(&p.DateStop, m) },
	"filename":        func(p *Properties, m Member) error { return text(&p.Filename, m) },
	"dur":             func(p *Properties, m Member) error { return number(&p.DurS, m, 0, 366*86400, "seconds") },
	"ccd_temp":        func(p *Properties, m Member) error { return celsius(&p.CCDTemp, m) },
	"t_ccd":           func(p *Properties, m Member) error { return celsius(&p.TCCD, m) },
	"ccd_temp_source": func(p *Properties, m Member) error { return text(&p.TempSource, m) },
	"n_ccd_img":       func(p *Properties, m Member) error { return integer(&p.Images, m, 0, 1e6) },
	"ra":              func(p *Properties, m Member) error { return number(&p.RADeg, m, 0, 360, "degrees") },
	"dec":             func(p *Properties, m Member) error { return number(&p.DecDeg, m, -90, 90, "degrees") },
	"el":              func(p *Properties, m Member) error { return number(&p.ElDeg, m, 0, 360, "degrees") },
	"eb":              func(p *Properties, m Member) error { return number(&p.EbDeg, m, -90, 90, "degrees") },
	"sun_el":          func(p *Properties, m Member) error { return number(&p.SunElDeg, m, 0, 360, "degrees") },
	"l_l0":            func(p *Properties, m Member) error { return number(&p.LL0Deg, m, 0, 180, "degrees") },
	"zodib":           func(p *Properties, m Member) error { return number(&p.ZodiB, m, 0, 1e5, "units of the table") },
	"replicas":        (*Properties).setReplicas,
	// What darksite says of a copy in mica's archive: the image lists the filled
	// pixels itself.
	"filled": func(*Properties, Member) error { return nil },
	"forced": func(p *Properties, m Member) error {
		p.Notes = append(p.Notes, "the copy was forced: "+phrase.Short(string(m.Value)))
		return nil
	},
}

func (p *Properties) setReplicas(m Member) error {
	var list []json.RawMessage
	if err := json.Unmarshal(m.Value, &list); err != nil || len(list) > maxReplicas {
		return fmt.Errorf("key %q: want a list of at most %d replicas", m.Key, maxReplicas)
	}
	for i, raw := range list {
		fields, err := members(raw)
		if err != nil {
			return fmt.Errorf("key %q, entry %d: %w", m.Key, i, err)
		}
		var r Replica
		var other []Member
		for _, f := range fields {
			set, ok := knownOfReplica[f.Key]
			if !ok {
				other = append(other, f)
				continue
			}
			if string(f.Value) == "null" {
				continue
			}
			if err := set(&r, f); err != nil {
				return fmt.Errorf("key %q, entry %d: %w", m.Key, i, err)
			}
		}
		if r.Count == 0 {
			return fmt.Errorf("key %q, entry %d: no count, want the number of the replica, from 1", m.Key, i)
		}
		r.Other = p.keep(other, fmt.Sprintf(" of replica %d", r.Count))
		p.Replicas = append(p.Replicas, r)
	}
	return nil
}

var knownOfReplica = map[string]func(*Replica, Member) error{
	"count": func(r *Replica, m Member) error {
		var n *int
		if err := integer(&n, m, 1, maxReplicas); err != nil {
			return err
		}
		r.Count = *n
		return nil
	},
	"ccd_temp":        func(r *Replica, m Member) error { return celsius(&r.CCDTemp, m) },
	"ccd_temp_source": func(r *Replica, m Member) error { return text(&r.Source, m) },
	"start":           func(r *Replica, m Member) error { return date(&r.Start, m) },
	"stop":            func(r *Replica, m Member) error { return date(&r.Stop, m) },
	"downlink": func(r *Replica, m Member) error {
		if err := json.Unmarshal(m.Value, &r.Downlink); err != nil {
			return wrong(m, "true or false")
		}
		return nil
	},
}

// dropCommonTimes recognises what mica wrote: the times of the calibration in
// each of its replicas (processing.md, section 2.3). They are not theirs.
func (p *Properties) dropCommonTimes() {
	if len(p.Replicas) < 2 {
		return
	}
	first := p.Replicas[0]
	if first.Start == "" && first.Stop == "" {
		return
	}
	for _, r := range p.Replicas {
		if r.Start != first.Start || r.Stop != first.Stop {
			return
		}
	}
	p.CommonTimes = true
	for i := range p.Replicas {
		p.Replicas[i].Start, p.Replicas[i].Stop = "", ""
	}
}

// keep bounds members that are not known, and notes what it drops.
func (p *Properties) keep(other []Member, whose string) (kept []Member) {
	for _, m := range other {
		if len(m.Key) > maxOtherValue || len(m.Value) > maxOtherValue || len(kept) == maxOther {
			p.Notes = append(p.Notes, fmt.Sprintf("key %q%s is not known and is not kept: at most %d such keys are, of at most %d bytes", phrase.Short(m.Key), whose, maxOther, maxOtherValue))
			continue
		}
		kept = append(kept, m)
	}
	return kept
}

func wrong(m Member, want string) error {
	return fmt.Errorf("key %q is %s: want %s", m.Key, phrase.Short(string(m.Value)), want)
}

func text(to *string, m Member) error {
	var s string
	const most = 256 // bytes
	if err := json.Unmarshal(m.Value, &s); err != nil || len(s) > most {
		return wrong(m, fmt.Sprintf("a text of at most %d bytes", most))
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return wrong(m, "a text without control characters")
	}
	*to = s
	return nil
}

func date(to *string, m Member) error {
	if err := text(to, m); err != nil {
		return err
	}
	if _, err := chandra.ParseDate(*to); err != nil {
		return fmt.Errorf("key %q: %w", m.Key, err)
	}
	return nil
}

func number[F ~float64](to **F, m Member, low, high float64, unit string) error {
	var v float64
	if err := json.Unmarshal(m.Value, &v); err != nil || math.IsNaN(v) || v < low || v > high {
		return wrong(m, fmt.Sprintf("a number from %v to %v, %s", low, high, unit))
	}
	f := F(v)
	*to = &f
	return nil
}

// celsius has the range of package inputs.
func celsius(to **chandra.Celsius, m Member) error {
	return number(to, m, -40, 40, "degrees Celsius")
}

func integer(to **int, m Member, low, high int) error {
	var v float64 // Python may write 10.0
	if err := json.Unmarshal(m.Value, &v); err != nil || v != math.Trunc(v) || v < float64(low) || v > float64(high) {
		return wrong(m, fmt.Sprintf("a whole number from %d to %d", low, high))
	}
	n := int(v)
	*to = &n
	return nil
}
