"use strict";
// Hides and sorts what stands in the page. Without it everything is there, in the order of the plan.
(() => {
  const form = document.querySelector(".tools");
  const list = document.querySelector(".list");
  if (!form || !list) return;
  const ads = [...list.children];
  const found = form.querySelector(".found");
  const none = document.querySelector(".none");
  const plain = (text) => text.normalize("NFC").toLowerCase();
  const number = new Intl.NumberFormat("en");
  const orders = {
    s: (a, b) => a.dataset.k - b.dataset.k,
    t: (a, b) => b.dataset.t - a.dataset.t,
    c: (a, b) => b.dataset.c - a.dataset.c,
    n: (a, b) => a.dataset.r.localeCompare(b.dataset.r, undefined, { numeric: true }),
  };
  let group = "";
  let order = "";
  let words; // of every ad, gathered when they are first searched

  const search = (terms) => {
    words ??= new Map(ads.map((ad) => [ad, plain(ad.textContent)]));
    return (ad) => terms.every((term) => words.get(ad).includes(term));
  };

  const apply = () => {
    const { q, s, r, l, f, o } = Object.fromEntries(new FormData(form));
    const terms = plain(q).split(/\s+/).filter(Boolean);
    const matches = terms.length ? search(terms) : () => true;
    let shown = 0;
    for (const ad of ads) {
      const data = ad.dataset;
      const wanted =
        (!s || data.s === s) &&
        (!r || data.r === r) &&
        (!l || data.l === l) &&
        (!f || data.f.split(" ").includes(f)) &&
        (!group || (data.g ?? "").split(" ").includes(group)) &&
        matches(ad);
      ad.hidden = !wanted;
      shown += wanted;
    }
    if (o !== order) {
      order = o;
      list.append(...(o ? [...ads].sort(orders[o]) : ads));
    }
    const all = shown === ads.length;
    found.textContent = all ? "" : `${number.format(shown)} of ${number.format(ads.length)} ads`;
    if (group) found.textContent += " with that problem";
    none.hidden = shown > 0;
    const state = new URLSearchParams({ q, s, r: r ?? "", l: l ?? "", f: f ?? "", o, g: group });
    for (const [name, value] of [...state]) if (!value) state.delete(name);
    try {
      history.replaceState(null, "", state.size ? `#${state}` : location.pathname + location.search);
    } catch {
      // A page opened as a file may not be allowed to; then its address just does not follow.
    }
  };

  const restore = () => {
    const state = new URLSearchParams(location.hash.slice(1));
    for (const name of ["q", "s", "r", "l", "f", "o"]) {
      const field = form.elements[name];
      if (field) field.value = state.get(name) ?? "";
    }
    for (const select of form.querySelectorAll("select")) if (select.selectedIndex < 0) select.selectedIndex = 0;
    group = state.get("g") ?? "";
    apply();
  };

  const reset = () => {
    group = "";
    form.reset();
    apply();
  };

  let soon;
  form.addEventListener("input", (event) => {
    clearTimeout(soon);
    if (event.target.name === "q") soon = setTimeout(apply, 120);
    else apply();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.group !== undefined) {
      form.reset();
      group = button.dataset.group;
      apply();
      document.getElementById("ads").scrollIntoView();
    } else if ("reset" in button.dataset) reset();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && event.target === document.body) {
      event.preventDefault();
      form.elements.q.focus();
    } else if (event.key === "Escape" && form.contains(event.target)) reset();
  });
  window.addEventListener("hashchange", restore);
  form.hidden = false;
  for (const button of document.querySelectorAll("button[data-group]")) button.hidden = false;
  restore();
})();
