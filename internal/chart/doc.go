// Package chart takes exact histograms of dark maps and the history of
// calibrations and returns charts: the data of interactive ECharts figures, their
// static twins, and sparklines.
//
// A [Figure] stands in a page as [Figure.HTML] writes it:
//
//	<div class="chart">
//	  <div class="chart-live" data-chart="ID" role="img" aria-label="SUMMARY" hidden></div>
//	  <script type="application/json" id="ID">OPTION</script>
//	  <div class="chart-static">
//	    <svg class="chart-wide" ...>...</svg>
//	    <svg class="chart-narrow" ...>...</svg>
//	    <div class="chart-panel"><p>TITLE</p><svg class="chart-panel" ...>...</svg></div>
//	  </div>
//	</div>
//
// The page loads charts.css and, with defer, the classic scripts
// echarts.min.js and then charts.js, all from static/dark_cal/assets; a page with
// an [Explorer] loads histograms.js and explorer.js after them. The stylesheet
// shows the wide twin where the chart has 520 px or more, else the narrow one.
// charts.js draws each live div with the option, gives it the twin's size, shows
// it, hides the twin, and sets data-chart-state="drawn" on it. When anything
// fails the twin stays and data-chart-state is "failed". Print always takes the
// wide twin, and the panels, which only an explorer has.
//
// The option is data only. A colour is written "token:NAME" and stands for the
// custom property --chart-NAME of charts.css; a formatter is written
// "fn:NAME" and stands for a function of charts.js. Both are looked up only
// where ECharts wants a colour or a formatter, so that no name of a series can
// be taken for one. The series hold no points: charts.js makes them of the
// numbers under "histogram" or "history", each of which is in the page once.
//
// The figures of [History] share what is known of the calibrations, which stands
// in a script of data before the first of them.
//
// An explorer's script makes its controls, so that without scripts there are
// none. It takes the exact histogram of a calibration from its [Shard], a classic
// script of data which it loads by a script element, and computes what is shown
// as this package does: the same bins, the same numbers. The view stands in the
// fragment of the page's address:
//
//	#ID=axes:near,show:above,part:B,with:2015257+2015157,at:-15,law:uniform,over:120
//
// Words that say what is shown at first are left out, and ones that say nothing
// known are passed over.
//
// The pages need no inline script or style. This Content-Security-Policy works
// from https, http and file:
//
//	default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:
package chart
