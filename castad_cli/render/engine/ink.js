// What a layer paints, and where: its boxes, what CSS puts before and behind their content, and room for what hangs over.

// How many pixels one of an element's own lengths comes to (CSS Viewport 1, the zoom property).
const zoomOf = (element) => element.currentCSSZoom || 1;

// The styles of what CSS puts before and behind an element's content.
const PSEUDO = ["::before", "::after"];
const pseudoStyles = (element, parts = PSEUDO) => parts.map((part) => getComputedStyle(element, part)).filter((style) => !/^(none|normal)$/.test(style.content) && style.display !== "none");

function inkMargin(element) {
  let margin = 2;
  const note = (style, zoom) => {
    let own = parseFloat(style.fontSize) * 0.3 || 0;
    for (const shadow of [style.textShadow, style.boxShadow]) {
      if (shadow !== "none") {
        const lengths = [...shadow.matchAll(/(-?[\d.]+)px/g)].map((m) => Math.abs(Number(m[1])));
        own = Math.max(own, lengths.reduce((a, b) => a + b, 0) * 1.5);
      }
    }
    if (style.outlineStyle !== "none") own = Math.max(own, (parseFloat(style.outlineWidth) || 0) + Math.max(0, parseFloat(style.outlineOffset) || 0) + 2);
    // What filters spread adds up: three standard deviations of each blur, and how far each shadow is thrown.
    let spread = 0;
    for (const [, kind, values] of style.filter.matchAll(/(blur|drop-shadow)\(((?:[^()]|\([^()]*\))*)\)/g)) {
      const [x = 0, y = 0, blur = 0] = [...values.matchAll(/(-?[\d.]+)px/g)].map((m) => Math.abs(Number(m[1])));
      spread += kind === "blur" ? 3 * x : Math.max(x, y) + 3 * blur;
    }
    if (spread) own = Math.max(own, spread + 40);
    if (style.borderImageSource !== "none") {
      const widths = ["Top", "Right", "Bottom", "Left"].map((side) => parseFloat(style[`border${side}Width`]) || 0);
      for (const outset of style.borderImageOutset.split(" ")) own = Math.max(own, parseFloat(outset) * (outset.endsWith("px") ? 1 : Math.max(...widths)) + 2);
    }
    const size = parseFloat(style.fontSize) || 0;
    if (style.textDecorationLine !== "none") own = Math.max(own, Math.abs(parseFloat(style.textUnderlineOffset) || 0) + (parseFloat(style.textDecorationThickness) || 0) + size * 0.3);
    // Where edges meet at a point, a stroke goes on beyond its own width.
    own = Math.max(own, parseFloat(style.webkitTextStrokeWidth) * 1.5 || 0);
    margin = Math.max(margin, own * zoom);
  };
  for (const e of [element, ...element.querySelectorAll("*")]) {
    for (const style of [getComputedStyle(e), ...pseudoStyles(e)]) note(style, zoomOf(e));
    if (e instanceof SVGGraphicsElement && getComputedStyle(e).stroke !== "none") {
      const m = e.getScreenCTM(), width = parseFloat(getComputedStyle(e).strokeWidth) || 0;
      if (m) margin = Math.max(margin, width * (e.matches("path, polygon, polyline") ? 2 : 1) * Math.max(Math.hypot(m.a, m.b), Math.hypot(m.c, m.d)) + 2);
    }
  }
  return margin;
}

// Where what CSS puts before and behind an element's content lies, in the window, if it may lie beyond the element itself:
// the browser tells of no such box, but of what its style comes to.
function* pseudoBoxes(element, parts) {
  for (const style of pseudoStyles(element, parts)) {
    const zoom = zoomOf(element);
    const number = (name) => (parseFloat(style[name]) || 0) * zoom;
    let { left, top, right, bottom } = element.getBoundingClientRect();
    if (/absolute|fixed/.test(style.position)) {
      let from = element;
      while (from !== stage && from.parentElement && !containsPositioned(from)) from = from.parentElement;
      const around = from.getBoundingClientRect(), edge = getComputedStyle(from);
      const whole = style.boxSizing === "border-box";
      const more = (...names) => (whole ? 0 : names.reduce((sum, name) => sum + number(name), 0));
      left = around.left + (parseFloat(edge.borderLeftWidth) || 0) * zoomOf(from) + number("left") + number("marginLeft");
      top = around.top + (parseFloat(edge.borderTopWidth) || 0) * zoomOf(from) + number("top") + number("marginTop");
      right = left + number("width") + more("paddingLeft", "paddingRight", "borderLeftWidth", "borderRightWidth");
      bottom = top + number("height") + more("paddingTop", "paddingBottom", "borderTopWidth", "borderBottomWidth");
    } else if (["Left", "Top", "Right", "Bottom"].some((side) => number(`margin${side}`) < 0) || style.position === "relative") {
      const most = Math.max(...["marginLeft", "marginTop", "marginRight", "marginBottom", "left", "top"].map((name) => Math.abs(number(name))));
      [left, top, right, bottom] = [left - most, top - most, right + most, bottom + most];
    } else if (!isTurned(style) && style.translate === "none") continue;
    if (isTurned(style) || style.translate !== "none") {
      // About whichever point: none is farther off than the box's other side.
      const [width, height] = [right - left, bottom - top];
      const matrix = new DOMMatrix(style.transform === "none" ? "" : style.transform);
      const turns = style.rotate !== "none" || matrix.b || matrix.c || !matrix.is2D;
      const [across, down = across] = style.scale === "none" ? [1, 1] : style.scale.split(" ").map(Number);
      const [x, y] = [Math.abs(matrix.a * across), Math.abs(matrix.d * down)];
      const [mx, my = 0] = style.translate === "none" ? [0, 0] : lengths(style.translate).map((v, i) => Math.abs(v.endsWith("%") ? (parseFloat(v) / 100) * [width, height][i] : parseFloat(v) * zoom));
      const far = turns ? Math.hypot(width, height) * Math.max(1, x, y) : 0;
      const right_ = Math.max(far, width * (x + 1)) + Math.abs(matrix.e) * zoom + mx, down_ = Math.max(far, height * (y + 1)) + Math.abs(matrix.f) * zoom + my;
      [left, top, right, bottom] = [left - right_, top - down_, right + right_, bottom + down_];
    }
    yield { left, top, right, bottom };
  }
}

// The boxes of what a layer paints, in the window, without what is blurred or hangs over around them.
function paintedBox(layer) {
  let { left, top, right, bottom } = layer.element.getBoundingClientRect();
  const add = (r) => {
    left = Math.min(left, r.left); top = Math.min(top, r.top);
    right = Math.max(right, r.right); bottom = Math.max(bottom, r.bottom);
  };
  if (layer.kind === "media") return [left, top, right, bottom];
  const range = document.createRange();
  const within = (root) => [...root.querySelectorAll("*")].flatMap((e) => [e, ...(e.shadowRoot ? within(e.shadowRoot) : [])]);
  const own = layer.element.shadowRoot ? within(layer.element.shadowRoot) : [];
  for (const e of layer.self ? [layer.element] : [layer.element, ...within(layer.element), ...own]) {
    const r = e.getBoundingClientRect();
    if (r.width && r.height) add(r);
    for (const box of pseudoBoxes(e, layer.self ? layer.parts : PSEUDO)) add(box);
    const style = getComputedStyle(e);
    // Words that are longer than their box, or drawn out of it.
    for (const node of layer.self ? [] : e.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) continue;
      range.selectNodeContents(node);
      const words = range.getBoundingClientRect();
      if (words.width && words.height) add(words);
    }
    if (style.display === "list-item" && style.listStylePosition === "outside") {
      const mark = (parseFloat(style.fontSize) || 0) * zoomOf(e) * (/^(none|disc|circle|square)$/.test(style.listStyleType) ? 2 : 6);
      add({ ...r.toJSON(), left: r.left - mark, right: r.right + mark });
    }
    const mirror = /^(above|below|left|right) (-?[\d.]+)(px|%)/.exec(style.webkitBoxReflect || "");
    if (mirror) {
      const side = { above: [0, -1], below: [0, 1], left: [-1, 0], right: [1, 0] }[mirror[1]];
      const off = mirror[3] === "%" ? (Number(mirror[2]) / 100) * (side[0] ? r.width : r.height) : Number(mirror[2]) * zoomOf(e);
      const [x, y] = [side[0] * (r.width + off), side[1] * (r.height + off)];
      add({ left: r.left + x, top: r.top + y, right: r.right + x, bottom: r.bottom + y });
    }
  }
  return [left, top, right, bottom];
}

// What a layer may paint, in the window: its boxes with room for shadows, blurs and overhanging glyphs.
function inkBox(layer, [left, top, right, bottom] = paintedBox(layer)) {
  const margin = layer.kind === "media" ? 0 : inkMargin(layer.element);
  return [left - margin, top - margin, right + margin, bottom + margin];
}

// The box (on the stage) of all that a layer paints just now.
function inkOnStage(layer) {
  const origin = stage.getBoundingClientRect();
  return inkBox(layer).map((v, i) => round(v - (i % 2 ? origin.top : origin.left)));
}
