// Small conveniences. Every page works without this file, and nothing is kept in the browser.
"use strict";
(() => {
  if (window.htmx) {
    Object.assign(window.htmx.config, { allowEval: false, includeIndicatorStyles: false, selfRequestsOnly: true, historyCacheSize: 0, refreshOnHistoryMiss: true });
    // It writes the address down as it loads; no page of ours goes back by it.
    window.sessionStorage.removeItem("htmx-current-path-for-history");
  }

  // Quick exit: cover the page at once, then let the form end the session and leave.
  const exit = document.querySelector("form[data-exit]");
  if (exit) {
    const leave = () => {
      document.documentElement.classList.add("covered");
      document.title = " ";
      exit.requestSubmit();
    };
    exit.addEventListener("submit", () => document.documentElement.classList.add("covered"));
    const dots = exit.querySelector("[data-dots]");
    let pressed = [];
    document.addEventListener("keyup", (event) => {
      if (event.key !== "Shift") { pressed = []; if (dots) dots.textContent = ""; return; }
      const now = Date.now();
      pressed = pressed.filter((at) => now - at < 5000).concat(now);
      if (dots) dots.textContent = "•".repeat(pressed.length);
      if (pressed.length >= 3) leave();
    });
    // A page kept for Back must not show itself again.
    window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
  }

  // After a page was swapped, its heading is where reading begins.
  document.addEventListener("htmx:afterSettle", (event) => {
    const heading = event.target.querySelector && event.target.querySelector("h1[tabindex]");
    if (heading) heading.focus();
  });

  // The editor: numbers of lines follow the text, and an address with a line puts the caret there.
  const text = document.querySelector("textarea[data-lines]");
  if (text) {
    const numbers = document.getElementById(text.dataset.lines);
    const count = () => {
      const lines = text.value.split("\n").length;
      while (numbers.children.length > lines) numbers.lastElementChild.remove();
      while (numbers.children.length < lines) {
        const one = document.createElement("li");
        one.id = `line-${numbers.children.length + 1}`;
        one.textContent = numbers.children.length + 1;
        numbers.append(one);
      }
      text.rows = Math.max(lines + 1, 24);
    };
    const go = () => {
      const found = /^#line-(\d+)$/.exec(window.location.hash);
      if (!found) return;
      const before = text.value.split("\n").slice(0, found[1] - 1).join("\n").length;
      const at = found[1] > 1 ? before + 1 : 0;
      text.focus({ preventScroll: true });
      text.setSelectionRange(at, at);
    };
    text.addEventListener("input", count);
    window.addEventListener("hashchange", go);
    go();
  }
})();
