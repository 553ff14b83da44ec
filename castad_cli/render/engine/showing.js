// Some layers shown alone, upright, whole and opaque; and what each of them paints.

// Undo every transform, opacity and clip between the stage and the layers that move, so that each is seen,
// measured and captured upright, whole and opaque; `release` puts them back. Important declarations win over
// animations (CSS Cascade 5, §6.1).
const held = new Map();
// What of each layer is hidden of itself, as long as nothing is moved: asked for once, since every answer costs a restyling.
const unseen = new Map();
function hold(deep = false) {
  for (const layer of layers) {
    if (layer.holder && !deep) continue; // it is drawn as it stands in its group
    layer.chain.forEach((element, depth) => {
      if (held.has(element)) return;
      const last = depth === layer.chain.length - 1;
      const set = (name, value) => element.style.setProperty(name, value, "important");
      const keep = () => held.set(element, element.getAttribute("style"));
      if (last && (layer.blend || layer.backdrop)) {
        // How it blends is the compositor's work; what it covers is captured.
        keep();
        set("mix-blend-mode", "normal");
        set("backdrop-filter", "none");
      }
      if (layer.kind === "frames" && last) return;
      if (!layer.animated && !layer.self && layer.kind !== "media" && last) return;
      if (!held.has(element)) keep();
      for (const name of ["transform", "translate", "rotate", "scale"]) set(name, "none");
      set("opacity", "1");
      if (!last || layer.self) set("overflow", "visible");
    });
  }
}
function release() {
  for (const [element, style] of held) {
    if (style === null) element.removeAttribute("style");
    else element.setAttribute("style", style);
  }
  held.clear();
  unseen.clear();
  moved.clear();
}

// How far each element is moved just now, so that layers that lie over one another are seen side by side.
const moved = new Map();
function moveTo(layer, [x, y]) {
  let [left, top] = [x, y];
  for (const above of layer.chain.slice(0, -1)) {
    const [dx, dy] = moved.get(above) || [0, 0];
    left -= dx;
    top -= dy;
  }
  if (!left && !top) return;
  const { element } = layer;
  if (!held.has(element)) held.set(element, element.getAttribute("style"));
  element.style.setProperty("translate", `${left}px ${top}px`, "important");
  moved.set(element, [left, top]);
}

// Whether a layer is painted the very same wherever it is moved to, bit by bit: what moves with it goes by nothing beyond
// it, and has no edge whose pixels are rounded otherwise elsewhere, as the browser does with round and turned ones.
const MOVABLE = /^(block|inline-block|flex|inline-flex|grid|inline-grid|flow-root)$/;
const CORNERS = ["borderTopLeftRadius", "borderTopRightRadius", "borderBottomRightRadius", "borderBottomLeftRadius"];
const isRound = (style) => CORNERS.some((corner) => style[corner] !== "0px") || style.clipPath !== "none" || style.maskImage !== "none";
const isTurned = (style) => style.transform !== "none" || style.rotate !== "none" || style.scale !== "none";
function isMovable(layer) {
  const { element } = layer;
  if (layer.kind !== "sprite" || layer.blend || layer.backdrop || !(element instanceof HTMLElement)) return false;
  const own = getComputedStyle(element);
  if (!MOVABLE.test(own.display) || own.translate !== "none") return false;
  const goesBeyond = (style) => style.position === "fixed" || (style.position === "absolute" && own.position === "static");
  for (const part of layer.self ? [element] : [element, ...element.querySelectorAll("*")]) {
    if (!(part instanceof HTMLElement)) return false;
    const pseudo = ["::before", "::after"].map((name) => getComputedStyle(part, name)).filter((style) => !/^(none|normal)$/.test(style.content));
    const style = part === element ? own : getComputedStyle(part);
    if ((part === element ? pseudo : [style, ...pseudo]).some(goesBeyond)) return false;
    if ([style, ...pseudo].some((each) => isRound(each) || isTurned(each) || each.backgroundAttachment.includes("fixed"))) return false;
  }
  return layer.chain.slice(0, -1).every((above) => {
    const style = getComputedStyle(above);
    return style.zoom === "1" && style.contain === "none" && style.clipPath === "none" && style.maskImage === "none" && style.filter === "none" && style.clip === "auto";
  });
}

function inkMargin(element) {
  let margin = 2;
  for (const e of [element, ...element.querySelectorAll("*")]) {
    const style = getComputedStyle(e);
    margin = Math.max(margin, parseFloat(style.fontSize) * 0.3 || 0);
    for (const shadow of [style.textShadow, style.boxShadow]) {
      if (shadow !== "none") {
        const lengths = [...shadow.matchAll(/(-?[\d.]+)px/g)].map((m) => Math.abs(Number(m[1])));
        margin = Math.max(margin, lengths.reduce((a, b) => a + b, 0) * 1.5);
      }
    }
    if (style.outlineStyle !== "none") margin = Math.max(margin, (parseFloat(style.outlineWidth) || 0) + Math.max(0, parseFloat(style.outlineOffset) || 0) + 2);
    const blur = /(?:blur|drop-shadow)\(([^)]*)\)/.exec(style.filter);
    if (blur) margin = Math.max(margin, 3 * (parseFloat(/([\d.]+)px/.exec(blur[1])?.[1]) || 0) + 40);
  }
  return margin;
}

// What a layer may paint, in the window: its boxes with room for shadows, blurs and overhanging glyphs.
function inkBox(layer) {
  const box = layer.element.getBoundingClientRect();
  let { left, top, right, bottom } = box;
  if (!layer.self && layer.kind !== "media") {
    for (const e of layer.element.querySelectorAll("*")) {
      const r = e.getBoundingClientRect();
      if (!r.width || !r.height) continue;
      left = Math.min(left, r.left); top = Math.min(top, r.top);
      right = Math.max(right, r.right); bottom = Math.max(bottom, r.bottom);
    }
  }
  const margin = layer.kind === "media" ? 0 : inkMargin(layer.element);
  return [left - margin, top - margin, right + margin, bottom + margin];
}

// The radii of a box's corners, clockwise from the top left, in pixels: [across, down] of each (CSS Backgrounds 3, 4.5).
function cornersOf(style, width, height) {
  const length = (value, side) => (value.endsWith("%") ? (parseFloat(value) / 100) * side : parseFloat(value) || 0);
  const radii = ["TopLeft", "TopRight", "BottomRight", "BottomLeft"].map((corner) => {
    const [x, y = x] = style[`border${corner}Radius`].split(" ");
    return [length(x, width), length(y, height)];
  });
  const [tl, tr, br, bl] = radii;
  const share = (side, sum) => (sum > side ? side / sum : 1);
  const by = Math.min(share(width, tl[0] + tr[0]), share(width, bl[0] + br[0]), share(height, tl[1] + bl[1]), share(height, tr[1] + br[1]));
  return radii.map(([x, y]) => [x * by, y * by]);
}

// A photograph fills its element within the border.
function innerBox(element, style, stageBox) {
  const box = element.getBoundingClientRect();
  const [t, r, b, l] = ["Top", "Right", "Bottom", "Left"].map((side) => parseFloat(style[`border${side}Width`]) || 0);
  const corners = cornersOf(style, box.width, box.height);
  const inner = [[l, t], [r, t], [r, b], [l, b]].map(([x, y], i) => [Math.max(0, corners[i][0] - x), Math.max(0, corners[i][1] - y)]);
  return [[box.left - stageBox.left + l, box.top - stageBox.top + t, box.right - stageBox.left - r, box.bottom - stageBox.top - b], inner];
}

// Each layer's box and how its ancestors clip it, in the stage's own coordinates, nothing transformed.
function describe() {
  hold();
  const stageBox = stage.getBoundingClientRect();
  chains = new Map();
  const measure = (layer) => {
    for (const element of layer.chain) {
      if (chains.has(element)) continue;
      const box = element.getBoundingClientRect();
      const style = getComputedStyle(element);
      const [ox, oy] = style.transformOrigin.split(" ").map(parseFloat);
      chains.set(element, { origin: [box.left - stageBox.left + ox, box.top - stageBox.top + oy], box, width: box.width, height: box.height });
    }
    const style = getComputedStyle(layer.element);
    const media = layer.kind === "media";
    layer.movable = isMovable(layer);
    layer.ink = inkBox(layer).map((v, i) => v - (i % 2 ? stageBox.top : stageBox.left));
    layer.shape = media || layer.backdrop ? innerBox(layer.element, media ? style : plainBorders(style), stageBox) : [null, null];
  };
  layers.filter((layer) => !layer.holder).forEach(measure);
  hold(true);
  for (const element of layers.filter((layer) => layer.holder).flatMap((layer) => layer.chain)) chains.delete(element);
  layers.filter((layer) => layer.holder).forEach(measure);
  for (const layer of layers) layer.layout = layoutsOf(layer);
  // What lies in one that is moved has to be moved back.
  const stuck = layers.filter((layer) => !layer.movable).flatMap((layer) => layer.chain);
  for (const layer of layers) layer.movable &&= !stuck.includes(layer.element);
  const out = layers.map((layer, index) => {
    const { ink, shape: [shape, corners] } = layer;
    const media = layer.kind === "media";
    layer.effect = layer.holder ? null : media ? "filter" : layer.backdrop ? "backdropFilter" : null;
    return {
      index,
      kind: layer.kind,
      scene: layer.scene,
      animated: layer.animated,
      media: layer.kind === "media" ? Number(layer.element.dataset.media) : null,
      scrim: layer.element.getAttribute("data-scrim"),
      corners: corners && corners.some(([x, y]) => x && y) ? corners.map((c) => c.map(round)) : [],
      shape: shape ? shape.map(round) : null,
      box: (media ? shape : ink).map(round),
      movable: layer.movable,
      fades: layer.fadeNumbers,
      name: layer.element.dataset.text || layer.element.getAttribute("class") || layer.element.tagName.toLowerCase(),
      why: layer.why,
      blend: layer.blend,
      backdrop: layer.backdrop,
      held: !!layer.holder,
      photos: layer.photos.map((photo) => layers.indexOf(photo)),
      alone: layer.alone,
    };
  });
  release();
  for (const layer of layers) {
    layer.clips = [];
    layer.chain.slice(0, layer.self ? -1 : undefined).forEach((element, depth) => {
      const own = depth === layer.chain.length - 1;
      if (own && layer.kind !== "media") return;
      const style = getComputedStyle(element);
      if (!own && /visible/.test(style.overflowX) && /visible/.test(style.overflowY)) return;
      if (own) return;
      const box = chains.get(element).box;
      const m = parseFloat(style.overflowClipMargin) || 0;
      layer.clips.push({
        depth,
        box: [
          box.left - stageBox.left + parseFloat(style.borderLeftWidth) - m,
          box.top - stageBox.top + parseFloat(style.borderTopWidth) - m,
          box.right - stageBox.left - parseFloat(style.borderRightWidth) + m,
          box.bottom - stageBox.top - parseFloat(style.borderBottomWidth) + m,
        ],
      });
    });
  }
  return out;
}

const sheet = document.createElement("style");
const fills = document.createElement("style");
document.head.append(sheet, fills);
sheet.textContent =
  "html.castad-alone #stage, html.castad-alone #stage * { visibility: hidden !important; }" +
  "html.castad-alone #stage .castad-whole:not(.castad-hidden), html.castad-alone #stage .castad-whole *:not(.castad-hidden)," +
  "html.castad-alone #stage .castad-self { visibility: visible !important; }";

// Shows some layers alone, each moved by its share of ``ways`` (pixels across and down), where there are any; the box
// (on the stage) that holds all they paint.
function showAlone(indexes, ways = []) {
  for (const element of moved.keys()) element.style.setProperty("translate", "none", "important");
  moved.clear();
  stage.querySelectorAll(".castad-whole, .castad-self, .castad-hidden").forEach((e) => e.classList.remove("castad-whole", "castad-self", "castad-hidden"));
  if (!held.size) hold();
  if (!unseen.size) {
    document.documentElement.classList.remove("castad-alone");
    for (const layer of layers) {
      const parts = layer.self ? [] : [layer.element, ...layer.element.querySelectorAll("*")];
      unseen.set(layer, parts.filter((e) => getComputedStyle(e).visibility !== "visible"));
    }
  }
  const mine = indexes.map((i) => layers[i]);
  for (const layer of mine) unseen.get(layer).forEach((e) => e.classList.add("castad-hidden"));
  document.documentElement.classList.add("castad-alone");
  for (const layer of mine) layer.element.classList.add(layer.self ? "castad-self" : "castad-whole");
  // Those that hold others first.
  const order = [...ways.keys()].sort((a, b) => mine[a].chain.length - mine[b].chain.length);
  for (const k of order) moveTo(mine[k], ways[k]);
  const origin = stage.getBoundingClientRect();
  const boxes = mine.map((layer) => inkBox(layer));
  return [
    Math.min(...boxes.map((b) => b[0])) - origin.left, Math.min(...boxes.map((b) => b[1])) - origin.top,
    Math.max(...boxes.map((b) => b[2])) - origin.left, Math.max(...boxes.map((b) => b[3])) - origin.top,
  ].map(round);
}

function showAll() {
  document.documentElement.classList.remove("castad-alone");
  stage.querySelectorAll(".castad-whole, .castad-self").forEach((e) => e.classList.remove("castad-whole", "castad-self"));
  release();
}

// How large the photographs of a group are at the moment, in whole pixels.
const photoSizes = (index) => layers[index].photos.map(({ element }) => [element.clientWidth, element.clientHeight]);

// Fills the photographs' places of a group, each with a CSS background; with none they are as they were.
function fillPhotos(index, backgrounds) {
  layers[index].photos.forEach(({ element }, i) => element.classList.toggle(`castad-photo-${i}`, i < backgrounds.length));
  fills.textContent = backgrounds
    .map((background, i) => `#stage .castad-photo-${i}.castad-photo-${i} { background: ${background} padding-box !important; }`)
    .join("");
}
