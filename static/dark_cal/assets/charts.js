// Draws the charts of a page. Each element with data-chart="ID" names the
// <script type="application/json" id="ID"> that holds its ECharts option, and
// stands before the static twin that it takes the place of. The contract is in
// the package comment of internal/chart.
(function () {
  "use strict";

  // The widths of the two layouts meet here, as in charts.css.
  const narrowBelow = 520;

  const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

  function count(value) {
    return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
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

  // The bin under the pointer as a table. A row of the option's dataset is a
  // bin: its edges, then each series' pixels per e-/s. off holds the names of
  // the series that the reader has switched off.
  function binsOf(option, off) {
    const rows = option.dataset[0].source;
    return function (hits) {
      const row = rows[hits[0].dataIndex];
      const table = document.createElement("table");
      element(table, "caption", number(row[0]) + " to " + number(row[1]) + " e⁻/s");
      const head = element(element(table, "thead"), "tr");
      element(head, "td");
      element(head, "th", "per e⁻/s", "col");
      element(head, "th", "pixels", "col");
      const body = element(table, "tbody");
      row.slice(2).forEach((density, i) => {
        const series = option.series[i];
        if (off.has(series.name)) {
          return;
        }
        const line = element(body, "tr");
        const name = element(line, "th", undefined, "row");
        const swatch = element(name, "span");
        swatch.className = "chart-swatch";
        swatch.style.borderTopColor = "var(--chart-" + tokenName(series.lineStyle.color) + ")";
        name.appendChild(document.createTextNode(series.name));
        element(line, "td", number(density));
        element(line, "td", count(density * (row[1] - row[0])));
      });
      return table;
    };
  }

  // A tick with as many decimals as it has, and a real minus.
  function decimal(value) {
    const [whole, rest] = String(Math.abs(value)).split(".");
    const sign = value < 0 ? "−" : "";
    return sign + whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest ? "." + rest : "");
  }

  // The calibration under the pointer as a table. The option's first dataset has
  // a label and a unit for each series, its second one a row for each
  // calibration: what it is called, its page, its verdict, its CCD temperature,
  // then the number of each series, all of them as text.
  function calibrationsOf(option, off) {
    const [labels, rows] = option.dataset.map((set) => set.source);
    return function (hits) {
      const [heading, , remark, temperature, ...numbers] = rows[hits[0].dataIndex];
      const table = document.createElement("table");
      element(table, "caption", [heading, remark, temperature].filter(Boolean).join(", "));
      const body = element(table, "tbody");
      numbers.forEach((text, i) => {
        const series = option.series[i];
        if (off.has(series.name)) {
          return;
        }
        const line = element(body, "tr");
        const name = element(line, "th", undefined, "row");
        const swatch = element(name, "span");
        swatch.className = "chart-swatch";
        swatch.style.borderTopColor = "var(--chart-" + tokenName(series.lineStyle.color) + ")";
        name.appendChild(document.createTextNode(labels[i][0]));
        element(line, "td", text === "" ? "not known" : text + " " + labels[i][1]);
      });
      return table;
    };
  }

  // The calibration of a point that was clicked. Where points overlap it is the
  // one that the tooltip tells of, the nearest in time.
  function calibrationAt(chart, option, hit) {
    const place = [hit.event.offsetX, hit.event.offsetY];
    const [year] = chart.convertFromPixel({ seriesIndex: hit.seriesIndex }, place);
    const distance = (item) => Math.abs((item.value || item)[0] - year);
    const items = option.series[hit.seriesIndex].data;
    return items.reduce((best, item, i) => (distance(item) < distance(items[best]) ? i : best), hit.dataIndex);
  }

  // A click on a point goes to its calibration's page, which is in this site.
  function follow(chart, option, hit) {
    if (hit.componentType !== "series" || option.series[hit.seriesIndex].silent) {
      return;
    }
    const address = option.dataset[1].source[calibrationAt(chart, option, hit)][1];
    if (address === "") {
      return;
    }
    const page = new URL(address, document.baseURI);
    if (page.protocol !== location.protocol || page.host !== location.host) {
      return;
    }
    const pressed = hit.event.event;
    if (pressed.ctrlKey || pressed.metaKey) {
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
      ["fn:bins", binsOf(option, off)],
      ["fn:calibration", calibrationsOf(option, off)],
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
    return value;
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

  // The shape of the twin of the layout that applies to a width.
  function ratio(twin, width) {
    const svg = twin.querySelector(width < narrowBelow ? ".chart-narrow" : ".chart-wide");
    const box = svg.viewBox.baseVal;
    return box.height / box.width;
  }

  function Chart(live) {
    const option = JSON.parse(document.getElementById(live.dataset.chart).textContent);
    const twin = live.parentElement.querySelector(".chart-static");
    const off = new Set();
    const functions = formatters(option, off);
    let chart = null;

    function size() {
      const width = live.parentElement.clientWidth;
      return { width: width, height: Math.round(width * ratio(twin, width)) };
    }

    function paint(box) {
      const styles = getComputedStyle(live);
      const themed = filled(option, "", styles, functions);
      themed.textStyle.fontFamily = styles.fontFamily;
      chart = echarts.init(live, null, box);
      chart.setOption(themed);
      chart.on("legendselectchanged", (event) => {
        off.clear();
        for (const [name, on] of Object.entries(event.selected)) {
          if (!on) {
            off.add(name);
          }
        }
      });
      chart.on("restore", () => off.clear());
      if (option.tooltip.formatter === "fn:calibration") {
        chart.on("click", (hit) => follow(chart, option, hit));
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

    this.resize = function () {
      if (live.dataset.chartState === "failed") {
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

    // Drawing changes the observed size, so it waits for the observer to end;
    // each chart of a page draws in a task of its own.
    new ResizeObserver(() => setTimeout(this.resize)).observe(live.parentElement);
  }

  function start() {
    const charts = [];
    for (const live of document.querySelectorAll("[data-chart]")) {
      try {
        charts.push(new Chart(live));
      } catch (problem) {
        live.dataset.chartState = "failed";
        console.error("chart " + live.dataset.chart + ": " + problem.message);
      }
    }
    const repaint = () => charts.forEach((chart) => chart.repaint());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
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
})();
