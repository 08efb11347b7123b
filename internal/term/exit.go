package term

import (
	"context"
	"errors"
)

// The exit codes. Scripts rely on them: they are never given another meaning.
const (
	OK            = 0
	Failure       = 1
	Usage         = 2
	Incomplete    = 3
	QualityFailed = 4
	Configuration = 10
	Locked        = 11
	UnsafeTarget  = 12
	Interrupted   = 130 // 128 + SIGINT, as shells have it
)

// ExitCode is one row of the table of exit codes.
type ExitCode struct {
	Code    int
	Name    string
	Meaning string
}

// ExitCodes is the table for help texts, by rising code.
var ExitCodes = []ExitCode{
	{OK, "ok", "done"},
	{Failure, "error", "something went wrong; the message says what"},
	{Usage, "usage", "the command line is wrong"},
	{Incomplete, "incomplete", "data are not complete yet; wait and run the command again"},
	{QualityFailed, "quality", "the calibration does not pass its quality checks"},
	{Configuration, "configuration", "the configuration is wrong"},
	{Locked, "locked", "another darksite is running in the same place"},
	{UnsafeTarget, "unsafe", "the target holds files that darksite did not make"},
	{Interrupted, "interrupted", "stopped by the user; run the command again to continue"},
}

// ExitError is an error with the exit code of the process and what to do.
type ExitError struct {
	Code int
	Err  error
	Hint string // "" when there is nothing to do or the error says it
}

// Error is the message of the error within.
func (e *ExitError) Error() string {
	if e.Err == nil {
		return nameOf(e.Code)
	}
	return e.Err.Error()
}

// Unwrap is the error within.
func (e *ExitError) Unwrap() error { return e.Err }

// nameOf is a code's name in the table, "error" for a code that is not there.
func nameOf(code int) string {
	for _, c := range ExitCodes {
		if c.Code == code {
			return c.Name
		}
	}
	return ExitCodes[Failure].Name
}

// CodeOf is the exit code for an error: that of the outermost [ExitError] in
// it, Interrupted for a cancelled context, else Failure. A code that is not in
// the table, and OK with an error, is Failure: what is not known has failed.
func CodeOf(err error) int {
	if err == nil {
		return OK
	}
	var e *ExitError
	if errors.As(err, &e) {
		for _, c := range ExitCodes[1:] {
			if c.Code == e.Code {
				return e.Code
			}
		}
		return Failure
	}
	if errors.Is(err, context.Canceled) {
		return Interrupted
	}
	return Failure
}

// HintOf is the hint of the outermost error that has one.
func HintOf(err error) string {
	var e *ExitError
	for errors.As(err, &e) {
		if e.Hint != "" {
			return e.Hint
		}
		err = e.Err
	}
	return ""
}
