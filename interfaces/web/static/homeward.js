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
})();
