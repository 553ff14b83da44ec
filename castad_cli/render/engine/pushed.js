// What the layout moves or resizes because something beside it changes its size: a row whose first part grows.

// What changes how an element is painted, and no box. All else may: sizes, spacing, fonts, custom properties.
const PAINTED_ONLY = new RegExp(
  "^(opacity|transform.*|translate|rotate|scale|3d|perspective.*|backfaceVisibility|visibility|zIndex|mixBlendMode|isolation|willChange|cursor|" +
    "color|.*Color|.*Shadow|background.*|border.*Radius|borderImage.*|outline.*|filter|backdropFilter|clip|clipPath|mask.*|webkitMask.*|" +
    "offset(Path|Distance|Rotate|Anchor|Position)|cssOffset|object(Fit|Position)|textDecoration.*|textUnderline.*|webkitText(Fill|Stroke).*|" +
    "fill.*|stroke.*|stop.*|flood.*|paintOrder|drawing|svg animation|reference|scroll|fontPalette)$",
);
const mayPush = (property) => !PAINTED_ONLY.test(property);
const MOVED_BESIDE = "is moved or resized by what changes beside it";

// Elements that the layout moves or resizes, each with the scenes whose animations or hook do it; and what does it.
let pushed = new Map();
let pushers = [];
const isPushed = (element) => pushed.size > 0 && [element, ...element.querySelectorAll("*")].some((e) => pushed.has(e));

// What may change the place of others: {scene, target, animation (none: the hook), properties}.
function findPushers() {
  const found = [];
  const add = (target, animation, all) => {
    const properties = [...all].filter(mayPush);
    if (properties.length && !target.ownerSVGElement) found.push({ scene: sceneOf(target), target, animation, properties });
  };
  for (const animation of allAnimations()) add(animation.effect.target, animation, propertiesOf(animation));
  for (const [element, properties] of scripted) if (element.isConnected) add(element, null, properties);
  return found;
}

// When to look: before an animation and behind it, on its keyframes and between them; at the hook's own frames.
const MOST_MOMENTS = 120;
function momentsOf(scene) {
  const moments = new Set([0]);
  for (const { animation } of pushers.filter((p) => p.scene === scene)) {
    if (!animation) {
      for (const [name, times] of scouted) if (name === scene) times.forEach((t) => moments.add(t));
      continue;
    }
    const { delay, duration, endTime } = animation.effect.getComputedTiming();
    const steps = new Set([...Array(9).keys()].map((k) => k / 8));
    const offsets = animation.effect.getKeyframes().map((frame) => frame.computedOffset);
    offsets.forEach((offset, i) => steps.add(offset).add((offset + (offsets[i + 1] ?? 1)) / 2));
    for (const step of steps) moments.add(delay + step * duration);
    for (const edge of [delay - 1, endTime]) if (Number.isFinite(edge)) moments.add(edge);
  }
  const sorted = [...moments].filter((t) => t >= 0).sort((a, b) => a - b);
  const stride = Math.ceil(sorted.length / MOST_MOMENTS);
  return sorted.filter((_, i) => i % stride === 0 || i === sorted.length - 1);
}

// Where the boxes of elements and of the text in them are, in the stage's coordinates, nothing transformed.
function boxesOf(elements) {
  const origin = stage.getBoundingClientRect();
  const told = (r) => [r.left - origin.left, r.top - origin.top, r.width, r.height].map((v) => Math.round(v * 64)).join();
  const range = document.createRange();
  return elements.map((element) => {
    const parts = [told(element.getBoundingClientRect())];
    for (const node of element.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) continue;
      range.selectNodeContents(node);
      parts.push(...[...range.getClientRects()].map(told));
    }
    return parts.join(";");
  });
}

// Follows each scene's pushers through their course; everything stands afterwards as it stood.
function findPushed() {
  pushed = new Map();
  pushers = findPushers();
  if (!pushers.length) return;
  const isHooked = pushers.some((p) => !p.animation);
  const elements = [...stage.querySelectorAll("*")].filter((e) => !e.ownerSVGElement && !/^(SCRIPT|STYLE|TEMPLATE|WBR|BR)$/.test(e.tagName));
  const upright = document.createElement("style");
  upright.textContent = "#stage * { transform: none !important; translate: none !important; rotate: none !important; scale: none !important; offset-path: none !important; }";
  for (const scene of new Set(pushers.map((p) => p.scene))) {
    const animations = animationsOf(scene);
    const stood = animations.map((a) => a.currentTime);
    const own = elements.filter((e) => scene === "all" || e.hasAttribute("data-scene") || ["all", scene].includes(sceneOf(e)));
    document.head.append(upright);
    const before = boxesOf(own);
    for (const moment of momentsOf(scene)) {
      seek(animations, moment);
      if (isHooked) hook(scene, moment);
      boxesOf(own).forEach((boxes, i) => {
        if (boxes !== before[i]) pushed.set(own[i], new Set([...(pushed.get(own[i]) || []), scene]));
      });
    }
    upright.remove();
    animations.forEach((a, i) => stood[i] !== null && (a.currentTime = stood[i]));
  }
  for (const [scene, times] of scouted) if (isHooked && times.length) hook(scene, times[times.length - 1]);
}

// Whether parts of an element that is no layer itself must be drawn with it: its own box moves, and they turn about it, are
// cut off by it or stand on what it paints; or what it paints before and behind them is moved by them.
function carriesPushed(element, animated) {
  const style = getComputedStyle(element);
  if (pushed.has(element)) {
    const turns = [...SPRITE_PROPERTIES].some((p) => p !== "opacity" && (animated.get(element)?.has(p) || style[p] !== "none"));
    return turns || !/visible/.test(style.overflowX) || !/visible/.test(style.overflowY) || paintsItself(element);
  }
  const flows = (part) => !/^(none|normal)$/.test(getComputedStyle(element, part).content) && !/absolute|fixed/.test(getComputedStyle(element, part).position);
  return ["::before", "::after"].some(flows) && [...element.children].some((e) => pushed.has(e));
}

// Whether all that is in an element moves by layout, and nothing of it has a place of its own among what is painted: then one
// picture of it serves for many.
function movesWhole(element, parts, animated) {
  const inside = parts.filter((e) => e !== element && element.contains(e));
  if (inside.length < 2 || !inside.every(isPushed) || element.hasAttribute("data-scene")) return false;
  const all = [...element.querySelectorAll("*")];
  if (all.some((e) => e.hasAttribute("data-media") || getComputedStyle(e).backdropFilter !== "none" || blendOf(getComputedStyle(e)))) return false;
  return stacks(element, animated) || !all.some((e) => isPositioned(getComputedStyle(e)) || stacks(e, animated));
}

// What animations outside a layer push it, for its signature; an error where its own scene's time does not lead them.
function pushersOf(element, scene) {
  const by = new Set([element, ...element.querySelectorAll("*")].flatMap((e) => [...(pushed.get(e) || [])]));
  const other = pushers.find((p) => by.has(p.scene) && p.scene !== scene);
  if (other) {
    const where = (name) => (name === "all" ? "outside the scenes" : `of scene ${name}`);
    throw new Error(
      `${nameOf(element)} ${where(scene)} is moved or resized by ${nameOf(other.target)} ${where(other.scene)}, which changes its ` +
        `${other.properties.map(dashed).join(", ")}: give one of the two "position: absolute", or move it by transform`,
    );
  }
  return pushers.filter((p) => p.scene === scene && !element.contains(p.target));
}
