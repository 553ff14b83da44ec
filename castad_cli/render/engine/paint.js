// What decides how each layer is painted when it is shown alone, as a text: of equal texts the pictures are equal.

// When and how fast something moves is told frame by frame (`states`); what custom properties do is seen in others.
const PACE = /^(animation|transition|timeline|trigger|view-t|--)/;
// What a reader's hand would do, and the sides' other names (CSS Logical 1): nothing of it is painted.
const UNPAINTED = /^((over)?scroll-|caret-|cursor|pointer-events|touch-action|user-select|-webkit-user|resize|interest-|(block|inline)-size)|-(block|inline)(-|$)/;
// What is drawn by more than a style and a place: by scripts, by other documents, or by a count over the whole page.
const UNTOLD = "canvas, video, iframe, object, embed, input, textarea, select, use, animate, animateTransform, animateMotion, set";
const ELSEWHERE = /url\([^)]*#|counters?\(/;

function paints() {
  if (typeof window.castadSeek === "function") return { ground: "", layers: layers.map(() => null) };
  hold();
  const origin = stage.getBoundingClientRect();
  const all = getComputedStyle(stage);
  const names = [...all].filter((name) => !PACE.test(name) && !UNPAINTED.test(name));
  const ground = names.map((name) => all.getPropertyValue(name));
  const told = layers.map((layer) => paintOf(layer, names, ground, origin));
  release();
  return { ground: names.map((name, i) => `${name}: ${ground[i]}`).join("; "), layers: told };
}

// Null where it cannot be told.
function paintOf(layer, names, ground, origin) {
  if (layer.kind === "media") return "";
  if (layer.pushers.length) return null; // by how much, what stands beside it decides
  if (layer.kind === "frames" && layer.inner.some(([, properties]) => properties[0] === "custom properties")) return null;
  const elements = layer.self ? [layer.element] : [layer.element, ...layer.element.querySelectorAll("*")];
  const parts = [layer.kind, String(layer.self), layer.part, ...layer.parts];
  const before = [...ground];
  // Only what differs from the one before: of some four hundred properties a few.
  const tell = (style) => {
    for (let i = 0; i < names.length; i++) {
      const value = style.getPropertyValue(names[i]);
      if (value !== before[i]) parts.push(names[i], (before[i] = value));
    }
  };
  for (const element of elements) {
    if (element.matches(UNTOLD) || element.shadowRoot) return null;
    const style = getComputedStyle(element);
    if (style.display === "list-item") return null;
    const box = element.getBoundingClientRect();
    parts.push(element.tagName, [box.left - origin.left, box.top - origin.top, box.width, box.height].map(round).join());
    for (const { name, value } of element.attributes) {
      if (name.endsWith("href") && value.startsWith("#")) return null;
      if (name !== "style" && name !== "class") parts.push(name, value);
    }
    if (!layer.self) for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) parts.push(node.data);
    tell(style);
    for (const part of ["::before", "::after"]) {
      const own = getComputedStyle(element, part);
      if (/^(none|normal)$/.test(own.content)) continue;
      parts.push(part);
      tell(own);
    }
  }
  const text = parts.join("\u0001");
  return ELSEWHERE.test(text) ? null : text;
}
