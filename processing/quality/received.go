package quality

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"darksite/internal/ground/phrase"
	"darksite/processing/artifact"
)

// imported tells that another program made the map, so that there is no
// telemetry to judge.
func imported(c *artifact.Calibration) bool { return c.Origin == artifact.FromMap }

const askAgain = "Fetch the files again, ask the archive of raw telemetry for replicas and rows that they never held, and process again."

const noTelemetry = "The map was made by another program; its telemetry is not available"

func replicas(s Subject) finding {
	const source = "map.replicas_used"
	c := s.Calibration
	if imported(c) && len(c.Replicas) == 0 {
		return notApplicable(source, "The map was made by another program, which does not give its replicas")
	}
	says := fmt.Sprintf("The map rests on %s", c.Map.ReplicasText())
	if lost := lostReplicas(c); len(lost) > 0 {
		says += fmt.Sprintf(" (not received: %s)", phrase.List(lost, 9))
	}
	return known(float64(c.Map.Replicas), finding{
		says:   says,
		means:  "Fewer than three samples cannot tell a star from dark current; three or four leave less margin and more noise.",
		do:     askAgain,
		source: source, brief: c.Map.ReplicasText(),
	})
}

// lostReplicas names the numbers up to the planned one that did not come.
func lostReplicas(c *artifact.Calibration) (lost []string) {
	have := map[int]bool{}
	most := c.Map.Planned
	for _, r := range c.Replicas {
		have[r.Number] = r.Received
		most = max(most, r.Number)
	}
	// Where a replica beyond the plan came, numbers tell nothing.
	if most > c.Map.Planned || most > 99 {
		return nil
	}
	for n := 1; n <= most; n++ {
		if !have[n] {
			lost = append(lost, fmt.Sprint(n))
		}
	}
	return lost
}

// rowsReceived of those of the replicas that were planned, or that came where
// more did.
func rowsReceived(c *artifact.Calibration) (received, planned int) {
	came := 0
	for _, r := range c.Replicas {
		received += r.RowsReceived
		if r.Received {
			came++
		}
	}
	return received, max(c.Map.Planned, came) * c.ReplicaRows()
}

func completeness(s Subject) finding {
	const source = "replicas[].rows_received"
	c := s.Calibration
	if imported(c) {
		return notApplicable(source, noTelemetry)
	}
	received, planned := rowsReceived(c)
	if planned == 0 {
		return unknown(source, "The number of planned rows is not known")
	}
	share := 100 * float64(received) / float64(planned)
	return known(share, finding{
		says:   fmt.Sprintf("%s of %s rows of calibration data were received, %s %%", phrase.Count(received), phrase.Count(planned), percent(share)),
		means:  "The rest of the map has fewer samples behind each pixel.",
		do:     askAgain,
		source: source, label: "telemetry",
	})
}

// percent never rounds up to 100.
func percent(share float64) string {
	if share >= 100 {
		return "100"
	}
	return fmt.Sprintf("%.2f", math.Floor(share*100)/100)
}

// mostNamed bounds how many of many things a sentence names.
const mostNamed = 6

func missingRows(s Subject) finding {
	const source = "replicas[].readouts[].missing"
	c := s.Calibration
	if imported(c) {
		return notApplicable(source, noTelemetry)
	}
	missing := 0
	var names []string
	for _, r := range c.Replicas {
		for _, o := range r.Readouts {
			rows := 0
			var ranges []string
			for _, m := range o.Missing {
				rows += m[1] - m[0] + 1
				ranges = append(ranges, rowRange(m))
			}
			if rows > 0 {
				names = append(names, fmt.Sprintf("replica %d %s quadrant %s rows %s", r.Number, o.Integration, o.Quadrant, phrase.List(ranges, 3)))
			}
			missing += rows
		}
	}
	f := finding{
		says:   "No row is missing from the replicas at hand",
		means:  "These rows rest on the other replicas alone.",
		do:     askAgain,
		source: source,
	}
	if missing > 0 {
		_, planned := rowsReceived(c)
		f.brief = fmt.Sprintf("%s of %s rows lost", phrase.Count(missing), phrase.Count(planned))
		f.says = fmt.Sprintf("%s missing from the replicas at hand: %s", phrase.Plural(missing, "row is", "rows are"), strings.ReplaceAll(phrase.List(names, mostNamed), ", replica", "; replica"))
	}
	return known(float64(missing), f)
}

func rowRange(r artifact.RowRange) string {
	if r[0] == r[1] {
		return fmt.Sprint(r[0])
	}
	return fmt.Sprintf("%d to %d", r[0], r[1])
}

// fewest samples, of which the median is still without a star that is in one.
const fewestSamples = 3

func coverage(s Subject) finding {
	const source = "map.samples_short, map.samples_long"
	c := s.Calibration
	if imported(c) {
		return notApplicable(source, noTelemetry)
	}
	few, name, ok := fewSamples(c)
	if !ok {
		return unknown(source, "The number of samples behind the pixels is not known")
	}
	f := finding{
		says:   "Every pixel has three samples or more",
		means:  "A median of one or two samples keeps stars and cosmic rays.",
		do:     "coverage.fits shows which pixels; do not use their dark current for star selection.",
		source: source,
	}
	if few > 0 {
		f.says = fmt.Sprintf("%.2f %% of the pixels have fewer than three samples (%s integration)", few, name)
		f.brief = fmt.Sprintf("%s %% of pixels rest on fewer than 3 samples", figure(few, 0))
	}
	return known(few, f)
}

// fewSamples is the percentage of the pixels with too few, in the integration
// that has more of them.
func fewSamples(c *artifact.Calibration) (few float64, integration string, known bool) {
	integration = "short"
	for i, samples := range [][]int{c.Map.SamplesShort, c.Map.SamplesLong} {
		all, below := 0, 0
		for n, count := range samples {
			all += count
			if n < fewestSamples {
				below += count
			}
		}
		if all == 0 {
			return 0, "", false
		}
		if share := 100 * float64(below) / float64(all); share > few {
			few, integration = share, []string{"short", "long"}[i]
		}
	}
	return few, integration, true
}

func integrationTimes(s Subject) finding {
	const source = "replicas[].rows_other, replicas[].readouts[].integ_units"
	c := s.Calibration
	if imported(c) {
		return notApplicable(source, noTelemetry)
	}
	other := 0
	var where []string
	times := map[string][]float64{}
	for _, r := range c.Replicas {
		other += r.RowsOther
		if r.RowsOther > 0 {
			where = append(where, fmt.Sprintf("replica %d (%s rows)", r.Number, phrase.Count(r.RowsOther)))
		}
		for _, o := range r.Readouts {
			if o.IntegUnits > 0 {
				times[o.Integration] = append(times[o.Integration], float64(o.IntegUnits)*integUnit)
			}
		}
	}
	f := finding{
		means:  "They were not used: the map is divided by the difference of the commanded times.",
		do:     "Compare with the commands of the load; if it was commanded so, set the integration times in site.toml and process again.",
		source: source,
	}
	switch {
	case other > 0:
		f.brief = fmt.Sprintf("%s another integration time than commanded", phrase.Plural(other, "row has", "rows have"))
		f.says = fmt.Sprintf("%s another integration time than commanded: %s", phrase.Plural(other, "row has", "rows have"), phrase.List(where, mostNamed))
	case len(times["short"]) > 0 && len(times["long"]) > 0:
		f.says = fmt.Sprintf("All rows were exposed as commanded, %s and %s", span(times["short"]), span(times["long"]))
	default:
		f.says = "No row has another integration time than commanded"
	}
	return known(float64(other), f)
}

// integUnit is the unit of the integration time in s (telemetry.IntegUnit).
const integUnit = 0.016

func span(v []float64) string {
	low, high := slices.Min(v), slices.Max(v)
	if low == high {
		return fmt.Sprintf("%.3f s", low)
	}
	return fmt.Sprintf("%.3f to %.3f s", low, high)
}

func fileSize(s Subject) finding {
	const source = "replicas[].bytes"
	c := s.Calibration
	if c.Origin != artifact.FromTelemetry {
		return notApplicable(source, "The calibration does not come from telemetry files")
	}
	least, number := math.Inf(1), 0
	for _, r := range c.Replicas {
		if mb := float64(r.Bytes) / 1e6; r.Received && mb < least {
			least, number = mb, r.Number
		}
	}
	if number == 0 {
		return unknown(source, "The sizes of the files are not known")
	}
	return known(least, finding{
		says:   fmt.Sprintf("The smallest file, replica %d, has %.1f MB of telemetry", number, least),
		means:  "A whole replica with its fill frames has 37.7 MB; a much smaller one was truncated on the way.",
		do:     "Compare its size with that at its source and fetch it again.",
		source: source, label: "smallest file",
	})
}

func distinctReplicas(s Subject) finding {
	const source = "replicas[].readouts[].mean_dn"
	c := s.Calibration
	if imported(c) {
		return notApplicable(source, noTelemetry)
	}
	means := map[int]string{}
	var numbers []int
	for _, r := range c.Replicas {
		var b strings.Builder
		known := 0
		for _, o := range r.Readouts {
			if o.MeanDN != nil && o.Rows > 0 {
				known++
				fmt.Fprintf(&b, "%s %s %d %v;", o.Integration, o.Quadrant, o.Rows, *o.MeanDN)
			}
		}
		// A single level of a few rows may agree by chance.
		if known > 1 {
			numbers = append(numbers, r.Number)
			means[r.Number] = b.String()
		}
	}
	if len(numbers) < 2 {
		return unknown(source, "Fewer than two replicas have levels to compare")
	}
	var pairs []string
	for i, a := range numbers {
		for _, b := range numbers[i+1:] {
			if a != b && means[a] == means[b] {
				pairs = append(pairs, fmt.Sprintf("%d and %d", a, b))
			}
		}
	}
	f := finding{
		says:   fmt.Sprintf("The %d replicas are different exposures", len(numbers)),
		means:  "The median counts the same exposure twice, and its star with it.",
		do:     "Compare the checksums of the files, and fetch the one that was overwritten.",
		source: source,
	}
	if len(pairs) > 0 {
		f.says = "The same data have two numbers: replicas " + phrase.List(pairs, mostNamed)
		f.brief = "replicas " + pairs[0] + " are the same data"
	}
	return known(float64(len(pairs)), f)
}
