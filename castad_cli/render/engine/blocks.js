// Blocks: every line as wide as the column, each at its own size, as on a poster.

// Where a line may end: at spaces, at words where the script has no spaces, in Japanese and Thai after a phrase.
function phrases(element) {
  const text = element.textContent.trim();
  if (SPACED.test(language)) return text.split(/(?<=[ \n\t])/u);
  if (language === "th") return thaiPhrases(tokens(text));
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

const OVER_PAUSE = 0.6; // how good a block is that has a comma within a line, and a line's end elsewhere
const SMALL_FIGURE = 0.5; // how good an offer's block is ([data-figure]) in which the price is not in the largest line
const FIGURE = /[₩¥€£$฿₫]\s?\d|\d\s?(?:[%％₩¥€£$฿₫]|원|円|ウォン|元|折|割|บาท|đ)/u;

// Where one would pause: at a comma or a full stop, in Thai at a space, which parts clauses there and no words.
const PAUSE = language === "th" ? /\s$/u : /[,.!?;:，、。！？；：…،؛؟]\s*$/u;

// The phrases of a block. A single one of several whole words (珈琲|時間) may be parted: a block of one line is thin.
function partsOfBlock(element, text) {
  const parts = phrases(element);
  if (parts.length > 1 || !language.startsWith("ja")) return parts;
  const words = tokens(text);
  return words.every((word) => word.length > 1 && !PARTICLES.test(word)) ? words : parts;
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
  const parts = element.hasAttribute("data-loose") ? tokens(text) : partsOfBlock(element, text);
  const pauses = parts.map((part, i) => i < parts.length - 1 && PAUSE.test(part));
  const figure = element.hasAttribute("data-figure") && FIGURE.test(text);
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
    const overPause = pauses.includes(true) && rows.length > 1 && !rows.some((row) => pauses[row.to - 1]);
    const largest = rows[final.indexOf(Math.max(...final))];
    const smallFigure = figure && !FIGURE.test(parts.slice(largest.from, largest.to).join(""));
    const score = ink * Math.min(1, 2.4 / contrast) * (overPause ? OVER_PAUSE : 1) * (smallFigure ? SMALL_FIGURE : 1);
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
