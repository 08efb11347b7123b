"""What programs downstream do with the dark current archive, by their rules.

The rules are those of mica's and chandra_aca's readers and of proseco's spoiler
test, written down here anew. Every calibration must survive them.

    downstream.py ROOT [FILLED...]   archive with aca_dark/, calibrations that must be marked as filled
"""

import os
import sys
import warnings

import numpy as np
from astropy.io import fits

sys.dont_write_bytecode = True
import mica_reader as mica

failures = []


def fail(what):
    failures.append(what)


def guide_star_spoilers(dark):
    """A guide star is rejected where a pixel of its region is above a percentile
    of the whole map; with a NaN in it no comparison is true."""
    limit = np.percentile(dark, 99.9)
    if not np.isfinite(limit):
        fail("np.percentile of the map is not finite")
    if not (dark > limit).any():
        fail("no pixel is above the percentile: no star would be rejected")


def imposter_magnitude(dark, row, col):
    """The brightest two by two pixels around a place, as a magnitude."""
    part = dark[row - 2 : row + 3, col - 2 : col + 3]
    sums = part[:-1, :-1] + part[1:, :-1] + part[:-1, 1:] + part[1:, 1:]
    return -2.5 * np.log10(max(sums.max(), 1) / 5) + 24.2


def scaled(path, dark_id, t_ccd_ref):
    try:
        return mica.image(path, dark_id, t_ccd_ref=t_ccd_ref)
    except KeyError as e:
        fail(f"{dark_id}: a map scaled to {t_ccd_ref} C raises KeyError: {e}")
        return None


def main(path, filled):
    warnings.simplefilter("error")
    known = mica.ids(path)
    for i in known:
        for t in (-20.0, -15.0, -11.0, -3.0):
            dark = scaled(path, i, t)
            if dark is None:
                break
            guide_star_spoilers(dark)
        for row, col in (100, 100), (301, 500), (2, 17):
            m = imposter_magnitude(mica.image(path, i), row, col)
            if not np.isfinite(m):
                fail(f"{i}: the imposter at row {row}, column {col} has the magnitude {m}")
        p = mica.props(path, i)
        with fits.open(mica.find(path, i, "image.fits"), memmap=False) as hdus:
            table = hdus["FILLED"].data if "FILLED" in hdus else []
            if (len(table) > 0) != (i in filled) or len(table) != p.get("filled", {}).get("pixels", 0):
                fail(f"{i}: {len(table)} rows of filled pixels, properties say {p.get('filled')}")
            if hdus[0].header.get("NFILLED", 0) != len(table):
                fail(f"{i}: NFILLED is {hdus[0].header.get('NFILLED')}, the table has {len(table)} rows")
    # Every later date finds a calibration with a temperature.
    for date in "2007:100", "2022:080", "2022:120", "2030:001":
        if days_before(known, date):
            scaled(path, mica.get_id(known, date), -15.0)
    # The table of scalars has no column of what is written for people.
    t = mica.table(path, "1999:001", "2099:001")
    if len(t) != len(known) or set(t.colnames) & {"filled", "forced", "replicas"}:
        fail(f"the table has {len(t)} rows for {len(known)} calibrations, columns {t.colnames}")
    if any(not np.isfinite(float(v)) for v in t["ccd_temp"]):
        fail(f"ccd_temp in the table: {list(t['ccd_temp'])}")
    for f in failures:
        print(f)
    return bool(failures)


def days_before(known, date):
    return any(mica.days(mica.id_to_date(i)) < mica.days(date) for i in known)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
