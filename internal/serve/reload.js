// Follows the builds of darksite's preview: loads the page again when it has
// changed, swaps its style sheets when only they have, and shows over the last
// good page what is wrong with the new one. It is no part of the built pages.
"use strict";

(() => {
  const {stream, generation} = document.currentScript.dataset;
  let {styles} = document.currentScript.dataset;

  // The place in the page is kept; its address, with the state of viewers behind
  // the #, stays as it is.
  const place = "darksite-preview-place";
  const stored = (use) => {
    try {
      return use(sessionStorage);
    } catch {
      return null; // storage is off
    }
  };
  const kept = stored((s) => JSON.parse(s.getItem(place)));
  stored((s) => s.removeItem(place));
  if (kept && kept.address === location.href) {
    const back = () => scrollTo({left: kept.x, top: kept.y, behavior: "instant"});
    addEventListener("load", () => { back(); requestAnimationFrame(back); });
  }
  let leaving = false;
  const reload = () => {
    if (leaving) return;
    leaving = true;
    stored((s) => s.setItem(place, JSON.stringify({address: location.href, x: scrollX, y: scrollY})));
    location.reload();
  };

  // A style sheet goes when the new one is there, so that nothing flickers.
  let arriving = [];
  const restyle = () => {
    for (const link of arriving) link.remove();
    arriving = [];
    for (const link of document.querySelectorAll('link[rel~="stylesheet"]')) {
      const address = new URL(link.href);
      if (address.origin !== location.origin) continue;
      address.searchParams.set("preview", styles);
      const next = link.cloneNode();
      next.href = address.href;
      next.addEventListener("load", () => {
        link.remove();
        arriving = arriving.filter((l) => l !== next);
      });
      arriving.push(next);
      link.after(next);
    }
  };

  // The overlay has a tree of its own, which the page's styles do not reach.
  let overlay = null;
  let dismissed = "";
  const element = (name, text, ...children) => {
    const e = document.createElement(name);
    e.textContent = text;
    e.append(...children);
    return e;
  };
  const look = `
    section { position: fixed; inset: auto 0 0 0; z-index: 2147483647; max-height: 60vh; overflow: auto;
      margin: 0; padding: 1rem 1.25rem; font: 15px/1.5 system-ui, sans-serif;
      color: #fff; background: #3b0d11; border-top: 4px solid #ff6b6b; }
    h2 { margin: 0 4rem 0.5rem 0; font-size: 1rem; }
    h3 { margin: 0.75rem 0 0.25rem; font: 600 14px/1.4 ui-monospace, monospace; color: #ffd9d9; }
    pre { margin: 0; font: 13px/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
    button { position: absolute; top: 0.75rem; right: 1rem; min-width: 44px; min-height: 44px; font: inherit;
      color: inherit; background: none; border: 1px solid #ff9b9b; border-radius: 4px; cursor: pointer; }
    button:focus-visible { outline: 3px solid #fff; }
    @media print { section { display: none; } }`;
  const show = (problems) => {
    overlay?.remove();
    overlay = null;
    const text = JSON.stringify(problems);
    if (text === dismissed) return;
    dismissed = "";
    if (problems.length === 0) return;
    const section = element("section", "");
    section.setAttribute("role", "alert");
    section.append(element("h2", "This is the last good page. What is wrong with the new one:"));
    for (const p of problems) {
      if (p.file) section.append(element("h3", p.file + ":" + p.line + (p.column ? ":" + p.column : "")));
      section.append(element("pre", p.message));
    }
    const close = element("button", "Hide");
    close.addEventListener("click", () => { dismissed = text; show(problems); });
    section.append(close);
    overlay = element("darksite-problems", "");
    const root = overlay.attachShadow({mode: "open"});
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(look);
    root.adoptedStyleSheets = [sheet];
    root.append(section);
    document.documentElement.append(overlay);
  };

  // Browsers open few connections to one server, so only pages that are being
  // looked at keep one.
  let source = null;
  const close = () => {
    source?.close();
    source = null;
  };
  const open = () => {
    if (source || leaving || document.visibilityState === "hidden") return;
    source = new EventSource(stream);
    source.addEventListener("state", (event) => {
      const state = JSON.parse(event.data);
      if (String(state.generation) !== generation) return reload();
      if (String(state.styles) !== styles) {
        styles = String(state.styles);
        restyle();
      }
      show(state.problems);
    });
    source.addEventListener("gone", close); // until the page is looked at again
    source.addEventListener("error", () => {
      if (source?.readyState !== EventSource.CLOSED) return; // it tries again by itself
      close();
      setTimeout(ask, 1500);
    });
  };
  // A server that refuses the stream has been started anew: its pages know how
  // to get in.
  const ask = async () => {
    let answer;
    try {
      answer = await fetch(stream, {method: "HEAD", cache: "no-store"});
    } catch {
      setTimeout(ask, 1500);
      return;
    }
    if (answer.status === 403) reload();
    else open();
  };
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" ? close() : open());
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
})();
