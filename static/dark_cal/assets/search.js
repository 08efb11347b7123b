// Searches the calibrations and the pages of prose. search-index.js, which is
// made by the build and loaded before, holds what can be found: u is the address
// within the section, t the title, s the summary, w further words. The query is
// in the address, as #q=words, so that a search can be shared; ?q=words is
// understood too. Nothing is fetched, and all texts are set as text.
(function () {
  "use strict";

  const most = 50;

  // Words in small letters, without accents; "2015:355" stays one.
  function normal(text) {
    return text
      .normalize("NFD")
      .replace(/[\u0300-\u036f]/g, "")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}:._\u2212-]+/gu, " ")
      .trim();
  }

  function prepare(entry) {
    const title = normal(entry.t);
    return {
      entry: entry,
      title: " " + title,
      all: " " + [title, normal(entry.s), normal(entry.w || "")].join(" "),
    };
  }

  // Entries that hold all words, those with more of them in the title first;
  // the order of the index, the newest first, decides between equals.
  function find(entries, query) {
    const words = normal(query).split(" ").filter(Boolean);
    if (words.length === 0) {
      return [];
    }
    return entries
      .filter((e) => words.every((w) => e.all.includes(" " + w)))
      .map((e) => ({ entry: e.entry, score: words.filter((w) => e.title.includes(" " + w)).length }))
      .sort((a, b) => b.score - a.score)
      .map((hit) => hit.entry);
  }

  // The query of an address; "" where there is none.
  function asked() {
    for (const part of [location.hash, location.search]) {
      const query = new URLSearchParams(part.slice(1)).get("q");
      if (query) {
        return query.slice(0, 200);
      }
    }
    return "";
  }

  function item(root, entry) {
    const line = document.createElement("li");
    const link = document.createElement("a");
    link.href = root + entry.u;
    link.textContent = entry.t;
    const summary = document.createElement("p");
    summary.textContent = entry.s;
    line.append(link, summary);
    return line;
  }

  function start(box) {
    const root = box.dataset.root;
    const form = box.querySelector("form");
    const input = box.querySelector("input");
    const status = box.querySelector(".search-status");
    const results = box.querySelector(".search-results");
    const entries = window.darksiteSearch.map(prepare);

    function show(query) {
      const hits = find(entries, query);
      results.replaceChildren(...hits.slice(0, most).map((entry) => item(root, entry)));
      if (normal(query) === "") {
        status.textContent = "";
      } else if (hits.length === 0) {
        status.textContent = "Nothing is found for “" + query + "”.";
      } else {
        const shown = hits.length > most ? ", the first " + most + " are shown" : "";
        status.textContent = (hits.length === 1 ? "1 result" : hits.length + " results") + " for “" + query + "”" + shown + ".";
      }
    }

    function fromAddress() {
      input.value = asked();
      show(input.value);
    }

    let waiting = 0;
    input.addEventListener("input", function () {
      clearTimeout(waiting);
      waiting = setTimeout(function () {
        // Replacing the fragment works from disk too, and adds no step to go back.
        location.replace("#q=" + encodeURIComponent(input.value));
        show(input.value);
      }, 150);
    });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      show(input.value);
      const first = results.querySelector("a");
      if (first) {
        first.focus();
      }
    });
    window.addEventListener("hashchange", function () {
      if (asked() !== input.value) {
        fromAddress();
      }
    });
    form.hidden = false;
    box.querySelector(".search-off").hidden = true;
    fromAddress();
    if (input.value === "") {
      input.focus();
    }
  }

  const box = document.querySelector("[data-search]");
  if (box && Array.isArray(window.darksiteSearch)) {
    start(box);
  }
})();
