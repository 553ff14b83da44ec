// What the page's texts are, where they may break, and how large they may be.

const stage = document.getElementById("stage");
if (!stage) throw new Error('there is no element with id="stage", which holds all that a template shows');
const language = stage.getAttribute("lang");
const SPACED = /^(ko|en|vi|ar)/;
const round = (x) => Math.round(x * 1000) / 1000;

// Chinese and Japanese break between any two characters, Thai where a dictionary says; allow breaks at words, and in
// Japanese and Thai at phrases, only, so that a line never splits one. What is wider than its line by itself may end it
// at a word. What has one line has no breaks: a browser would break even unbreakable text where it is told it may.
const partsOf = new WeakMap();
function allowBreaksAtPhrases(element) {
  if (!/^(zh|ja|th)/.test(language) || element.hasAttribute("data-fill") || element.children.length) return;
  if (Number(element.dataset.lines || 1) === 1) return;
  setParts(element, phrases(element));
}

function setParts(element, parts) {
  partsOf.set(element, parts);
  element.textContent = "";
  element.style.wordBreak = "keep-all";
  parts.forEach((part, i) => {
    if (i) element.append(document.createElement("wbr"));
    element.append(kept(part));
  });
}

// A part as the page takes it: in Thai no `word-break` keeps it whole.
function kept(part) {
  if (language !== "th") return part;
  const span = document.createElement("span");
  span.style.whiteSpace = "nowrap";
  span.textContent = part;
  return span;
}

// Allows more breaks in a text that does not fit with those it has; whether there were more to allow.
function loosen(element) {
  if (element.hasAttribute("data-fill") && !SPACED.test(language)) {
    const tight = !element.hasAttribute("data-loose");
    element.setAttribute("data-loose", "");
    return tight;
  }
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
  if (element.scrollWidth > element.clientWidth) return false;
  if (lineCount(element) > lines) return false;
  const limit = parseFloat(getComputedStyle(element).maxHeight);
  return !(element.scrollHeight > limit + 1);
}

const ORPHAN = 0.3; // of the longest line: shorter than this, the last one looks forgotten
const STUB = 0.4; // the first one above two more, cut off
const SMALLEST_WITHOUT_ORPHAN = 0.68;

// The largest size from data-max down to data-min at which the text keeps to its lines and its box.
function fit(element) {
  const problem = fitLargest(element);
  if (!problem) sparesOrphan(element);
  return problem;
}

// A last line of one short word is not left alone where a somewhat smaller size takes it up, nor a first one above two more.
function sparesOrphan(element) {
  if (!hasOrphan(element)) return;
  const size = parseFloat(element.style.fontSize);
  const least = Math.max(Number(element.dataset.min), size * SMALLEST_WITHOUT_ORPHAN);
  const lines = Number(element.dataset.lines || 1);
  for (let smaller = size - 2; smaller >= least; smaller -= 2) {
    element.style.fontSize = smaller + "px";
    if (!hasOrphan(element) && fits(element, lines)) return;
  }
  element.style.fontSize = size + "px";
}

function hasOrphan(element) {
  const rows = [];
  for (const rect of textRects(element)) {
    const row = rows.find((r) => Math.abs(r.top - rect.top) < rect.height / 2);
    if (row) row.width += rect.right - rect.left;
    else rows.push({ top: rect.top, width: rect.right - rect.left });
  }
  const longest = Math.max(...rows.map((r) => r.width));
  if (rows.length > 2 && rows[0].width < STUB * longest) return true;
  return rows.length > 1 && rows[rows.length - 1].width < ORPHAN * longest;
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

// Of how much of its own size a text that shares a box is, where the largest of the box has a ``part`` of its: small type
// follows slowly, or a headline that becomes one line would make the line below it too small to read.
function shareOf(own, largest, part) {
  if (own > 0.6 * largest) return part;
  return part >= 0.5 ? 1 - (1 - part) * 0.3 : 0.3 + (part - 0.3) * 2.75;
}

// Texts that share a box of limited height ([data-share]) give up size together until they fit it.
function share(box) {
  const texts = [...box.querySelectorAll("[data-max]:not([data-fill])")];
  const limit = parseFloat(getComputedStyle(box).maxHeight);
  const largest = Math.max(...texts.map((element) => Number(element.dataset.max)));
  for (let part = 1; part >= 0.3; part -= 0.04) {
    box.style.setProperty("--share", part);
    for (const element of texts) {
      const least = Number(element.dataset.min);
      element.dataset.most ||= element.dataset.max;
      const most = Number(element.dataset.most);
      element.dataset.max = Math.max(least, Math.floor(most * shareOf(most, largest, part)));
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
