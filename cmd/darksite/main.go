// Command darksite turns Chandra dark current calibrations into dark maps, an
// archive and a web section. See the README, or run "darksite help".
package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"darksite/internal/config"
	"darksite/internal/term"
	"darksite/processing/pipeline"
	"darksite/processing/telemetry"
)

func main() {
	// The run is short and its memory bounded: collecting less often is worth a
	// tenth of the time of process.
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(640 << 20)
	os.Exit(run(os.Args[1:]))
}

// run is the whole program; it returns the exit code.
func run(args []string) int {
	// A reader that goes away, such as head, must not cut short a build or a
	// publish: writing to it fails instead, which ends in exit code 1.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second Ctrl-C ends at once what does not look at the first.
	context.AfterFunc(ctx, stop)
	p, err := dispatch(ctx, args)
	return p.Fail(classified(err))
}

// unusableHint is for telemetry that makes no map.
const unusableHint = "there is nothing to wait for: check how the replicas were commanded, and move the files away if no map is wanted of them"

// classified gives errors of the packages below their exit code and hint.
func classified(err error) error {
	var known *term.ExitError
	var conf *config.Error
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case errors.As(err, &conf):
		return &term.ExitError{Code: term.Configuration, Err: err, Hint: conf.Hint()}
	case errors.Is(err, pipeline.ErrIncomplete), errors.Is(err, telemetry.ErrIncomplete):
		return &term.ExitError{Code: term.Incomplete, Err: err, Hint: "wait for the telemetry, put it there, and run the same command again"}
	case errors.Is(err, pipeline.ErrUnusable):
		return &term.ExitError{Code: term.QualityFailed, Err: err, Hint: unusableHint}
	case errors.Is(err, context.Canceled):
		return &term.ExitError{Code: term.Interrupted, Err: errors.New("interrupted; nothing half-made was left behind")}
	}
	return err
}
