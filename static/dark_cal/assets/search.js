// Searches the calibrations and the pages of prose. search-index.js, which is
// made by the build and loaded before, holds what can be found: u is the address
// within the section, t the title, s the summary, w further words, i the id and d
// the day of a calibration. The query is in the address, as #q=words, so that a
// search can be shared; ?q=words is understood too. Nothing is fetched, and all
// texts are set as text.
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
      all: " " + [title, normal(entry.s), normal(entry.w || ""), entry.i, entry.d].join(" "),
    };
  }

  const months = "january february march april may june july august september october november december".split(" ");
  const two = (n) => String(n).padStart(2, "0");

  // What a query means that is a day of the year, a day or a month in any form that
  // people write: {id}, or {day} with the start of a date. Null for all others.
  function dated(query) {
    const q = query.trim().toLowerCase();
    let m = q.match(/^(\d{4})[:._/ -]?(\d{3})$/);
    if (m) {
      return { id: m[1] + m[2] };
    }
    m = q.match(/^(\d{4})[._/ -](\d{1,2})(?:[._/ -](\d{1,2}))?$/);
    if (m) {
      return { day: m[1] + "-" + two(m[2]) + (m[3] ? "-" + two(m[3]) : "") };
    }
    const parts = q.match(/\d+|\p{L}+/gu) || [];
    let year, month, day;
    for (const part of parts) {
      const named = part.length >= 3 ? months.findIndex((name) => name.startsWith(part)) : -1;
      if (/^\d{4}$/.test(part) && !year) {
        year = part;
      } else if (/^\d{1,2}$/.test(part) && !day) {
        day = part;
      } else if (named >= 0 && !month) {
        month = two(named + 1);
      } else if (!/^(st|nd|rd|th|of|the)$/.test(part)) {
        return null;
      }
    }
    return year && month ? { day: year + "-" + month + (day ? "-" + two(day) : "") } : null;
  }

  // The calibrations of the day or month that is asked for, then the entries that
  // hold all words, those with more of them in the title first; the order of the
  // index, the newest first, decides between equals.
  function find(entries, query, words) {
    if (words.length === 0) {
      return [];
    }
    const date = dated(query);
    const score = (e) => {
      if (date && (e.entry.i === date.id || (date.day && (e.entry.d || "").startsWith(date.day)))) {
        return 1000;
      }
      return words.every((w) => e.all.includes(" " + w)) ? 1 + words.filter((w) => e.title.includes(" " + w)).length : 0;
    };
    return entries
      .map((e) => ({ entry: e.entry, score: score(e) }))
      .filter((hit) => hit.score > 0)
      .sort((a, b) => b.score - a.score)
      .map((hit) => hit.entry);
  }

  // The places in a text where one of the words begins a word, in order.
  function places(text, words) {
    const found = [];
    const low = text.toLowerCase();
    for (const word of low.length === text.length ? words : []) {
      for (let at = low.indexOf(word); at >= 0; at = low.indexOf(word, at + word.length)) {
        if (at === 0 || !/[\p{L}\p{N}]/u.test(low[at - 1])) {
          found.push([at, at + word.length]);
        }
      }
    }
    return found.sort((a, b) => a[0] - b[0]);
  }

  // The part of an entry's text that shows why it was found: its summary, or some
  // words about the first match beyond it.
  function snippet(entry, words) {
    const more = entry.w || "";
    if (places(entry.t + " " + entry.s, words).length > 0 || more.length < 40) {
      return entry.s;
    }
    const first = places(more, words)[0];
    if (!first) {
      return entry.s;
    }
    const from = first[0] < 80 ? 0 : more.indexOf(" ", first[0] - 80) + 1;
    const to = more.lastIndexOf(" ", from + 240) > first[1] ? more.lastIndexOf(" ", from + 240) : more.length;
    return (from > 0 ? "… " : "") + more.slice(from, from + 240 < more.length ? to : more.length) + (from + 240 < more.length ? " …" : "");
  }

  // A text with the words that match marked.
  function marked(element, text, words) {
    let end = 0;
    for (const [from, to] of places(text, words)) {
      if (from >= end) {
        const mark = document.createElement("mark");
        mark.textContent = text.slice(from, to);
        element.append(text.slice(end, from), mark);
        end = to;
      }
    }
    element.append(text.slice(end));
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

  function item(root, entry, words) {
    const line = document.createElement("li");
    const link = document.createElement("a");
    link.href = root + entry.u;
    marked(link, entry.t, words);
    const summary = document.createElement("p");
    marked(summary, snippet(entry, words), words);
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
      const words = normal(query).split(" ").filter(Boolean);
      const hits = find(entries, query, words);
      results.replaceChildren(...hits.slice(0, most).map((entry) => item(root, entry, words)));
      if (words.length === 0) {
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
