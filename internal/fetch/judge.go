package fetch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"darksite/processing/telemetry"
)

// judge reads a file that has arrived to its end and says whether it is whole
// telemetry: ErrNotYet when it is cut, ErrRefused when it is something else.
// Warnings are what is unusual of a whole one.
func judge(ctx context.Context, path, name string, o Options) (f *telemetry.File, warnings []string, err error) {
	f, err = telemetry.DecodeFile(ctx, path, o.Reading)
	if err != nil {
		_, disk := errors.AsType[*fs.PathError](err)
		// What package telemetry advises is what has just been done.
		said := strings.TrimSuffix(strings.TrimPrefix(err.Error(), path+": "), "; fetch the file again")
		switch {
		case ctx.Err() != nil:
			return nil, nil, ctx.Err()
		case disk:
			return nil, nil, err
		case errors.Is(err, telemetry.ErrIncomplete):
			return nil, nil, fmt.Errorf("%w: %s is cut at the source: %s", ErrNotYet, name, said)
		}
		return nil, nil, fmt.Errorf("%w: %s is no sound telemetry at the source: %s; unless it is still arriving, ask for a new delivery", ErrRefused, name, said)
	}
	cut := fmt.Sprintf("%s ends within an SFDU, after %d of its %d bytes", name, f.Ledger.Trailing, telemetry.SFDUSize)
	switch {
	case f.Ledger.Trailing == 0:
	case !f.Delivered.Gzip && !o.Cut:
		return nil, nil, fmt.Errorf("%w: %s; if it stays so, it was delivered cut, and can be taken as it is", ErrNotYet, cut)
	default:
		warnings = append(warnings, cut)
	}
	if n := f.Ledger.Damaged; n > 0 {
		warnings = append(warnings, fmt.Sprintf("%s: %d bytes in %d places are not part of a whole SFDU", name, n, f.Frames.Damaged))
	}
	if len(f.Rows) == 0 {
		warnings = append(warnings, fmt.Sprintf("%s holds no calibration row in %d SFDUs", name, f.SFDUs))
	}
	return f, warnings, nil
}
