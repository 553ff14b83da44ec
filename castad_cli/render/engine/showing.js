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
      if (last && !layer.part && (layer.blend || layer.backdrop)) {
        // How it blends is the compositor's work; what it covers is captured.
        keep();
        set("mix-blend-mode", "normal");
        set("backdrop-filter", "none");
        if (layer.blender) {
          held.set(layer.blender, layer.blender.getAttribute("style"));
          layer.blender.style.setProperty("mix-blend-mode", "normal", "important");
        }
      }
      if (layer.kind === "frames" && last) return;
      if (!layer.animated && !layer.self && layer.kind !== "media" && last) return;
      if (!held.has(element)) keep();
      if (layer.holding.has(element)) {
        // What is positioned in it stays where it is without its transform.
        set("position", "relative");
        set("inset", "auto");
      }
      for (const name of ["transform", "translate", "rotate", "scale"]) set(name, "none");
      set("opacity", "1");
      if (!last || layer.self) {
        set("overflow", "visible");
        const contained = getComputedStyle(element).contain;
        if (CONTAINS_PAINT.test(contained)) set("contain", { strict: "size layout style", content: "layout style" }[contained] || contained.replace(/\bpaint\b/, "").trim() || "none");
      }
    });
  }
}
const putBack = (element, style) => (style === null ? element.removeAttribute("style") : element.setAttribute("style", style));
function release() {
  for (const [element, style] of held) putBack(element, style);
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
  if (layer.kind !== "sprite" || layer.part || layer.blend || layer.backdrop || !(element instanceof HTMLElement)) return false;
  const own = getComputedStyle(element);
  if (!MOVABLE.test(own.display) || own.translate !== "none") return false;
  const goesBeyond = (style) => style.position === "fixed" || (style.position === "absolute" && own.position === "static");
  for (const part of layer.self ? [element] : [element, ...element.querySelectorAll("*")]) {
    if (!(part instanceof HTMLElement)) return false;
    const pseudo = pseudoStyles(part, layer.self ? layer.parts : PSEUDO);
    const style = part === element ? own : getComputedStyle(part);
    if ((part === element ? pseudo : [style, ...pseudo]).some(goesBeyond)) return false;
    if ([style, ...pseudo].some((each) => isRound(each) || isTurned(each) || each.backgroundAttachment.includes("fixed"))) return false;
  }
  return layer.chain.slice(0, -1).every((above) => {
    const style = getComputedStyle(above);
    return style.zoom === "1" && style.contain === "none" && style.clipPath === "none" && style.maskImage === "none" && style.filter === "none" && style.clip === "auto";
  });
}

// The radii of a box's corners, clockwise from the top left, in pixels: [across, down] of each (CSS Backgrounds 3, 4.5).
function cornersOf(style, width, height, zoom) {
  const length = (value, side) => (value.endsWith("%") ? (parseFloat(value) / 100) * side : parseFloat(value) * zoom || 0);
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
  const box = element.getBoundingClientRect(), zoom = zoomOf(element);
  const [t, r, b, l] = ["Top", "Right", "Bottom", "Left"].map((side) => parseFloat(style[`border${side}Width`]) * zoom || 0);
  const corners = cornersOf(style, box.width, box.height, zoom);
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
      const zoom = zoomOf(element);
      const [ox, oy] = getComputedStyle(element).transformOrigin.split(" ").map((v) => parseFloat(v) * zoom);
      chains.set(element, { origin: [box.left - stageBox.left + ox, box.top - stageBox.top + oy], box, width: box.width, height: box.height, zoom });
    }
    const style = getComputedStyle(layer.element);
    const media = layer.kind === "media";
    layer.movable = isMovable(layer);
    const onStage = (box) => box.map((v, i) => v - (i % 2 ? stageBox.top : stageBox.left));
    const painted = paintedBox(layer);
    layer.ink = onStage(inkBox(layer, painted));
    layer.painted = onStage(painted);
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
      painted: layer.painted.map(round),
      movable: layer.movable,
      fades: layer.fadeNumbers,
      name: (layer.element.dataset.text || layer.element.getAttribute("class") || layer.element.tagName.toLowerCase()) + layer.part,
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
    layer.chain.forEach((element, depth) => {
      if (depth === layer.chain.length - 1 && !layer.part) return;
      const style = getComputedStyle(element);
      const [across, down] = clippedSides(style);
      if (!(across || down) || !layer.clippers.has(element)) return;
      const box = chains.get(element).box;
      const zoom = zoomOf(element);
      const border = (side) => parseFloat(style[`border${side}Width`]) * zoom;
      const m = parseFloat(style.overflowClipMargin) * zoom || 0;
      const beyond = 1e6; // where nothing is cut off
      layer.clips.push({
        depth,
        box: [
          across ? box.left - stageBox.left + border("Left") - m : -beyond,
          down ? box.top - stageBox.top + border("Top") - m : -beyond,
          across ? box.right - stageBox.left - border("Right") + m : beyond,
          down ? box.bottom - stageBox.top - border("Bottom") + m : beyond,
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
  "html.castad-alone #stage .castad-self { visibility: visible !important; }" +
  "html.castad-alone #stage .castad-not-before::before, html.castad-alone #stage .castad-not-after::after { visibility: hidden !important; }" +
  "html.castad-alone #stage .castad-before.castad-before::before, html.castad-alone #stage .castad-after.castad-after::after { visibility: visible !important; mix-blend-mode: normal !important; }";
const SHOWN = ["castad-whole", "castad-self", "castad-hidden", "castad-before", "castad-after", "castad-not-before", "castad-not-after"];
// Takes from all elements what says that they are shown, or not.
function showNone() {
  for (const name of SHOWN) stage.querySelectorAll(`.${name}`).forEach((e) => e.classList.remove(name));
}

// Shows some layers alone, each moved by its share of ``ways`` (pixels across and down), where there are any.
function showAlone(indexes, ways = []) {
  moveStage([0, 0]);
  for (const element of moved.keys()) element.style.setProperty("translate", "none", "important");
  moved.clear();
  showNone();
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
  for (const { element, self, part, parts } of mine) {
    element.classList.add(part ? `castad-${part.slice(2)}` : self ? "castad-self" : "castad-whole");
    if (self && !part) for (const other of PSEUDO) if (!parts.includes(other)) element.classList.add(`castad-not-${other.slice(2)}`);
  }
  // Those that hold others first.
  const order = [...ways.keys()].sort((a, b) => mine[a].chain.length - mine[b].chain.length);
  for (const k of order) moveTo(mine[k], ways[k]);
}

// Moves the stage under the window, so that what lies beyond its edge is seen.
function moveStage([x, y]) {
  if (!x && !y) {
    if (held.has(stage)) putBack(stage, held.get(stage));
    held.delete(stage);
    return;
  }
  if (!held.has(stage)) held.set(stage, stage.getAttribute("style"));
  stage.style.setProperty("translate", `${x}px ${y}px`, "important");
  stage.style.setProperty("overflow", "visible", "important");
}

function showAll() {
  document.documentElement.classList.remove("castad-alone");
  showNone();
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
