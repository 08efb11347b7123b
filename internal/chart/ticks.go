package chart

import (
	"math"
	"strconv"
	"strings"
)

// decades are the powers of ten from low, itself one, to high.
func decades(low, high float64) []float64 {
	var list []float64
	first := math.Round(math.Log10(low))
	for i := 0.0; ; i++ {
		v := math.Pow(10, first+i)
		if v > high*(1+1e-9) {
			return list
		}
		list = append(list, v)
	}
}

// ticks are 1 to 9 times each power of ten from low, itself one, to high.
func ticks(low, high float64) []float64 {
	var list []float64
	for _, v := range decades(low, high) {
		for n := 1.0; n <= 9 && n*v <= high*(1+1e-9); n++ {
			list = append(list, n*v)
		}
	}
	return list
}

func isDecade(v, low float64) bool {
	e := math.Log10(v / low)
	return math.Abs(e-math.Round(e)) < 1e-6
}

var superscripts = strings.NewReplacer("-", "⁻", "0", "⁰", "1", "¹", "2", "²", "3", "³",
	"4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹")

// power writes a power of ten: "10⁴"; 1 and 10 stay as they are.
func power(v float64) string {
	e := int(math.Round(math.Log10(v)))
	if e == 0 || e == 1 {
		return strconv.Itoa(int(math.Round(v)))
	}
	return "10" + superscripts.Replace(strconv.Itoa(e))
}
