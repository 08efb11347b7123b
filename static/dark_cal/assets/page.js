// Every page: a switch between light and dark, and a button that prints. Both
// are made here, so that readers without scripts see no control that does
// nothing.
(function () {
  "use strict";

  const root = document.documentElement;
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

  document.addEventListener("DOMContentLoaded", () => {
    const tools = document.querySelector(".tools");
    if (tools) {
      const label = () => (dark() ? "Light" : "Dark");
      const toggle = button(label(), () => {
        root.dataset.theme = dark() ? "light" : "dark";
        remember(root.dataset.theme);
        toggle.textContent = label();
      });
      toggle.title = "Switch between light and dark";
      tools.append(toggle);
      tools.hidden = false;
    }
    document.querySelectorAll(".actions").forEach((actions) => {
      if (actions.dataset.print !== undefined) {
        actions.append(button("Print", () => print()));
      }
    });
  });
})();
