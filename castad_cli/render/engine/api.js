// What layers.py calls.

// A text without what CaStAD put into it: no-break spaces, and what keeps a sum's direction (phrases.py).
const asWritten = (text) => text.replaceAll("\u00a0", " ").replace(/[\u2066\u2069]/gu, "");

// When the last part of a text stands that comes in by itself within a layer captured frame by frame, whose own states
// do not tell, or that nothing pushes any more; in ms of its scene.
function standsFrom(element) {
  const moving = new Set(["transform", "translate", "opacity"]);
  const inner = layers.filter((l) => l.kind === "frames" && l.element.contains(element)).flatMap((l) => l.inner);
  const pushing = pushers.filter((p) => p.animation && pushed.get(element)?.has(p.scene));
  const ends = inner
    .filter(([a, properties]) => element.contains(a.effect.target) && properties.some((p) => moving.has(p)))
    .concat(pushing.map((p) => [p.animation]))
    .map(([a]) => a.effect.getComputedTiming())
    .filter((timing) => timing.fill === "both" || timing.fill === "backwards")
    .map((timing) => timing.endTime);
  return Math.max(0, ...ends.filter(Number.isFinite));
}

window.castad = {
  prepare() {
    const problems = [];
    for (const section of document.querySelectorAll("body > .spoken")) stage.append(section);
    turnTransitions();
    for (const element of stage.querySelectorAll("[data-text]")) allowBreaksAtPhrases(element);
    // Blocks last: some take what room the others leave.
    for (const element of [...stage.querySelectorAll("[data-max]:not([data-fill])"), ...stage.querySelectorAll("[data-fill]")]) {
      const problem = element.textContent.trim() ? setText(element) : null;
      if (problem) problems.push(problem);
    }
    for (const box of stage.querySelectorAll("[data-share]")) {
      const problem = problems.length ? null : share(box);
      if (problem) problems.push(problem);
    }
    for (const element of stage.querySelectorAll("[data-split]:not([data-fill])")) {
      if (element.textContent.trim()) split(element, element.dataset.split);
    }
    problems.push(...placeCaptions());
    return problems;
  },
  // Where the text stands when its animations are done, nothing faded or moved.
  texts() {
    hold();
    const origin = stage.getBoundingClientRect();
    const out = [...stage.querySelectorAll("[data-text]")].filter((e) => e.textContent.trim() && textRects(e).length).map((element) => {
      const rects = textRects(element);
      const size = Math.max(...rects.map((r) => r.size));
      // The glyphs' own height inside the line box: what must be legible is ink, not leading.
      const inset = (r) => Math.max(0, (r.height - r.size * 1.15) / 2);
      return {
        slot: element.dataset.text,
        scene: sceneOf(element),
        text: asWritten([...element.querySelectorAll(".line")].map((l) => l.textContent.trim()).join("\n") || element.textContent.trim()),
        size,
        color: getComputedStyle(element).color,
        zone: element.dataset.zone || "must-read",
        panel: onPanel(element),
        stands: standsFrom(element),
        layers: layers.map((l, i) => [l, i]).filter(([l]) => !l.holder && (element.contains(l.element) || l.element.contains(element))).map(([, i]) => i),
        lines: lineBoxes(rects, inset, origin),
        box: [
          Math.min(...rects.map((r) => r.left)) - origin.left, Math.min(...rects.map((r) => r.top + inset(r))) - origin.top,
          Math.max(...rects.map((r) => r.right)) - origin.left, Math.max(...rects.map((r) => r.bottom - inset(r))) - origin.top,
        ].map(round),
      };
    });
    release();
    return out;
  },
  layers() {
    findLayers();
    return describe();
  },
  fillPhotos,
  photoSizes,
  // A photograph as the browser is to draw it in a group: its picture, once it is decoded.
  async fillWithPictures(index, urls) {
    await Promise.all(urls.map((url) => {
      const image = new Image();
      image.src = url;
      return image.decode();
    }));
    fillPhotos(index, urls.map((url) => `url("${url}") center / cover no-repeat`));
  },
  paints,
  scout,
  moveStage,
  showAlone,
  showAll,
  states,
  // As one layer stands at a time, alone; the box of what it paints.
  showAt(scene, t, index) {
    // A script may write the very styles that are held: it must find its own.
    release();
    seek(animationsOf(scene), t);
    hook(scene, t);
    showAlone([index]);
    return inkOnStage(layers[index]);
  },
  seekScene(scene, t) {
    release();
    seek(animationsOf(scene), t);
    hook(scene, t);
  },
};
