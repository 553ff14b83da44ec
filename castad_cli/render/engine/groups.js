// What has to be drawn together, what fades as one, and what cannot be drawn at all.

// Gives each text that stands beside elements an element of its own; false, and nothing is done, where a style sheet would
// have these, or what stands beside them, look otherwise: one that counts elements, or means all that are in another.
function wrapLooseText(element) {
  const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  if (!texts.length) return true;
  const children = [...element.children];
  const rules = countingSelectors();
  const matched = () => children.flatMap((child) => rules.map((rule) => isMeant(child, rule))).join();
  const before = matched();
  const wraps = texts.map((text) => {
    const wrap = document.createElement("castad-text");
    text.replaceWith(wrap);
    wrap.append(text);
    return wrap;
  });
  const plain = ({ position, opacity, transform, animationName, backgroundColor, color, fontSize, fontWeight }) =>
    [position, opacity, transform, animationName, backgroundColor].join() === "static,1,none,none,rgba(0, 0, 0, 0)" && [color, fontSize, fontWeight];
  const own = getComputedStyle(element), wanted = [own.color, own.fontSize, own.fontWeight].join();
  if (matched() === before && wraps.every((wrap) => String(plain(getComputedStyle(wrap))) === wanted)) return true;
  for (const wrap of wraps) wrap.replaceWith(...wrap.childNodes);
  return false;
}

// What a selector without its pseudo-elements comes to may be none.
function isMeant(element, selector) {
  try {
    return element.matches(selector);
  } catch {
    return false;
  }
}

// The selectors of all style sheets that go by where an element stands among others (Selectors 4, 14 and 15).
const COUNTING = /:(nth-|first-|last-|only-|empty|has\()|[+~]/;
function countingSelectors() {
  const found = [];
  const visit = (rules) => {
    for (const rule of rules) {
      if (rule.selectorText && COUNTING.test(rule.selectorText)) found.push(rule.selectorText.replace(/::[\w-]+(\([^)]*\))?/g, ""));
      if (rule.cssRules) visit(rule.cssRules);
    }
  };
  for (const style of document.styleSheets) visit(style.cssRules);
  return found;
}

const paintsItself = (element) => paintsBox(getComputedStyle(element)) || pseudoStyles(element).length > 0;
function paintsBox(style) {
  return (
    style.backgroundImage !== "none" ||
    !/^(transparent|rgba\(0, 0, 0, 0\))$/.test(style.backgroundColor) ||
    ["Top", "Right", "Bottom", "Left"].some((s) => parseFloat(style[`border${s}Width`]) > 0) ||
    style.boxShadow !== "none"
  );
}

// What an effect needs drawn together, or null.
function groupEffect(element) {
  const style = getComputedStyle(element);
  const of = (what, property) => (style[property] !== "none" ? `${what} (${property.replace(/[A-Z]/g, (c) => "-" + c.toLowerCase())})` : null);
  return (
    of("a filter", "filter") || of("a mask", "maskImage") || of("a clip", "clipPath") || of("depth", "perspective") ||
    (style.transformStyle === "preserve-3d" ? "depth (transform-style)" : null) ||
    (/^matrix3d/.test(style.transform) ? "depth (transform)" : null)
  );
}

// Whether an edge that cuts off what is inside is not a plain upright rectangle.
function clipsOddly(element, animated) {
  const clipping = (e) => !/visible/.test(getComputedStyle(e).overflowX) || !/visible/.test(getComputedStyle(e).overflowY);
  if (!clipping(element)) return false;
  const style = getComputedStyle(element);
  if (["TopLeft", "TopRight", "BottomLeft", "BottomRight"].some((c) => parseFloat(style[`border${c}Radius`]) > 0)) return true;
  for (let e = element; e && e !== stage; e = e.parentElement) {
    const own = getComputedStyle(e);
    const m = own.transform === "none" ? null : new DOMMatrix(own.transform);
    if ((own.rotate !== "none" && parseFloat(own.rotate)) || (m && (Math.abs(m.b) > 1e-6 || Math.abs(m.c) > 1e-6))) return true;
    for (const animation of animated.get(e) ? allAnimations() : []) {
      if (animation.effect.target !== e) continue;
      for (const frame of animation.effect.getKeyframes()) {
        if ((frame.rotate && frame.rotate !== "none") || /rotate|skew|matrix/.test(frame.transform || "")) return true;
      }
    }
  }
  return false;
}

// Blends with what lies behind its stacking context's edge: its own, unless one between holds it in.
const blendOf = (style) => (style.mixBlendMode !== "normal" ? style.mixBlendMode : null);
// The corners' properties alone, as if there were no border: a backdrop is seen through it.
const plainBorders = (style) => Object.fromEntries(["TopLeft", "TopRight", "BottomRight", "BottomLeft"].map((c) => [`border${c}Radius`, style[`border${c}Radius`]]));
const reachesOut = (element, animated) => blendingOut(element, animated).length > 0;
function blendingOut(element, animated) {
  return [element, ...element.querySelectorAll("*")].filter((e) => {
    const inside = pseudoStyles(e).some(blendOf);
    if (!inside && (e === element || !blendOf(getComputedStyle(e)))) return false;
    let up = inside ? e : e.parentElement;
    while (up !== element && !stacks(up, animated)) up = up.parentElement;
    return up === element;
  });
}
// What blends with what lies behind a group that is drawn as one picture without holding it in: all that is painted of the
// group, so that the picture can blend in its stead; null: nothing.
function blenderOf(element, why, animated) {
  const blending = stacks(element, animated) ? [] : blendingOut(element, animated);
  if (!blending.length) return null;
  const bare = (e) => !paintsItself(e) && ![...e.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()) && !e.matches(REPLACED);
  const beside = [element, ...element.querySelectorAll("*")].filter((e) => !blending.some((b) => b.contains(e)));
  if (blending.length === 1 && beside.every(bare) && blendOf(getComputedStyle(blending[0]))) return blending[0];
  throw new Error(
    `the mix-blend-mode of ${nameOf(blending[0])} in scene ${sceneOf(element)} cannot be drawn: it lies in ${nameOf(element)}, which is drawn as one picture (${why || "nothing in it moves"}); ` +
      `give ${nameOf(element)} the mix-blend-mode, or "isolation: isolate" to have it blend inside alone`,
  );
}
function hasLevels(element, animated) {
  for (const e of element.querySelectorAll("*")) {
    const style = getComputedStyle(e);
    if (style.zIndex === "auto" || style.zIndex === "0" || !takesIndex(e, style)) continue;
    let up = e.parentElement;
    while (up !== element && !stacks(up, animated)) up = up.parentElement;
    if (up === element) return true;
  }
  return false;
}

const dashed = (property) => property.replace(/[A-Z]/g, (c) => "-" + c.toLowerCase());
const nameOf = (element) => (element.classList.length ? "." + element.classList[0] : element.id ? "#" + element.id : element.tagName.toLowerCase());

// What a photograph's own place has that the compositor does not draw; null: nothing. The browser then draws it as a group.
const MEDIA_PROPERTIES = new Set([...SPRITE_PROPERTIES, "filter"]);
function beyondMedia(element, own) {
  const style = getComputedStyle(element);
  if (element.childElementCount || element.textContent.trim()) return "something stands inside";
  const unlike = own ? [...own].filter((p) => !MEDIA_PROPERTIES.has(p)) : [];
  if (unlike.length) return `changes its ${unlike.map((p) => (p === "3d" ? "depth" : dashed(p))).join(", ")}`;
  for (const property of ["clipPath", "maskImage", "backdropFilter", "offsetPath"]) {
    if (style[property] !== "none") return `has a ${dashed(property)}`;
  }
  if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) return "has an outline";
  if (isDeep(style)) return "has depth";
  if ((style.webkitBoxReflect || "none") !== "none") return "has a reflection";
  for (const part of ["::before", "::after"]) {
    if (!/^(none|normal)$/.test(getComputedStyle(element, part).content)) return `has a ${part}`;
  }
  const filters = [style.filter, ...allAnimations().filter((a) => a.effect.target === element).flatMap((a) => a.effect.getKeyframes().map((frame) => frame.filter || ""))];
  if (filters.some((value) => /url\(|drop-shadow\(/.test(value))) return "has a filter that is an SVG's or a shadow";
  const effects = style.filter !== "none" || own?.has("filter") || style.mixBlendMode !== "normal";
  return effects && framesItself(style) ? "has a filter or a blend together with a border or a shadow" : null;
}
const isDeep = (style) => /^matrix3d/.test(style.transform) || isSolid("rotate", style.rotate) || isSolid("translate", style.translate);
const WITHOUT_EFFECT = /^(none|((blur\(0px\)|(brightness|contrast|saturate|opacity)\(1\)|(grayscale|sepia|invert)\(0\)|hue-rotate\(0deg\))\s*)+)$/;

// Whether a group may do more to its photographs at times than cover them, wholly or in part.
function mayDraw(group, photos, animated) {
  const more = ["mixBlendMode", "backdropFilter", "filter", "3d", "custom properties"];
  const above = (photo) => [group, ...group.querySelectorAll("*")].filter((e) => e.contains(photo));
  return !coversAlone(group, photos) || photos.some((photo) => above(photo).some((e) => more.some((p) => animated.get(e)?.has(p)) || scripted.has(e)));
}

// Whether a group does no more to its photographs at the moment than cover them: then a picture of how much of each pixel
// is the photograph's serves as long as the group itself stays as it is. Else the browser has to draw them.
function coversAlone(group, photos) {
  for (const element of [group, ...group.querySelectorAll("*")]) {
    const styles = [getComputedStyle(element), ...["::before", "::after"].map((part) => getComputedStyle(element, part))];
    if (styles.some((style, i) => style.backdropFilter !== "none" || (blendOf(style) && (i || element !== group)))) return false;
  }
  for (const photo of photos) {
    for (let element = photo; ; element = element.parentElement) {
      const style = getComputedStyle(element);
      if (element instanceof SVGElement || !WITHOUT_EFFECT.test(style.filter) || isDeep(style)) return false;
      if (style.offsetPath !== "none" || (style.webkitBoxReflect || "none") !== "none") return false;
      if (element === group) break;
    }
  }
  return true;
}
const REPLACED = "img, svg, canvas, video, iframe, object, embed, input, textarea, select, hr, li";
// Whether nothing of a group is seen but its photograph.
function paintsNothingElse(group, photos) {
  const bare = (element) => {
    const style = getComputedStyle(element);
    if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) return false;
    if (element.matches(REPLACED)) return false;
    const parts = ["::before", "::after"].some((p) => !/^(none|normal)$/.test(getComputedStyle(element, p).content));
    return photos.includes(element) ? !framesItself(style) && !parts : !paintsItself(element);
  };
  return photos.length === 1 && !group.textContent.trim() && [group, ...group.querySelectorAll("*")].every(bare);
}
const framesItself = (style) => style.boxShadow !== "none" || ["Top", "Right", "Bottom", "Left"].some((s) => parseFloat(style[`border${s}Width`]) > 0);

// What a backdrop-filter reaches down to ends at the nearest of these above it (Filter Effects 2, "backdrop root").
function isBackdropRoot(element, animated) {
  const style = getComputedStyle(element);
  const own = animated.get(element);
  return (
    ["filter", "backdropFilter", "maskImage", "clipPath"].some((p) => style[p] !== "none" || own?.has(p)) ||
    style.opacity !== "1" || !!own?.has("opacity") || style.mixBlendMode !== "normal" || /opacity|filter|mask|clip-path/.test(style.willChange)
  );
}
function refuseBackdrop(element, why) {
  throw new Error(`the backdrop-filter of ${nameOf(element)} in scene ${sceneOf(element)} cannot be drawn: ${why}`);
}
// Elements whose backdrop is what the compositor has drawn, which are layers of their own; and those within which
// the others' backdrops end, which the browser draws as one.
function backdropElements(animated) {
  const glass = [], roots = new Set();
  for (const element of stage.querySelectorAll("*")) {
    for (const part of ["::before", "::after"]) {
      if (getComputedStyle(element, part).backdropFilter !== "none") refuseBackdrop(element, `${part} has it; give it to an element`);
    }
    const style = getComputedStyle(element);
    if (style.backdropFilter === "none" && !animated.get(element)?.has("backdropFilter")) continue;
    if (/url\(|drop-shadow\(/.test(style.backdropFilter)) refuseBackdrop(element, "it is an SVG's or a shadow");
    for (const property of ["clipPath", "maskImage"]) if (style[property] !== "none") refuseBackdrop(element, `the element has a ${dashed(property)}`);
    if (style.mixBlendMode !== "normal") refuseBackdrop(element, "the element blends, too");
    let root = element.parentElement;
    while (root !== stage && !isBackdropRoot(root, animated)) root = root.parentElement;
    if (root === stage) glass.push(element);
    else roots.add(root);
  }
  return { glass, glassRoots: roots };
}

// Opacities that several layers share: they fade as one.
function findFades(animated) {
  const shown = new Map();
  for (const layer of layers) {
    const within = layer.holder ? [] : layer.self || layer.kind === "media" ? layer.chain : layer.chain.slice(0, -1);
    layer.within = within;
    for (const element of within) shown.set(element, (shown.get(element) || 0) + 1);
  }
  const fades = (e) => shown.get(e) > 1 && (animated.get(e)?.has("opacity") || getComputedStyle(e).opacity !== "1");
  // Counted from each scene's first, so that an edited scene leaves the others' as they are.
  const numbers = new Map(), counts = {};
  for (const layer of layers) {
    layer.fades = layer.within.filter(fades);
    for (const element of layer.fades) {
      if (!numbers.has(element)) numbers.set(element, (counts[layer.scene] = (counts[layer.scene] ?? -1) + 1));
    }
    layer.fadeNumbers = layer.fades.map((element) => numbers.get(element));
  }
}
