// Review: which labels a person gives to a sentence. Kept in the browser under the key of the run.

/** Labels by place, `number of the article / index of the sentence`: what a person decided. */
const decisions = new Map();
/** What decisions were before, for undoing: places with the labels that they had. */
const undoable = [];
/** Hears of each decision. */
let onDecision = () => {};

const placeOf = (article, sentence) => `${articles.number[article]}/${sentence}`;

/** The labels that a person gave to a sentence; `undefined` if nobody has. */
function decided(article, sentence) {
  return decisions.get(placeOf(article, sentence));
}

/** The claim that a sentence makes by the model, if any. */
function claimAt(article, sentence) {
  return articles.claims[article].find((claim) => claims.sentence[claim] === sentence);
}

/** The labels of a sentence: a person's, else the model's. */
function labelsAt(article, sentence) {
  const claim = claimAt(article, sentence);
  return decided(article, sentence) ?? (claim === undefined ? [] : claims.labels[claim]);
}

/** `accepted`, `rejected` (no label is right), `corrected`, or `open`. */
function statusOf(article, sentence) {
  const given = decided(article, sentence);
  if (given === undefined) return "open";
  const claim = claimAt(article, sentence);
  const said = claim === undefined ? [] : claims.labels[claim];
  if (given.join() === said.join()) return "accepted";
  return given.length === 0 ? "rejected" : "corrected";
}

const statusOfClaim = (claim) => statusOf(claims.article[claim], claims.sentence[claim]);

/** Gives labels to a sentence; `undefined` takes the decision back. */
function decide(article, sentence, labels) {
  const place = placeOf(article, sentence);
  undoable.push([place, decisions.get(place)]);
  setDecision(place, labels && [...labels].sort((a, b) => a - b));
}

function setDecision(place, labels) {
  if (labels === undefined) decisions.delete(place);
  else decisions.set(place, labels);
  keep();
  onDecision();
}

/** Takes the last decision back. Whether there was one. */
function undo() {
  const last = undoable.pop();
  if (last) setDecision(...last);
  return last !== undefined;
}

const storageKey = () => `claimtag review ${data.key}`;
let isKeeping = false;

/** Writes the decisions to the browser's storage, soon: a person who reviews fast does not wait for each. */
function keep() {
  if (isKeeping) return;
  isKeeping = true;
  setTimeout(keepNow, 150);
}

function keepNow() {
  isKeeping = false;
  try {
    localStorage.setItem(storageKey(), JSON.stringify([...decisions]));
  } catch {
    alertPerson("The browser does not keep the review of this page. Save it before you close the page.");
  }
}

/** Takes up what the browser has kept. */
function recall() {
  try {
    const kept = JSON.parse(localStorage.getItem(storageKey()) ?? "[]");
    const isLabel = (label) => Number.isInteger(label) && label >= 0 && label < data.labels.length;
    for (const [place, labels] of kept) {
      if (typeof place === "string" && Array.isArray(labels) && labels.every(isLabel)) decisions.set(place, labels);
    }
  } catch {
    // nothing kept, or nothing that makes sense
  }
  addEventListener("pagehide", () => isKeeping && keepNow());
}
