package sitetest

// Forms of a directory that import reads.
const (
	old     = "imd.fits and info.csv"
	classic = "mica, before 2019"
	modern  = "mica, since 2019"
)

const settings = `[site]
title = "Dark current calibrations"
organization = "Chandra Aspect"
base_url = "https://example.org` + BasePath + `"
`

const classicProperties = `{"id": "YYYYDOY", "date": "YYYY:DOY", "start": "YYYY:DOY:01:56:46.817", "stop": "YYYY:DOY:04:58:36.817",
"dur": 10910.0, "ccd_temp": TCCD, "ra": 154.997111, "dec": 36.895186, "zodib": 126.55,
"replicas": [
{"count": 1, "ccd_temp": TCCD, "ccd_temp_source": "HDR3", "downlink": true, "start": "YYYY:DOY:01:56:46.817", "stop": "YYYY:DOY:02:20:00.000"},
{"count": 2, "ccd_temp": TCCD, "ccd_temp_source": "HDR3", "downlink": true, "start": "YYYY:DOY:02:30:00.000", "stop": "YYYY:DOY:02:53:00.000"},
{"count": 3, "ccd_temp": TCCD, "ccd_temp_source": "HDR3", "downlink": true, "start": "YYYY:DOY:03:10:00.000", "stop": "YYYY:DOY:03:33:00.000"},
{"count": 4, "ccd_temp": TCCD, "ccd_temp_source": "AACCCDPT", "downlink": true, "start": "YYYY:DOY:03:50:00.000", "stop": "YYYY:DOY:04:13:00.000"},
{"count": 5, "ccd_temp": TCCD, "ccd_temp_source": "HDR3", "downlink": true, "start": "YYYY:DOY:04:35:00.000", "stop": "YYYY:DOY:04:58:36.817"}]}
`

const modernProperties = `{"date": "YYYY:DOY", "t_ccd": TCCD, "n_ccd_img": 10, "ccd_temp": TCCD,
"datestart": "YYYY:DOY:01:02:03.456", "datestop": "YYYY:DOY:04:12:13.000", "filename": "image.fits"}
`

// files of the site directory that people write.
var files = map[string]string{
	"content/notes/2015355.md": `The CCD was **warmer** than planned; see [the method](../method/index.html) and <https://example.org/>.

| replica | ERT, h | frames |
|---|---:|---:|
| 1 | 7.25 | 4,257 |
| 2 | 7.98 | 4,257 |

The zodiacal light[^1] follows $z = 0.0108\,B$, and the mean of $n$ replicas has

$$\sigma_n = \frac{\sigma}{\sqrt{n}} .$$

[^1]: Leinert et al. (1998), table 17.
`,
	"content/notes/2016278.md": "Replica 5 was not received; the station lost lock.\n\n- asked for a second dump\n- none came[^a]\n\n[^a]: As told on the day.\n",
	"content/signoff/2015355.toml": `by = "N. N."
date = 2016-01-04
decision = "accept"
reason = "Levels and hot pixels are as they should be."
verdict = "good"
rules = 2026-11-22
`,
	"content/signoff/2016125.toml": `by = "N. N."
date = 2016-05-09
decision = "reject"
reason = "Twenty-four rows of each quadrant are no map."
verdict = "bad"
rules = 2026-11-22
`,
	"content/dark_cal/operations.md": `---
title: What happened on the ground
linkTitle: Operations
---
See [how maps lie](method.md#orientation).

## Stations

| station | passes |
|---|---:|
| Goldstone | 3 |
| Madrid | 2 |
`,
}
