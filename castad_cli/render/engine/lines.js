// Texts as the browser broke them: lines and words with elements of their own, and where they stand.

// <p>two words</p> -> <p><span class="line"><span class="word">two</span> …, lines as the browser broke them.
function split(element, by) {
  const parts = partsOf.get(element) || tokens(element.textContent);
  element.textContent = "";
  const marks = parts.map((part) => {
    const span = document.createElement("span");
    span.textContent = part;
    span.style.wordBreak = element.style.wordBreak; // a template's :lang(ja) speaks of the span too
    if (language === "th" && partsOf.has(element)) span.style.whiteSpace = "nowrap";
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
  const shown = [...stage.querySelectorAll("[data-text]:not(.spoken-line), .qr-code, img, [data-clear]")].filter((e) => e.matches("img, .qr-code, [data-clear]") || e.textContent.trim());
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
    if (y !== null) hug(caption);
  }
  still.remove();
  return problems;
}

// Makes a caption of several lines no wider than they are: a balanced text leaves its box as wide as it was unbalanced.
function hug(caption) {
  const rects = textRects(caption);
  const before = lineCount(caption);
  const width = Math.max(...rects.map((r) => r.right)) - Math.min(...rects.map((r) => r.left));
  caption.style.width = Math.ceil(width + (getComputedStyle(caption).boxSizing === "border-box" ? padding(caption) : 0)) + 2 + "px";
  if (lineCount(caption) !== before) caption.style.width = "";
}

function padding(element) {
  const style = getComputedStyle(element);
  return ["paddingLeft", "paddingRight", "borderLeftWidth", "borderRightWidth"].reduce((sum, name) => sum + (parseFloat(style[name]) || 0), 0);
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
  const scene = lightOf(element).closest("[data-scene]");
  return scene ? scene.dataset.scene : "all";
}
