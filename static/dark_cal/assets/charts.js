// Draws the charts of a page. Each element with data-chart="ID" names the
// <script type="application/json" id="ID"> that holds its ECharts option, and
// stands before the static twin that it takes the place of. The contract is in
// the package comment of internal/chart.
var darksiteCharts = (function () {
  "use strict";

  // The widths of the layouts meet here, as in charts.css.
  const narrowBelow = 520;
  const broadFrom = 1000;
  const toolsWidth = 128;

  const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

  // How far from a calibration, in px, a click is still meant for it.
  const reach = 12;

  function grouped(digits) {
    return digits.replace(/\B(?=(\d{3})+$)/g, ",");
  }

  function count(value) {
    return grouped(String(Math.round(value)));
  }

  function power(value) {
    const exponent = Math.round(Math.log10(value));
    if (exponent === 0 || exponent === 1) {
      return String(Math.round(value));
    }
    const digits = String(Math.abs(exponent)).replace(/\d/g, (d) => superscripts[d]);
    return "10" + (exponent < 0 ? "⁻" : "") + digits;
  }

  // Three significant digits, or all of a large number's.
  function number(value) {
    if (value === 0) {
      return "0";
    }
    if (value >= 999.5) {
      return count(value);
    }
    return value.toFixed(Math.max(0, 2 - Math.floor(Math.log10(value))));
  }

  function element(parent, name, text, scope) {
    const child = document.createElement(name);
    if (text !== undefined) {
      child.textContent = text;
    }
    if (scope) {
      child.scope = scope;
    }
    parent.appendChild(child);
    return child;
  }

  // The name of a series with a piece of its line.
  function swatched(parent, name, token) {
    const swatch = element(parent, "span");
    swatch.className = "chart-swatch";
    swatch.style.borderTopColor = "var(--chart-" + tokenName(token) + ")";
    parent.appendChild(document.createTextNode(name));
  }

  function readJSON(id) {
    return JSON.parse(document.getElementById(id).textContent);
  }

  // The outlines of histograms, corner by corner as package chart draws them:
  // one polyline for each run of bins that hold pixels, null between them.
  function outlines(edges, densities, floor) {
    const corners = [];
    let open = false;
    densities.forEach((d, b) => {
      if (d <= 0) {
        if (open) {
          corners.push([edges[b], floor]);
        }
        open = false;
        return;
      }
      if (!open) {
        if (corners.length > 0) {
          corners.push(null);
        }
        if (b > 0) {
          corners.push([edges[b], floor]);
        }
      }
      open = true;
      corners.push([edges[b], Math.max(d, floor)], [edges[b + 1], Math.max(d, floor)]);
    });
    return corners;
  }

  // The numbers above each edge as a line, which ends where there are none.
  function cumulated(edges, numbers, axis) {
    return numbers.map((n, i) => (n < axis.min || (n === 0 && axis.type === "log") ? null : [edges[i], n]));
  }

  // The places that the pointer goes to: the middles of bins, or the edges.
  function stops(about, xAxis, floor) {
    if (about.cumulative) {
      return about.edges.map((edge) => [edge, floor]);
    }
    const middle = (a, b) => (xAxis.type === "log" ? Math.sqrt(a * b) : (a + b) / 2);
    return about.edges.slice(1).map((edge, b) => [middle(about.edges[b], edge), floor]);
  }

  // Draws the numbers of option.histogram into its series.
  function prepareHistogram(option) {
    const about = option.histogram;
    const axis = option.yAxis[0];
    about.values.forEach((numbers, i) => {
      option.series[i].data = about.cumulative
        ? cumulated(about.edges, numbers, axis)
        : outlines(about.edges, numbers, axis.min);
    });
    option.series.find((s) => s.id === "bins").data = stops(about, option.xAxis[0], axis.min);
    return option;
  }

  // A dark current in e-/s, with a real minus.
  function rate(value) {
    return value < 0 ? "−" + rate(-value) : value < 1 ? String(value) : number(value);
  }

  // The bin under the pointer as a table. off holds the names of the series that
  // the reader has switched off.
  function binsOf(option, off) {
    const about = option.histogram;
    return function (hits) {
      const b = hits[0].dataIndex;
      const [from, to] = about.edges.slice(b, b + 2);
      const table = document.createElement("table");
      element(table, "caption", about.cumulative ? "above " + rate(from) + " e⁻/s" : rate(from) + " to " + rate(to) + " e⁻/s");
      const head = element(element(table, "thead"), "tr");
      element(head, "td");
      if (!about.cumulative) {
        element(head, "th", "per e⁻/s", "col");
      }
      element(head, "th", "pixels", "col");
      const body = element(table, "tbody");
      about.values.forEach((numbers, i) => {
        const series = option.series[i];
        if (off.has(series.name)) {
          return;
        }
        const line = element(body, "tr");
        swatched(element(line, "th", undefined, "row"), series.name, series.lineStyle.color);
        if (!about.cumulative) {
          element(line, "td", number(numbers[b]));
        }
        element(line, "td", count(about.cumulative ? numbers[b] : numbers[b] * (to - from)));
      });
      return table;
    };
  }

  // A tick with as many decimals as it has, and a real minus.
  function decimal(value) {
    const [whole, rest] = String(Math.abs(value)).split(".");
    const sign = value < 0 ? "−" : "";
    return sign + grouped(whole) + (rest ? "." + rest : "");
  }

  // A number with so many decimals, as the tables write it: what lies half-way
  // goes to the even digit, where toFixed goes up.
  function fixed(value, decimals) {
    const size = Math.abs(value);
    const scaled = size * 10 ** decimals;
    let text = size.toFixed(decimals);
    if (scaled % 1 === 0.5 && Number.isInteger(size * 2 ** (decimals + 1)) && Math.floor(scaled) % 2 === 0) {
      text = (Math.floor(scaled) / 10 ** decimals).toFixed(decimals);
    }
    const [whole, rest] = text.split(".");
    const sign = value < 0 && /[1-9]/.test(text) ? "−" : "";
    return sign + grouped(whole) + (rest ? "." + rest : "");
  }

  const months = "JanFebMarAprMayJunJulAugSepOctNovDec";

  // What ids like 2015355 stand for: a date, and a year with its fraction.
  function dateOf(id) {
    const year = Number(id.slice(0, 4));
    const day = Number(id.slice(4));
    const date = new Date(Date.UTC(year, 0, day));
    const days = (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / 864e5;
    const month = months.substr(3 * date.getUTCMonth(), 3);
    return {
      heading: year + " " + month + " " + date.getUTCDate() + " (" + id.slice(0, 4) + ":" + id.slice(4) + ")",
      year: Number((year + (day - 1) / days).toFixed(4)),
    };
  }

  const stateNames = { g: "good", r: "good, with remarks", d: "degraded", b: "bad", u: "" };

  // Makes points of the numbers of a history: each gets the year of its
  // calibration, and a form that tells what is known of it.
  function prepareHistory(option) {
    const about = option.history;
    const shared = readJSON(about.calibrations);
    const sizes = shared.symbols;
    const dates = shared.ids.map(dateOf);
    const known = (data, i) => i >= 0 && i < data.length && data[i] !== null;
    option.calibrations = shared;
    option.dates = dates;
    about.columns.forEach((column, c) => {
      const series = option.series[c];
      const axis = option.yAxis[series.yAxisIndex || 0];
      const numbers = series.data;
      column.numbers = numbers;
      series.data = numbers.map((number, i) => {
        const item = { value: [dates[i].year, number] };
        if (number === null) {
          return item.value; // the pointer finds it, and the line ends
        }
        if (axis.type === "log") {
          item.value[1] = Math.max(number, axis.min); // no place for zero
        }
        if (column.model) {
          if (known(numbers, i - 1) || known(numbers, i + 1)) {
            return item.value; // the line shows it
          }
          item.symbol = "circle";
          item.symbolSize = sizes.dot;
          return item;
        }
        if (shared.states[i] === "d" || shared.states[i] === "b") {
          item.symbol = shared.states[i] === "d" ? "triangle" : "diamond";
          item.symbolSize = sizes[item.symbol];
        } else if (i === shared.current) {
          item.symbolSize = sizes.current - sizes.border;
        }
        if (shared.origins[i] === "P" && i !== shared.current) {
          item.itemStyle = { color: "token:paper" };
        }
        if (shared.pages[i] === "") {
          item.cursor = "default";
        }
        return item;
      });
    });
    return option;
  }

  // The calibration under the pointer as a table.
  function calibrationsOf(option, off) {
    const shared = option.calibrations;
    return function (hits) {
      const i = hits[0].dataIndex;
      const columns = option.history.columns;
      const isTemperature = (column) => column.unit === "°C";
      const temperature = columns.some(isTemperature) || shared.temps[i] === null ? "" : fixed(shared.temps[i], 1) + " °C";
      const published = shared.origins[i] === "P" ? "published" : "";
      const table = document.createElement("table");
      const said = [option.dates[i].heading, stateNames[shared.states[i]], published, temperature];
      element(table, "caption", said.filter(Boolean).join(", "));
      const body = element(table, "tbody");
      columns.forEach((column, c) => {
        const series = option.series[c];
        if (off.has(series.name)) {
          return;
        }
        const line = element(body, "tr");
        swatched(element(line, "th", undefined, "row"), column.label, series.lineStyle.color);
        const number = column.numbers[i];
        element(line, "td", number === null ? "not known" : (fixed(number, column.decimals) + " " + column.unit).trim());
      });
      return table;
    };
  }

  // A click goes to the page of the calibration that the tooltip tells of, the
  // nearest in time, which is in this site.
  function follow(chart, option, hit) {
    const place = [hit.offsetX, hit.offsetY];
    const grid = option.xAxis.findIndex((_, i) => chart.containPixel({ gridIndex: i }, place));
    if (grid < 0) {
      return;
    }
    const [year] = chart.convertFromPixel({ xAxisIndex: grid, yAxisIndex: grid }, place);
    const distance = (i) => Math.abs(option.dates[i].year - year);
    const at = option.dates.reduce((best, _, i) => (distance(i) < distance(best) ? i : best), 0);
    const x = chart.convertToPixel({ xAxisIndex: grid }, option.dates[at].year);
    const address = option.calibrations.pages[at];
    if (address === "" || Math.abs(x - place[0]) > reach) {
      return;
    }
    const page = new URL(address, document.baseURI);
    if (page.protocol !== location.protocol || page.host !== location.host) {
      return;
    }
    if (hit.event.ctrlKey || hit.event.metaKey) {
      window.open(page.href, "_blank", "noopener");
    } else {
      location.assign(page.href);
    }
  }

  // What "fn:NAME" stands for in an option.
  function formatters(option, off) {
    return new Map([
      ["fn:count", count],
      ["fn:decimal", decimal],
      ["fn:power", power],
      ["fn:year", String],
      option.history ? ["fn:calibration", calibrationsOf(option, off)] : ["fn:bins", binsOf(option, off)],
    ]);
  }

  // "token:NAME" is the colour --chart-NAME of charts.css.
  function tokenName(token) {
    return token.slice("token:".length);
  }

  function colour(styles, token) {
    const value = styles.getPropertyValue("--chart-" + tokenName(token)).trim();
    if (value === "") {
      throw new Error("charts.css has no colour for " + token);
    }
    if (value[0] === "#") {
      return value;
    }
    // A colour of the system, where the reader forces those.
    const probe = document.createElement("span");
    probe.style.forcedColorAdjust = "none";
    probe.style.color = value;
    document.body.appendChild(probe);
    const seen = getComputedStyle(probe).color;
    probe.remove();
    const mixed = /^color\(srgb ([\d.]+) ([\d.]+) ([\d.]+)/.exec(seen); // ECharts knows no such colours
    return mixed ? "rgb(" + mixed.slice(1).map((part) => Math.round(255 * part)).join(",") + ")" : seen;
  }

  const colourKeys = new Set(["color", "backgroundColor", "borderColor", "textFill"]);

  // A copy of the option with its colours and functions filled in. Names and
  // data are never looked up: they stand under other keys.
  function filled(value, key, styles, functions) {
    if (typeof value === "string") {
      if (colourKeys.has(key) && value.startsWith("token:")) {
        return colour(styles, value);
      }
      if (key === "formatter" && functions.has(value)) {
        return functions.get(value);
      }
      return value;
    }
    if (Array.isArray(value)) {
      return value.map((v) => filled(v, key, styles, functions));
    }
    if (value !== null && typeof value === "object") {
      const copy = {};
      for (const [k, v] of Object.entries(value)) {
        copy[k] = filled(v, k, styles, functions);
      }
      return copy;
    }
    return value;
  }

  // The shape of the layout that applies to a width: the option's own or that of
  // the twin.
  function ratio(option, twin, width) {
    const narrow = width < narrowBelow;
    if (option.shape) {
      return narrow ? option.shape.narrow : option.shape.wide;
    }
    const broad = width >= broadFrom && twin.querySelector(".chart-broad");
    const svg = broad || twin.querySelector(narrow ? ".chart-narrow" : ".chart-wide");
    const box = svg.viewBox.baseVal;
    return box.height / box.width;
  }

  // An option with data that ECharts draws.
  function prepared(option) {
    return option.history ? prepareHistory(option) : prepareHistogram(option);
  }

  // What is ours in an option is not for ECharts.
  const ours = new Set(["history", "calibrations", "dates", "histogram", "explorer", "shape"]);

  function Chart(live) {
    let option = prepared(readJSON(live.dataset.chart));
    const twin = live.parentElement.querySelector(".chart-static");
    const off = new Set();
    let chart = null;

    this.live = live;
    this.first = option;

    function size() {
      const width = live.parentElement.clientWidth;
      return { width: width, height: Math.round(width * ratio(option, twin, width)) };
    }

    function themed() {
      const styles = getComputedStyle(live);
      const functions = formatters(option, off);
      const copy = {};
      for (const [key, value] of Object.entries(option)) {
        if (!ours.has(key)) {
          copy[key] = filled(value, key, styles, functions);
        }
      }
      copy.textStyle.fontFamily = styles.fontFamily;
      // Where the legend leaves no room for the tools, they stand below.
      const wide = copy.media[copy.media.length - 1];
      const sized = copy.media.slice(0, -1);
      const legend = [].concat(wide.option.legend)[0];
      const roomyFrom = legend.left + legend.width + toolsWidth;
      const roomy = { ...wide.option, toolbox: { ...wide.option.toolbox, bottom: "auto" } };
      const tight = { ...wide.option, toolbox: { ...wide.option.toolbox, top: "auto", bottom: 4 } };
      sized.forEach((other) => (other.option.toolbox.bottom = "auto"));
      copy.media = [...sized, { option: roomy }];
      if (roomyFrom > narrowBelow) {
        copy.media.splice(sized.length, 0, { query: { minWidth: narrowBelow, maxWidth: roomyFrom - 1 }, option: tight });
      }
      return copy;
    }

    function paint(box) {
      chart = echarts.init(live, null, box);
      chart.setOption(themed());
      chart.on("legendselectchanged", (event) => {
        off.clear();
        for (const [name, on] of Object.entries(event.selected)) {
          if (!on) {
            off.add(name);
          }
        }
      });
      chart.on("restore", () => off.clear());
      if (option.history) {
        chart.getZr().on("click", (hit) => follow(chart, option, hit));
      }
    }

    function draw() {
      const box = size();
      if (box.width === 0) {
        return; // in something closed; resize comes back
      }
      live.style.height = box.height + "px";
      live.hidden = false;
      paint(box);
      twin.hidden = true;
      live.dataset.chartState = "drawn";
      performance.mark("drawn " + live.dataset.chart); // for docs/benchmarks.md
    }

    // A new chart in new colours, as far zoomed and switched as the old one. To
    // merge the colours into the old one would not last: its tool "restore"
    // goes back to the first option.
    function repaint() {
      const had = chart.getOption();
      const box = { width: chart.getWidth(), height: chart.getHeight() };
      chart.dispose();
      paint(box);
      chart.setOption({
        dataZoom: had.dataZoom.map((zoom) => ({ start: zoom.start, end: zoom.end })),
        legend: { selected: had.legend[0].selected },
      });
    }

    // attempt leaves the twin in place of a chart that cannot be drawn.
    function attempt(step) {
      try {
        step();
      } catch (problem) {
        if (chart) {
          chart.dispose();
          chart = null;
        }
        live.hidden = true;
        twin.hidden = false;
        live.dataset.chartState = "failed";
        console.error("chart " + live.dataset.chart + ": " + problem.message);
      }
    }

    const failed = () => live.dataset.chartState === "failed";

    this.resize = function () {
      if (failed()) {
        return;
      }
      if (!chart) {
        attempt(draw);
        return;
      }
      const box = size();
      if (box.width === 0 || (box.width === chart.getWidth() && box.height === chart.getHeight())) {
        return;
      }
      live.style.height = box.height + "px";
      attempt(() => chart.resize(box));
    };

    this.repaint = function () {
      if (chart) {
        attempt(repaint);
      }
    };

    // show draws another option in place of the one before.
    this.show = function (next) {
      if (failed()) {
        return;
      }
      option = prepared(next);
      off.clear();
      if (!chart) {
        return; // draw comes
      }
      attempt(() => {
        const box = size();
        live.style.height = box.height + "px";
        chart.resize(box);
        chart.setOption(themed(), true);
      });
    };

    // image is the drawn chart as a data address, in the colours of the page.
    this.image = function () {
      const paper = colour(getComputedStyle(live), "token:paper");
      return chart && chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: paper, excludeComponents: ["toolbox"] });
    };

    this.drawn = () => chart !== null;

    // Drawing changes the observed size, so it waits for the observer to end;
    // each chart of a page draws in a task of its own.
    new ResizeObserver(() => setTimeout(this.resize)).observe(live.parentElement);
  }

  const charts = [];
  const waiting = [];

  // each calls back with every chart of the page, those to come too.
  function each(callback) {
    waiting.push(callback);
    charts.forEach(callback);
  }

  function start() {
    for (const live of document.querySelectorAll("[data-chart]")) {
      try {
        const chart = new Chart(live);
        charts.push(chart);
        waiting.forEach((callback) => callback(chart));
      } catch (problem) {
        live.dataset.chartState = "failed";
        console.error("chart " + live.dataset.chart + ": " + problem.message);
      }
    }
    const repaint = () => charts.forEach((chart) => chart.repaint());
    for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
      matchMedia(query).addEventListener("change", repaint);
    }
    new MutationObserver(repaint).observe(document.documentElement, {
      attributes: true,
      attributeFilter: ["data-theme", "class"],
    });
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start);
  } else {
    start();
  }

  return { each, element, swatched, count, fixed };
})();
