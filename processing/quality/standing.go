package quality

import "fmt"

// Standing tells whether other work may rest on a calibration: whether it is a
// partner for comparisons, its pixels enter lists, and its map goes to readers
// who do not ask how good it is.
type Standing struct {
	Usable bool
	// Why is a clause without a full stop: why the calibration is not usable, or
	// why one that is judged bad is usable all the same. It is "" where there is
	// nothing to say.
	Why string
}

// StandingOf holds the verdict and what a person said of it together. A bad
// calibration is usable only when somebody accepted it knowing that it is bad,
// and one that somebody rejected is not usable whatever its verdict. The
// sign-off is nil where nobody signed.
func StandingOf(v Verdict, o *SignOff) Standing {
	signed := func(done string) string {
		return fmt.Sprintf("%s by %s on %s", done, o.By, o.Date)
	}
	switch {
	case o != nil && o.Decision == Reject:
		return Standing{false, signed("rejected")}
	case v.State != Bad:
		return Standing{true, ""}
	case o != nil && o.Decision == Accept && o.Verdict == Bad:
		return Standing{true, "judged bad, and " + signed("accepted")}
	case o != nil && o.Decision == Accept:
		return Standing{false, fmt.Sprintf("judged bad, and %s when the verdict was %s: an acceptance counts only if it records the bad verdict", signed("accepted"), o.Verdict.Word())}
	}
	return Standing{false, "judged bad, and nobody has accepted it"}
}
