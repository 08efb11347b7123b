// Lets a reader choose what a histogram shows: the axes, the kind of count, the
// part of the CCD, which calibrations, at which temperature by which law, and a
// threshold. A view has an address, "#ID=axes:near,part:A", that can be shared.
// Exact histograms come from the calibrations' own scripts (chart.Shard), which
// are loaded by script elements when a view first needs them.
(function () {
  "use strict";

  const { element, swatched, count, fixed } = darksiteCharts;
  const numbers = darksiteHistograms;

  // Of the choices the first is what a figure begins with, but for the law.
  const axes = { log: "log–log", near: "linear, near zero" };
  const kinds = { per: "per e⁻/s", above: "above a dark current" };
  const parts = { ccd: "whole CCD", A: "quadrant A", B: "quadrant B", C: "quadrant C", D: "quadrant D" };
  const laws = { "per-pixel": "per-pixel, 2024", uniform: "uniform, ×1.43 per 4 °C", historic: "historic, ×1.55 per 4 °C" };

  // As package chart draws them: six hues, then the same dashed.
  const hues = 6;
  const mostOthers = 12;

  const coldest = -40;
  const warmest = 20;

  // Shards, by id. A script calls darksiteHistogram with its data.
  const shards = new Map();
  const waiting = new Map();

  window.darksiteHistogram = function (data) {
    const wanted = waiting.get(data.id);
    if (wanted) {
      waiting.delete(data.id);
      wanted(numbers.read(data));
    }
  };

  function load(entry) {
    if (!shards.has(entry.id)) {
      const promise = new Promise((resolve, reject) => {
        const script = document.createElement("script");
        const lost = () => reject(new Error("The histogram of " + entry.name + " could not be loaded."));
        waiting.set(entry.id, resolve);
        script.onerror = lost;
        script.onload = () => waiting.has(entry.id) && lost();
        script.src = new URL(entry.at, document.baseURI).href;
        document.head.appendChild(script);
      });
      promise.catch(() => shards.delete(entry.id)); // to be tried again
      shards.set(entry.id, promise);
    }
    return shards.get(entry.id);
  }

  // The state of a view as the address has it, without what is as at first.
  function written(state, first) {
    const words = [];
    for (const [key, value] of Object.entries(state)) {
      const text = Array.isArray(value) ? value.join("+") || "none" : value === null ? "own" : String(value);
      const begun = Array.isArray(first[key]) ? first[key].join("+") || "none" : first[key] === null ? "own" : String(first[key]);
      if (text !== begun) {
        words.push(key + ":" + text);
      }
    }
    return words.join(",");
  }

  function within(value, low, high) {
    const number = Number(value);
    return value.trim() !== "" && Number.isFinite(number) && number >= low && number <= high ? number : null;
  }

  function unescaped(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }

  // What an address asks for; anything else in it is passed over.
  function readState(text, first, known) {
    const state = { ...first };
    for (const word of text.split(",")) {
      const [key, value = ""] = word.split(":");
      const choices = { axes, show: kinds, part: parts, law: laws }[key];
      if (choices) {
        state[key] = Object.hasOwn(choices, value) ? value : first[key];
      } else if (key === "with") {
        const ids = value === "none" ? [] : value.split("+").filter((id) => known.has(id));
        state.with = [...new Set(ids)].slice(0, mostOthers);
      } else if (key === "at") {
        state.at = within(value, coldest, warmest);
      } else if (key === "over") {
        state.over = within(value, -1e6, 1e6);
      }
    }
    return state;
  }

  // About how wide a text is set, as package chart has it, in font sizes.
  function textWidth(text) {
    let em = 0;
    for (const c of text) {
      em += /[ .,:il]/.test(c) ? 0.34 : /[0-9a-z]/.test(c) ? 0.62 : c < "\u2e80" ? 0.75 : 1.1;
    }
    return em;
  }

  function niceStep(v) {
    const power = 10 ** Math.floor(Math.log10(v));
    return numbers.significant(([1, 2, 5].find((n) => n * power >= v * (1 - 1e-9)) || 10) * power);
  }

  // The axis of the numbers of pixels, as package chart has it.
  function pixelAxis(state, values) {
    const all = values.flat();
    if (state.axes === "near") {
      const step = niceStep((all.reduce((a, b) => Math.max(a, b), 0) || 1) / 4);
      const high = Math.ceil(all.reduce((a, b) => Math.max(a, b), 0) / step - 1e-9) * step;
      return { type: "value", min: 0, max: numbers.significant(high || 1), splitNumber: Math.max(1, Math.round(high / step)) };
    }
    if (state.show === "above") {
      return { type: "log", min: 1, max: 2e6 };
    }
    const some = all.filter((v) => v > 0);
    if (some.length === 0) {
      return { type: "log", min: 0.1, max: 10 };
    }
    const low = Math.floor(Math.log10(Math.max(some.reduce((a, b) => Math.min(a, b)), 1e-4)));
    const high = Math.ceil(Math.log10(Math.max(some.reduce((a, b) => Math.max(a, b)), 1e-4)));
    return { type: "log", min: 10 ** low, max: 10 ** Math.max(high, low + 2) };
  }

  // Room for the legend and for the labels of the axis, in both layouts, as
  // package chart makes it.
  function laidOut(option, names, labels) {
    const layouts = [
      { at: "narrow", left: 52, right: 352, tools: 108, size: 11, gap: 38, width: 360, height: 300 },
      { at: "wide", left: 66, right: 706, tools: 186, size: 12, gap: 48, width: 720, height: 400 },
    ];
    option.shape = {};
    layouts.forEach((l, i) => {
      const more = Math.max(0, Math.ceil(labels * l.size - (l.gap - 8 - l.size)));
      const room = l.right - l.left - more - l.tools;
      const longest = names.reduce((a, name) => Math.max(a, textWidth(name) * l.size), 0);
      const text = Math.ceil(Math.min(longest + 12, room - 29));
      const pitch = 35 + text;
      const columns = Math.max(1, Math.min(Math.floor((room + 6) / pitch), names.length));
      const rows = Math.max(1, Math.ceil(names.length / columns));
      const media = option.media[i].option;
      media.grid.left = l.left + more;
      media.grid.top = 2 + rows * 20 + 24;
      media.legend.left = l.left + more;
      media.legend.width = columns * pitch;
      media.legend.textStyle.width = text;
      media.yAxis.nameGap = l.gap + more - 0.5;
      option.shape[l.at] = (l.height + (rows - 1) * 20) / l.width;
    });
  }

  function download(name, address) {
    const link = document.createElement("a");
    link.download = name;
    link.href = address;
    document.body.appendChild(link);
    link.click();
    link.remove();
  }

  const csvCell = (text) => (/[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text);

  let fields = 0;

  function labelled(parent, text, control) {
    const label = element(parent, "label", text + " ");
    fields++;
    control.id = "chart-field-" + fields;
    label.htmlFor = control.id;
    label.appendChild(control);
    return control;
  }

  function choice(parent, text, choices) {
    const select = document.createElement("select");
    for (const [value, name] of Object.entries(choices)) {
      element(select, "option", name).value = value;
    }
    return labelled(parent, text, select);
  }

  function input(parent, text, attributes) {
    const box = document.createElement("input");
    for (const [name, value] of Object.entries(attributes)) {
      box.setAttribute(name, value);
    }
    return labelled(parent, text, box);
  }

  function group(parent, name) {
    const set = element(parent, "fieldset");
    element(set, "legend", name);
    return set;
  }

  function button(parent, text, act) {
    const b = element(parent, "button", text);
    b.type = "button";
    b.addEventListener("click", act);
    return b;
  }

  function Explorer(chart) {
    const about = chart.first.explorer;
    const base = JSON.parse(JSON.stringify(chart.first));
    const key = chart.live.dataset.chart;
    const listed = new Map(about.list.map((entry) => [entry.id, entry]));
    const current = listed.get(about.current);
    const first = {
      axes: "log",
      show: "per",
      part: "ccd",
      with: about.shown.filter((id) => id !== about.current),
      at: null,
      law: about.law,
      over: null,
    };
    let state = first;
    let view = null; // what is drawn, once the shards are there
    let turn = 0;

    // Controls, left to right: what, how, get.
    const box = chart.live.parentElement;
    const controls = document.createElement("form");
    controls.className = "chart-controls";
    controls.setAttribute("aria-label", "What the histogram shows");
    controls.addEventListener("submit", (event) => event.preventDefault());
    const what = group(controls, "What");
    const how = group(controls, "How");
    const get = group(controls, "Get");
    const fieldAxes = choice(what, "Axes", axes);
    const fieldShow = choice(what, "Pixels", kinds);
    const fieldPart = choice(what, "Of", parts);
    const compare = element(what, "details");
    const compareCount = element(compare, "summary");
    const list = element(compare, "div");
    list.className = "chart-list";
    const find = input(list, "Find", { type: "search", autocomplete: "off" });
    const items = element(list, "ul");
    const ticks = new Map();
    for (const entry of [...about.list].reverse()) {
      if (entry.id === about.current) {
        continue;
      }
      const item = element(items, "li");
      const label = element(item, "label");
      const tick = element(label, "input");
      tick.type = "checkbox";
      tick.value = entry.id;
      label.appendChild(document.createTextNode(" " + entry.name + (entry.temp === null ? "" : ", " + fixed(entry.temp, 1) + " °C")));
      ticks.set(entry.id, tick);
    }
    const fieldAt = choice(how, "Temperature", { own: "each its own", common: "common" });
    const fieldLaw = choice(how, "Law", laws);
    const pair = element(how, "span");
    pair.className = "chart-pair";
    const slider = input(pair, "°C", { type: "range", min: -30, max: 5, step: 0.5 });
    const degrees = input(pair, "", { type: "number", min: coldest, max: warmest, step: "any", "aria-label": "Common temperature, °C" });
    const fieldOver = input(how, "N above, e⁻/s", { type: "number", step: "any", min: -1e6, max: 1e6 });
    slider.setAttribute("aria-label", "Common temperature, °C");
    button(get, "Image", saveImage);
    button(get, "CSV", saveCSV);
    button(get, "Reset", () => choose(first, true));
    const status = document.createElement("p");
    status.className = "chart-status";
    status.setAttribute("role", "status");
    const readout = document.createElement("div");
    readout.className = "chart-readout";
    readout.tabIndex = 0; // to be scrolled by keys
    readout.setAttribute("role", "region");
    readout.setAttribute("aria-label", "Pixels above a dark current");
    box.insertBefore(controls, box.firstChild);
    box.append(status, readout);

    function fill() {
      fieldAxes.value = state.axes;
      fieldShow.value = state.show;
      fieldPart.value = state.part;
      fieldAt.value = state.at === null ? "own" : "common";
      fieldLaw.value = state.law;
      const off = state.at === null;
      fieldLaw.parentElement.hidden = off;
      pair.hidden = off;
      slider.value = off ? about.temp : state.at;
      degrees.value = off ? about.temp : state.at;
      fieldOver.value = state.over === null ? "" : state.over;
      compareCount.textContent = "Compare (" + state.with.length + ")";
      const full = state.with.length >= mostOthers;
      for (const [id, tick] of ticks) {
        tick.checked = state.with.includes(id);
        tick.disabled = full && !tick.checked;
      }
    }

    // What the shown calibrations have: their values in the view, and their
    // counts above the thresholds. Those that cannot be shown are told of.
    function computed(wanted, histograms) {
      const over = wanted.over === null ? about.thresholds : [...about.thresholds, wanted.over];
      const cumulative = wanted.show === "above";
      const edges = numbers.edges(wanted.axes === "near", cumulative);
      const rows = [];
      const left = [];
      for (const histogram of histograms) {
        const entry = listed.get(histogram.id);
        const part = histogram.parts[wanted.part];
        let source = null;
        if (!part) {
          left.push(entry.name + " has no quadrants");
          continue;
        }
        if (wanted.at !== null) {
          if (histogram.temp === null) {
            left.push("the temperature of " + entry.name + " is not known");
            continue;
          }
          if (Math.abs(histogram.temp - wanted.at) > about.reach) {
            left.push(entry.name + " is more than " + about.reach + " °C away");
            continue;
          }
          if (histogram.temp !== wanted.at) {
            source = numbers.between(wanted.law, histogram.temp, wanted.at);
          }
        }
        rows.push({
          entry,
          temp: histogram.temp,
          values: numbers.values(part, edges, cumulative, source),
          above: over.map((x) => numbers.above(part, source ? source(x) : x)),
        });
      }
      return { state: wanted, cumulative, edges, rows, over, left };
    }

    function style(row, others) {
      if (row.entry === current) {
        return { color: "token:accent", width: 2, type: "solid" };
      }
      const i = others.indexOf(row.entry.id);
      return { color: "token:series-" + ((i % hues) + 1), width: 1.25, type: i < hues ? "solid" : "dashed" };
    }

    // The option of a view, made of the first one.
    function optionOf(v) {
      const option = JSON.parse(JSON.stringify(base));
      const near = v.state.axes === "near";
      const model = base.series[0];
      const names = v.rows.map((row) => row.entry.name);
      const y = pixelAxis(v.state, v.rows.map((row) => row.values));
      const [thresholds, bins] = base.series.slice(-2).map((s) => JSON.parse(JSON.stringify(s)));
      option.series = v.rows.map((row, i) => {
        const line = style(row, v.state.with);
        return {
          ...model,
          id: "series-" + i,
          name: row.entry.name,
          z: row.entry === current ? 4 : 3,
          itemStyle: { color: line.color },
          lineStyle: line,
        };
      });
      const axis = near ? [-20, 60] : [1, 2e4];
      const lines = thresholds.markLine.data.filter((line) => line.xAxis <= axis[1]);
      if (v.state.over !== null && v.state.over >= axis[0] && v.state.over <= axis[1]) {
        const own = { color: "token:accent" };
        // Its name stands over those of the others.
        lines.push({ name: "> " + v.state.over, xAxis: v.state.over, label: { ...own, offset: [0, -13] }, lineStyle: own });
      }
      thresholds.markLine.data = lines;
      option.series.push(thresholds, bins);
      option.legend.data = names;
      option.aria.label.description = "Histogram of dark current, " + axes[v.state.axes] + ", pixels " + kinds[v.state.show] + ". " +
        said(v.state) + " " + v.rows.map((row) => row.entry.name + ": " + row.above.map((n, i) => count(n) + " above " + v.over[i] + " e⁻/s").join(", ")).join("; ") + ".";
      const x = option.xAxis[0];
      Object.assign(x, { type: near ? "value" : "log", min: axis[0], max: axis[1], splitNumber: near ? 8 : 4 });
      x.axisLabel.formatter = near ? "fn:decimal" : "fn:count";
      x.axisLabel.showMaxLabel = near;
      Object.assign(option.yAxis[0], { splitNumber: 10 }, y);
      option.yAxis[0].axisLabel.formatter = near ? "fn:decimal" : "fn:power";
      if (v.cumulative) {
        option.yAxis[0].name = "pixels above";
        option.yAxis[0].axisLabel.showMaxLabel = near;
      }
      if (near) {
        delete x.minorTick;
        delete option.yAxis[0].minorTick;
      }
      const widest = near ? textWidth(count(y.max)) : 0;
      laidOut(option, names, widest);
      option.histogram = {
        cumulative: v.cumulative,
        edges: v.edges.map(numbers.significant),
        values: v.rows.map((row) => row.values.map(numbers.significant)),
      };
      return option;
    }

    function said(wanted) {
      const at = wanted.at === null ? "each at its own temperature" : "at " + fixed(wanted.at, 1) + " °C by the " + wanted.law + " law";
      return parts[wanted.part][0].toUpperCase() + parts[wanted.part].slice(1) + ", " + at + ".";
    }

    function tell(v) {
      const text = said(v.state) + (v.left.length > 0 ? " Left out: " + v.left.join("; ") + "." : "");
      if (status.textContent !== text) {
        status.textContent = text;
      }
      const table = document.createElement("table");
      element(table, "caption", "Pixels above a dark current, exactly");
      const head = element(element(table, "thead"), "tr");
      element(head, "th", "Calibration", "col");
      element(head, "th", "CCD", "col");
      v.over.forEach((x) => element(head, "th", "N > " + String(x).replace("-", "−") + " e⁻/s", "col"));
      const body = element(table, "tbody");
      for (const row of v.rows) {
        const line = element(body, "tr");
        swatched(element(line, "th", undefined, "row"), row.entry.name, style(row, v.state.with).color);
        element(line, "td", row.temp === null ? "not known" : fixed(row.temp, 1) + " °C");
        row.above.forEach((n) => element(line, "td", count(n)));
      }
      readout.replaceChildren(table);
    }

    // Draws a state as soon as its histograms are there. A later choice
    // overtakes an earlier one that still waits for scripts.
    function show(wanted) {
      turn++;
      const mine = turn;
      const ids = [about.current, ...wanted.with];
      const lost = [];
      const loaded = (entry) => load(entry).catch((problem) => lost.push(problem.message) && null);
      return Promise.all(ids.map((id) => loaded(listed.get(id)))).then((histograms) => {
        if (mine !== turn) {
          return;
        }
        view = computed(wanted, histograms.filter(Boolean));
        chart.show(optionOf(view));
        tell(view);
        if (lost.length > 0) {
          status.textContent += " " + lost.join(" ");
        }
      });
    }

    // Takes over a choice; settled ones go into the address.
    function choose(change, settled) {
      state = { ...state, ...change };
      fill();
      if (settled) {
        const fragment = key + "=" + written(state, first);
        if (location.hash.slice(1) !== fragment && (location.hash !== "" || fragment !== key + "=")) {
          location.hash = fragment;
        }
      }
      return show(state);
    }

    // The view that the address asks for, or the first one when it asks no more.
    function restore() {
      const hash = unescaped(location.hash.slice(1));
      if (hash !== "" && !hash.startsWith(key + "=")) {
        return false;
      }
      const wanted = readState(hash.slice(key.length + 1), first, ticks);
      if (written(wanted, first) === written(state, first)) {
        return hash !== "";
      }
      state = wanted;
      fill();
      show(state);
      return hash !== "";
    }

    function fileName(ending) {
      return key + "-" + about.current + "-" + (written(state, first) || "default").replace(/[^a-z0-9.-]+/gi, "_").slice(0, 100) + ending;
    }

    function saveImage() {
      const address = chart.image();
      if (address) {
        download(fileName(".png"), address);
      }
    }

    // The bins of the view, as the page's own table of bins has them.
    function csvOf(v) {
      const at = v.state.at === null ? "" : " at " + v.state.at + " C by " + v.state.law;
      const part = v.state.part === "ccd" ? "" : " quadrant " + v.state.part;
      const quantity = v.cumulative ? "pixels_above " : "pixels_per_e_per_s ";
      const head = v.cumulative ? ["above_e_per_s"] : ["low_e_per_s", "high_e_per_s"];
      const lines = [[...head, ...v.rows.map((row) => quantity + row.entry.name + part + at)]];
      const last = v.cumulative ? v.edges.length : v.edges.length - 1;
      for (let b = 0; b < last; b++) {
        const from = v.edges.slice(b, b + head.length).map(numbers.significant);
        lines.push([...from, ...v.rows.map((row) => (v.cumulative ? row.values[b] : numbers.significant(row.values[b])))]);
      }
      return lines.map((cells) => cells.map((cell) => csvCell(String(cell))).join(",")).join("\n") + "\n";
    }

    function saveCSV() {
      const ready = view === null ? show(state) : Promise.resolve();
      ready.then(() => {
        const address = URL.createObjectURL(new Blob([csvOf(view)], { type: "text/csv" }));
        download(fileName(".csv"), address);
        setTimeout(() => URL.revokeObjectURL(address), 1000);
      });
    }

    fieldAxes.addEventListener("change", () => choose({ axes: fieldAxes.value }, true));
    fieldShow.addEventListener("change", () => choose({ show: fieldShow.value }, true));
    fieldPart.addEventListener("change", () => choose({ part: fieldPart.value }, true));
    fieldLaw.addEventListener("change", () => choose({ law: fieldLaw.value }, true));
    fieldAt.addEventListener("change", () => choose({ at: fieldAt.value === "own" ? null : about.temp }, true));
    slider.addEventListener("input", () => choose({ at: Number(slider.value) }, false));
    slider.addEventListener("change", () => choose({ at: Number(slider.value) }, true));
    degrees.addEventListener("change", () => {
      const at = within(degrees.value, coldest, warmest);
      choose({ at: at === null ? state.at : at }, true);
    });
    fieldOver.addEventListener("change", () => choose({ over: within(fieldOver.value, -1e6, 1e6) }, true));
    items.addEventListener("change", (event) => {
      const id = event.target.value;
      const others = event.target.checked ? [...state.with, id] : state.with.filter((other) => other !== id);
      choose({ with: others.slice(0, mostOthers) }, true);
    });
    find.addEventListener("input", () => {
      const sought = find.value.trim().toLowerCase();
      for (const item of items.children) {
        item.hidden = !item.textContent.toLowerCase().includes(sought);
      }
    });
    compare.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        compare.open = false;
        compareCount.focus();
      }
    });
    window.addEventListener("hashchange", restore);

    fill();
    tell({
      state,
      over: about.thresholds,
      left: [],
      rows: about.shown.map((id, i) => ({ entry: listed.get(id), temp: listed.get(id).temp, above: about.above[i] })),
    });
    if (location.hash !== "" && restore()) {
      box.scrollIntoView({ block: "nearest" });
    }
    this.csv = () => csvOf(view);
    this.view = () => view;
    this.settled = () => view !== null && written(view.state, first) === written(state, first);
    chart.explorer = this;
  }

  darksiteCharts.each((chart) => {
    if (chart.first.explorer) {
      try {
        new Explorer(chart);
      } catch (problem) {
        console.error("chart " + chart.live.dataset.chart + ": " + problem.message);
      }
    }
  });
})();
