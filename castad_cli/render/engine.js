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

  // Chinese and Japanese break between any two characters; allow breaks at words, and in Japanese at phrases, only, so
  // that a line never splits one. What is wider than its line by itself may end it at a word.
  const partsOf = new WeakMap();
  function allowBreaksAtPhrases(element) {
    if (!/^(zh|ja)/.test(language) || element.hasAttribute("data-fill") || element.children.length) return;
    setParts(element, phrases(element));
  }

  function setParts(element, parts) {
    partsOf.set(element, parts);
    element.textContent = "";
    element.style.wordBreak = "keep-all";
    parts.forEach((part, i) => {
      if (i) element.append(document.createElement("wbr"));
      element.append(part);
    });
  }

  // Allows more breaks in a text that does not fit with those it has; whether there were more to allow.
  function loosen(element) {
    const parts = partsOf.get(element);
    if (parts) {
      const words = parts.flatMap(tokens);
      if (words.length === parts.length) return false;
      setParts(element, words);
      return true;
    }
    if (!element.textContent.includes("\u00a0")) return false;
    element.textContent = element.textContent.replaceAll("\u00a0", " ");
    return true;
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

  const ORPHAN = 0.3; // of the longest line: shorter than this, the last one looks forgotten
  const SMALLEST_WITHOUT_ORPHAN = 0.68;

  // The largest size from data-max down to data-min at which the text keeps to its lines and its box.
  function fit(element) {
    const problem = fitLargest(element);
    if (!problem) sparesOrphan(element);
    return problem;
  }

  // A last line of one short word is not left alone where a somewhat smaller size takes it up.
  function sparesOrphan(element) {
    const size = parseFloat(element.style.fontSize);
    const least = Math.max(Number(element.dataset.min), size * SMALLEST_WITHOUT_ORPHAN);
    const lines = Number(element.dataset.lines || 1);
    for (let smaller = size; smaller >= least; smaller -= 2) {
      element.style.fontSize = smaller + "px";
      if (!endsInOrphan(element) && fits(element, lines)) return;
    }
    element.style.fontSize = size + "px";
  }

  function endsInOrphan(element) {
    const rows = [];
    for (const rect of textRects(element)) {
      const row = rows.find((r) => Math.abs(r.top - rect.top) < rect.height / 2);
      if (row) row.width += rect.right - rect.left;
      else rows.push({ top: rect.top, width: rect.right - rect.left });
    }
    return rows.length > 1 && rows[rows.length - 1].width < ORPHAN * Math.max(...rows.map((r) => r.width));
  }

  function fitLargest(element) {
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

  // A text at its size, its phrases whole if they can be; what is wrong, if it does not fit.
  function setText(element) {
    const set = element.hasAttribute("data-fill") ? fill : fit;
    const problem = set(element);
    return problem && loosen(element) ? set(element) : problem;
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
        const problem = element.textContent.trim() ? setText(element) : null;
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
    if (!text) return [];
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
    return mended(parts);
  }

  // What the browser's model gets wrong for certain: a verb's ending taken for the beginning of the next phrase (更けてい|く夜),
  // a number parted from what it counts (一|杯), a loan word in two, a phrase of nothing but a particle or a small letter.
  const PARTICLES = /^([ぁぃぅぇぉっゃゅょゎァィゥェォッャュョーんン]|[はがをにへともので、。！？」』）]+$)/u;
  function mended(parts) {
    const out = [];
    const words = new Set(); // where a dictionary's words begin: no phrase ends within one (売り|切れます)
    for (const { index } of new Intl.Segmenter(language, { granularity: "word" }).segment(parts.join(""))) words.add(index);
    let at = 0;
    for (const part of parts) {
      const inWord = !words.has(at);
      at += part.length;
      const before = out.length ? out[out.length - 1] : "";
      const ending = /\p{sc=Hira}$/u.test(before) ? /^[ぁ-ん](?=\p{sc=Han})/u.exec(part) : null;
      const counted = /[\d０-９一二三四五六七八九十百千万数何]$/u.test(before) && /^[\p{sc=Han}\d０-９％%]/u.test(part);
      const oneWord = /[\p{sc=Kana}ー]$/u.test(before) && /^[\p{sc=Kana}ー]/u.test(part);
      if (ending && !/[おごみ]/u.test(ending[0])) {
        out[out.length - 1] += ending[0];
        out.push(part.slice(1));
      } else if (before && (inWord || counted || oneWord || PARTICLES.test(part))) out[out.length - 1] += part;
      else out.push(part);
    }
    return out;
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
    const parts = partsOf.get(element) || tokens(element.textContent);
    element.textContent = "";
    const marks = parts.map((part) => {
      const span = document.createElement("span");
      span.textContent = part;
      span.style.wordBreak = element.style.wordBreak; // a template's :lang(ja) speaks of the span too
      if (element.childNodes.length && partsOf.has(element)) {
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

  // Puts each caption of what is said as low as it can stand in the safe area without touching what its scene shows to be
  // read or scanned: a caption's place is found, since no layout knows how long it is.
  function placeCaptions() {
    const captions = [...stage.querySelectorAll(".spoken-line")];
    if (!captions.length) return [];
    const still = document.createElement("style");
    still.textContent = "*, *::before, *::after { animation: none !important; transition: none !important; }";
    document.head.append(still);
    const problems = [];
    const origin = stage.getBoundingClientRect();
    const style = getComputedStyle(stage);
    const limit = (name) => parseFloat(style.getPropertyValue(name));
    const [top, bottom, gap] = [limit("--caption-top"), stage.clientHeight - limit("--caption-bottom"), 22];
    const shown = [...stage.querySelectorAll("[data-text]:not(.spoken-line), .qr-code, img")].filter((e) => e.matches("img, .qr-code") || e.textContent.trim());
    for (const caption of captions) {
      const scene = sceneOf(caption);
      const taken = shown.filter((e) => ["all", scene].includes(sceneOf(e))).map((e) => e.getBoundingClientRect());
      const place = () => {
        const box = caption.getBoundingClientRect();
        for (let y = bottom - box.height; y >= top; y -= 6) {
          const free = taken.every((r) => r.right <= box.left || r.left >= box.right || r.bottom - origin.top <= y - gap || r.top - origin.top >= y + box.height + gap);
          if (free) return y;
        }
        return null;
      };
      let y = place();
      for (let size = parseFloat(caption.style.fontSize) - 4; y === null && size >= Number(caption.dataset.min); size -= 4) {
        caption.style.fontSize = size + "px";
        y = place();
      }
      if (y === null && isWritten(caption, shown.filter((e) => ["all", scene].includes(sceneOf(e))))) caption.remove();
      else if (y === null) problems.push({ slot: "caption", text: caption.textContent, lines: Number(caption.dataset.lines), scene });
      else caption.style.top = y + "px";
    }
    still.remove();
    return problems;
  }

  // Whether all that a caption says, sentence by sentence, is to be read in its scene anyway.
  function isWritten(caption, shown) {
    const bare = (text) => text.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]/gu, "");
    const texts = shown.map((e) => bare(e.textContent));
    return caption.textContent.split(/[.!?。！？؟…]/u).every((sentence) => texts.some((text) => text.includes(bare(sentence))));
  }

  // The box of each line of text, on the stage: the glyphs' height, from the first glyph to the last.
  function lineBoxes(rects, inset, origin) {
    const lines = [];
    for (const rect of rects) {
      // By the smaller of the two: a block's small line is not part of the large one below it.
      const line = lines.find((l) => Math.abs(l.top - rect.top) < Math.min(l.bottom - l.top, rect.height) / 2);
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

  // Every animation ever seen: one that has run to its end is no longer listed by the browser, and may yet be sought
  // back. One that was called off (idle) stays called off.
  const known = new Set();
  function allAnimations() {
    for (const animation of document.getAnimations()) {
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

  function propertiesOf(animation) {
    const properties = new Set();
    for (const frame of animation.effect.getKeyframes()) {
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
      const target = animation.effect.target;
      const properties = found.get(target) || new Set();
      for (const property of propertiesOf(animation)) properties.add(property);
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
    return found;
  }

  // -- the order things are painted in (CSS 2.2, appendix E) -----------------------------------------------

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
    return layer.self ? [...key, -Infinity] : key;
  }

  function comparePaint(a, b) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i] - b[i];
    return a.length - b.length;
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
  function reachesOut(element, animated) {
    for (const e of element.querySelectorAll("*")) {
      const style = getComputedStyle(e);
      if (!blendOf(style)) continue;
      let up = e.parentElement;
      while (up !== element && !stacks(up, animated)) up = up.parentElement;
      if (up === element) return true;
    }
    return false;
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

  // A photograph is drawn by the compositor: whatever it cannot do must be said, never left out.
  const MEDIA_PROPERTIES = new Set([...SPRITE_PROPERTIES, "filter"]);
  function refuseMedia(element, what) {
    throw new Error(`${what} of ${nameOf(element)}, a photograph's place in scene ${sceneOf(element)}, cannot be drawn: it can be moved, turned, scaled, faded, filtered and blended, have round corners, a border and a shadow, no more`);
  }
  function checkMedia(element, own) {
    const style = getComputedStyle(element);
    const refuse = (what) => refuseMedia(element, what);
    if (element.childElementCount || element.textContent.trim()) refuse("what stands inside");
    const unlike = own ? [...own].filter((p) => !MEDIA_PROPERTIES.has(p)) : [];
    if (unlike.length) refuse(`the change of ${unlike.map((p) => (p === "3d" ? "depth" : dashed(p))).join(", ")}`);
    for (const property of ["clipPath", "maskImage", "backdropFilter", "offsetPath"]) {
      if (style[property] !== "none") refuse(dashed(property));
    }
    if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) refuse("the outline");
    if (/^matrix3d/.test(style.transform)) refuse("the depth");
    for (const part of ["::before", "::after"]) {
      if (!/^(none|normal)$/.test(getComputedStyle(element, part).content)) refuse(part);
    }
    const filters = [style.filter, ...allAnimations().filter((a) => a.effect.target === element).flatMap((a) => a.effect.getKeyframes().map((frame) => frame.filter || ""))];
    if (filters.some((value) => /url\(|drop-shadow\(/.test(value))) refuse("a filter that is an SVG's or a shadow");
    const effects = style.filter !== "none" || own?.has("filter") || style.mixBlendMode !== "normal";
    if (effects && framesItself(style)) refuse("a filter or a blend together with a border or a shadow");
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
      if (root !== stage && root.querySelector("[data-media]")) refuseBackdrop(element, `it ends at ${nameOf(root)}, which holds a photograph`);
    }
    return { glass, glassRoots: roots };
  }

  // Opacities that several layers share: they fade as one.
  function findFades(animated) {
    const shown = new Map();
    for (const layer of layers) {
      const within = layer.self || layer.kind === "media" ? layer.chain : layer.chain.slice(0, -1);
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

  function findLayers() {
    const animated = animatedElements();
    const { glass, glassRoots } = backdropElements(animated);
    const roots = new Set([...animated.keys(), ...glass, ...stage.querySelectorAll("[data-media], [data-layer]")]);
    const above = new Set();
    for (const root of roots) {
      for (let e = root.parentElement; e && e !== stage.parentElement; e = e.parentElement) above.add(e);
    }
    layers = [];
    const movesInside = (element) => [...animated.keys()].some((e) => e !== element && element.contains(e));
    const add = (element, kind, self, why = "") => {
      const style = getComputedStyle(element);
      const within = self ? null : glass.find((e) => e !== element && element.contains(e));
      if (within) refuseBackdrop(within, `it lies in ${nameOf(element)}, which ${why || "is drawn as one picture"}`);
      const photo = kind === "media" ? null : self ? null : element.querySelector("[data-media]");
      if (photo) throw new Error(`the photograph of scene ${sceneOf(element)} lies in .${element.className}, which ${why || "is drawn as one picture"}: a photograph can be moved, turned, scaled, faded and clipped by a rectangle, no more`);
      layers.push({ element, kind, self, why, scene: sceneOf(element), blend: self ? null : blendOf(style), backdrop: !self && glass.includes(element) });
    };
    // One picture of it all: a new one wherever something inside changes.
    const addWhole = (element, why) => add(element, animated.has(element) || movesInside(element) ? "frames" : "sprite", false, why);
    const visit = (element) => {
      const own = animated.get(element);
      const style = getComputedStyle(element);
      if (style.display === "none" && !own?.has("display")) return undefined;
      if (element.hasAttribute("data-media")) {
        checkMedia(element, own);
        if (framesItself(style)) add(element, "sprite", true);
        return add(element, "media", false);
      }
      const unlike = own ? [...own].filter((p) => !SPRITE_PROPERTIES.has(p)) : [];
      if (unlike.length === 1 && unlike[0] === "backdropFilter" && !movesInside(element)) return add(element, "sprite", false);
      if (unlike.length) return add(element, "frames", false, `changes its ${unlike.filter((p) => p !== "3d").join(", ") || "depth"}`);
      if (own && style.offsetPath !== "none") return add(element, "frames", false, "stands on a path (offset-path)");
      if (glassRoots.has(element)) return addWhole(element, "a backdrop-filter inside ends with it");
      const inside = above.has(element);
      const effect = inside && element !== stage ? groupEffect(element) : null;
      if (effect) return addWhole(element, `${effect} over parts that move`);
      if ([...element.children].some((child) => animated.get(child)?.has("zIndex")) && element !== stage && !element.querySelector("[data-media]")) {
        return addWhole(element, "its parts change their order");
      }
      if (element instanceof SVGElement && inside) return addWhole(element, "a part of the drawing moves");
      if (element !== stage && stacks(element, animated)) {
        if (reachesOut(element, animated)) return movesInside(element) ? add(element, "frames", false, "blends inside a group whose parts move") : add(element, "sprite", false);
      } else if (!inside && element !== stage && !blendOf(style) && (reachesOut(element, animated) || hasLevels(element, animated))) {
        above.add(element);
        return visit(element);
      }
      if (inside && element !== stage && clipsOddly(element, animated) && element.querySelector("[data-media]")) {
        throw new Error(`${nameOf(element)} in scene ${sceneOf(element)} cuts off a photograph by an edge that is round or turned: give the corners to the photograph's own element`);
      }
      if (inside && element !== stage && clipsOddly(element, animated) && movesInside(element)) {
        return add(element, "frames", false, "clips parts that move by an edge that is round or turned");
      }
      if (inside && element !== stage && (blendOf(style) || glass.includes(element))) return addWhole(element, "blends as one, and parts of it move");
      if (!inside) return add(element, "sprite", false);
      wrapLooseText(element);
      if (element !== stage && paintsItself(element)) add(element, "sprite", true);
      for (const child of [...element.children]) {
        if (!/^(SCRIPT|STYLE|TEMPLATE|WBR|BR)$/.test(child.tagName)) visit(child);
      }
      return undefined;
    };
    visit(stage);
    const place = new Map([...stage.querySelectorAll("*")].map((e, i) => [e, i]));
    for (const layer of layers) {
      layer.chain = [];
      for (let e = layer.element; e && e !== stage; e = e.parentElement) layer.chain.unshift(e);
      layer.animated = layer.chain.some((e) => animated.has(e));
      if (layer.kind === "frames") layer.inner = allAnimations().filter((a) => layer.element.contains(a.effect.target)).map((a) => [a, [...propertiesOf(a)].filter((p) => p !== "3d")]);
      layer.key = paintKey(layer, animated, place);
    }
    layers.sort((a, b) => comparePaint(a.key, b.key));
    findFades(animated);
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
        const set = (name, value) => element.style.setProperty(name, value, "important");
        const keep = () => held.set(element, element.getAttribute("style"));
        if (last && (layer.blend || layer.backdrop)) {
          // How it blends is the compositor's work; what it covers is captured.
          keep();
          set("mix-blend-mode", "normal");
          set("backdrop-filter", "none");
        }
        if (layer.kind === "frames" && last) return;
        if (!layer.animated && !layer.self && layer.kind !== "media" && last) return;
        if (!held.has(element)) keep();
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

  // What a layer may paint, in the window: its boxes with room for shadows, blurs and overhanging glyphs.
  function inkBox(layer) {
    const box = layer.element.getBoundingClientRect();
    let { left, top, right, bottom } = box;
    if (!layer.self && layer.kind !== "media") {
      for (const e of layer.element.querySelectorAll("*")) {
        const r = e.getBoundingClientRect();
        if (!r.width || !r.height) continue;
        left = Math.min(left, r.left); top = Math.min(top, r.top);
        right = Math.max(right, r.right); bottom = Math.max(bottom, r.bottom);
      }
    }
    const margin = layer.kind === "media" ? 0 : inkMargin(layer.element);
    return [left - margin, top - margin, right + margin, bottom + margin];
  }

  // The radii of a box's corners, clockwise from the top left, in pixels: [across, down] of each (CSS Backgrounds 3, 4.5).
  function cornersOf(style, width, height) {
    const length = (value, side) => (value.endsWith("%") ? (parseFloat(value) / 100) * side : parseFloat(value) || 0);
    const radii = ["TopLeft", "TopRight", "BottomRight", "BottomLeft"].map((corner) => {
      const [x, y = x] = style[`border${corner}Radius`].split(" ");
      return [length(x, width), length(y, height)];
    });
    const [tl, tr, br, bl] = radii;
    const share = (side, sum) => (sum > side ? side / sum : 1);
    const by = Math.min(share(width, tl[0] + tr[0]), share(width, bl[0] + br[0]), share(height, tl[1] + bl[1]), share(height, tr[1] + br[1]));
    return radii.map(([x, y]) => [x * by, y * by]);
  }

  // A photograph fills its element within the border.
  function innerBox(element, style, stageBox) {
    const box = element.getBoundingClientRect();
    const [t, r, b, l] = ["Top", "Right", "Bottom", "Left"].map((side) => parseFloat(style[`border${side}Width`]) || 0);
    const corners = cornersOf(style, box.width, box.height);
    const inner = [[l, t], [r, t], [r, b], [l, b]].map(([x, y], i) => [Math.max(0, corners[i][0] - x), Math.max(0, corners[i][1] - y)]);
    return [[box.left - stageBox.left + l, box.top - stageBox.top + t, box.right - stageBox.left - r, box.bottom - stageBox.top - b], inner];
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
        chains.set(element, { origin: [box.left - stageBox.left + ox, box.top - stageBox.top + oy], box, width: box.width, height: box.height });
      }
    }
    const out = layers.map((layer, index) => {
      const style = getComputedStyle(layer.element);
      const ink = inkBox(layer).map((v, i) => v - (i % 2 ? stageBox.top : stageBox.left));
      const media = layer.kind === "media";
      layer.effect = media ? "filter" : layer.backdrop ? "backdropFilter" : null;
      const [shape, corners] = media || layer.backdrop ? innerBox(layer.element, media ? style : plainBorders(style), stageBox) : [null, null];
      return {
        index,
        kind: layer.kind,
        scene: layer.scene,
        animated: layer.animated,
        media: layer.kind === "media" ? Number(layer.element.dataset.media) : null,
        scrim: layer.element.getAttribute("data-scrim"),
        corners: corners && corners.some(([x, y]) => x && y) ? corners.map((c) => c.map(round)) : [],
        shape: shape ? shape.map(round) : null,
        box: (media ? shape : ink).map(round),
        fades: layer.fadeNumbers,
        name: layer.element.dataset.text || layer.element.getAttribute("class") || layer.element.tagName.toLowerCase(),
        why: layer.why,
        blend: layer.blend,
        backdrop: layer.backdrop,
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

  // Shows some layers alone; the box (on the stage) that holds all they paint.
  function showAlone(indexes) {
    document.documentElement.classList.remove("castad-alone");
    stage.querySelectorAll(".castad-whole, .castad-self, .castad-hidden").forEach((e) => e.classList.remove("castad-whole", "castad-self", "castad-hidden"));
    if (!held.size) hold();
    const mine = indexes.map((i) => layers[i]);
    const hidden = mine.flatMap((layer) => (layer.self ? [] : [layer.element, ...layer.element.querySelectorAll("*")]).filter((e) => getComputedStyle(e).visibility !== "visible"));
    hidden.forEach((e) => e.classList.add("castad-hidden"));
    document.documentElement.classList.add("castad-alone");
    for (const layer of mine) layer.element.classList.add(layer.self ? "castad-self" : "castad-whole");
    const origin = stage.getBoundingClientRect();
    const boxes = mine.map((layer) => inkBox(layer));
    return [
      Math.min(...boxes.map((b) => b[0])) - origin.left, Math.min(...boxes.map((b) => b[1])) - origin.top,
      Math.max(...boxes.map((b) => b[2])) - origin.left, Math.max(...boxes.map((b) => b[3])) - origin.top,
    ].map(round);
  }

  function showAll() {
    document.documentElement.classList.remove("castad-alone");
    stage.querySelectorAll(".castad-whole, .castad-self").forEach((e) => e.classList.remove("castad-whole", "castad-self"));
    release();
  }

  // -- time ----------------------------------------------------------------------------------------------

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
  function scout(scenes) {
    if (typeof window.castadSeek !== "function") return;
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
    const style = getComputedStyle(element);
    const plain = style.transform === "none" && style.translate === "none" && style.rotate === "none" && style.scale === "none";
    if (plain) return null;
    const [ox, oy] = chains.get(element).origin;
    const matrix = new DOMMatrix([1, 0, 0, 1, ox, oy]);
    if (style.translate !== "none") {
      const box = chains.get(element);
      const sides = [box.width, box.height];
      const [x, y = 0] = lengths(style.translate).map((v, i) => (v.endsWith("%") ? (parseFloat(v) / 100) * sides[i] : parseFloat(v)));
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
        const fine = (x) => Math.round(x * 1e6) / 1e6;
        const { a, b, c, d, e, f } = matrix;
        const row = [fine(a), fine(b), fine(c), fine(d), round(e), round(f), fine(opacity), ...clip.map(round)];
        for (const element of layer.fades) row.push(fine(stateOf(element).opacity));
        row.push(layer.effect ? getComputedStyle(layer.element)[layer.effect] : "none");
        if (frames) row.push(signature(layer, t));
        const text = row.join();
        out[k].frames.push(text === last[k] ? 0 : row);
        last[k] = text;
      });
    }
    return out;
  }

  // Changes whenever the layer's picture may: the values that animations inside it have, what a script made of it.
  function signature(layer, time) {
    const parts = layer.inner.map(([animation, properties]) => {
      const style = getComputedStyle(animation.effect.target, animation.effect.pseudoElement || undefined);
      if (properties[0] === "custom properties") return JSON.stringify(animation.effect.getComputedTiming().progress);
      return properties.map((p) => (p.startsWith("--") ? style.getPropertyValue(p) : style[p === "cssOffset" ? "offset" : p])).join(";");
    });
    const inside = (e) => layer.element.contains(e);
    if ([...scripted.keys()].some(inside)) {
      parts.push(layer.element.outerHTML);
      for (const canvas of layer.element.matches("canvas") ? [layer.element] : layer.element.querySelectorAll("canvas")) parts.push(canvas.toDataURL());
    }
    if (layer.element.querySelector("animate, animateTransform, animateMotion, set")) parts.push(time);
    return parts.join("|");
  }

  window.castad = {
    prepare() {
      const problems = [];
      for (const section of document.querySelectorAll("body > .spoken")) stage.append(section);
      turnTransitions();
      for (const element of stage.querySelectorAll("[data-text]")) allowBreaksAtPhrases(element);
      // Blocks last: some take what room the others leave.
      for (const element of [...stage.querySelectorAll("[data-max]:not([data-fill])"), ...stage.querySelectorAll("[data-fill]")]) {
        const problem = element.textContent.trim() ? setText(element) : null;
        if (problem) problems.push(problem);
      }
      for (const box of stage.querySelectorAll("[data-share]")) {
        const problem = problems.length ? null : share(box);
        if (problem) problems.push(problem);
      }
      for (const element of stage.querySelectorAll("[data-split]:not([data-fill])")) {
        if (element.textContent.trim()) split(element, element.dataset.split);
      }
      problems.push(...placeCaptions());
      return problems;
    },
    // Where the text stands when its animations are done, nothing faded or moved.
    texts() {
      hold();
      const origin = stage.getBoundingClientRect();
      const out = [...stage.querySelectorAll("[data-text]")].filter((e) => e.textContent.trim() && textRects(e).length).map((element) => {
        const rects = textRects(element);
        const size = Math.max(...rects.map((r) => r.size));
        // The glyphs' own height inside the line box: what must be legible is ink, not leading.
        const inset = (r) => Math.max(0, (r.height - r.size * 1.15) / 2);
        return {
          slot: element.dataset.text,
          scene: sceneOf(element),
          text: [...element.querySelectorAll(".line")].map((l) => l.textContent.trim()).join("\n").replaceAll("\u00a0", " ") || element.textContent.trim().replaceAll("\u00a0", " "),
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
    scout,
    showAlone,
    showAll,
    states,
    // As one layer stands at a time, alone; the box of what it paints.
    showAt(scene, t, index) {
      // A script may write the very styles that are held: it must find its own.
      release();
      seek(animationsOf(scene), t);
      hook(scene, t);
      return showAlone([index]);
    },
    seekScene(scene, t) {
      release();
      seek(animationsOf(scene), t);
      hook(scene, t);
    },
  };
})();
