// One article as it was read, its claims marked, and the sentence in hand: how probable, why, and what a person says.

/** The article that is shown, with its text, and the index of the sentence in hand. */
let open = { article: -1, text: null, sentence: -1 };
/** Which label's reasons are shown: the how-manieth of those of the sentence; -1 for none. */
let whyShown = 0;

/** Shows an article with a sentence in hand. */
async function showSentence(article, sentence) {
  if (open.article === article) {
    // while the text is on its way, it is enough to know which sentence it will be
    if (open.text) take(sentence);
    else open.sentence = sentence;
    return;
  }
  open = { article, text: null, sentence };
  byId("article").replaceChildren(el("p", { class: "note" }, "…"));
  byId("inspector").replaceChildren();
  try {
    const text = await textOf(article);
    // another may have been chosen meanwhile
    if (open.article !== article) return;
    open.text = text;
    drawArticle();
    take(open.sentence);
  } catch (error) {
    if (open.article === article) open.article = -1;
    alertPerson(`The article cannot be shown: ${error.message}`);
  }
}

/** The index in the article of the i-th sentence of the text. */
const numberOf = (i) => open.text.numbers?.[i] ?? i;

function drawArticle() {
  const { article, text } = open;
  const begins = new Set(text.paragraphs);
  const body = document.createDocumentFragment();
  text.sentences.forEach((sentence, i) => {
    if (i === 0 || begins.has(i)) body.append(el(i < text.title ? "h2" : "p", { dir: "auto" }));
    body.lastChild.append(drawSentence(numberOf(i), sentence), " ");
  });
  const similar = articles.similar[articles.lead[article]];
  const alike = [articles.lead[article], ...similar].filter((other) => other !== article);
  byId("article").replaceChildren(
    el("button", { id: "back", click: leaveReading }, "← list"),
    el("header", {},
      text.title === 0 && el("h2", {}, titleOf(article)),
      el("p", { class: "note" },
        dotted([articles.source[article], articles.date[article], articles.title[article] === null ? null : articles.id[article], address(article)])),
      text.numbers && el("p", { class: "note" }, "Only the claims are here: the article could not be read again when the page was made."),
      alike.length > 0 && el("details", { class: "note" }, el("summary", {}, `${counted(alike.length, "near-duplicate")}`), el("ul", {}, alike.slice(0, 100).map((other) => el("li", {}, articleLink(other)))))),
    body,
  );
  byId("article").scrollTop = 0;
}

/** A link to where the article was published, if that is a web address and nothing else. */
function address(article) {
  const url = articles.url[article];
  if (!url || !/^https?:\/\//i.test(url)) return null;
  return el("a", { href: url, rel: "noopener noreferrer", target: "_blank" }, "original");
}

function drawSentence(number, text) {
  const { article } = open;
  const claim = claimAt(article, number);
  const labels = labelsAt(article, number);
  const strongestLabel = [...labels].sort((a, b) => (claim === undefined ? 0 : probOf(claim, b) - probOf(claim, a)))[0];
  const status = statusOf(article, number);
  const kind = labels.length > 0 ? `claim ${labelClass(strongestLabel)}` : "";
  const sentence = el(
    "span",
    {
      class: `sentence ${kind} ${status === "open" ? "" : status}`, "data-sentence": number,
      // who marks text to quote it is not to be disturbed
      click: () => getSelection().isCollapsed && takeByHand(number),
      mouseenter: (event) => event.buttons === 0 && number !== open.sentence && shade(number, 0),
      mouseleave: (event) => event.buttons === 0 && number !== open.sentence && unshade(number),
    },
    el("span", { class: "words" }, text),
    labels.map((label) => chip(label, claims.labels[claim]?.includes(label) ? probOf(claim, label) : undefined, "sup")),
    status !== "open" && labels.length === 0 && el("sup", { class: "badge rejected" }, "✗ no claim"),
  );
  return sentence;
}

const sentenceElement = (number) => byId("article").querySelector(`[data-sentence="${number}"]`);
const textAt = (number) => open.text.sentences[open.text.numbers ? open.text.numbers.indexOf(number) : number];

/** Takes a sentence in hand that was pointed at: the list follows if it has it. */
function takeByHand(number) {
  const claim = claimAt(open.article, number);
  const i = claim === undefined ? -1 : listed.indexOf(claim);
  if (i >= 0) choose(i, true);
  else take(number);
}

/** Takes a sentence in hand. */
function take(number) {
  if (number === open.sentence && sentenceElement(number)?.classList.contains("taken")) return;
  const before = byId("article").querySelector(".taken");
  if (before) {
    before.classList.remove("taken");
    unshade(Number(before.dataset.sentence));
  }
  open.sentence = number;
  whyShown = 0;
  const element = sentenceElement(number);
  if (!element) return;
  element.classList.add("taken");
  shade(number, whyShown);
  drawInspector();
  // last: the inspector leaves the article less room
  element.scrollIntoView({ block: "nearest" });
}

/** The sentence in this direction, with or without a claim. */
function takeNeighbour(direction) {
  if (!open.text) return;
  const numbers = open.text.numbers ?? open.text.sentences.map((_, i) => i);
  const next = numbers[numbers.indexOf(open.sentence) + direction];
  if (next !== undefined) takeByHand(next);
}

/** Draws a sentence anew after a decision on it, if its article is open. */
function redrawSentence(place) {
  if (!open.text) return;
  const number = Number(place.split("/")[1]);
  const element = placeOf(open.article, number) === place && sentenceElement(number);
  if (!element) return;
  const anew = drawSentence(number, textAt(number));
  element.replaceWith(anew);
  if (number !== open.sentence) return;
  anew.classList.add("taken");
  shade(number, whyShown);
  drawInspector();
}

/** Draws the article anew, after many decisions. */
function redrawArticle() {
  if (!open.text) return;
  drawArticle();
  take(open.sentence);
}

/** Why a sentence has its labels: `[label, reasons]`; see `RowWriter` in src/write/rows.rs for what reasons say. */
function reasonsOf(number) {
  const why = open.text?.why?.[number] ?? {};
  return Object.entries(why).map(([name, reasons]) => [data.labels.indexOf(name), reasons]);
}

/** Shades the words of a sentence by what they say for, or against, a label of it. */
function shade(number, which) {
  const words = sentenceElement(number)?.querySelector(".words");
  const [label, reasons] = reasonsOf(number)[which] ?? [];
  if (!words || !reasons || statusOf(open.article, number) === "rejected") return;
  const text = textAt(number);
  // offsets count code points
  const points = Array.from(text);
  const most = reasons.words.reduce((most, [, , value]) => Math.max(most, Math.abs(value)), 1e-9);
  const pieces = [];
  let at = 0;
  for (const [start, end, value] of reasons.words) {
    if (start < at) continue;
    const word = el("span", { class: `word ${value < 0 ? "against" : labelClass(label)}`, title: `${signed(value)} ${data.labels[label]}` }, points.slice(start, end).join(""));
    word.style.setProperty("--share", (Math.abs(value) / most).toFixed(3));
    pieces.push(points.slice(at, start).join(""), word);
    at = end;
  }
  words.replaceChildren(...pieces, points.slice(at).join(""));
}

function unshade(number) {
  const words = sentenceElement(number)?.querySelector(".words");
  if (words) words.textContent = textAt(number);
}

const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;

/** N-grams or words listed as reasons. */
const MOST_REASONS = 10;

function drawReasons(number) {
  const all = reasonsOf(number);
  if (all.length === 0) {
    return el("p", { class: "note" }, data.explained ? "" : "Made by claimtag batch --explain, the page would say why.");
  }
  const which = Math.min(whyShown, all.length - 1);
  if (which < 0) return el("p", { class: "note" }, "w: why");
  const [label, { logit, bias, words, grams, rest }] = all[which];
  const points = Array.from(textAt(number));
  const read = ([start, end]) => points.slice(start, end).join("");
  const strongestFirst = [...words].sort((a, b) => Math.abs(b[2]) - Math.abs(a[2]));
  const reasons = grams
    ? grams.map(({ family, text, value }) => [family === "piece" ? text : [el("small", {}, `${family} `), text], value])
    : strongestFirst.map((word) => [read(word), word[2]]);
  const foremost = reasons.slice(0, MOST_REASONS);
  const left = grams ? (rest ?? 0) + sum(reasons.slice(MOST_REASONS).map(([, value]) => value)) : null;
  return el(
    "div",
    { class: "reasons" },
    el("p", { class: "note" }, grams ? "What words and phrases add to the score of " : "What the score would lose without a word: ", chip(label),
      ` ${logit.toFixed(2)}`, grams && ` = ${bias.toFixed(2)} to begin with`),
    el("ul", {}, foremost.map(([text, value]) => el("li", { class: value < 0 ? "against" : labelClass(label) }, text, " ", el("b", {}, signed(value)))),
      left !== null && el("li", { class: "rest" }, "all others ", el("b", {}, signed(left)))),
    all.length > 1 && el("p", { class: "note" }, "w: the next label"),
  );
}

function drawInspector() {
  const { article, sentence } = open;
  const claim = claimAt(article, sentence);
  const given = labelsAt(article, sentence);
  const meters = data.labels.map((name, label) => {
    const prob = claim === undefined ? null : probOf(claim, label);
    const meter = el("span", { class: `meter ${labelClass(label)}` });
    meter.style.setProperty("--share", prob ?? 0);
    return el(
      "button",
      { class: `toggle ${labelClass(label)}`, "aria-pressed": String(given.includes(label)), click: () => toggle(label), title: `${label + 1}: yes or no` },
      el("kbd", {}, label < 9 ? String(label + 1) : ""), ` ${name} `, meter, prob === null ? "" : ` ${shownProb(prob)}`,
    );
  });
  const inspector = byId("inspector");
  const inFocus = [...inspector.querySelectorAll("button")].indexOf(document.activeElement);
  inspector.replaceChildren(
    el("div", { class: "toggles" }, meters),
    el("div", { class: "verdict" },
      el("button", { click: () => verdict("accept"), title: "a" }, "✓ accept"),
      el("button", { click: () => verdict("reject"), title: "x" }, "✗ no claim"),
      el("button", { click: () => verdict("clear"), title: "u", disabled: decided(article, sentence) === undefined }, "take back"),
      badge(article, sentence),
      el("span", { class: "note" }, claim === undefined ? "no claim found here" : `${claims.part[claim]}, decided by the ${claims.tier[claim]} tier`)),
    drawReasons(sentence),
  );
  // whoever works with buttons stays on the same one
  if (inFocus >= 0) inspector.querySelectorAll("button")[inFocus]?.focus();
  byId("spoken").textContent = `${given.map((label) => data.labels[label]).join(", ") || "no claim"}. ${textAt(sentence)}`;
}

/** Gives or takes a label. */
function toggle(label) {
  if (!open.text || open.sentence < 0) return;
  const labels = labelsAt(open.article, open.sentence);
  const others = labels.filter((other) => other !== label);
  decide(open.article, open.sentence, others.length < labels.length ? others : [...labels, label]);
}

/** Accepts the labels as they are, rejects all, or takes back what was decided. Whether there was a sentence in hand. */
function verdict(kind) {
  if (!open.text || open.sentence < 0) return false;
  const { article, sentence } = open;
  const given = labelsAt(article, sentence);
  // to accept what was rejected is to say that the model was right
  const accepted = given.length > 0 ? given : saidAt(article, sentence);
  decide(article, sentence, { accept: accepted, reject: [], clear: undefined }[kind]);
  return true;
}

/** Shows the reasons of the sentence's next label, then none. */
function nextWhy() {
  const all = reasonsOf(open.sentence);
  if (all.length === 0) return;
  whyShown = whyShown + 1 >= all.length ? -1 : whyShown + 1;
  if (whyShown < 0) unshade(open.sentence);
  else shade(open.sentence, whyShown);
  drawInspector();
}
