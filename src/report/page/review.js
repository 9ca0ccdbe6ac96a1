// Review: which labels a person gives to a sentence. Kept in the browser under the key of the run.

/** Labels by place, `number of the article / index of the sentence`: what a person decided. */
const decisions = new Map();
/** What decisions were before, for undoing: places with the labels that they had. */
const undoable = [];
/** Hears of each decision, by its place; of many at once, without one. */
let onDecision = () => {};

const placeOf = (article, sentence) => `${articles.number[article]}/${sentence}`;

/** The labels that a person gave to a sentence; `undefined` if nobody has. */
function decided(article, sentence) {
  return decisions.get(placeOf(article, sentence));
}

/** The claims of an article by the index of their sentence: of the article asked for last, which is asked for often. */
const claimsBySentence = { article: -1, claims: new Map() };

/** The claim that a sentence makes by the model, if any. */
function claimAt(article, sentence) {
  if (claimsBySentence.article !== article) {
    claimsBySentence.article = article;
    claimsBySentence.claims = new Map(articles.claims[article].map((claim) => [claims.sentence[claim], claim]));
  }
  return claimsBySentence.claims.get(sentence);
}

/** The labels that the model gives to a sentence. */
function saidAt(article, sentence) {
  const claim = claimAt(article, sentence);
  return claim === undefined ? [] : claims.labels[claim];
}

/** The labels of a sentence: a person's, else the model's. */
function labelsAt(article, sentence) {
  return decided(article, sentence) ?? saidAt(article, sentence);
}

/** `accepted`, `rejected` (no label is right), `corrected`, or `open`. */
function statusOf(article, sentence) {
  return status(decided(article, sentence), () => saidAt(article, sentence));
}

const decidedOfClaim = (claim) => decided(claims.article[claim], claims.sentence[claim]);
const statusOfClaim = (claim) => status(decidedOfClaim(claim), () => claims.labels[claim]);

function status(given, said) {
  if (given === undefined) return "open";
  if (given.join() === said().join()) return "accepted";
  return given.length === 0 ? "rejected" : "corrected";
}

/** Gives labels to a sentence; `undefined` takes the decision back. */
function decide(article, sentence, labels) {
  const place = placeOf(article, sentence);
  undoable.push([place, decisions.get(place)]);
  setDecision(place, labels && [...labels].sort((a, b) => a - b));
}

function setDecision(place, labels) {
  if (labels === undefined) decisions.delete(place);
  else decisions.set(place, labels);
  keep(place);
  onDecision(place);
}

/** Takes the last decision back; its place, if there was one. */
function undo() {
  const last = undoable.pop();
  if (!last) return undefined;
  setDecision(...last);
  return last[0];
}

const storageKey = () => `claimtag review ${data.key}`;
/** Places whose decisions the browser's storage does not have yet. */
const unkept = new Set();

/** Writes a decision to the browser's storage, soon: a person who reviews fast does not wait for each. */
function keep(place) {
  if (unkept.size === 0) setTimeout(keepNow, 150);
  unkept.add(place);
}

/** Adds what was decided here to what is stored, which another window may have written to. */
function keepNow() {
  if (unkept.size === 0) return;
  try {
    const kept = stored();
    for (const place of unkept) {
      if (decisions.has(place)) kept.set(place, decisions.get(place));
      else kept.delete(place);
    }
    localStorage.setItem(storageKey(), JSON.stringify([...kept]));
    unkept.clear();
  } catch {
    unkept.clear();
    isStorageLost = true;
    alertPerson("The browser does not keep the review of this page. Save it before you close the page.");
  }
}

/** Whether decisions are nowhere but in this page. */
let isStorageLost = false;

/** The decisions that the browser has kept. What makes no sense is passed over. */
function stored() {
  const isLabel = (label) => Number.isInteger(label) && label >= 0 && label < data.labels.length;
  const isDecision = ([place, labels]) => typeof place === "string" && Array.isArray(labels) && labels.every(isLabel);
  return new Map((parsed(localStorage.getItem(storageKey()) ?? "[]") ?? []).filter(isDecision));
}

/** The value that a text is in JSON; `null` if it is none. */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Takes up what the browser has kept, and what another window of the same page decides. */
function recall() {
  const takeUp = () => {
    for (const [place, labels] of stored()) if (!unkept.has(place)) decisions.set(place, labels);
  };
  try {
    takeUp();
  } catch {
    // no storage: said when there is something to keep
  }
  addEventListener("storage", (event) => {
    if (event.key !== storageKey()) return;
    takeUp();
    onDecision();
  });
  addEventListener("pagehide", keepNow);
  addEventListener("beforeunload", (event) => isStorageLost && event.preventDefault());
}
