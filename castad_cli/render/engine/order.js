// The order things are painted in (CSS 2.2, appendix E).

const isPositioned = (style) => style.position !== "static";
const takesIndex = (element, style) => isPositioned(style) || /flex|grid/.test(getComputedStyle(element.parentElement).display);

// Whether an element is painted as one: a stacking context. One that an animation makes so is so all the time.
function stacks(element, animated) {
  const style = getComputedStyle(element);
  const own = animated.get(element);
  return (
    style.position === "fixed" || style.position === "sticky" || (style.zIndex !== "auto" && takesIndex(element, style)) ||
    style.opacity !== "1" || style.isolation === "isolate" || style.mixBlendMode !== "normal" ||
    ["transform", "translate", "rotate", "scale", "perspective", "filter", "backdropFilter", "clipPath", "maskImage", "offsetPath"]
      .some((p) => style[p] !== "none" || own?.has(p)) || !!own?.has("opacity") ||
    /transform|opacity|filter|perspective|clip-path|mask/.test(style.willChange) || /paint|strict|content|layout/.test(style.contain)
  );
}

function zOf(element) {
  const style = getComputedStyle(element);
  return takesIndex(element, style) ? Number(style.zIndex) || 0 : 0;
}

// Whether what CSS puts before or behind an element's content has a place of its own among what is painted: then it lies over, or
// under, other things than the element's own box does.
function standsApart(element, part, animated) {
  const [style] = pseudoStyles(element, [part]);
  if (!style) return false;
  const isRaised = style.opacity !== "1" || blendOf(style) || ["transform", "translate", "rotate", "scale", "filter", "clipPath", "maskImage"].some((p) => style[p] !== "none");
  if (!isPositioned(style) && !isRaised) return false;
  if (part === "::after" || blendOf(style) || Number(style.zIndex)) return true;
  // Before its content: over its box, and over what in it neither stands in a place of its own nor stacks.
  return !paintsBox(getComputedStyle(element)) || [...element.children].some((e) => !isPositioned(getComputedStyle(e)) && !stacks(e, animated));
}

// Where in the order a layer stands: for each stacking context from the stage inwards its level and its place in
// the document, then its own. What neither stands in a place of its own nor stacks lies between the levels below
// zero and the others.
function paintKey(layer, animated, place) {
  let context = [];
  let key = [];
  for (const element of layer.chain) {
    if (stacks(element, animated)) key = context = [...context, zOf(element), place.get(element)];
    else if (isPositioned(getComputedStyle(element))) key = [...context, 0, place.get(element)];
    else if (element === layer.element) key = [...key, -0.5, place.get(element)];
  }
  if (!layer.part) return layer.self ? [...key, -Infinity] : key;
  const last = [...layer.element.querySelectorAll("*")].at(-1) || layer.element;
  const where = layer.part === "::before" ? place.get(layer.element) + 0.25 : place.get(last) + 0.5;
  return [...context, Number(getComputedStyle(layer.element, layer.part).zIndex) || 0, where];
}

function comparePaint(a, b) {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}
