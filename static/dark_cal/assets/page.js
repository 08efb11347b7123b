// Every page: a switch between light and dark, a button that prints, folded parts that
// open when a link leads into them, and the mark of the part that is read. Controls
// are made here, so that readers without scripts see none that does nothing.
(function () {
  "use strict";

  const root = document.documentElement;
  root.classList.add("scripts"); // the style keeps room for what scripts will add
  const key = "darksite-theme";

  // Storage may be refused, as by a browser that keeps nothing.
  function remembered() {
    try {
      return localStorage.getItem(key);
    } catch (refused) {
      return null;
    }
  }

  function remember(theme) {
    try {
      localStorage.setItem(key, theme);
    } catch (refused) {
      // then it holds for this page
    }
  }

  function dark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  const theme = remembered();
  if (theme === "dark" || theme === "light") {
    root.dataset.theme = theme;
  }

  function button(text, press) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", () => press(made));
    return made;
  }

  const sun = "M12 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5";
  const moon = "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z";

  function icon(path) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.append(document.createElementNS(space, "path"));
    svg.firstChild.setAttribute("d", path);
    return svg;
  }

  // A program has a button that copies it; where the clipboard is refused, as on a
  // page without https, the text is selected instead.
  function copied(program) {
    const box = document.createElement("div");
    box.className = "code";
    program.replaceWith(box);
    const copy = button("Copy", () => {
      const say = (text) => {
        copy.textContent = text;
        setTimeout(() => (copy.textContent = "Copy"), 2000);
      };
      const select = () => {
        getSelection().selectAllChildren(program);
        say(document.execCommand("copy") ? "Copied" : "Selected");
      };
      if (navigator.clipboard) {
        navigator.clipboard.writeText(program.textContent).then(() => say("Copied"), select);
      } else {
        select();
      }
    });
    copy.setAttribute("aria-live", "polite");
    box.append(program, copy);
  }

  // A link into a folded part opens it; browsers do so by themselves only for some.
  function unfold() {
    let part = null;
    try {
      part = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    } catch (malformed) {
      return;
    }
    let opened = false;
    for (let fold = part && part.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      opened = opened || !fold.open;
      fold.open = true;
    }
    if (opened) {
      part.scrollIntoView();
    }
  }

  // The link to the part that is read has the mark.
  function follow(contents) {
    const parts = [];
    contents.querySelectorAll("a[href^='#']").forEach((link) => {
      const target = document.getElementById(link.hash.slice(1));
      if (target) {
        parts.push({ link, target: target.closest("section, main") });
      }
    });
    let waiting = false;
    const mark = () => {
      waiting = false;
      // Of parts side by side, the first.
      const top = (part) => part.target.getBoundingClientRect().top;
      const read = parts.reduce((best, part) => (top(part) <= innerHeight / 4 && top(part) > top(best) ? part : best), parts[0]);
      parts.forEach((part) => {
        if (part === read) {
          part.link.setAttribute("aria-current", "true");
        } else {
          part.link.removeAttribute("aria-current");
        }
      });
    };
    addEventListener("scroll", () => {
      if (!waiting) {
        waiting = true;
        requestAnimationFrame(mark);
      }
    }, { passive: true });
    mark();
  }

  document.addEventListener("DOMContentLoaded", () => {
    unfold();
    addEventListener("hashchange", unfold);
    document.querySelectorAll(".contents").forEach(follow);
    const tools = document.querySelector(".tools");
    if (tools) {
      const toggle = button("", () => {
        root.dataset.theme = dark() ? "light" : "dark";
        remember(root.dataset.theme);
        show();
      });
      const show = () => {
        toggle.title = dark() ? "Switch to light colours" : "Switch to dark colours";
        toggle.setAttribute("aria-label", toggle.title);
        toggle.replaceChildren(icon(dark() ? sun : moon));
      };
      show();
      tools.append(toggle);
      tools.hidden = false;
    }
    document.querySelectorAll(".prose pre").forEach(copied);
    document.querySelectorAll(".actions").forEach((actions) => {
      if (actions.dataset.print !== undefined) {
        actions.append(button("Print", () => print()));
      }
    });
  });
})();
