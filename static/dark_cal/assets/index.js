// The list of calibrations: how late the next one is, and the table sorted and
// filtered. Sort and filter stand in the fragment of the page's address,
//
//	#calibrations=sort:n_gt_100,order:up,find:2015+Dec,verdict:bad,low:-15,high:-10,from:2010-03,to:2015
//
// so that a link leads to them, and "back" to those before. What is as at first is
// left out. Without this script the page shows the day and the whole table.
(function () {
  "use strict";

  // A page is built without a clock; how long it is until the day that it names
  // is for the reader's clock to tell.
  function tellDue(place) {
    const day = 24 * 3600 * 1000;
    const due = Date.parse(place.dataset.due + "T00:00:00Z");
    const days = Math.ceil((due - Date.now()) / day);
    const text = place.querySelector(".due-in");
    const long = Math.abs(days) > 730;
    const many = long ? Math.floor(Math.abs(days) / 365.25) : Math.abs(days);
    const count = many + (long ? " years" : many === 1 ? " day" : " days");
    if (days < 0) {
      place.classList.add("late");
      text.textContent = ", " + count + " ago: late, or these pages are old";
    } else {
      text.textContent = days === 0 ? ", today" : ", in " + count;
    }
  }

  // A number as the table writes it; what is not known comes last.
  function number(text) {
    const value = parseFloat(text.replace(/,/g, "").replace("−", "-").replace("<", ""));
    return Number.isNaN(value) ? -Infinity : value;
  }

  // The day of an id like 2015355, as 2015-12-21.
  function dayOf(id) {
    return new Date(Date.UTC(Number(id.slice(0, 4)), 0, Number(id.slice(4)))).toISOString().slice(0, 10);
  }

  const name = "calibrations";
  const first = { sort: "date", order: "down", find: "", verdict: "", low: "", high: "", from: "", to: "" };
  const fields = ["find", "verdict", "low", "high", "from", "to"];
  const severity = ["published", "good", "remarked", "degraded", "bad"];

  function written(state) {
    const words = Object.keys(first).filter((key) => state[key] !== first[key]).map((key) => key + ":" + encodeURIComponent(state[key]).replace(/%20/g, "+"));
    return words.length === 0 ? "" : "#" + name + "=" + words.join(",");
  }

  function read(fragment) {
    const state = { ...first };
    if (!fragment.startsWith("#" + name + "=")) {
      return state;
    }
    for (const word of fragment.slice(name.length + 2).split(",")) {
      const [key, value] = word.split(/:(.*)/s);
      if (Object.hasOwn(first, key) && value !== undefined) {
        try {
          state[key] = decodeURIComponent(value.replace(/\+/g, "%20"));
        } catch (malformed) {
          // then it is as at first
        }
      }
    }
    return state;
  }

  function listOf(table, form) {
    const body = table.tBodies[0];
    const heads = Array.from(table.tHead.rows[0].cells);
    const columns = heads.map((head) => head.dataset.sort);
    const at = (key) => columns.indexOf(key);
    const output = form.querySelector("output");
    const reset = form.querySelector("[type=reset]");
    const more = document.querySelector(".list-all");
    const rows = Array.from(body.rows, (row) => {
      const id = row.cells[at("id")].textContent;
      const verdict = row.cells[at("verdict")].textContent;
      return {
        row, id, day: dayOf(id), verdict: row.dataset.verdict,
        temperature: number(row.cells[at("ccd_temp_c")].textContent),
        said: [row.cells[0].textContent, id, id.slice(0, 4) + ":" + id.slice(4), dayOf(id), verdict].join(" ").toLowerCase(),
      };
    });
    let state = { ...first };
    let edited = null; // the field that is being typed in

    function keyOf(entry, key) {
      switch (key) {
        case "date":
        case "id":
          return entry.id;
        case "verdict":
          return severity.indexOf(entry.verdict);
      }
      return number(entry.row.cells[at(key)].textContent);
    }

    function sort() {
      const key = at(state.sort) < 0 ? first.sort : state.sort;
      const sign = state.order === "up" ? 1 : -1;
      heads.forEach((head) => head.removeAttribute("aria-sort"));
      heads[at(key)].setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
      const keyed = rows.map((entry) => ({ entry, key: keyOf(entry, key) }));
      // Equal ones stay latest first, and what is not known is at the end.
      keyed.sort((a, b) => {
        if (a.key === b.key) {
          return a.entry.id < b.entry.id ? 1 : -1;
        }
        if (a.key === -Infinity || b.key === -Infinity) {
          return a.key === -Infinity ? 1 : -1;
        }
        return a.key < b.key ? -sign : sign;
      });
      body.append(...keyed.map((k) => k.entry.row));
    }

    function filter() {
      const words = state.find.toLowerCase().split(/\s+/).filter(Boolean);
      const low = state.low === "" ? NaN : Number(state.low);
      const high = state.high === "" ? NaN : Number(state.high);
      let shown = 0;
      for (const entry of rows) {
        // "2010-03" as an end holds all of that month.
        const fits =
          words.every((word) => entry.said.includes(word)) &&
          (state.verdict === "" || entry.verdict === state.verdict) &&
          !(entry.temperature < low) && !(entry.temperature > high) &&
          (state.from === "" || entry.day >= state.from) &&
          (state.to === "" || entry.day.slice(0, state.to.length) <= state.to);
        entry.row.hidden = !fits;
        shown += fits ? 1 : 0;
      }
      const all = fields.every((key) => state[key] === "");
      output.textContent = all ? "" : shown + " of " + rows.length + (more ? " here" : "");
      reset.hidden = all;
      if (more) {
        more.hash = written(state); // the rest is sorted and filtered alike
      }
    }

    function show() {
      sort();
      filter();
    }

    // restore shows what the address says.
    function restore() {
      state = read(location.hash);
      for (const key of fields) {
        form.elements[key].value = state[key];
        if (key !== "find") {
          state[key] = form.elements[key].value; // what the field cannot hold is no filter
        }
      }
      edited = null;
      show();
    }

    // go puts the state in the address; the letters of one field make one step of
    // the history.
    function go(change, field) {
      state = { ...state, ...change };
      const address = location.pathname + location.search + written(state);
      if (field && field === edited) {
        history.replaceState(null, "", address);
      } else {
        history.pushState(null, "", address);
      }
      edited = field || null;
      show();
    }

    heads.forEach((head) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const key = head.dataset.sort;
        const down = head.getAttribute("aria-sort") !== "descending";
        go({ sort: key, order: down ? "down" : "up" });
      });
    });
    form.addEventListener("input", (event) => {
      const field = event.target;
      if (field.validity.valid) {
        go({ [field.name]: field.value }, field);
      }
    });
    form.addEventListener("change", () => (edited = null));
    form.addEventListener("reset", () => go(Object.fromEntries(fields.map((key) => [key, ""]))));
    form.addEventListener("submit", (event) => event.preventDefault());
    // A step back, or a fragment that somebody typed; other fragments are places.
    window.addEventListener("popstate", () => {
      if (location.hash === "" || location.hash.startsWith("#" + name + "=")) {
        restore();
      }
    });
    restore();
    form.hidden = false;
  }

  document.querySelectorAll("[data-due]").forEach(tellDue);
  const table = document.getElementById(name);
  if (table) {
    listOf(table, document.querySelector(".filter"));
  }
})();
