// Which claims are shown, and in which order.

const DEFAULTS = { least: 0, source: "", from: "", until: "", text: "", tier: "", status: "", sort: "reading", fold: true };
/** What is chosen. `labels` are those of which a claim must have one; none means any. */
const chosen = { ...DEFAULTS, labels: new Set() };

const day = (claim) => articles.day[claims.article[claim]] ?? "";
const source = (claim) => articles.source[claims.article[claim]] ?? "";
const byReading = (a, b) => a - b;
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** Orders by name: what people read, and how two claims compare. */
const SORTS = {
  reading: ["as read", byReading],
  probable: ["most probable first", (a, b) => claims.strength[b] - claims.strength[a] || byReading(a, b)],
  doubtful: ["least probable first", (a, b) => claims.strength[a] - claims.strength[b] || byReading(a, b)],
  newest: ["newest first", (a, b) => compare(day(b), day(a)) || byReading(a, b)],
  // no day comes last
  oldest: ["oldest first", (a, b) => compare(day(a) || "~", day(b) || "~") || byReading(a, b)],
  source: ["by source", (a, b) => compare(source(a) || "~", source(b) || "~") || byReading(a, b)],
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

/** The claims that are shown, in order. */
function select() {
  const words = chosen.text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = [];
  for (let claim = 0; claim < claims.count; claim++) {
    const article = claims.article[claim];
    if (chosen.fold && articles.lead[article] !== article) continue;
    if (chosen.labels.size > 0 && !claims.labels[claim].some((label) => chosen.labels.has(label))) continue;
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
  if (chosen.sort !== "reading") found.sort(SORTS[chosen.sort][1]);
  return found;
}

function hasStatus(claim, status) {
  const found = statusOfClaim(claim);
  return status === "reviewed" ? found !== "open" : found === status;
}
