// The overview: what the claims that are shown say all together.

/** Draws it for these claims. */
function drawOverview(shown) {
  const cards = [totals(shown), perLabel(shown), overTime(shown), perSource(shown), together(shown), strongest(shown), clusters(shown)];
  byId("overview").replaceChildren(...cards.filter(Boolean));
}

function card(name, note, ...content) {
  return el("section", { class: "card", id: `card-${name.toLowerCase().replaceAll(" ", "-")}` }, el("h2", {}, name), note && el("p", { class: "note" }, note), ...content);
}

/** Counts of each label among claims. */
function countLabels(of) {
  const counts = data.labels.map(() => 0);
  for (const claim of of) for (const label of claims.labels[claim]) counts[label]++;
  return counts;
}

/** Labels that are drawn where there are many: the most frequent ones. */
const MOST_LABELS = 12;

/** The labels that are drawn, in their order. */
function drawnLabels(shown) {
  const counts = countLabels(shown);
  const byCount = counts.map((_, label) => label).sort((a, b) => counts[b] - counts[a] || a - b);
  return byCount.slice(0, MOST_LABELS).sort((a, b) => a - b);
}

const partsOf = (counts) => counts.map((n, label) => [label, n]);

/** Shows claims of a choice. */
function pick(changes) {
  change(changes);
  showView("claims");
}

function totals(shown) {
  const { counts } = data;
  const lost = (causes) => sum(Object.values(causes));
  const articlesShown = new Set(shown.map((claim) => claims.article[claim]));
  const tiles = [
    [whole(shown.length), "sentences with a claim"],
    [whole(articlesShown.size), "articles with one"],
    [whole(counts.articles), "articles tagged"],
    [whole(counts.sentences), "sentences read"],
    [whole(counts.articles - counts.clusters), "near-duplicates"],
    [whole(decisions.size), "reviewed"],
  ];
  const notes = [
    !data.complete && "The run is not complete.",
    data.left_out > 0 && `${counted(data.left_out, "less probable claim")} not shown.`,
    lost(counts.skipped) > 0 && `${counted(lost(counts.skipped), "record")} skipped (${causes(counts.skipped)}).`,
    lost(counts.failed) > 0 && `${counted(lost(counts.failed), "record")} could not be read (${causes(counts.failed)}).`,
    counts.duplicates > 0 && `${counted(counts.duplicates, "near-duplicate")} not tagged.`,
  ];
  return card(
    "This run",
    notes.filter(Boolean).join(" "),
    el("div", { class: "tiles" }, tiles.map(([n, what]) => el("div", {}, el("b", {}, n), el("span", {}, what)))),
    el("p", { class: "note" }, `Model ${data.model}, ${data.tier}. Machines err: read before you quote.`),
  );
}

function causes(of) {
  return Object.entries(of).map(([cause, n]) => `${whole(n)} ${cause}`).join(", ");
}

function perLabel(shown) {
  const counts = countLabels(shown);
  const rows = drawnLabels(shown).map((label) => ({
    name: data.labels[label],
    parts: [[label, counts[label]]],
    total: whole(counts[label]),
    pick: () => pick({ labels: new Set([label]) }),
  }));
  const more = data.labels.length > rows.length ? ` The ${rows.length} most frequent of ${whole(data.labels.length)}.` : "";
  return card("By label", `A sentence may have several.${more}`, bars(rows));
}

/** How days are put together: by day, month or year, whichever gives a drawing that can be read. */
function bucketing(first, last) {
  const apart = (Date.parse(last) - Date.parse(first)) / 86_400_000;
  return apart <= 62 ? 10 : apart <= 366 * 6 ? 7 : 4;
}

/** All names of buckets between two days, also those without a claim. */
function bucketNames(first, last, length) {
  const names = [];
  const at = new Date(`${`${first.slice(0, length)}-01-01`.slice(0, 10)}T00:00:00Z`);
  for (;;) {
    const name = at.toISOString().slice(0, length);
    names.push(name);
    if (name >= last.slice(0, length)) return names;
    if (length === 10) at.setUTCDate(at.getUTCDate() + 1);
    else if (length === 7) at.setUTCMonth(at.getUTCMonth() + 1);
    else at.setUTCFullYear(at.getUTCFullYear() + 1);
  }
}

/** The first and the last of these days to draw: of the ends, a hundredth that is far off, by a slip in the data, is left out. */
function drawnDays(days) {
  const cut = Math.ceil(days.length / 100);
  const [first, last] = [days[Math.min(cut, days.length - 1)], days[Math.max(days.length - 1 - cut, 0)]];
  const far = 3 * (Math.abs(Date.parse(last) - Date.parse(first)) + 30 * 86_400_000);
  return [
    Date.parse(first) - Date.parse(days[0]) > far ? first : days[0],
    Date.parse(days.at(-1)) - Date.parse(last) > far ? last : days.at(-1),
  ];
}

function overTime(shown) {
  const allDated = shown.filter((claim) => day(claim));
  if (allDated.length === 0) return null;
  const [first, last] = drawnDays([...new Set(allDated.map(day))].sort());
  const dated = allDated.filter((claim) => day(claim) >= first && day(claim) <= last);
  const length = bucketing(first, last);
  const counts = new Map();
  for (const claim of dated) {
    const name = day(claim).slice(0, length);
    if (!counts.has(name)) counts.set(name, data.labels.map(() => 0));
    for (const label of claims.labels[claim]) counts.get(name)[label]++;
  }
  const columns = bucketNames(first, last, length).map((name) => ({
    name,
    parts: counts.get(name) ?? data.labels.map(() => 0),
    pick: () => pick({ from: `${name}-01-01`.slice(0, 10), until: lastDay(name) }),
  }));
  const undated = shown.length - allDated.length;
  const farOff = allDated.length - dated.length;
  const notes = [
    undated > 0 && `${counted(undated, "claim")} without a date not drawn.`,
    farOff > 0 && `${counted(farOff, "claim")} of days far from the others not drawn.`,
  ];
  return card("Over time", notes.filter(Boolean).join(" "), legend(shown), timeline(columns));
}

/** The last day of a year, month or day. */
function lastDay(name) {
  if (name.length === 10) return name;
  const [year, month] = name.split("-").map(Number);
  return new Date(Date.UTC(year, month ?? 12, 0)).toISOString().slice(0, 10);
}

const legend = (shown) => el("p", { class: "legend" }, drawnLabels(shown).map((label) => chip(label)));

/** Sources that are drawn. */
const MOST_SOURCES = 12;

function perSource(shown) {
  const bySource = new Map();
  for (const claim of shown) {
    if (!source(claim)) continue;
    if (!bySource.has(source(claim))) bySource.set(source(claim), []);
    bySource.get(source(claim)).push(claim);
  }
  if (bySource.size === 0) return null;
  const sorted = [...bySource].sort(([a, x], [b, y]) => y.length - x.length || compare(a, b));
  const rows = sorted.slice(0, MOST_SOURCES).map(([name, of]) => ({
    name,
    parts: partsOf(countLabels(of)),
    total: whole(of.length),
    pick: () => pick({ source: name }),
  }));
  const more = sorted.length - rows.length;
  return card("By source", more > 0 ? `The ${rows.length} with most claims of ${whole(sorted.length)}.` : "", legend(shown), bars(rows));
}

function together(shown) {
  const counts = data.labels.map(() => data.labels.map(() => 0));
  for (const claim of shown) {
    const given = claims.labels[claim];
    for (const a of given) for (const b of given) counts[a][b]++;
  }
  const choose = (a, b) => pick({ labels: new Set([a, b]), every: true });
  return card("Labels that go together", "Sentences with both labels.", matrix(drawnLabels(shown), counts, choose));
}

/** Claims listed for each label. */
const STRONGEST = 5;

function strongest(shown) {
  const lists = drawnLabels(shown).map((label) => {
    const top = [];
    for (const claim of shown) {
      if (!claims.labels[claim].includes(label)) continue;
      if (top.length === STRONGEST && probOf(claim, label) <= probOf(top[STRONGEST - 1], label)) continue;
      // the same words in another article say nothing new
      if (top.some((other) => claims.text[other] === claims.text[claim])) continue;
      top.push(claim);
      top.sort((a, b) => probOf(b, label) - probOf(a, label) || byReading(a, b));
      top.length = Math.min(top.length, STRONGEST);
    }
    if (top.length === 0) return null;
    return el("div", {}, el("h3", {}, chip(label)), el("ol", {}, top.map((claim) => el("li", {}, claimLink(claim, label)))));
  });
  return card("Strongest claims", "By probability.", el("div", { class: "columns" }, lists));
}

/** A claim that leads to its article. */
function claimLink(claim, label) {
  const article = claims.article[claim];
  return el(
    "button",
    { class: "link", click: () => openClaim(claim) },
    claims.text[claim],
    el("small", {}, " ", dotted([shownProb(probOf(claim, label)), titleOf(article), source(claim), day(claim)])),
  );
}

const MOST_CLUSTERS = 10;

function clusters(shown) {
  const leads = [...new Set(shown.map((claim) => articles.lead[claims.article[claim]]))];
  const found = leads.filter((lead) => articles.similar[lead].length > 0);
  if (found.length === 0) return null;
  found.sort((a, b) => articles.similar[b].length - articles.similar[a].length || a - b);
  const link = (article) => el("li", {}, articleLink(article));
  const lists = found.slice(0, MOST_CLUSTERS).map((lead) =>
    el(
      "details",
      {},
      el("summary", {}, `${titleOf(lead)} `, el("small", {}, `and ${counted(articles.similar[lead].length, "article")} like it`)),
      el("ul", {}, [lead, ...articles.similar[lead]].slice(0, 100).map(link)),
    ),
  );
  const more = found.length > lists.length ? `The ${lists.length} largest of ${whole(found.length)} groups.` : "";
  return card("Near-duplicates", `Articles that share most of their words; counted once while folded. ${more}`, ...lists);
}

function articleLink(article) {
  const about = dotted([articles.source[article], articles.day[article] ?? articles.date[article]]);
  return el("button", { class: "link", click: () => openClaim(articles.claims[article][0]) }, el("bdi", {}, titleOf(article)), " ", el("small", {}, about));
}
