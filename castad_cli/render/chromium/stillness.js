// A page's own clock, stopped before any script of a template runs: what it draws depends on nothing but the instant it
// is asked for. What asks to be called "at once" or "on the next frame" is called once, when the page is prepared, in the
// order it asked; what those calls ask for in turn never comes, so that a loop ends. Chance is the same every time.
(() => {
  "use strict";
  let seed = 20260101;
  Math.random = () => {
    // mulberry32: one 32-bit state, well mixed
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const noon = Date.UTC(2026, 0, 1, 12);
  const Real = Date;
  window.Date = class extends Real {
    constructor(...parts) {
      super(...(parts.length ? parts : [noon]));
    }
    static now() {
      return noon;
    }
  };
  performance.now = () => 0;
  // Drawn only when a picture is asked for: see `Page.veil`. The root's opacity is inherited by nothing.
  const veil = new CSSStyleSheet();
  veil.replaceSync(":root { opacity: 0 !important; }");
  document.adoptedStyleSheets = [veil];
  window.castadVeil = (on) => {
    veil.disabled = !on;
  };
  const waiting = new Map();
  let last = 0;
  const ask = (work, soon, parts) => {
    last += 1;
    if (soon && typeof work === "function") waiting.set(last, [work, parts]);
    return last;
  };
  window.requestAnimationFrame = (work) => ask(work, true, [0]);
  window.requestIdleCallback = (work) => ask(work, true, [{ didTimeout: false, timeRemaining: () => 0 }]);
  window.setTimeout = (work, delay = 0, ...parts) => ask(work, !(delay > 0), parts);
  window.setInterval = () => ask(null, false);
  for (const name of ["cancelAnimationFrame", "cancelIdleCallback", "clearTimeout", "clearInterval"]) {
    window[name] = (id) => waiting.delete(id);
  }
  window.castadBegin = () => {
    for (const name of ["open", "write", "writeln"]) {
      document[name] = () => {
        throw new Error(`document.${name} is called once the page is loaded, which would erase it`);
      };
    }
    const first = [...waiting.values()];
    waiting.clear();
    for (const [work, parts] of first) work(...parts);
  };
})();
