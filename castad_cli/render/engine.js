// What CaStAD asks of a page: fit its texts, find its layers, show some of them alone, and tell where each
// one is at every frame. Loaded into the page by layers.py after the template itself; the template needs none of it.
(() => {
  "use strict";
  const stage = document.getElementById("stage");
  const language = stage.getAttribute("lang");
  const SPACED = /^(ko|en|vi|ar)/;
  const round = (x) => Math.round(x * 1000) / 1000;

  // -- text ----------------------------------------------------------------------------------------------

  // Words as they may stand alone: at spaces where the script has them, else by dictionary, with closing
  // punctuation kept on the word before and opening punctuation on the word after.
  function tokens(text) {
    if (SPACED.test(language)) return text.split(/(?<=\s)/u);
    const out = [];
    let glue = false;
    for (const { segment } of new Intl.Segmenter(language, { granularity: "word" }).segment(text)) {
      const closing = /^[\p{Pe}\p{Pf}\p{Po}ー々\s]+$/u.test(segment);
      if (out.length && (closing || glue)) out[out.length - 1] += segment;
      else out.push(segment);
      glue = /[\p{Ps}\p{Pi}]$/u.test(segment);
    }
    return out;
  }

  // Chinese breaks between any two characters; allow breaks at words only, so that a line never splits one.
  function allowBreaksAtWords(element) {
    if (!language.startsWith("zh")) return;
    const parts = tokens(element.textContent);
    element.textContent = "";
    element.style.wordBreak = "keep-all";
    parts.forEach((part, i) => {
      if (i) element.append(document.createElement("wbr"));
      element.append(part);
    });
  }

  // Where the characters stand, without the boxes of the elements around them, and how large they are.
  function textRects(element) {
    const rects = [];
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    while (walker.nextNode()) {
      if (!walker.currentNode.data.trim()) continue;
      range.selectNodeContents(walker.currentNode);
      const size = parseFloat(getComputedStyle(walker.currentNode.parentElement).fontSize);
      for (const r of range.getClientRects()) {
        if (r.width && r.height) rects.push({ left: r.left, top: r.top, right: r.right, bottom: r.bottom, height: r.height, size });
      }
    }
    return rects;
  }

  function lineCount(element) {
    const tops = [];
    for (const rect of textRects(element)) {
      if (!tops.some((top) => Math.abs(top - rect.top) < rect.height / 2)) tops.push(rect.top);
    }
    return tops.length;
  }

  function fits(element, lines) {
    if (element.scrollWidth > element.clientWidth + 1) return false;
    if (lineCount(element) > lines) return false;
    const limit = parseFloat(getComputedStyle(element).maxHeight);
    return !(element.scrollHeight > limit + 1);
  }

  // The largest size from data-max down to data-min at which the text keeps to its lines and its box.
  function fit(element) {
    const lines = Number(element.dataset.lines || 1);
    let low = Number(element.dataset.min);
    let high = Number(element.dataset.max);
    element.style.fontSize = high + "px";
    if (fits(element, lines)) return null;
    element.style.fontSize = low + "px";
    if (!fits(element, lines)) {
      return { slot: element.dataset.text, text: element.textContent, lines, scene: sceneOf(element) };
    }
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      element.style.fontSize = middle + "px";
      if (fits(element, lines)) low = middle;
      else high = middle;
    }
    element.style.fontSize = low + "px";
    return null;
  }

  // Texts that share a box of limited height ([data-share]) give up size together until they fit it.
  function share(box) {
    const texts = [...box.querySelectorAll("[data-max]:not([data-fill])")];
    const limit = parseFloat(getComputedStyle(box).maxHeight);
    for (let part = 1; part >= 0.5; part -= 0.04) {
      box.style.setProperty("--share", part);
      for (const element of texts) {
        const least = Number(element.dataset.min);
        const most = Number(element.dataset.most || element.dataset.max);
        element.dataset.most = most;
        element.dataset.max = Math.max(least, Math.floor(most * part));
        const problem = element.textContent.trim() ? fit(element) : null;
        if (problem) return problem;
      }
      // Not scrollHeight: it would count what animations have yet to move into place.
      const last = box.lastElementChild;
      if (last.offsetTop + last.offsetHeight - box.firstElementChild.offsetTop <= limit + 1) return null;
    }
    const longest = texts.sort((a, b) => b.textContent.length - a.textContent.length)[0];
    return { slot: longest.dataset.text, text: longest.textContent, lines: Number(longest.dataset.lines || 1), scene: sceneOf(longest) };
  }

  // -- blocks: every line as wide as the column, each at its own size, as on a poster -----------------------

  // Where a line may end: at spaces, at words where the script has no spaces, in Japanese after a phrase.
  function phrases(element) {
    const text = element.textContent.trim();
    if (SPACED.test(language)) return text.split(/(?<=[ \n\t])/u);
    if (!language.startsWith("ja")) return tokens(text);
    // Phrases are known to the browser's line breaker alone. Made a little narrower than what it holds, the text
    // breaks before its last phrase; and so on, up to a mark that always ends one: a phrase that does not fit at
    // all would be broken anywhere.
    const mark = "、";
    const ruler = document.createElement("span");
    ruler.style.cssText = "position:absolute;visibility:hidden;display:block;word-break:auto-phrase;text-wrap:wrap";
    element.append(ruler);
    const parts = [];
    const range = document.createRange();
    for (let rest = mark.repeat(2) + text; rest.length > 2; ) {
      ruler.textContent = rest;
      ruler.style.width = "max-content";
      ruler.style.width = ruler.getBoundingClientRect().width - 2 + "px";
      const node = ruler.firstChild;
      const tops = rest.split("").map((_, i) => {
        range.setStart(node, i);
        range.setEnd(node, i + 1);
        return range.getBoundingClientRect().top;
      });
      const end = tops.findIndex((top) => top > tops[0] + 4);
      if (end <= 2) {
        parts.unshift(rest.slice(2));
        break;
      }
      parts.unshift(rest.slice(end));
      rest = rest.slice(0, end);
    }
    ruler.remove();
    return parts;
  }

  // What the others of its column leave a text that says [data-room].
  function roomFor(element) {
    if (!element.hasAttribute("data-room")) return Infinity;
    const column = element.parentElement;
    const style = getComputedStyle(element);
    const margins = (parseFloat(style.marginTop) || 0) + (parseFloat(style.marginBottom) || 0);
    const whole = column.clientHeight;
    const [height, display] = [column.style.height, element.style.display];
    column.style.height = "auto";
    element.style.display = "none";
    const others = column.offsetHeight;
    column.style.height = height;
    element.style.display = display;
    return whole - others - margins;
  }

  // Sets a text ([data-fill]) as a block: the lines that fill the column and its max-height best, no line smaller
  // than data-min or larger than data-max. Sizes are tried, not searched: a headline has few words.
  function fill(element) {
    const least = Number(element.dataset.min), most = Number(element.dataset.max);
    const lines = Number(element.dataset.lines || 3);
    const text = element.textContent.trim();
    element.textContent = text;
    element.style.fontSize = least + "px";
    const limit = Math.min(parseFloat(getComputedStyle(element).maxHeight) || Infinity, Math.max(roomFor(element), 2 * least));
    const column = element.clientWidth;
    const parts = phrases(element);
    const ruler = document.createElement("span");
    ruler.className = "line";
    ruler.style.cssText = "display:inline-block;white-space:nowrap;position:absolute;visibility:hidden;width:auto;margin:0;font-size:100px";
    element.append(ruler);
    const known = new Map();
    const measure = (from, to) => {
      const key = from * 100 + to;
      if (!known.has(key)) {
        ruler.textContent = parts.slice(from, to).join("").trim();
        const box = ruler.getBoundingClientRect(), style = getComputedStyle(ruler);
        const side = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
        known.set(key, { width: Math.max(1, box.width - side) / 100, height: box.height / 100 });
      }
      return known.get(key);
    };
    let best = null;
    const attempt = (cuts) => {
      const rows = cuts.slice(1).map((to, i) => ({ from: cuts[i], to, ...measure(cuts[i], to) }));
      const sizes = rows.map((row) => Math.min(most, column / row.width));
      const height = rows.reduce((sum, row, i) => sum + row.height * sizes[i], 0);
      const shrink = Math.min(1, limit / height);
      const final = sizes.map((size) => Math.floor(size * shrink));
      if (Math.min(...final) < least) return;
      const ink = rows.reduce((sum, row, i) => sum + row.width * final[i] * final[i], 0);
      const contrast = Math.max(...final) / Math.min(...final);
      const score = ink * Math.min(1, 2.4 / contrast);
      if (!best || score > best.score) best = { score, rows, sizes: final };
    };
    const choose = (cuts) => {
      attempt([...cuts, parts.length]);
      if (cuts.length >= lines) return;
      for (let next = cuts[cuts.length - 1] + 1; next < parts.length; next++) choose([...cuts, next]);
    };
    choose([0]);
    ruler.remove();
    if (!best) return { slot: element.dataset.text, text, lines, scene: sceneOf(element) };
    element.textContent = "";
    best.rows.forEach((row, number) => {
      const line = document.createElement("span");
      const word = document.createElement("span");
      line.className = "line";
      word.className = "word";
      line.style.setProperty("--line", number);
      line.style.fontSize = best.sizes[number] + "px";
      word.textContent = parts.slice(row.from, row.to).join("").trim();
      line.append(word);
      element.append(line);
    });
    // A line set together may come out wider than it measured alone.
    for (const line of element.children) {
      const width = Math.max(...textRects(line).map((r) => r.right)) - Math.min(...textRects(line).map((r) => r.left));
      if (width > column) line.style.fontSize = Math.floor((parseFloat(line.style.fontSize) * column) / width) + "px";
    }
    element.style.setProperty("--lines", best.rows.length);
    // As wide as its widest line, so that what is painted behind the lines ends with them.
    const style = getComputedStyle(element);
    const sides = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
    element.style.width = Math.min(column, Math.ceil(Math.max(...best.rows.map((row, i) => row.width * best.sizes[i])) + sides + 1)) + "px";
    return null;
  }

  // <p>two words</p> -> <p><span class="line"><span class="word">two</span> …, lines as the browser broke them.
  function split(element, by) {
    const parts = tokens(element.textContent);
    element.textContent = "";
    const marks = parts.map((part) => {
      const span = document.createElement("span");
      span.textContent = part;
      if (element.childNodes.length && element.style.wordBreak === "keep-all" && language.startsWith("zh")) {
        element.append(document.createElement("wbr"));
      }
      element.append(span);
      return span;
    });
    const lines = [];
    for (const mark of marks) {
      for (const { top, text } of breakPieces(mark)) {
        const last = lines[lines.length - 1];
        if (last && Math.abs(last.top - top) < 4) last.words.push(text);
        else lines.push({ top, words: [text] });
      }
    }
    element.textContent = "";
    let index = 0;
    lines.forEach((line, number) => {
      const row = document.createElement("span");
      row.className = "line";
      row.style.setProperty("--line", number);
      const words = by === "lines" ? [line.words.join("")] : line.words;
      for (const word of words) {
        const bare = word.replace(/\s+$/u, "");
        if (bare) {
          const span = document.createElement("span");
          span.className = "word";
          span.style.setProperty("--i", index++);
          span.textContent = bare;
          row.append(span);
        }
        if (bare !== word) row.append(" ");
      }
      element.append(row);
    });
    element.style.setProperty("--words", index);
    element.style.setProperty("--lines", lines.length);
  }

  // A word's pieces by line: the browser may break inside one (a Japanese phrase need not end where a
  // dictionary's word does).
  function breakPieces(mark) {
    const node = mark.firstChild;
    const rects = mark.getClientRects();
    if (rects.length <= 1) return [{ top: (rects[0] || mark.getBoundingClientRect()).top, text: node.data }];
    const range = document.createRange();
    const pieces = [];
    for (let i = 0; i < node.length; i++) {
      range.setStart(node, i);
      range.setEnd(node, i + 1);
      const { top } = range.getBoundingClientRect();
      const last = pieces[pieces.length - 1];
      if (last && Math.abs(last.top - top) < 4) last.text += node.data[i];
      else pieces.push({ top, text: node.data[i] });
    }
    return pieces;
  }

  // The box of each line of text, on the stage: the glyphs' height, from the first glyph to the last.
  function lineBoxes(rects, inset, origin) {
    const lines = [];
    for (const rect of rects) {
      const line = lines.find((l) => Math.abs(l.top - rect.top) < rect.height / 2);
      if (line) {
        line.left = Math.min(line.left, rect.left);
        line.right = Math.max(line.right, rect.right);
      } else lines.push({ left: rect.left, right: rect.right, top: rect.top, bottom: rect.bottom, by: inset(rect) });
    }
    return lines.map((l) => [l.left - origin.left, l.top + l.by - origin.top, l.right - origin.left, l.bottom - l.by - origin.top].map(round));
  }

  // Whether an opaque colour of the element's own scene lies behind all of it.
  function onPanel(element) {
    const own = element.getBoundingClientRect();
    const opaque = (e) => {
      const color = getComputedStyle(e).backgroundColor;
      return !/^(transparent|rgba\()/.test(color);
    };
    const holds = (e) => {
      const r = e.getBoundingClientRect();
      return r.left <= own.left + 1 && r.top <= own.top + 1 && r.right >= own.right - 1 && r.bottom >= own.bottom - 1;
    };
    const scene = element.closest("[data-scene]");
    return [...scene.querySelectorAll("*")].some(
      (e) => !e.hasAttribute("data-media") && opaque(e) && holds(e) &&
        (e.contains(element) || e.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING),
    );
  }

  function sceneOf(element) {
    const scene = element.closest("[data-scene]");
    return scene ? scene.dataset.scene : "all";
  }

  // -- layers --------------------------------------------------------------------------------------------

  let layers = [];
  let chains = new Map();
  const SPRITE_PROPERTIES = new Set(["opacity", "transform", "translate", "rotate", "scale"]);

  function animatedElements() {
    const found = new Map();
    for (const animation of document.getAnimations()) {
      const effect = animation.effect;
      if (!effect || !effect.target) continue;
      const target = effect.target;
      const properties = found.get(target) || new Set();
      for (const frame of effect.getKeyframes()) {
        for (const name of Object.keys(frame)) {
          if (!["offset", "computedOffset", "easing", "composite"].includes(name)) properties.add(name);
          if (/perspective|matrix3d|rotate[XY3]|translate(Z|3d)/.test(String(frame[name]))) properties.add("3d");
        }
      }
      if (effect.pseudoElement) properties.add("pseudo-element");
      found.set(target, properties);
    }
    return found;
  }

  function paintOrder(element) {
    const children = [...element.children].filter((c) => !/^(SCRIPT|STYLE|TEMPLATE|WBR|BR)$/.test(c.tagName));
    const z = (c) => {
      const style = getComputedStyle(c);
      return style.position === "static" ? 0 : Number(style.zIndex) || 0;
    };
    return children.map((c, i) => [z(c), i, c]).sort((a, b) => a[0] - b[0] || a[1] - b[1]).map((x) => x[2]);
  }

  function wrapLooseText(element) {
    for (const node of [...element.childNodes]) {
      if (node.nodeType === Node.TEXT_NODE && node.data.trim()) {
        const span = document.createElement("span");
        node.replaceWith(span);
        span.append(node);
      }
    }
  }

  function paintsItself(element) {
    const style = getComputedStyle(element);
    return (
      style.backgroundImage !== "none" ||
      !/^(transparent|rgba\(0, 0, 0, 0\))$/.test(style.backgroundColor) ||
      ["Top", "Right", "Bottom", "Left"].some((s) => parseFloat(style[`border${s}Width`]) > 0) ||
      style.boxShadow !== "none" ||
      ["::before", "::after"].some((p) => !/^(none|normal)$/.test(getComputedStyle(element, p).content))
    );
  }

  function findLayers() {
    const animated = animatedElements();
    const roots = new Set([...animated.keys(), ...stage.querySelectorAll("[data-media], [data-layer]")]);
    const above = new Set();
    for (const root of roots) {
      for (let e = root.parentElement; e && e !== stage.parentElement; e = e.parentElement) above.add(e);
    }
    layers = [];
    // Group effects need their children drawn together, so such a subtree is one layer, captured as it changes.
    const needsGroup = (element) => {
      const style = getComputedStyle(element);
      return (
        style.filter !== "none" || style.mixBlendMode !== "normal" || style.maskImage !== "none" ||
        style.clipPath !== "none" || style.perspective !== "none" || style.backdropFilter !== "none"
      );
    };
    const changing = (element) => {
      const properties = new Set();
      for (const [target, own] of animated) {
        if (element === target || element.contains(target)) own.forEach((p) => properties.add(p));
      }
      return properties;
    };
    const add = (element, kind, self) => layers.push({ element, kind, self, scene: sceneOf(element) });
    const visit = (element) => {
      if (getComputedStyle(element).display === "none") return undefined;
      if (element.hasAttribute("data-media")) return add(element, "media", false);
      const inside = above.has(element);
      if (inside && needsGroup(element)) return add(element, "frames", false);
      const own = animated.get(element);
      const spriteable = !own || [...own].every((p) => SPRITE_PROPERTIES.has(p));
      if (!spriteable) return add(element, "frames", false);
      if (!inside) {
        const style = getComputedStyle(element);
        const blend = style.mixBlendMode !== "normal" || style.backdropFilter !== "none";
        return blend ? undefined : add(element, "sprite", false);
      }
      wrapLooseText(element);
      if (element !== stage && paintsItself(element)) add(element, "sprite", true);
      for (const child of paintOrder(element)) visit(child);
      return undefined;
    };
    visit(stage);
    for (const layer of layers) {
      layer.chain = [];
      for (let e = layer.element; e && e !== stage; e = e.parentElement) layer.chain.unshift(e);
      layer.animated = layer.chain.some((e) => animated.has(e));
      if (layer.kind === "frames") layer.properties = [...changing(layer.element)];
    }
    return layers;
  }

  // Undo every transform, opacity and clip between the stage and the layers that move, so that each is seen,
  // measured and captured upright, whole and opaque; `release` puts them back. Important declarations win over
  // animations (CSS Cascade 5, §6.1).
  const held = new Map();
  function hold() {
    for (const layer of layers) {
      layer.chain.forEach((element, depth) => {
        if (held.has(element)) return;
        const last = depth === layer.chain.length - 1;
        if (layer.kind === "frames" && last) return;
        if (!layer.animated && layer.kind !== "media" && last) return;
        held.set(element, element.getAttribute("style"));
        const set = (name, value) => element.style.setProperty(name, value, "important");
        for (const name of ["transform", "translate", "rotate", "scale"]) set(name, "none");
        set("opacity", "1");
        if (!last || layer.self) set("overflow", "visible");
      });
    }
  }
  function release() {
    for (const [element, style] of held) {
      if (style === null) element.removeAttribute("style");
      else element.setAttribute("style", style);
    }
    held.clear();
  }

  function inkMargin(element) {
    let margin = 2;
    for (const e of [element, ...element.querySelectorAll("*")]) {
      const style = getComputedStyle(e);
      margin = Math.max(margin, parseFloat(style.fontSize) * 0.3 || 0);
      for (const shadow of [style.textShadow, style.boxShadow]) {
        if (shadow !== "none") {
          const lengths = [...shadow.matchAll(/(-?[\d.]+)px/g)].map((m) => Math.abs(Number(m[1])));
          margin = Math.max(margin, lengths.reduce((a, b) => a + b, 0) * 1.5);
        }
      }
      const blur = /(?:blur|drop-shadow)\(([^)]*)\)/.exec(style.filter);
      if (blur) margin = Math.max(margin, 3 * (parseFloat(/([\d.]+)px/.exec(blur[1])?.[1]) || 0) + 40);
    }
    return margin;
  }

  // Each layer's box and how its ancestors clip it, in the stage's own coordinates, nothing transformed.
  function describe() {
    hold();
    const stageBox = stage.getBoundingClientRect();
    chains = new Map();
    for (const layer of layers) {
      for (const element of layer.chain) {
        if (chains.has(element)) continue;
        const box = element.getBoundingClientRect();
        const style = getComputedStyle(element);
        const [ox, oy] = style.transformOrigin.split(" ").map(parseFloat);
        chains.set(element, { origin: [box.left - stageBox.left + ox, box.top - stageBox.top + oy], box });
      }
    }
    const out = layers.map((layer, index) => {
      const box = layer.element.getBoundingClientRect();
      const margin = layer.kind === "media" ? 0 : inkMargin(layer.element);
      const style = getComputedStyle(layer.element);
      let left = box.left, top = box.top, right = box.right, bottom = box.bottom;
      if (!layer.self && layer.kind !== "media") {
        for (const e of layer.element.querySelectorAll("*")) {
          const r = e.getBoundingClientRect();
          if (!r.width || !r.height) continue;
          left = Math.min(left, r.left); top = Math.min(top, r.top);
          right = Math.max(right, r.right); bottom = Math.max(bottom, r.bottom);
        }
      }
      return {
        index,
        kind: layer.kind,
        scene: layer.scene,
        animated: layer.animated,
        media: layer.kind === "media" ? Number(layer.element.dataset.media) : null,
        scrim: layer.element.getAttribute("data-scrim"),
        radius: layer.kind === "media" ? parseFloat(style.borderTopLeftRadius) || 0 : 0,
        box: [left - margin, top - margin, right + margin, bottom + margin].map(round),
        name: layer.element.dataset.text || layer.element.className || layer.element.tagName.toLowerCase(),
      };
    });
    release();
    for (const layer of layers) {
      layer.clips = [];
      layer.chain.slice(0, layer.self ? -1 : undefined).forEach((element, depth) => {
        const own = depth === layer.chain.length - 1;
        if (own && layer.kind !== "media") return;
        const style = getComputedStyle(element);
        if (!own && /visible/.test(style.overflowX) && /visible/.test(style.overflowY)) return;
        if (own) return;
        const box = chains.get(element).box;
        const m = parseFloat(style.overflowClipMargin) || 0;
        layer.clips.push({
          depth,
          box: [
            box.left - stageBox.left + parseFloat(style.borderLeftWidth) - m,
            box.top - stageBox.top + parseFloat(style.borderTopWidth) - m,
            box.right - stageBox.left - parseFloat(style.borderRightWidth) + m,
            box.bottom - stageBox.top - parseFloat(style.borderBottomWidth) + m,
          ],
        });
      });
    }
    return out;
  }

  const sheet = document.createElement("style");
  document.head.append(sheet);
  sheet.textContent =
    "html.castad-alone #stage, html.castad-alone #stage * { visibility: hidden !important; }" +
    "html.castad-alone #stage .castad-whole:not(.castad-hidden), html.castad-alone #stage .castad-whole *:not(.castad-hidden)," +
    "html.castad-alone #stage .castad-self { visibility: visible !important; }";

  function showAlone(indexes, keepStates) {
    document.documentElement.classList.add("castad-alone");
    stage.querySelectorAll(".castad-whole, .castad-self").forEach((e) => e.classList.remove("castad-whole", "castad-self"));
    for (const i of indexes) layers[i].element.classList.add(layers[i].self ? "castad-self" : "castad-whole");
    if (!keepStates && !held.size) hold();
  }

  function showAll() {
    document.documentElement.classList.remove("castad-alone");
    stage.querySelectorAll(".castad-whole, .castad-self").forEach((e) => e.classList.remove("castad-whole", "castad-self"));
    release();
  }

  // -- time ----------------------------------------------------------------------------------------------

  function animationsOf(scene) {
    return document.getAnimations().filter((a) => {
      if (!a.effect || !a.effect.target) return false;
      a.pause();
      return sceneOf(a.effect.target) === scene;
    });
  }

  function seek(animations, milliseconds) {
    for (const animation of animations) animation.currentTime = milliseconds;
  }

  // Where the seek hook of a script-driven template is, if it has one.
  function hook(scene, milliseconds) {
    if (typeof window.castadSeek === "function") window.castadSeek(scene, milliseconds);
  }

  function ownMatrix(element) {
    const style = getComputedStyle(element);
    const plain = style.transform === "none" && style.translate === "none" && style.rotate === "none" && style.scale === "none";
    if (plain) return null;
    const [ox, oy] = chains.get(element).origin;
    const matrix = new DOMMatrix([1, 0, 0, 1, ox, oy]);
    if (style.translate !== "none") {
      const [x, y = 0] = style.translate.split(" ").map(parseFloat);
      matrix.translateSelf(x, y);
    }
    if (style.rotate !== "none") matrix.rotateSelf(parseFloat(style.rotate));
    if (style.scale !== "none") {
      const [x, y = x] = style.scale.split(" ").map(parseFloat);
      matrix.scaleSelf(x, y);
    }
    if (style.transform !== "none") matrix.multiplySelf(new DOMMatrix(style.transform));
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

  // For every frame of a scene: each layer's [a, b, c, d, e, f, opacity, clip left, top, right, bottom], or 0
  // where it stands as on the frame before. Frames-kind layers add a string that changes when they do.
  function states(scene, times) {
    const animations = animationsOf(scene);
    const mine = layers.map((layer, index) => [layer, index]).filter(([layer]) => layer.scene === scene);
    const width = stage.clientWidth, height = stage.clientHeight;
    const out = mine.map(([, index]) => ({ index, frames: [] }));
    const last = mine.map(() => "");
    for (const t of times) {
      seek(animations, t);
      hook(scene, t);
      const cache = new Map();
      const stateOf = (element) => {
        let state = cache.get(element);
        if (!state) {
          state = { matrix: ownMatrix(element), opacity: Number(getComputedStyle(element).opacity) };
          cache.set(element, state);
        }
        return state;
      };
      mine.forEach(([layer], k) => {
        const frames = layer.kind === "frames";
        let matrix = new DOMMatrix();
        let opacity = 1;
        let clip = [0, 0, width, height];
        layer.chain.forEach((element, depth) => {
          const final = depth === layer.chain.length - 1;
          // A static layer and a frames layer are captured with their own transform and opacity drawn in.
          if (final && (frames || (!layer.animated && layer.kind !== "media"))) return;
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
        const fine = (x) => Math.round(x * 1e6) / 1e6;
        const { a, b, c, d, e, f } = matrix;
        const row = [fine(a), fine(b), fine(c), fine(d), round(e), round(f), fine(opacity), ...clip.map(round)];
        if (frames) row.push(signature(layer));
        const text = row.join();
        out[k].frames.push(text === last[k] ? 0 : row);
        last[k] = text;
      });
    }
    return out;
  }

  function signature(layer) {
    const parts = [];
    for (const e of [layer.element, ...layer.element.querySelectorAll("*")]) {
      const style = getComputedStyle(e);
      parts.push(layer.properties.map((p) => style[p]).join(";"), style.opacity, style.transform);
      if (e.tagName === "CANVAS") parts.push(e.toDataURL());
    }
    return parts.join("|");
  }

  window.castad = {
    prepare() {
      const problems = [];
      for (const element of stage.querySelectorAll("[data-text]")) allowBreaksAtWords(element);
      // Blocks last: some take what room the others leave.
      for (const element of [...stage.querySelectorAll("[data-max]:not([data-fill])"), ...stage.querySelectorAll("[data-fill]")]) {
        const set = element.hasAttribute("data-fill") ? fill : fit;
        const problem = element.textContent.trim() ? set(element) : null;
        if (problem) problems.push(problem);
      }
      for (const box of stage.querySelectorAll("[data-share]")) {
        const problem = problems.length ? null : share(box);
        if (problem) problems.push(problem);
      }
      for (const element of stage.querySelectorAll("[data-split]:not([data-fill])")) {
        if (element.textContent.trim()) split(element, element.dataset.split);
      }
      return problems;
    },
    // Where the text stands when its animations are done, nothing faded or moved.
    texts() {
      hold();
      const origin = stage.getBoundingClientRect();
      const out = [...stage.querySelectorAll("[data-text]")].filter((e) => e.textContent.trim()).map((element) => {
        const rects = textRects(element);
        const size = Math.max(...rects.map((r) => r.size));
        // The glyphs' own height inside the line box: what must be legible is ink, not leading.
        const inset = (r) => Math.max(0, (r.height - r.size * 1.15) / 2);
        return {
          slot: element.dataset.text,
          scene: sceneOf(element),
          text: [...element.querySelectorAll(".line")].map((l) => l.textContent.trim()).join("\n") || element.textContent.trim(),
          size,
          color: getComputedStyle(element).color,
          zone: element.dataset.zone || "must-read",
          panel: onPanel(element),
          layers: layers.map((l, i) => [l, i]).filter(([l]) => element.contains(l.element) || l.element.contains(element)).map(([, i]) => i),
          lines: lineBoxes(rects, inset, origin),
          box: [
            Math.min(...rects.map((r) => r.left)) - origin.left, Math.min(...rects.map((r) => r.top + inset(r))) - origin.top,
            Math.max(...rects.map((r) => r.right)) - origin.left, Math.max(...rects.map((r) => r.bottom - inset(r))) - origin.top,
          ].map(round),
        };
      });
      release();
      return out;
    },
    layers() {
      findLayers();
      return describe();
    },
    showAlone,
    showAll,
    states,
    seekScene(scene, t) {
      seek(animationsOf(scene), t);
      hook(scene, t);
    },
  };
})();
