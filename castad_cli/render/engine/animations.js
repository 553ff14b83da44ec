// What moves on the page: every animation, whatever it was made by, and what it changes.

let layers = [];
let chains = new Map();
const SPRITE_PROPERTIES = new Set(["opacity", "transform", "translate", "rotate", "scale"]);

// The document, and the trees of their own that elements of the stage have (DOM, 4.8), as layers are found.
let trees = [document];
const shadows = (root = stage) => [...root.querySelectorAll("*")].flatMap((e) => (e.shadowRoot ? [e.shadowRoot, ...shadows(e.shadowRoot)] : []));
// The element of the page itself that something stands in.
function lightOf(element) {
  while (element.getRootNode() instanceof ShadowRoot) element = element.getRootNode().host;
  return element;
}

// Every animation ever seen: one that has run to its end is no longer listed by the browser, and may yet be sought
// back. One that was called off (idle) stays called off.
const known = new Set();
function allAnimations() {
  for (const animation of trees.flatMap((tree) => tree.getAnimations())) {
    if (!animation.effect || !animation.effect.target) continue;
    animation.pause();
    known.add(animation);
  }
  return [...known].filter((a) => a.playState !== "idle" && a.effect && a.effect.target && a.effect.target.isConnected);
}

// Motion out of the plane; `translateZ(0)` and the like, a habit to have a layer of one's own, are none.
const SOLID = /perspective|matrix3d|rotate[XY]\(|rotate3d|scale(Z|3d)|translateZ\((?!0[a-z]*\))|translate3d\((?!(?:[^,]*,){2}\s*0[a-z]*\))/;
function isSolid(name, value) {
  if (name === "rotate") return /^[xy]\s|\s[xy]\s|\s[xy]$|^(-?[\d.]+\s+){3}/.test(value);
  if (name === "translate") return /^\S+\s+\S+\s+(?!0[a-z]*$)\S+$/.test(value);
  return SOLID.test(value);
}

// A transition ends for good when what it leads to is set aside for a moment: an animation of the same course does not.
function turnTransitions() {
  for (const transition of document.getAnimations().filter((a) => a instanceof CSSTransition && a.effect?.target)) {
    const { target, pseudoElement } = transition.effect;
    const options = { ...transition.effect.getTiming(), fill: "both" };
    if (pseudoElement) options.pseudoElement = pseudoElement;
    const animation = target.animate(transition.effect.getKeyframes(), options);
    animation.pause();
    known.add(animation);
  }
  const still = document.createElement("style");
  still.textContent = "*, *::before, *::after { transition: none !important; }";
  document.head.append(still);
}

// What each animation changes, for as long as the layers are the same: the browser writes keyframes out anew whenever it is
// asked for them.
const changing = new Map();
function propertiesOf(animation) {
  if (!changing.has(animation)) changing.set(animation, propertiesIn(animation.effect.getKeyframes()));
  return changing.get(animation);
}

function propertiesIn(keyframes) {
  const properties = new Set();
  for (const frame of keyframes) {
    for (const name of Object.keys(frame)) {
      if (["offset", "computedOffset", "easing", "composite"].includes(name)) continue;
      properties.add(name);
      if (isSolid(name, String(frame[name]))) properties.add("3d");
    }
  }
  if (!properties.size) properties.add("custom properties"); // which the browser does not list
  return properties;
}

function animatedElements() {
  const found = new Map();
  for (const animation of allAnimations()) {
    const target = lightOf(animation.effect.target);
    const properties = found.get(target) || new Set();
    if (target !== animation.effect.target) properties.add("shadow root");
    else for (const property of propertiesOf(animation)) properties.add(property);
    if (animation.effect.pseudoElement) properties.add(animation.effect.pseudoElement);
    found.set(target, properties);
  }
  for (const [element, properties] of scripted) {
    if (element.isConnected) found.set(element, new Set([...(found.get(element) || []), ...properties]));
  }
  for (const part of stage.querySelectorAll("animate, animateTransform, animateMotion, set")) {
    const drawing = part.ownerSVGElement;
    if (drawing) found.set(drawing, new Set([...(found.get(drawing) || []), "svg animation"]));
  }
  findReferring(found);
  for (const element of referring) found.set(element, new Set([...(found.get(element) || []), "reference"]));
  return found;
}

// Elements that are painted by way of a filter, a clip or a mask of a drawing ("url(#…)") in which something moves.
const referring = new Set();
const PAINTED_BY = ["filter", "backdropFilter", "clipPath", "maskImage"];
function findReferring(animated) {
  referring.clear();
  const moving = [...stage.querySelectorAll("filter[id], clipPath[id], mask[id]")].filter(
    (e) => e.querySelector("animate, animateTransform, animateMotion, set") || [...animated.keys()].some((other) => e.contains(other)),
  );
  if (!moving.length) return;
  for (const element of stage.querySelectorAll("*")) {
    const style = getComputedStyle(element);
    if (moving.some((e) => !e.ownerSVGElement?.contains(element) && PAINTED_BY.some((p) => style[p].includes(`#${e.id}"`)))) referring.add(element);
  }
}
