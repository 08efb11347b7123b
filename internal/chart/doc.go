// Package chart takes the exact histograms of dark maps and returns a chart:
// the data of an interactive ECharts figure and its static twin.
//
// A [Figure] stands in a page as [Figure.HTML] writes it:
//
//	<div class="chart">
//	  <div class="chart-live" data-chart="ID" role="img" aria-label="SUMMARY" hidden></div>
//	  <script type="application/json" id="ID">OPTION</script>
//	  <div class="chart-static">
//	    <svg class="chart-wide" ...>...</svg>
//	    <svg class="chart-narrow" ...>...</svg>
//	  </div>
//	</div>
//
// The page loads charts.css and, with defer, the classic scripts
// echarts.min.js and then charts.js, all from static/dark_cal/assets. The
// stylesheet shows the wide twin where the chart has 520 px or more, else the
// narrow one. charts.js draws each live div with the option, gives it the
// twin's size, shows it, hides the twin, and sets data-chart-state="drawn" on
// it. When anything fails the twin stays and data-chart-state is "failed".
// Print always takes the wide twin.
//
// The option is data only. A colour is written "token:NAME" and stands for the
// custom property --chart-NAME of charts.css; a formatter is written
// "fn:NAME" and stands for a function of charts.js. Both are looked up only
// where ECharts wants a colour or a formatter, so that no name of a series can
// be taken for one.
//
// The pages need no inline script or style. This Content-Security-Policy works
// from https, http and file:
//
//	default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:
package chart
