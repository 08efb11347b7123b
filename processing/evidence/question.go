package evidence

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"darksite/processing/ccd"
	"darksite/processing/quantity"
	"darksite/processing/warm"
)

// ErrQuestion says that a question names no number.
var ErrQuestion = errors.New("names no number")

// maxQuestion bounds the text of a question, in bytes.
const maxQuestion = 100

// Question names one published number. [Parse] makes it.
type Question struct {
	kind kind
	name string // key of a statistic, or name of a fact

	row, col  int     // pixel, of the CCD
	image     bool    // row and col are those of the image, from 0
	threshold float64 // N>, e-/s
	share     float64 // quantile, 0 to 1

	quadrant    string // "A" to "D", "" for the CCD
	replica     int    // 0 for the calibration
	integration string // "short" or "long", "" for both
}

type kind uint8

const (
	aPixel kind = iota
	aStatistic
	aDerived
	aReplicaFact
	aFact
)

var (
	pixelForm    = regexp.MustCompile(`^(image:)? ?(-?\d{1,4}) ?, ?(-?\d{1,4})$`)
	quadrantForm = regexp.MustCompile(`^([a-d]) ?: ?(.*)$`)
	overForm     = regexp.MustCompile(`^n ?(?:>|_gt_) ?(-?\d{1,6}(?:\.\d{1,6})?)$`)
	quantileForm = regexp.MustCompile(`^(p|q|quantile) ?(\d{1,3}(?:\.\d{1,6})?)$`)
	replicaForm  = regexp.MustCompile(`^replica (\d{1,2}) (.+)$`)
	readoutForm  = regexp.MustCompile(`^(short|long) (?:([a-d]) )?rows$`)
)

// Parse reads a question as people ask it, in any letter case:
//
//	-512,40   image:0,552     a pixel: ACA row and column, or image row and column from 0
//	mean  n_gt_100  B:p99.5   a statistic of the CCD or of a quadrant
//	replica 3 rows            a fact of one replica; [Names] lists them
//	rows  ccd_temp            a fact of the calibration
//	count_adj  warm_percent   a number that follows from the map and the facts
func Parse(text string) (Question, error) {
	if len(text) > maxQuestion {
		return Question{}, fmt.Errorf("%q... %w: it has %d bytes, want at most %d", text[:20], ErrQuestion, len(text), maxQuestion)
	}
	s := strings.Join(strings.Fields(strings.ToLower(text)), " ")
	if m := pixelForm.FindStringSubmatch(s); m != nil {
		// The form leaves nothing but short runs of digits.
		row, _ := strconv.Atoi(m[2])
		col, _ := strconv.Atoi(m[3])
		return Question{image: m[1] != "", row: row, col: col}, nil
	}
	if m := replicaForm.FindStringSubmatch(s); m != nil {
		return parseReplica(text, m[1], m[2])
	}
	q := Question{kind: aStatistic}
	if m := quadrantForm.FindStringSubmatch(s); m != nil {
		q.quadrant, s = strings.ToUpper(m[1]), m[2]
	}
	if q.statistic(s) {
		return q, nil
	}
	if q.quadrant == "" {
		of := quantity.Named(s)
		if of != nil {
			s = string(of.Key)
		}
		if f, ok := findFact(facts, s); ok {
			return Question{kind: aFact, name: f.name}, nil
		}
		if of != nil {
			return Question{kind: aDerived, name: s}, nil
		}
		if f, ok := findFact(replicaFacts, s); ok && f.sums() {
			return Question{kind: aReplicaFact, name: f.name}, nil
		}
	}
	return Question{}, fmt.Errorf("%q %w: want a pixel such as -512,40, a statistic such as mean, p95 or N>100, or a fact such as replica 3 rows", text, ErrQuestion)
}

// on is the question asked of a CCD, a pixel by its row and column. The error says
// that the CCD has no such pixel.
func (q Question) on(g ccd.Geometry) (Question, error) {
	if q.kind != aPixel {
		return q, nil
	}
	asked := g
	if q.image {
		asked.FirstRow, asked.FirstColumn = 0, 0
	}
	if !asked.Contains(q.row, q.col) {
		return q, fmt.Errorf("pixel %d,%d %w: the CCD has %s", q.row, q.col, ErrQuestion, asked.Span())
	}
	return Question{row: q.row - asked.FirstRow + g.FirstRow, col: q.col - asked.FirstColumn + g.FirstColumn}, nil
}

// statistic reads the name of a statistic.
func (q *Question) statistic(s string) bool {
	if m := overForm.FindStringSubmatch(s); m != nil {
		q.name = over
		q.threshold, _ = strconv.ParseFloat(m[1], 64)
		return true
	}
	if m := quantileForm.FindStringSubmatch(s); m != nil {
		q.name = quantile
		q.share, _ = strconv.ParseFloat(m[2], 64)
		if m[1] == "p" {
			q.share /= 100
		}
		return q.share <= 1
	}
	of := quantity.Named(s)
	if of == nil || of.Measure == nil {
		return false
	}
	q.name = string(of.Key)
	if of.Level > 0 {
		q.name, q.threshold = over, float64(of.Level)
	}
	return true
}

// threshold is a level as it stands in a key.
func threshold(ePerS float64) string { return strconv.FormatFloat(ePerS, 'f', -1, 64) }

func parseReplica(text, number, s string) (Question, error) {
	q := Question{kind: aReplicaFact}
	q.replica, _ = strconv.Atoi(number)
	if m := readoutForm.FindStringSubmatch(s); m != nil && q.replica > 0 {
		q.name, q.integration, q.quadrant = rowsFact, m[1], strings.ToUpper(m[2])
		return q, nil
	}
	f, ok := findFact(replicaFacts, s)
	if !ok || q.replica == 0 {
		return Question{}, fmt.Errorf("%q %w: want replica, its number from 1 on, and a fact such as rows, segments, ledger fill or short A rows", text, ErrQuestion)
	}
	q.name = f.name
	return q, nil
}

// String is the question in the form that [Parse] reads back.
func (q Question) String() string {
	name := q.name
	switch {
	case q.kind == aPixel:
		name = fmt.Sprintf("%d,%d", q.row, q.col)
		if q.image {
			name = "image:" + name
		}
		return name
	case q.name == over:
		name += threshold(q.threshold)
	case q.name == quantile:
		name = "quantile " + strconv.FormatFloat(q.share, 'f', -1, 64)
		percent := strconv.FormatFloat(q.share*100, 'f', 6, 64)
		percent = strings.TrimRight(strings.TrimRight(percent, "0"), ".")
		if v, _ := strconv.ParseFloat(percent, 64); v/100 == q.share {
			name = "p" + percent
		}
	}
	switch {
	case q.integration != "" && q.quadrant != "":
		name = q.integration + " " + q.quadrant + " " + name
	case q.integration != "":
		name = q.integration + " " + name
	case q.quadrant != "":
		name = q.quadrant + ":" + name
	}
	if q.replica > 0 {
		name = fmt.Sprintf("replica %d %s", q.replica, name)
	}
	return name
}

// Names lists what can be asked for besides pixels, for help and suggestions.
func Names() (names []string) {
	for _, q := range quantity.All() {
		if q.Level == 0 || q.Level == warm.Threshold {
			names = append(names, string(q.Key))
		}
		names = append(names, q.Asked...)
	}
	names = append(names, "N>100", "p95")
	for _, f := range facts {
		names = append(names, f.name)
	}
	for _, f := range replicaFacts {
		if f.sums() {
			names = append(names, f.name)
		}
	}
	for _, f := range replicaFacts {
		names = append(names, "replica 1 "+f.name)
	}
	return append(names, "replica 1 short rows", "replica 1 long A rows")
}
