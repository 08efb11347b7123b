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
	// A run is short and its memory bounded: rarer garbage collection makes process
	// a tenth faster.
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(640 << 20)
	os.Exit(run(os.Args[1:]))
}

// run is the whole program; it returns the exit code.
func run(args []string) int {
	// A reader that goes away, such as head, must not kill a build or a publish:
	// the write fails instead, and the exit code is 1.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second Ctrl-C kills the process immediately.
	context.AfterFunc(ctx, stop)
	p, err := dispatch(ctx, args)
	return p.Fail(classified(err))
}

// unusableHint is for telemetry from which no map can be made.
const unusableHint = "waiting will not help: check how the replicas were commanded, and move the files away if they need no map"

// classified adds the exit code and hint to an error of another package.
func classified(err error) error {
	var known *term.ExitError
	var conf *config.Error
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case errors.As(err, &conf):
		return &term.ExitError{Code: term.Configuration, Err: err, Hint: conf.Hint()}
	case errors.Is(err, pipeline.ErrIncomplete), errors.Is(err, telemetry.ErrIncomplete):
		return &term.ExitError{Code: term.Incomplete, Err: err, Hint: "wait for the telemetry, put it there, and run the command again"}
	case errors.Is(err, pipeline.ErrUnusable):
		return &term.ExitError{Code: term.QualityFailed, Err: err, Hint: unusableHint}
	case errors.Is(err, context.Canceled):
		return &term.ExitError{Code: term.Interrupted, Err: errors.New("interrupted; no partial output was left behind")}
	}
	return err
}
