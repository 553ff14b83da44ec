// What cuts off what: by the boxes that something lies in, not by those that it is positioned past.

const CONTAINS_PAINT = /paint|strict|content/;
// Whether what has a fixed position in an element is measured from it; and whatever is positioned (CSS Position 3, 2.1;
// Transforms 1, 3; Filter Effects 1, 5; Containment 2, 3.2).
function containsFixed(element, animated = new Map()) {
  const style = getComputedStyle(element);
  const moves = ["transform", "translate", "rotate", "scale", "perspective", "filter", "backdropFilter", "offsetPath"];
  return moves.some((p) => style[p] !== "none" || animated.get(element)?.has(p)) || /paint|strict|content|layout/.test(style.contain) || /transform|filter|perspective/.test(style.willChange);
}
const containsPositioned = (element, animated) => isPositioned(getComputedStyle(element)) || containsFixed(element, animated);

// The elements above one that it lies in, and is cut off by if they do that: not those that it is positioned past.
function clippersOf(element, animated, part) {
  const found = new Set();
  let { position } = getComputedStyle(element, part || null);
  let up = part ? element : element.parentElement;
  while (up && stage.contains(up)) {
    const holds = position === "fixed" ? containsFixed : position === "absolute" ? containsPositioned : () => true;
    while (up !== stage && !holds(up, animated)) up = up.parentElement;
    found.add(up);
    ({ position } = getComputedStyle(up));
    up = up.parentElement;
  }
  return found;
}

// Whether an element cuts off what lies beyond its sides, across and down.
const clippedSides = (style) => [style.overflowX, style.overflowY].map((overflow) => !/visible/.test(overflow) || CONTAINS_PAINT.test(style.contain));
