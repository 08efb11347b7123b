"""A reader of the dark current archive by the rules of mica's readers.

The rules are written down in the domain notes (processing.md, sections 2.1 to
2.6); this is not mica's code. Run with the roots of archives, as MICA_ARCHIVE
would have them, it checks that what mica's own tests expect holds (section 2.7)
and prints what does not.

    mica_reader.py classic ROOT   directories with the properties of 1999 to 2019 or of 2019 on
    mica_reader.py darksite ROOT  directories that darksite wrote
"""

import json
import os
import re
import sys
import warnings

import numpy as np
from astropy.io import ascii, fits

NAME = re.compile(r"[12]\d{6}$")


class MissingDataError(Exception):
    pass


# 2.1: layout, a search path, the first root that has a file wins.
def find(path, *relative):
    for root in path.split(":"):
        full = os.path.join(root, "aca_dark", *relative)
        if os.path.exists(full):
            return full
    raise FileNotFoundError(os.path.join(*relative))


def ids(path):
    names = set()
    for root in path.split(":"):
        names.update(n for n in os.listdir(os.path.join(root, "aca_dark")) if NAME.match(n))
    return sorted(names)


# 2.6: ids and dates. A date without a time means 00:00.
def date_to_id(date):
    if "T" in date:
        date = str(np.datetime64(date, "s")).replace("T", " ")
        day = np.datetime64(date[:10])
        doy = int((day - np.datetime64(date[:4] + "-01-01")).astype(int)) + 1
        return f"{date[:4]}{doy:03d}"
    return date[0:4] + date[5:8]


def id_to_date(dark_id):
    return dark_id[:4] + ":" + dark_id[4:]


def days(date):
    """Days since 1970 of YYYY:DOY[:HH[:MM[:SS]]]."""
    parts = [float(p) for p in date.split(":")] + [0.0] * 4
    year = (np.datetime64(f"{int(parts[0])}-01-01") - np.datetime64("1970-01-01")).astype(int)
    return year + parts[1] - 1 + parts[2] / 24 + parts[3] / 1440 + parts[4] / 86400


def get_id(known, date, select="before"):
    own = date_to_id(date)
    if own in known:
        return own
    times = np.array([days(id_to_date(i)) for i in known])
    t = days(date)
    if select == "nearest":
        return known[int(np.argmin(abs(times - t)))]
    if select == "before":
        earlier = [i for i, at in zip(known, times) if at < t]
        if not earlier:
            raise MissingDataError(f"No dark cal found before {date}")
        return earlier[-1]
    later = [i for i, at in zip(known, times) if at >= t]
    if not later:
        raise MissingDataError(f"No dark cal found after {date}")
    return later[0]


# 2.3 to 2.5: properties, and the table of their scalars.
def props(path, dark_id):
    with open(find(path, dark_id, "properties.json")) as f:
        return json.load(f)


def table(path, start, stop):
    rows = [props(path, i) for i in ids(path) if days(start) <= days(id_to_date(i)) <= days(stop)]
    names = []
    for row in rows:
        names.extend(k for k, v in row.items() if not isinstance(v, (list, dict)) and k not in names)
    lines = [",".join(names)]
    lines += [",".join(str(row.get(n, "")) for n in names) for row in rows]
    return ascii.read(lines, format="csv", guess=False)


# 2.2: the image, negatives clipped unless they are asked for, scaled by the
# uniform law when a temperature is given.
def image(path, dark_id, t_ccd_ref=None, allow_negative=False):
    with fits.open(find(path, dark_id, "image.fits"), memmap=False) as hdus:
        native = hdus[0].data.astype(hdus[0].data.dtype.newbyteorder("="))
    if not allow_negative:
        native.clip(min=0, out=native)
    if t_ccd_ref is not None:
        native *= scale(props(path, dark_id)["ccd_temp"], t_ccd_ref)
    return native


def scale(t_ccd, t_ccd_ref, scale_4c=1 / 0.70):
    return scale_4c ** ((t_ccd_ref - t_ccd) / 4.0)


CLASSIC = "ccd_temp,date,dec,dur,eb,el,id,l_l0,ra,start,stop,sun_el,zodib".split(",")
MODERN = "date,t_ccd,n_ccd_img,ccd_temp,datestart,datestop,filename".split(",")

failures = []


def check(what, got, want):
    if got != want:
        failures.append(f"{what}: {got!r}, want {want!r}")


def check_selection(path):
    check("id of a date", date_to_id("2011-01-15T12:00:00"), "2011015")
    check("date of an id", id_to_date("2011015"), "2011:015")
    known = ids(path)
    without = [i for i in known if i not in ("2007006", "2007069")]
    for select, want, fewer in ("nearest", "2007006", "2006329"), ("before", "2007006", "2006329"), ("after", "2007069", "2007251"):
        check(f"id {select} 2007:008:12", get_id(known, "2007:008:12:00:00", select), want)
        check(f"id {select} without two", get_id(without, "2007:008:12:00:00", select), fewer)
    dates = "2022:100", "2022:105", "2022:127"
    check("before", [get_id(known, d, "before") for d in dates], ["2022069", "2022104", "2022104"])
    check("after", [get_id(known, d, "after") for d in dates], ["2022104", "2022133", "2022133"])
    check("nearest", [get_id(known, d, "nearest") for d in dates], ["2022104", "2022104", "2022133"])
    check("the day itself", get_id(known, "2022:104:23:00:00", "after"), "2022104")
    for select, date in ("before", "1999:001"), ("after", "2099:001"):
        try:
            failures.append(f"{select} {date}: {get_id(known, date, select)}")
        except MissingDataError as e:
            check(f"{select} {date}", str(e), f"No dark cal found {select} {date}")
    check("uniform scale", round(scale(-10, -14), 12), 0.70)
    check("scale by 2", scale(-10, -14, 2), 0.5)


def check_image(path):
    p = props(path, "2007006")
    check("replicas", len(p["replicas"]), 5)
    check("start", p["start"], "2007:006:01:56:46.817")
    raw = image(path, "2007006", allow_negative=True)
    check("shape", raw.shape, (1024, 1024))
    check("float", (raw.dtype.kind, raw.dtype.itemsize), ("f", 4))
    check("negatives in the file", bool((raw < 0).any()), True)
    check("negatives when read", bool((image(path, "2007006") < 0).any()), False)
    at = image(path, "2007006", t_ccd_ref=p["ccd_temp"] + 4, allow_negative=True)
    check("scaled by 4 degrees", bool(np.allclose(at, raw / 0.70, rtol=1e-6)), True)


def check_tables(path, ours):
    t = table(path, "2007:001:12:00:00", "2008:001:12:00:00")
    check("rows of 2007", len(t), 4)
    check("eb of 2007", [float(v) for v in t["eb"]], [24.6, 25.89, 51.13, 1.9])
    check("masks of 2007", t.masked or any(hasattr(t[c], "mask") for c in t.colnames), False)
    check("columns of 2007", [c for c in t.colnames if c in CLASSIC], CLASSIC)
    if not ours:
        check("all columns of 2007", t.colnames, CLASSIC)

    t = table(path, "2019:150:12:00:00", "2019:160:12:00:00")
    check("rows of 2019:155", len(t), 1)
    check("t_ccd", [float(v) for v in t["t_ccd"]], [-11.086])
    check("ccd_temp", [float(v) for v in t["ccd_temp"]], [-11.086])
    missing = [c for c in MODERN if c not in t.colnames]
    check("modern columns that are missing", missing, [])
    if not ours:
        check("all columns of 2019:155", t.colnames, MODERN)

    t = table(path, "2019:001:12:00:00", "2019:160:12:00:00")
    check("rows of 2019", len(t), 3)
    if ours:
        # Both forms at once: nothing that is known is masked.
        check("ccd_temp of 2019", list(t["ccd_temp"]), list(t["t_ccd"]))
        check("eb of 2019", [float(v) for v in t["eb"]][:2], [1.82, -49.53])
        return
    check("columns of 2019", t.colnames, CLASSIC + [c for c in MODERN if c not in CLASSIC])
    check("eb of 2019", t["eb"].tolist(), [1.82, -49.53, None])
    check("t_ccd of 2019", t["t_ccd"].tolist(), [None, None, -11.086])


def check_scalars(path):
    for i in ids(path):
        p = props(path, i)
        check(f"id of {i}", (p.get("id", i), p["date"]), (i, id_to_date(i)))
        for k, v in p.items():
            if isinstance(v, str) and re.search("[,\"'\n\r]", v):
                failures.append(f"{i}: {k} is {v!r}: text with a comma, a quote or a newline breaks the table")
        with open(find(path, i, "properties.json")) as f:
            text = f.read()
        check(f"keys of {i} are sorted", list(p), sorted(p))
        check(f"form of {i}", text, json.dumps(p, sort_keys=True, indent=4, separators=(",", ": "), ensure_ascii=False) + "\n")
        check(f"temperature of {i} under both names", p["t_ccd"], p["ccd_temp"])
        starts = [r["start"] for r in p["replicas"] if "start" in r]
        check(f"replicas of {i} have times of their own", len(set(starts)), len(starts))


def main(form, path):
    warnings.simplefilter("error")
    ours = form == "darksite"
    check_selection(path)
    check_image(path)
    check_tables(path, ours)
    if ours:
        check_scalars(path)
    for f in failures:
        print(f)
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
