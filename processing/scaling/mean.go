package scaling

import (
	"fmt"

	"darksite/processing/chandra"
)

// ToMean gives the factors that bring replicas of these CCD temperatures to their
// mean by the uniform law, by which readers of the archive scale (chandra_aca,
// dark_temp_scale). The law is linear, so that noise stays noise. What a replica
// has of the zodiacal light is multiplied too.
func ToMean(temps []chandra.Celsius) ([]float64, error) {
	if len(temps) == 0 {
		return nil, nil
	}
	mean := chandra.Celsius(0)
	for _, t := range temps {
		mean += t / chandra.Celsius(len(temps))
	}
	factors := make([]float64, len(temps))
	for i, t := range temps {
		law, err := Uniform.Between(t, mean)
		if err != nil {
			return nil, fmt.Errorf("replica temperatures: %w", err)
		}
		factors[i] = law.Rate(1)
	}
	return factors, nil
}
