// Where each layer is at every frame.

function animationsOf(scene) {
  return allAnimations().filter((a) => sceneOf(a.effect.target) === scene);
}

function seek(animations, milliseconds) {
  for (const animation of animations) animation.currentTime = milliseconds;
}

// What moves by other means than CSS: SVG's own animations, and whatever a template's script draws in its hook.
function hook(scene, milliseconds) {
  for (const drawing of stage.querySelectorAll("svg")) {
    if (sceneOf(drawing) !== scene) continue;
    drawing.pauseAnimations();
    drawing.setCurrentTime(milliseconds / 1000);
  }
  if (typeof window.castadSeek !== "function") return;
  const answer = window.castadSeek(scene, milliseconds);
  if (answer && typeof answer.then === "function") throw new Error("castadSeek must have drawn when it returns; it returned a promise");
}

// Which elements the hook changes, and in what: it is called for every frame, and watched.
const scripted = new Map();
let scouted = [];
function scout(scenes) {
  if (typeof window.castadSeek !== "function") return;
  scouted = scenes;
  const note = (element, what) => {
    if (!element || !stage.contains(element) || element === stage || element.closest("style")) return;
    if (!scripted.has(element)) scripted.set(element, new Set());
    scripted.get(element).add(what);
  };
  const observer = new MutationObserver(() => {});
  observer.observe(stage, { subtree: true, childList: true, characterData: true, attributes: true, attributeOldValue: true });
  const around = new MutationObserver(() => {});
  around.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  const scrollers = [...stage.querySelectorAll("*")].filter((e) => !/visible|clip/.test(getComputedStyle(e).overflowX));
  const scrolled = new Map(scrollers.map((e) => [e, [e.scrollLeft, e.scrollTop].join()]));
  const canvases = [...stage.querySelectorAll("canvas")];
  const drawn = new Map(canvases.map((canvas) => [canvas, canvas.toDataURL()]));
  for (const [scene, times] of scenes) {
    for (const time of times) {
      hook(scene, time);
      for (const record of observer.takeRecords()) {
        const element = record.target.nodeType === Node.ELEMENT_NODE ? record.target : record.target.parentElement;
        if (record.attributeName === "style") styleChanges(record.oldValue, element.getAttribute("style")).forEach((p) => note(element, p));
        else note(element, record.attributeName ? `attribute ${record.attributeName}` : "content");
      }
      for (const e of scrollers) if ([e.scrollLeft, e.scrollTop].join() !== scrolled.get(e)) note(e, "scroll");
      for (const canvas of canvases) {
        if (canvas.isConnected && !scripted.has(canvas) && canvas.toDataURL() !== drawn.get(canvas)) note(canvas, "drawing");
      }
    }
  }
  observer.disconnect();
  const isAround = ({ target }) => target === stage || !stage.contains(target) || !!(target.closest ? target : target.parentElement)?.closest("style");
  if (around.takeRecords().some(isAround)) scoutStyles(scenes, note);
  around.disconnect();
}

// What a hook changes by way of something that lies around the stage, or of a style sheet: found in what styles come to.
const SCOUTED_MOMENTS = 12;
function scoutStyles(scenes, note) {
  const elements = [...stage.querySelectorAll("*")].filter((e) => !/^(SCRIPT|STYLE|TEMPLATE)$/.test(e.tagName));
  // Where a transform is about, and what a box comes to, follow from others.
  const names = [...getComputedStyle(stage)].filter((name) => !PACE.test(name) && !UNPAINTED.test(name) && !/^(perspective|transform)-origin$/.test(name));
  for (const [scene, times] of scenes) {
    const before = new Map();
    const stride = Math.max(1, Math.floor(times.length / SCOUTED_MOMENTS));
    for (const time of times.filter((_, i) => i % stride === 0)) {
      hook(scene, time);
      for (const element of elements) {
        const style = getComputedStyle(element);
        const values = names.map((name) => style.getPropertyValue(name));
        before.get(element)?.forEach((value, i) => value !== values[i] && note(element, isSolid(names[i], values[i]) ? "3d" : names[i]));
        before.set(element, values);
      }
    }
  }
}

// Which properties differ between two style attributes.
function styleChanges(before, after) {
  const [one, other] = [before, after].map((text) => {
    const style = document.createElement("i").style;
    style.cssText = text || "";
    return style;
  });
  const names = new Set([...one, ...other].filter((name) => one.getPropertyValue(name) !== other.getPropertyValue(name)));
  return [...names].map((name) => (isSolid(name, other.getPropertyValue(name)) ? "3d" : name));
}

// A computed value's lengths: in px or per cent. One of both ("calc(10% + 4px)") is measured by the browser.
function lengths(value) {
  return value.match(/calc\([^)]*\)|\S+/g);
}

// Matrices are [a, b, c, d, e, f], as in CSS's `matrix()` (CSS Transforms 1): to make a `DOMMatrix` takes longer than to reckon.
const product = (m, n) => [
  m[0] * n[0] + m[2] * n[1], m[1] * n[0] + m[3] * n[1], m[0] * n[2] + m[2] * n[3], m[1] * n[2] + m[3] * n[3],
  m[0] * n[4] + m[2] * n[5] + m[4], m[1] * n[4] + m[3] * n[5] + m[5],
];

// What flows in lines like a word has no transform (CSS Transforms 1, "transformable element").
const mayTurn = (element) => getComputedStyle(element).display !== "inline" || !(element instanceof HTMLElement) || element.matches(REPLACED);

function ownMatrix(element) {
  // Each is read once: what a style comes to is written out anew whenever it is asked for.
  const { transform, translate, rotate, scale } = getComputedStyle(element);
  const plain = translate === "none" && rotate === "none" && scale === "none";
  if (!mayTurn(element)) return null;
  if ((plain && transform === "none") || isDeep({ transform, translate, rotate })) return null; // what has depth the browser draws
  const { origin: [ox, oy], zoom } = chains.get(element);
  if (plain) {
    const [a, b, c, d, e, f] = transform.slice("matrix(".length, -1).split(",").map(Number);
    return [a, b, c, d, e * zoom + ox - a * ox - c * oy, f * zoom + oy - b * ox - d * oy]; // about the origin
  }
  const matrix = new DOMMatrix([1, 0, 0, 1, ox, oy]);
  if (translate !== "none") {
    const box = chains.get(element);
    const sides = [box.width, box.height];
    const [x, y = 0] = lengths(translate).map((v, i) => (v.endsWith("%") ? (parseFloat(v) / 100) * sides[i] : parseFloat(v) * zoom));
    matrix.translateSelf(x, y);
  }
  if (rotate !== "none") matrix.rotateSelf(parseFloat(rotate));
  if (scale !== "none") {
    const [x, y = x] = scale.split(" ").map(parseFloat);
    matrix.scaleSelf(x, y);
  }
  if (transform !== "none") {
    const own = new DOMMatrix(transform);
    [own.e, own.f] = [own.e * zoom, own.f * zoom];
    matrix.multiplySelf(own);
  }
  const { a, b, c, d, e, f } = matrix.translateSelf(-ox, -oy);
  return [a, b, c, d, e, f];
}

function boundsOf([left, top, right, bottom], [a, b, c, d, e, f]) {
  const xs = [a * left + c * top, a * right + c * top, a * left + c * bottom, a * right + c * bottom];
  const ys = [b * left + d * top, b * right + d * top, b * left + d * bottom, b * right + d * bottom];
  return [Math.min(...xs) + e, Math.min(...ys) + f, Math.max(...xs) + e, Math.max(...ys) + f];
}

// Whether something may move that no animation tells of: by a script, or within a drawing.
const isDriven = () => typeof window.castadSeek === "function" || referring.size > 0 || !!stage.querySelector("animate, animateTransform, animateMotion, set");

// For every frame of a scene: each layer's [a, b, c, d, e, f, opacity, clip left, top, right, bottom], or 0
// where it stands as on the frame before. Frames-kind layers add a string that changes when they do.
function states(scene, times) {
  const width = stage.clientWidth, height = stage.clientHeight;
  const driven = isDriven();
  const courses = new Courses(animationsOf(scene), driven);
  // Each element's matrix and opacity, and the frame it was last looked at on.
  const known = new Map();
  const stateOf = (element, frame) => {
    let state = known.get(element);
    if (!state) known.set(element, (state = { frame: -1, matrix: null, opacity: 1 }));
    if (state.frame < 0 || (state.frame !== frame && courses.stirs(element))) {
      state.matrix = ownMatrix(element);
      state.opacity = Number(getComputedStyle(element).opacity);
    }
    state.frame = frame;
    return state;
  };
  const tracks = layers.map((layer, index) => ({ layer, index, carrying: carrying(layer), last: null, frames: [] }));
  const mine = tracks.filter(({ layer }) => layer.scene === scene);
  times.forEach((t, frame) => {
    courses.seek(t);
    if (driven) hook(scene, t);
    for (const track of mine) {
      const { layer, last } = track;
      const frames = layer.kind === "frames";
      if (last && !(frames ? courses.stirsWithin(layer.element) : courses.stirs(layer.element))) {
        track.frames.push(0);
        continue;
      }
      let matrix = [1, 0, 0, 1, 0, 0];
      let opacity = 1;
      let clip = [0, 0, width, height];
      track.carrying.forEach((element, depth) => {
        const state = stateOf(element, frame);
        if (state.matrix) matrix = product(matrix, state.matrix);
        opacity *= state.opacity;
        for (const c of layer.clips) {
          if (c.depth !== depth) continue;
          const b = boundsOf(c.box, matrix);
          clip = [Math.max(clip[0], b[0]), Math.max(clip[1], b[1]), Math.min(clip[2], b[2]), Math.min(clip[3], b[3])];
        }
      });
      const [a, b, c, d, e, f] = matrix;
      const row = [fine(a), fine(b), fine(c), fine(d), round(e), round(f), fine(opacity), ...clip.map(round)];
      for (const element of layer.fades) row.push(fine(stateOf(element, frame).opacity));
      row.push(layer.effect ? getComputedStyle(layer.element)[layer.effect] : "none");
      if (frames) row.push((layer.photos.length && isDrawn(layer) ? "drawn|" : "") + signature(layer, t));
      track.frames.push(last && row.every((value, i) => value === last[i]) ? 0 : row);
      track.last = row;
    }
  });
  return mine.map(({ index, frames }) => ({ index, frames }));
}

// The elements, from the stage inwards, whose transforms and opacities a layer is drawn with: a static layer and a frames
// layer are captured with their own drawn in.
function carrying(layer) {
  const own = layer.kind !== "frames" && (layer.animated || layer.self || layer.kind === "media");
  return own ? layer.chain : layer.chain.slice(0, -1);
}

// A thousandth of a pixel is finer than anything drawn, and rids a matrix at rest of rounding's dust.
const fine = (x) => (Number.isFinite(x) ? Math.round(x * 1e6) / 1e6 : 0); // depth has no such matrix

// Whether the browser has to draw the photographs of a group at the moment.
function isDrawn(layer) {
  return layer.pushers.some((p) => !p.animation) || layoutsOf(layer) !== layer.layout || !coversAlone(layer.element, layer.photos.map((photo) => photo.element));
}

// Where a group's photographs lie in it; and what pushes it, with which they leave the place that they were measured in.
const layoutsOf = (layer) => [...layer.photos.map(layoutOf), ...layer.pushers.filter((p) => p.animation).map((p) => valuesOf(p.animation, p.properties))].join("|");
// Where a photograph lies in its group, whatever transforms there are.
function layoutOf({ element, holder }) {
  const numbers = [];
  for (let e = element; e; e = e === holder.element ? null : e.parentElement) numbers.push(e.offsetLeft, e.offsetTop, e.offsetWidth, e.offsetHeight);
  return numbers.join();
}

// What an animation's properties come to at the moment.
function valuesOf(animation, properties) {
  const style = getComputedStyle(animation.effect.target, animation.effect.pseudoElement || undefined);
  if (properties[0] === "custom properties") return JSON.stringify(animation.effect.getComputedTiming().progress);
  return properties.map((p) => (p.startsWith("--") ? style.getPropertyValue(p) : style[p === "cssOffset" ? "offset" : p])).join(";");
}

// Changes whenever the layer's picture may: the values that animations inside it have, what a script made of it.
function signature(layer, time) {
  const parts = layer.inner.map(([animation, properties]) => valuesOf(animation, properties));
  if (layer.pushers.some((p) => !p.animation)) parts.push(time); // a hook tells nothing of what it does
  const inside = (e) => layer.element.contains(e);
  if ([...scripted.keys()].some(inside)) {
    parts.push(layer.element.outerHTML);
    for (const e of [layer.element, ...layer.element.querySelectorAll("*")]) if (e.scrollTop || e.scrollLeft) parts.push(e.scrollTop, e.scrollLeft);
    for (const canvas of layer.element.matches("canvas") ? [layer.element] : layer.element.querySelectorAll("canvas")) parts.push(canvas.toDataURL());
  }
  if (layer.refers || layer.element.querySelector("animate, animateTransform, animateMotion, set")) parts.push(time);
  return parts.join("|");
}
