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
    if (!element || !stage.contains(element) || element === stage) return;
    if (!scripted.has(element)) scripted.set(element, new Set());
    scripted.get(element).add(what);
  };
  const observer = new MutationObserver(() => {});
  observer.observe(stage, { subtree: true, childList: true, characterData: true, attributes: true, attributeOldValue: true });
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
      for (const canvas of canvases) {
        if (canvas.isConnected && !scripted.has(canvas) && canvas.toDataURL() !== drawn.get(canvas)) note(canvas, "drawing");
      }
    }
  }
  observer.disconnect();
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

function ownMatrix(element) {
  // Each is read once: what a style comes to is written out anew whenever it is asked for.
  const { transform, translate, rotate, scale } = getComputedStyle(element);
  const plain = transform === "none" && translate === "none" && rotate === "none" && scale === "none";
  if (plain || isDeep({ transform, translate, rotate })) return null; // what has depth the browser draws
  const [ox, oy] = chains.get(element).origin;
  const matrix = new DOMMatrix([1, 0, 0, 1, ox, oy]);
  if (translate !== "none") {
    const box = chains.get(element);
    const sides = [box.width, box.height];
    const [x, y = 0] = lengths(translate).map((v, i) => (v.endsWith("%") ? (parseFloat(v) / 100) * sides[i] : parseFloat(v)));
    matrix.translateSelf(x, y);
  }
  if (rotate !== "none") matrix.rotateSelf(parseFloat(rotate));
  if (scale !== "none") {
    const [x, y = x] = scale.split(" ").map(parseFloat);
    matrix.scaleSelf(x, y);
  }
  if (transform !== "none") matrix.multiplySelf(new DOMMatrix(transform));
  return matrix.translateSelf(-ox, -oy);
}

function boundsOf(box, m) {
  const xs = [], ys = [];
  for (const [x, y] of [[box[0], box[1]], [box[2], box[1]], [box[0], box[3]], [box[2], box[3]]]) {
    xs.push(m.a * x + m.c * y + m.e);
    ys.push(m.b * x + m.d * y + m.f);
  }
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

// Whether something may move that no animation tells of: by a script, or within a drawing.
const isDriven = () => typeof window.castadSeek === "function" || !!stage.querySelector("animate, animateTransform, animateMotion, set");

// For every frame of a scene: each layer's [a, b, c, d, e, f, opacity, clip left, top, right, bottom], or 0
// where it stands as on the frame before. Frames-kind layers add a string that changes when they do.
function states(scene, times) {
  const mine = layers.map((layer, index) => [layer, index]).filter(([layer]) => layer.scene === scene);
  const width = stage.clientWidth, height = stage.clientHeight;
  const out = mine.map(([, index]) => ({ index, frames: [] }));
  const last = mine.map(() => "");
  const courses = new Courses(animationsOf(scene), isDriven());
  const known = new Map();
  for (const t of times) {
    courses.seek(t);
    hook(scene, t);
    const told = new Set();
    const stateOf = (element) => {
      if (!known.has(element) || (!told.has(element) && courses.stirs(element))) {
        known.set(element, { matrix: ownMatrix(element), opacity: Number(getComputedStyle(element).opacity) });
      }
      told.add(element);
      return known.get(element);
    };
    mine.forEach(([layer], k) => {
      const frames = layer.kind === "frames";
      if (last[k] && !(frames ? courses.stirsWithin(layer.element) : courses.stirs(layer.element))) {
        out[k].frames.push(0);
        return;
      }
      let matrix = new DOMMatrix();
      let opacity = 1;
      let clip = [0, 0, width, height];
      layer.chain.forEach((element, depth) => {
        const final = depth === layer.chain.length - 1;
        // A static layer and a frames layer are captured with their own transform and opacity drawn in.
        if (final && (frames || (!layer.animated && !layer.self && layer.kind !== "media"))) return;
        const state = stateOf(element);
        if (state.matrix) matrix = matrix.multiply(state.matrix);
        opacity *= state.opacity;
        for (const c of layer.clips) {
          if (c.depth !== depth) continue;
          const b = boundsOf(c.box, matrix);
          clip = [Math.max(clip[0], b[0]), Math.max(clip[1], b[1]), Math.min(clip[2], b[2]), Math.min(clip[3], b[3])];
        }
      });
      // A thousandth of a pixel is finer than anything drawn, and rids a matrix at rest of rounding's dust.
      const fine = (x) => (Number.isFinite(x) ? Math.round(x * 1e6) / 1e6 : 0); // depth has no such matrix
      const { a, b, c, d, e, f } = matrix;
      const row = [fine(a), fine(b), fine(c), fine(d), round(e), round(f), fine(opacity), ...clip.map(round)];
      for (const element of layer.fades) row.push(fine(stateOf(element).opacity));
      row.push(layer.effect ? getComputedStyle(layer.element)[layer.effect] : "none");
      if (frames) row.push((layer.photos.length && isDrawn(layer) ? "drawn|" : "") + signature(layer, t));
      const text = row.join();
      out[k].frames.push(text === last[k] ? 0 : row);
      last[k] = text;
    });
  }
  return out;
}

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
    for (const canvas of layer.element.matches("canvas") ? [layer.element] : layer.element.querySelectorAll("canvas")) parts.push(canvas.toDataURL());
  }
  if (layer.element.querySelector("animate, animateTransform, animateMotion, set")) parts.push(time);
  return parts.join("|");
}
