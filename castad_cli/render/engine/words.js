// Words of scripts that put no spaces between them: as a dictionary parts them, and mended where it errs for certain.

// Words as they may stand alone: at spaces where the script has them, else by dictionary, with closing
// punctuation kept on the word before and opening punctuation on the word after, and a sum with its sign.
function tokens(text) {
  if (SPACED.test(language)) return text.split(/(?<=\s)/u);
  const out = [];
  let glue = false;
  for (const { segment } of new Intl.Segmenter(language, { granularity: "word" }).segment(text)) {
    const closing = /^[\p{Pe}\p{Pf}\p{Po}ー々\s]+$/u.test(segment);
    if (out.length && (closing || glue)) out[out.length - 1] += segment;
    else out.push(segment);
    glue = /[\p{Ps}\p{Pi}\p{Sc}]$/u.test(segment);
  }
  if (language.startsWith("zh")) return chineseWords(out);
  return language === "th" ? thaiWords(out) : out;
}

// A dictionary that does not know a Chinese word gives it character by character (双|人|礼盒, 加|可|颂): such a run is one
// word; a character alone goes with the word that it introduces (在|安静), a particle or a place with the one before.
const CHINESE_TAILS = /^[的了着著过過吗嗎呢吧啊们們里裡上下中内內外前后後边邊]$/u;
const ONE_HAN = /^\p{sc=Han}$/u;
const MARKS_AFTER = /[\p{P}\s]+$/u; // a dictionary's part comes with the marks after it, which end a run (外|酥，|內|軟)
function chineseWords(parts) {
  const out = [];
  let run = "";
  const end = (next) => {
    if (!run) return next;
    const alone = run;
    run = "";
    const before = out[out.length - 1] || "";
    if (ONE_HAN.test(alone) && /^\p{sc=Han}{2}$/u.test(next.replace(MARKS_AFTER, ""))) return alone + next;
    if (ONE_HAN.test(alone.replace(MARKS_AFTER, "")) && /^\p{sc=Han}{1,3}$/u.test(before)) out[out.length - 1] += alone;
    else out.push(alone);
    return next;
  };
  for (const part of parts) {
    const before = run || out[out.length - 1] || "";
    const bare = part.replace(MARKS_AFTER, "");
    const counted = /[\d一二三四五六七八九十百千万萬两兩几幾]$/u.test(before) && /^\p{sc=Han}{1,2}$/u.test(bare);
    if (before && !MARKS_AFTER.test(before) && (CHINESE_TAILS.test(bare) || counted)) {
      if (run) out.push(run + part);
      else out[out.length - 1] += part;
      run = "";
    } else if (ONE_HAN.test(bare) && run.length < 4) {
      run += part;
      if (bare !== part) end("");
    } else out.push(end(part));
  }
  end("");
  return out;
}

// No Thai word begins with a mark, a vowel that follows its consonant, or a consonant that is silent or has none (ซอง|ต์):
// what a dictionary parts so is a loan word that it does not know, of which the part before is one too (ครัว|ซองต์).
const THAI_NO_START = /^([\u0e30-\u0e3a\u0e45-\u0e4e]|[ก-ฮ][\u0e34-\u0e3a]*\u0e4c|[ก-ฮ]\s*$)/u;
// Nor does one end with a vowel that its consonant follows, or with a mark of a short one that another closes (ย็|องโด);
// but ก็ is a word.
const THAI_NO_END = /([\u0e31\u0e40-\u0e44]|(?<!(^|[^\u0e00-\u0e7f])ก)\u0e47)$/u;
function thaiWords(parts) {
  const out = [];
  let loan = false; // what follows such a word is its next syllable, if it is short
  for (const part of parts) {
    const cut = out.length && THAI_NO_END.test(out[out.length - 1]);
    if (cut || (loan && /^[\u0e00-\u0e7f]{1,3}$/u.test(part))) {
      out[out.length - 1] += part;
      loan = cut;
      continue;
    }
    loan = false;
    if (!out.length || !THAI_NO_START.test(part) || /\s$/u.test(out[out.length - 1])) {
      out.push(part);
      continue;
    }
    out[out.length - 1] += part;
    const before = out[out.length - 2];
    if (before && /^[\u0e00-\u0e7f]{1,4}$/u.test(before)) out.splice(-2, 2, before + out[out.length - 1]);
  }
  return out;
}

// What a Thai line does not end with: it belongs to the word that follows (ทุก|วันธรรมดา, สำหรับ|สองคน, สาม|วัน).
const THAI_LEADS = new Set("ทุก ทั้ง ใน ที่ ของ และ หรือ กับ จาก เพื่อ สำหรับ ไม่ การ ความ ก่อน หลัง ถึง พร้อม บน ใต้ ริม โดย ตาม สัก หลาย สอง สาม สี่ ห้า หก เจ็ด แปด เก้า สิบ".split(" "));
// And what none begins with: it belongs to the word before (สัปดาห์|นี้).
const THAI_TAILS = new Set("นี้ นั้น นะ ค่ะ คะ ครับ ๆ".split(" "));
const THAI_LONGEST = 16;
function thaiPhrases(words) {
  const out = [];
  let last = "";
  for (const word of words) {
    const joined = (out[out.length - 1] || "") + word;
    const tail = THAI_TAILS.has(word.trim()) && !/\s$/u.test(out[out.length - 1] || " ");
    if (tail || (THAI_LEADS.has(last) && joined.length <= THAI_LONGEST)) out[out.length - 1] = joined;
    else out.push(word);
    last = word;
  }
  return out;
}
