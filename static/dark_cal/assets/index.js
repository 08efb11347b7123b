// The first page: how late the next calibration is, and the table of all
// calibrations sorted and filtered. Without this script the page shows the day
// and the whole table.
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
    const value = parseFloat(text.replace(/,/g, "").replace("−", "-"));
    return Number.isNaN(value) ? -Infinity : value;
  }

  function keyOf(row, column, kind) {
    // Ids rise with the dates.
    const text = row.cells[kind === "date" ? 1 : column].textContent.trim();
    return kind === "number" ? number(text) : text.replace(/^[^A-Za-z0-9]+/, "");
  }

  function makeSortable(table) {
    const body = table.tBodies[0];
    const heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach((head, column) => {
      if (!head.dataset.sort) {
        return;
      }
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") !== "descending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const sign = down ? -1 : 1;
        const rows = Array.from(body.rows, (row) => ({ row, key: keyOf(row, column, head.dataset.sort) }));
        rows.sort((a, b) => (a.key === b.key ? 0 : a.key < b.key ? -sign : sign));
        body.append(...rows.map((entry) => entry.row));
      });
    });
    heads[0].setAttribute("aria-sort", "descending");
  }

  function makeFilter(form, table) {
    const rows = Array.from(table.tBodies[0].rows);
    const output = form.querySelector("output");
    function apply() {
      const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
      const verdict = form.elements.verdict.value;
      const low = form.elements.low.valueAsNumber;
      const high = form.elements.high.valueAsNumber;
      let shown = 0;
      for (const row of rows) {
        const id = row.cells[1].textContent;
        const said = (row.cells[0].textContent + " " + id + " " + id.slice(0, 4) + ":" + id.slice(4) + " " + row.cells[2].textContent).toLowerCase();
        const temperature = number(row.cells[3].textContent);
        const fits =
          words.every((word) => said.includes(word)) &&
          (verdict === "" || row.dataset.verdict === verdict) &&
          !(temperature < low) &&
          !(temperature > high);
        row.hidden = !fits;
        shown += fits ? 1 : 0;
      }
      output.textContent = shown === rows.length ? "" : shown + " of " + rows.length;
    }
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
  }

  document.querySelectorAll("[data-due]").forEach(tellDue);
  const table = document.getElementById("calibrations");
  if (table) {
    makeSortable(table);
    makeFilter(document.querySelector(".filter"), table);
  }
})();
