// Package quality turns what the archive says of a calibration, and a file of
// rules, into a verdict: good, good with remarks, degraded or bad.
//
//	rules, err := quality.ParseRules(content, "rules.toml") // or quality.DefaultRules()
//	verdict := quality.Judge(quality.Subject{Calibration: c, Comparison: m}, rules)
//
// A verdict is made of named clauses. Each measures one number, holds it against
// the limits that the rules have for the day of the calibration, and says in a
// sentence what was found, what it means and what to do. Nothing but the subject
// and the rules decides, so all of history can be judged again under other rules
// and gives the same bytes twice.
//
// [ParseSignOff] reads what a person decided. It is shown beside the verdict and
// never changes it.
package quality
