// What leaves the page: the claims shown as CSV, the review as labelled rows, and a review that comes back.

/** Gives the browser a file to save. */
function download(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = el("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  // some browsers begin to read it only later
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

const fileName = (ending) => `${data.title.replace(/[^\p{L}\p{N}._-]+/gu, "-").slice(0, 80) || "claims"}${ending}`;

/**
 * A cell of CSV (RFC 4180). A text that a spreadsheet would run as a formula gets an apostrophe before it: texts come from
 * strangers.
 */
function csvCell(value) {
  const text = typeof value === "number" ? String(value) : (value ?? "").replace(/^[=+\-@\t\r]/, "'$&");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The columns of the CSV file: those of claimtag's own rows that the page knows, then the review. */
function csvColumns() {
  const of = (column) => (claim) => articles[column][claims.article[claim]];
  return {
    article_id: of("id"), title: of("title"), date: of("date"), day: of("day"), url: of("url"), source: of("source"),
    article: of("number"), cluster: of("cluster"),
    sentence: (claim) => claims.sentence[claim],
    part: (claim) => claims.part[claim],
    text: (claim) => claims.text[claim],
    labels: (claim) => claims.labels[claim].map((label) => data.labels[label]).join(";"),
    ...Object.fromEntries(data.labels.map((name, label) => [`prob_${name}`, (claim) => probOf(claim, label)])),
    tier: (claim) => claims.tier[claim],
    review: (claim) => (statusOfClaim(claim) === "open" ? "" : statusOfClaim(claim)),
    reviewed_labels: (claim) => decided(claims.article[claim], claims.sentence[claim])?.map((label) => data.labels[label]).join(";"),
  };
}

function saveCsv() {
  const columns = csvColumns();
  const lines = [Object.keys(columns).map(csvCell).join(",")];
  for (const claim of listed) lines.push(Object.values(columns).map((cell) => csvCell(cell(claim))).join(","));
  // the mark at the beginning tells spreadsheets that this is UTF-8
  download(fileName(".csv"), "text/csv;charset=utf-8", `\uFEFF${lines.join("\r\n")}\r\n`);
}

/**
 * Saves the decisions as JSON lines that `claimtag train` takes: `text`, `labels`, and as `doc` the first of the articles that
 * are alike, so that they stay in one fold. `article` (its id) and `sentence` say where the sentence stands.
 */
async function saveReview() {
  const byNumber = new Map(articles.number.map((number, article) => [String(number), article]));
  const lines = [];
  for (const [place, labels] of decisions) {
    const [number, index] = place.split("/");
    const article = byNumber.get(number);
    if (article === undefined) continue;
    const sentence = Number(index);
    const text = await sentenceText(article, sentence);
    if (text === undefined) continue;
    const doc = articles.id[articles.lead[article]];
    lines.push(JSON.stringify({ text, labels: labels.map((label) => data.labels[label]), doc, article: articles.id[article], sentence }));
  }
  if (lines.length === 0) return alertPerson("Nothing has been reviewed yet: a accepts the claim in hand, x rejects it, 1 to 9 change its labels.");
  alertPerson("");
  download(fileName("-review.jsonl"), "application/jsonl;charset=utf-8", `${lines.join("\n")}\n`);
}

async function sentenceText(article, sentence) {
  const claim = claimAt(article, sentence);
  if (claim !== undefined) return claims.text[claim];
  const text = await textOf(article);
  return text.sentences[text.numbers ? text.numbers.indexOf(sentence) : sentence];
}

/** Takes up a review that was saved, of this run or of one with the same sentences. */
async function loadReview(file) {
  // an id that several articles have stands for the first that has the sentence and no decision on it from this file
  const articlesOf = Map.groupBy(articles.id.keys(), (article) => articles.id[article]);
  const places = new Set();
  let others = 0;
  for (const line of (await file.text()).split("\n").filter((line) => line.trim())) {
    const row = parsed(line);
    const labels = Array.isArray(row?.labels) ? row.labels.map((name) => data.labels.indexOf(name)) : [-1];
    let place;
    if (typeof row?.text === "string" && labels.every((label) => label >= 0)) {
      for (const article of articlesOf.get(row.article) ?? []) {
        const here = placeOf(article, row.sentence);
        if (!places.has(here) && (await sentenceText(article, row.sentence)) === row.text) {
          place = here;
          break;
        }
      }
    }
    if (place === undefined) {
      others++;
      continue;
    }
    places.add(place);
    decisions.set(place, labels.sort((a, b) => a - b));
    keep(place);
  }
  onDecision();
  const taken = places.size;
  alertPerson(`${counted(taken, "decision")} taken up${others > 0 ? `; ${counted(others, "row")} of other sentences or labels passed over` : ""}.`);
}
