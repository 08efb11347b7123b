package pipeline

import (
	"bytes"
	"fmt"
	"os"
	"slices"

	"darksite/processing/chandra"
	"darksite/processing/inputs"
	"darksite/processing/scaling"
)

// factors bring the replicas of a directory to their mean temperature, nil when
// that is not asked for, or when a temperature is not known.
func (o *Options) factors(dir *inputs.Directory, r *Result) ([]float64, error) {
	if !o.ToMean {
		return nil, nil
	}
	var facts []inputs.ReplicaFacts
	if dir.Replicas != "" {
		content, err := os.ReadFile(dir.Path(dir.Replicas))
		if err != nil {
			return nil, err
		}
		if facts, _, err = inputs.ReadReplicas(bytes.NewReader(content), dir.Path(dir.Replicas)); err != nil {
			return nil, err
		}
	}
	var temps []chandra.Celsius
	for _, f := range dir.VC2 {
		at := slices.IndexFunc(facts, func(one inputs.ReplicaFacts) bool { return one.Number == f.Replica })
		if at >= 0 {
			if t, _ := facts[at].Temp(); t != nil {
				temps = append(temps, chandra.Celsius(*t))
				continue
			}
		}
		r.Warnings = append(r.Warnings, fmt.Sprintf("the replicas are not brought to their mean temperature: %s has none for replica %d", inputs.ReplicasFile, f.Replica))
		return nil, nil
	}
	return scaling.ToMean(temps)
}
