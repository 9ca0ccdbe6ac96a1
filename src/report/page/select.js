// Which claims are shown, and in which order.

const DEFAULTS = { least: 0, source: "", from: "", until: "", text: "", tier: "", status: "", sort: "reading", fold: true, every: false };
/** What is chosen. `labels` are those of which a claim must have one or, with `every`, all; none means any. */
const chosen = { ...DEFAULTS, labels: new Set() };

const day = (claim) => articles.day[claims.article[claim]] ?? "";
const source = (claim) => articles.source[claims.article[claim]] ?? "";
const byReading = (a, b) => a - b;
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
/** What is empty comes last. */
const emptyLast = (a, b) => (a === "") - (b === "") || compare(a, b);

/** Orders by name: what people read, and how two claims compare. */
const SORTS = {
  reading: ["as read", byReading],
  probable: ["most probable first", (a, b) => claims.strength[b] - claims.strength[a] || byReading(a, b)],
  doubtful: ["least probable first", (a, b) => claims.strength[a] - claims.strength[b] || byReading(a, b)],
  newest: ["newest first", (a, b) => compare(day(b), day(a)) || byReading(a, b)],
  oldest: ["oldest first", (a, b) => emptyLast(day(a), day(b)) || byReading(a, b)],
  source: ["by source", (a, b) => emptyLast(source(a), source(b)) || byReading(a, b)],
};

/** Sentence and title of each claim in lower case, made when first searched. */
let haystacks = null;

function haystack(claim) {
  haystacks ??= claims.text.map((text, i) => `${text}\n${articles.title[claims.article[i]] ?? ""}`.toLowerCase());
  return haystacks[claim];
}

/** How sure a claim is, by the labels that are chosen. */
function strengthOf(claim) {
  if (chosen.labels.size === 0) return claims.strength[claim];
  const given = claims.labels[claim].filter((label) => chosen.labels.has(label));
  return Math.max(...given.map((label) => probOf(claim, label)));
}

/** Whether a claim has the labels that are chosen. */
function hasLabels(claim) {
  const given = claims.labels[claim];
  const chosenLabels = [...chosen.labels];
  return chosen.every ? chosenLabels.every((label) => given.includes(label)) : given.some((label) => chosen.labels.has(label));
}

/** The claims that are shown, in order, and how many more there are in near-duplicates that are folded. */
function select() {
  const words = chosen.text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = [];
  for (let claim = 0; claim < claims.count; claim++) {
    if (chosen.labels.size > 0 && !hasLabels(claim)) continue;
    if (chosen.least > 0 && strengthOf(claim) < chosen.least) continue;
    if (chosen.source && source(claim) !== chosen.source) continue;
    if (chosen.tier && claims.tier[claim] !== chosen.tier) continue;
    // a claim without a day is outside every range
    if (chosen.from && !(day(claim) >= chosen.from)) continue;
    if (chosen.until && !(day(claim) && day(claim) <= chosen.until)) continue;
    if (chosen.status && !hasStatus(claim, chosen.status)) continue;
    if (words.length > 0 && !words.every((word) => haystack(claim).includes(word))) continue;
    found.push(claim);
  }
  const shown = chosen.fold ? folded(found) : found;
  if (chosen.sort !== "reading") shown.sort(SORTS[chosen.sort][1]);
  return { shown, folded: found.length - shown.length };
}

/** Of articles that are alike, the claims of the first that has any among these. */
function folded(found) {
  const first = new Map();
  return found.filter((claim) => {
    const article = claims.article[claim];
    const lead = articles.lead[article];
    if (!first.has(lead)) first.set(lead, article);
    return first.get(lead) === article;
  });
}

function hasStatus(claim, status) {
  const found = statusOfClaim(claim);
  return status === "reviewed" ? found !== "open" : found === status;
}
